"""Addresses of recordings: each page for one programme, and for whoever records for the whole country."""

from django.urls import path

from samleng.doors.web.sounds import pages

BOOTH = "<uuid:framework_id>/<str:language>/"

urlpatterns = [
    path(start + rest, view, name=name)
    for start in ("programmes/<uuid:programme_id>/sounds/", "sounds/")
    for rest, view, name in (
        ("", pages.sounds, "sounds"),
        (BOOTH, pages.every, "sounds_list"),
        (BOOTH + "many/", pages.many, "sounds_many"),
        (BOOTH + "reading/", pages.reading, "sounds_reading"),
        (BOOTH + "reading.csv", pages.reading_csv, "sounds_csv"),
        (BOOTH + "slot/<str:code>/", pages.slot, "sounds_slot"),
    )
]
