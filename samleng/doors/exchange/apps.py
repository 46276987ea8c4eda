from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "samleng.doors.exchange"
    default_auto_field = "django.db.models.BigAutoField"
