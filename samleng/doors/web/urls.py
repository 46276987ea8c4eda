"""All pages, by audience; each audience keeps its own list."""

from importlib.util import find_spec

from django.urls import include, path

AUDIENCES = ("public", "signin", "people", "facilitator", "plans", "desk", "styleguide")

urlpatterns = [
    path("", include(f"samleng.doors.web.urls_{audience}"))
    for audience in AUDIENCES
    if find_spec(f"samleng.doors.web.urls_{audience}")
]
