from __future__ import annotations

import pytest

from samleng.insight.disclosure.models import Figure, PublicPlace, Release
from samleng.insight.disclosure.verbs.releasing import release_meeting
from samleng.insight.disclosure.verbs.together import release_many
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from tests.insight.walk import held, meet, publish
from tests.world import World

pytestmark = pytest.mark.django_db
ROOM = (2, 5, 9, 11, 6)
OTHER = (6, 7, 7, 7, 6)
FRONT = ("place_id", "facilities", "meetings")


def told() -> list[tuple[object, ...]]:
    fields = ("facility_id", "side", "criterion", "form", "n", "central_milli", "distribution", "text")
    return [*map(str, Figure.objects.order_by("facility_id", "side", "criterion").values_list(*fields))]


def test_it_tells_exactly_what_one_release_after_the_other_would(world: World):
    publish(world)
    meetings = [
        meet(world, world.clinic, [held(world, world.clinic, ROOM, OTHER)], reply={"en": "We hear you."}),
        meet(world, world.school, [held(world, world.school, OTHER)]),
    ]
    assert release_many(by=SYSTEM, meetings=[one.pk for one in meetings]) == {one.pk for one in meetings}
    digests = set(Release.objects.values_list("meeting_id", "digest"))
    figures, fronts = told(), set(PublicPlace.objects.values_list(*FRONT))
    rows = Entry.objects.filter(verb="disclosure.release_meeting")
    ledger = sorted(str(row.facts) for row in rows)
    assert rows.filter(due__reader="postman").count() == 2
    for model in (Figure, Release, PublicPlace):
        model.objects.all().delete()
    for one in meetings:
        release_meeting(by=SYSTEM, meeting=one)
    assert set(Release.objects.values_list("meeting_id", "digest")) == digests
    assert told() == figures
    assert set(PublicPlace.objects.values_list(*FRONT)) == fronts
    assert sorted(str(row.facts) for row in rows.order_by("-id")[:2]) == ledger


def test_it_counts_a_meeting_once_however_often_it_is_asked(world: World):
    publish(world)
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)])
    assert release_many(by=SYSTEM, meetings=[meeting.pk]) == {meeting.pk}
    before = set(PublicPlace.objects.values_list(*FRONT))
    assert release_many(by=SYSTEM, meetings=[meeting.pk]) == set()
    assert set(PublicPlace.objects.values_list(*FRONT)) == before


def test_it_leaves_alone_what_may_not_be_public_yet(world: World):
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)], close=False)
    publish(world)
    assert release_many(by=SYSTEM, meetings=[meeting.pk]) == set()
    assert not Figure.objects.exists()


def test_it_is_not_done_by_a_facilitator(world: World):
    publish(world)
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)])
    with pytest.raises(Denied):
        release_many(by=world.by(world.sophea), meetings=[meeting.pk])
    assert not Release.objects.exists()
