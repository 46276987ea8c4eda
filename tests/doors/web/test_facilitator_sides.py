"""Citizens are asked for traits and may sit in groups; a handful of staff are not: it would name one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samleng.voices.scorecards import pinned
from tests.doors.web.facilitated import Meeting, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def citizens_only(monkeypatch):
    """The method of the small world, its traits and its groups but one for citizens only."""
    of_card, read = pinned.method_of, pinned.read_vocabulary

    def for_citizens(method):
        specials = tuple(replace(one, sides=("community",)) for one in method.profile.special_groups)
        groups = tuple(one if one.plenary else replace(one, sides=("community",)) for one in method.groups)
        return replace(method, profile=replace(method.profile, special_groups=specials), groups=groups)

    def method_of(card):
        return for_citizens(of_card(card))

    monkeypatch.setattr(pinned, "method_of", method_of)
    monkeypatch.setattr("samleng.doors.web.facilitator.room.method_of", method_of)
    # What may be written is read once a process: here anew, by this method.
    monkeypatch.setattr(pinned, "_kept", {})
    monkeypatch.setattr(pinned, "read_vocabulary", lambda method, *more: read(for_citizens(method), *more))


@pytest.mark.parametrize(("side", "asked"), [("community", True), ("provider", False)])
def test_it_asks_only_the_side_that_a_trait_is_counted_on(world, side, asked):
    meeting = Meeting(client_of(world.sophea), world.plan_card(side))
    meeting.begin()
    for page in ("people", "people_heads"):
        html = meeting.get(page.removeprefix("people_"))
        assert ('value="disability"' in html or 'name="special:disability"' in html) is asked


def test_it_refuses_a_trait_that_the_side_is_not_asked_for(world):
    meeting = Meeting(client_of(world.sophea), world.plan_card("provider"))
    meeting.begin()
    assert meeting.post("people", cell="female/31-59", special="disability").status_code == 422
    assert not meeting.written.people
