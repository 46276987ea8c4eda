"""Addresses of those who vote on their own phone: they stand on paper and in QR codes, and never change."""

from django.urls import path

from samleng.doors.web.vote import pages

urlpatterns = [
    path("vote/", pages.find, name="vote"),
    path("vote/thanks/", pages.thanks, name="vote_thanks"),
    path("vote/in/<str:code>/", pages.door, name="vote_door"),
    path("vote/<str:token>/", pages.ticket, name="vote_ticket"),
]
