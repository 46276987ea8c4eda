from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "samleng.answers.plans"
    default_auto_field = "django.db.models.BigAutoField"
