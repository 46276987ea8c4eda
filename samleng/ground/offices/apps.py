from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "samleng.ground.offices"
    default_auto_field = "django.db.models.BigAutoField"
