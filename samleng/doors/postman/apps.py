from django.apps import AppConfig


class PostmanConfig(AppConfig):
    name = "samleng.doors.postman"
    default_auto_field = "django.db.models.BigAutoField"
