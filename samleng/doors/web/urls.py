"""All pages, by audience; each audience keeps its own list."""

from django.urls import include, path

AUDIENCES = (
    *("public", "signin", "facilitator", "planning", "review", "plans", "people", "programme"),
    *("questionnaires", "keys", "map", "cases", "crew", "counter", "outside"),
    *("sounds", "figures", "desk", "look", "vote", "speak"),
)

urlpatterns = [path("", include(f"samleng.doors.web.{audience}.urls")) for audience in AUDIENCES]
