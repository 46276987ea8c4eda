from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "samleng.kit.ledger"
    default_auto_field = "django.db.models.BigAutoField"
