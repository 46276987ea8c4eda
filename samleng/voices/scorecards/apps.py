from importlib import import_module

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "samleng.voices.scorecards"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Django looks for tables in models.py only.
        import_module("samleng.voices.scorecards.balloting")
