from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "samleng.ground.places"
    default_auto_field = "django.db.models.BigAutoField"
