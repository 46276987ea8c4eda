from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "samleng.insight.evidence"
    default_auto_field = "django.db.models.BigAutoField"
