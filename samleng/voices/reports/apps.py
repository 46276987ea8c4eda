from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "samleng.voices.reports"
    default_auto_field = "django.db.models.BigAutoField"
