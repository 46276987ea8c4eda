from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "samleng.answers.actions"
    default_auto_field = "django.db.models.BigAutoField"
