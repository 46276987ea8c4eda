"""Addresses of the field app: its pages and what it asks of the server, outside any language prefix."""

from django.urls import path

from samleng.doors.field import cards, files, intake, pages, polls

urlpatterns = [
    path("", pages.shell, name="field"),
    path("manifest.webmanifest", pages.manifest, name="field_manifest"),
    path("worker.js", pages.worker, name="field_worker"),
    path("words/<str:language>.json", pages.words, name="field_words"),
    path("words/<str:language>/<str:part>.json", pages.words, name="field_words_later"),
    path("me", cards.me, name="field_me"),
    path("unlock", cards.unlock, name="field_unlock"),
    path("key", cards.key, name="field_key"),
    path("recover", cards.recover, name="field_recover"),
    path("pin", cards.change_pin, name="field_change_pin"),
    path("cards", cards.waiting, name="field_cards"),
    path("cards/code/<str:code>", cards.found, name="field_found"),
    path("cards/<uuid:card_id>/pack", cards.taken, name="field_pack"),
    path("cards/<uuid:card_id>/state", cards.state, name="field_state"),
    path("cards/<uuid:card_id>/vote", polls.vote, name="field_vote"),
    path("cards/<uuid:card_id>/vote/open", polls.open_one, name="field_vote_open"),
    path("votes/<uuid:poll_id>", polls.count, name="field_vote_count"),
    path("votes/<uuid:poll_id>/ticket", polls.ticket, name="field_vote_ticket"),
    path("votes/<uuid:poll_id>/door", polls.door, name="field_vote_door"),
    path("votes/<uuid:poll_id>/sheets", polls.sheets, name="field_vote_sheets"),
    path("votes/<uuid:poll_id>/close", polls.close, name="field_vote_close"),
    path("files/", files.collection, name="files"),
    path("files/<uuid:uid>", files.one, name="file"),
    path("parcels/", intake.parcel, name="field_parcels"),
    path("parcels/<str:uid>", intake.parcel, name="field_parcel"),
]
