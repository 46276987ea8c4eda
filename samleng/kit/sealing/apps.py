from django.apps import AppConfig


class SealingConfig(AppConfig):
    name = "samleng.kit.sealing"
    default_auto_field = "django.db.models.BigAutoField"
