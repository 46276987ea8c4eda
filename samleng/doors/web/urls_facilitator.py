"""Addresses of the scorecards: a facilitator's, a planner's, a reviewer's."""

from django.urls import path

from samleng.doors.web import facilitator, facilitator_end, facilitator_steps, facilitator_vote
from samleng.doors.web.facilitator_room import room_page

ROOM = "scorecards/<uuid:card_id>/room/"

urlpatterns = [
    path("scorecards/mine/", facilitator.my_scorecards, name="my_scorecards"),
    path("join/", facilitator.join, name="join"),
    path("join/<str:code>", facilitator.join, name="join_code"),
    path(ROOM, facilitator.room, name="room"),
    path(ROOM + "begin/", facilitator.begin, name="room_begin"),
    path(ROOM + "consent/", room_page(facilitator.consent), name="room_consent"),
    path(ROOM + "day/", room_page(facilitator_steps.setup), name="room_setup"),
    path(ROOM + "people/", room_page(facilitator_steps.people), name="room_people"),
    path(ROOM + "people/heads/", room_page(facilitator_steps.heads), name="room_heads"),
    path(ROOM + "people/<uuid:person_id>/", room_page(facilitator_steps.person), name="room_person"),
    path(ROOM + "raise/", room_page(facilitator_steps.raising), name="room_raise"),
    path(ROOM + "raise/by/<uuid:person_id>/", room_page(facilitator_steps.raised_of), name="room_raised_of"),
    path(ROOM + "raise/<str:criterion>/", room_page(facilitator_steps.raised_by), name="room_raised_by"),
    path(ROOM + "choose/", room_page(facilitator_steps.choose), name="room_choose"),
    path(ROOM + "vote/", room_page(facilitator_vote.vote), name="room_vote"),
    path(ROOM + "vote/hand-over/", room_page(facilitator_vote.hand_over), name="room_hand_over"),
    path(ROOM + "vote/counts/", room_page(facilitator_vote.counts), name="room_counts"),
    path(ROOM + "vote/pass/<uuid:person_id>/", room_page(facilitator_vote.pass_on), name="room_pass"),
    path(ROOM + "vote/<uuid:person_id>/", room_page(facilitator_vote.ballot), name="room_ballot"),
    path(ROOM + "results/", room_page(facilitator_end.results), name="room_results"),
    path(ROOM + "reflect/", room_page(facilitator_end.reflect), name="room_reflect"),
    path(ROOM + "reflect/<int:at>/", room_page(facilitator_end.reflect), name="room_reflect_on"),
    path(ROOM + "photos/", room_page(facilitator_end.photos), name="room_photos"),
    path(ROOM + "finish/", room_page(facilitator_end.finish), name="room_finish"),
    path("scorecards/<uuid:card_id>/sent/", facilitator.done, name="room_done"),
    path("scorecards/photo/<uuid:photo_id>/", facilitator_end.photo, name="photo"),
]
