from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "samleng.ground.channels"
    default_auto_field = "django.db.models.BigAutoField"
