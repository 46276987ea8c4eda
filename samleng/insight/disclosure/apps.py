from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "samleng.insight.disclosure"
    default_auto_field = "django.db.models.BigAutoField"
