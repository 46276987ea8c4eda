from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "samleng.doors.web"
    default_auto_field = "django.db.models.BigAutoField"


class WidgetTemplates(AppConfig):
    """Django's widget templates, under a label that leaves "forms" to programmes' own forms."""

    default = False
    name = "django.forms"
    label = "django_forms"
