from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "samleng.kit.media"
    default_auto_field = "django.db.models.BigAutoField"
