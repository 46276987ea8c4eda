from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "samleng.voices.scorecards"
    default_auto_field = "django.db.models.BigAutoField"
