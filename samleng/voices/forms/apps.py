from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "samleng.voices.forms"
    default_auto_field = "django.db.models.BigAutoField"
