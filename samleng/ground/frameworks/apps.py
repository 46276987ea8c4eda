from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    name = "samleng.ground.frameworks"
    default_auto_field = "django.db.models.BigAutoField"
