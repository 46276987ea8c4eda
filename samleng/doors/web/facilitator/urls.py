"""Addresses of a facilitator: their scorecards, and the room a meeting is held in."""

from django.urls import path

from samleng.doors.web.facilitator import answering, door, ending, heard, paper, polls, steps, vote
from samleng.doors.web.facilitator.room import room_page

ROOM = "scorecards/<uuid:card_id>/room/"
PHONES = ROOM + "vote/phones/"
POLL = PHONES + "<uuid:poll_id>/"

urlpatterns = [
    path("scorecards/mine/", door.my_scorecards, name="my_scorecards"),
    path("join/", door.join, name="join"),
    path("join/<str:code>", door.join, name="join_code"),
    path(ROOM, door.room, name="room"),
    path(ROOM + "begin/", door.begin, name="room_begin"),
    path(ROOM + "consent/", room_page(door.consent), name="room_consent"),
    path(ROOM + "day/", room_page(steps.setup), name="room_setup"),
    path(ROOM + "people/", room_page(steps.people), name="room_people"),
    path(ROOM + "people/heads/", room_page(steps.heads), name="room_heads"),
    path(ROOM + "people/<uuid:person_id>/", room_page(steps.person), name="room_person"),
    path(ROOM + "raise/", room_page(steps.raising), name="room_raise"),
    path(ROOM + "raise/by/<uuid:person_id>/", room_page(steps.raised_of), name="room_raised_of"),
    path(ROOM + "raise/<str:criterion>/", room_page(steps.raised_by), name="room_raised_by"),
    path(ROOM + "choose/", room_page(steps.choose), name="room_choose"),
    path(ROOM + "vote/", room_page(vote.vote), name="room_vote"),
    path(ROOM + "vote/hand-over/", room_page(vote.hand_over), name="room_hand_over"),
    path(ROOM + "vote/counts/", room_page(vote.counts), name="room_counts"),
    path(PHONES, room_page(polls.phones), name="room_phones"),
    path(PHONES + "open/", room_page(polls.open_one), name="room_poll_open"),
    path(POLL, room_page(polls.poll), name="room_poll"),
    path(POLL + "count/", room_page(polls.count), name="room_poll_count"),
    path(POLL + "ticket/", room_page(polls.ticket), name="room_poll_ticket"),
    path(POLL + "ticket/<uuid:ticket_id>/", room_page(polls.ticket_state), name="room_poll_ticket_state"),
    path(POLL + "door/", room_page(polls.door), name="room_poll_door"),
    path(POLL + "door/code/", room_page(polls.door_code), name="room_poll_code"),
    path(POLL + "print/", room_page(polls.print_out), name="room_poll_print"),
    path(ROOM + "vote/pass/<uuid:person_id>/", room_page(vote.pass_on), name="room_pass"),
    path(ROOM + "vote/paper/", room_page(paper.ballots), name="room_paper"),
    path(ROOM + "vote/paper/out/", room_page(paper.take_out), name="room_paper_out"),
    path(ROOM + "vote/paper/flip-chart/", room_page(paper.chart), name="room_chart"),
    path(ROOM + "vote/<uuid:person_id>/", room_page(vote.ballot), name="room_ballot"),
    path(ROOM + "results/", room_page(ending.results), name="room_results"),
    path(ROOM + "reflect/", room_page(ending.reflect), name="room_reflect"),
    path(ROOM + "reflect/<int:at>/", room_page(ending.reflect), name="room_reflect_on"),
    path(ROOM + "photos/", room_page(ending.photos), name="room_photos"),
    path(ROOM + "correct/<uuid:mark_id>/", room_page(answering.answer), name="room_mark"),
    path(ROOM + "finish/", room_page(ending.finish), name="room_finish"),
    path("scorecards/<uuid:card_id>/sent/", door.done, name="room_done"),
    path("scorecards/photo/<uuid:photo_id>/", ending.photo, name="photo"),
    path("scorecards/recording/<uuid:recording_id>/", heard.recording, name="recording"),
]
