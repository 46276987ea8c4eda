"""Addresses of whoever reviews scorecards."""

from django.urls import path

from samleng.doors.web.review import marking, pages

CARD = "scorecards/<uuid:card_id>/"

urlpatterns = [
    path(CARD + "review/", pages.review, name="review"),
    path(CARD + "review/mark/", marking.mark, name="review_mark"),
    path(CARD + "review/tick/", pages.tick, name="review_tick"),
]
