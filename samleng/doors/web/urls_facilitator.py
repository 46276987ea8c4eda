"""Addresses of the scorecards: a facilitator's, a planner's, a reviewer's."""

from django.urls import path

from samleng.doors.web import (
    facilitator,
    facilitator_end,
    facilitator_steps,
    facilitator_vote,
    planning,
    planning_batch,
    planning_card,
    review,
)
from samleng.doors.web.facilitator_room import room_page

CARD = "scorecards/<uuid:card_id>/"
ROOM = CARD + "room/"

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

urlpatterns += [
    path("scorecards/", planning.scorecards, name="scorecards"),
    path("scorecards/plan/", planning.plan_find, name="plan"),
    path("scorecards/plan/<uuid:facility_id>/", planning.plan_one, name="plan_one"),
    path("scorecards/rounds/", planning.rounds, name="rounds"),
    path("scorecards/rounds/new/", planning.open_round, name="open_round"),
    path("scorecards/file/", planning_batch.plan_many, name="plan_many"),
    path("scorecards/file/confirm/", planning_batch.confirm, name="plan_many_confirm"),
    path("scorecards/file/sample.xlsx", planning_batch.sample, name="plan_sample"),
    path("scorecards/files/", planning_batch.batches, name="batches"),
    path("scorecards/files/<uuid:batch_id>/", planning_batch.batch, name="batch"),
    path(CARD, planning_card.card, name="card"),
    path(CARD + "change/", planning_card.change, name="card_change"),
    path(CARD + "cancel/", planning_card.cancel, name="card_cancel"),
    path(CARD + "ask/", planning_card.ask_change, name="card_ask_change"),
    path(CARD + "ask/unlock/", planning_card.ask_unlock, name="card_ask_unlock"),
    path(CARD + "ask/<uuid:request_id>/", planning_card.decide, name="card_decide"),
    path(CARD + "review/", review.review, name="review"),
    path(CARD + "review/tick/", review.tick, name="review_tick"),
]
