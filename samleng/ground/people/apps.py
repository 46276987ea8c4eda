from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "samleng.ground.people"
    default_auto_field = "django.db.models.BigAutoField"
