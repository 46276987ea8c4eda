"""Addresses of the field app: its pages and what it asks of the server, outside any language prefix."""

from django.urls import path

from samleng.doors.field import cards, files, intake, pages

urlpatterns = [
    path("", pages.shell, name="field"),
    path("manifest.webmanifest", pages.manifest, name="field_manifest"),
    path("worker.js", pages.worker, name="field_worker"),
    path("words/<str:language>.json", pages.words, name="field_words"),
    path("me", cards.me, name="field_me"),
    path("unlock", cards.unlock, name="field_unlock"),
    path("key", cards.key, name="field_key"),
    path("recover", cards.recover, name="field_recover"),
    path("pin", cards.change_pin, name="field_change_pin"),
    path("cards", cards.waiting, name="field_cards"),
    path("cards/code/<str:code>", cards.found, name="field_found"),
    path("cards/<uuid:card_id>/pack", cards.taken, name="field_pack"),
    path("cards/<uuid:card_id>/state", cards.state, name="field_state"),
    path("files/", files.collection, name="files"),
    path("files/<uuid:uid>", files.one, name="file"),
    path("parcels/", intake.parcel, name="field_parcels"),
    path("parcels/<str:uid>", intake.parcel, name="field_parcel"),
]
