from django.apps import AppConfig


class TelegramConfig(AppConfig):
    name = "samleng.doors.telegram"
