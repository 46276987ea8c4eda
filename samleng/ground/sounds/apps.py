from django.apps import AppConfig


class SoundsConfig(AppConfig):
    name = "samleng.ground.sounds"
    default_auto_field = "django.db.models.BigAutoField"
