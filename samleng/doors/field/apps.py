from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "samleng.doors.field"
