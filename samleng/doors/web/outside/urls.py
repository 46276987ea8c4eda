"""Addresses of an office's own system."""

from django.urls import path

from samleng.doors.web.outside import pages

ONE = "offices/<uuid:office_id>/system/"

urlpatterns = [
    path(ONE, pages.system, name="outside"),
    path(ONE + "try/", pages.attempt, name="outside_try"),
    path(ONE + "switch/", pages.switch, name="outside_switch"),
    path(ONE + "<uuid:handed_id>/", pages.decide, name="outside_decide"),
]
