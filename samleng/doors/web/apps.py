from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "samleng.doors.web"
    default_auto_field = "django.db.models.BigAutoField"
