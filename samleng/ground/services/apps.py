from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "samleng.ground.services"
    default_auto_field = "django.db.models.BigAutoField"
