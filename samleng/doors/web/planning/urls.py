"""Addresses of whoever plans scorecards: one, many from a file, changes and requests."""

from django.urls import path

from samleng.doors.web.planning import batch, card, pages, sheets

CARD = "scorecards/<uuid:card_id>/"

urlpatterns = [
    path("scorecards/", pages.scorecards, name="scorecards"),
    path("scorecards/plan/", pages.plan_find, name="plan"),
    path("scorecards/plan/<uuid:facility_id>/", pages.plan_one, name="plan_one"),
    path("scorecards/rounds/", pages.rounds, name="rounds"),
    path("scorecards/rounds/new/", pages.open_round, name="open_round"),
    path("scorecards/file/", batch.plan_many, name="plan_many"),
    path("scorecards/file/confirm/", batch.confirm, name="plan_many_confirm"),
    path("scorecards/file/sample.xlsx", batch.sample, name="plan_sample"),
    path("scorecards/print/", sheets.kits, name="print_kits"),
    path("scorecards/files/", batch.batches, name="batches"),
    path("scorecards/files/<uuid:batch_id>/", batch.batch, name="batch"),
    path(CARD, card.card, name="card"),
    path(CARD + "print/", sheets.sheets, name="card_sheets"),
    path(CARD + "change/", card.change, name="card_change"),
    path(CARD + "cancel/", card.cancel, name="card_cancel"),
    path(CARD + "ask/", card.ask_change, name="card_ask_change"),
    path(CARD + "ask/unlock/", card.ask_unlock, name="card_ask_unlock"),
    path(CARD + "ask/<uuid:request_id>/", card.decide, name="card_decide"),
]
