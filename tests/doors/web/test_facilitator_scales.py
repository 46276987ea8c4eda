"""The same pages for other methods: 0 to 100, things counted against a standard, groups and own steps."""

from __future__ import annotations

import pytest
from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.planning import open_round
from tests.doors.web.facilitated import Meeting, at, client_of


def held_by(world, framework: str) -> Meeting:
    chosen = Framework.objects.get(code=framework)
    round = open_round(by=SYSTEM, programme=world.programme, framework=chosen, year=2026, cycle=2)
    meeting = Meeting(client_of(world.sophea), world.plan_card(round=round))
    meeting.begin()
    meeting.post("setup", held_on=timezone.localdate().isoformat(), voting="people")
    return meeting


def codes(meeting: Meeting) -> list[str]:
    card = Scorecard.objects.with_context().get(pk=meeting.card.pk)
    return [c.code for c in card.round.framework.method.criteria_for(card.service.code, card.side)]


def others() -> list[str]:
    return sorted(f.code for f in Framework.objects.all() if f.method.scale.kind != "points")


@pytest.mark.parametrize("kind", ["range", "count_vs_standard"])
def test_it_holds_a_whole_meeting_on_another_scale(world, kind):
    framework = next(f for f in Framework.objects.all() if f.method.scale.kind == kind)
    meeting = held_by(world, framework.code)
    method = framework.method
    groups = [group.code for group in method.groups]
    cell = f"{method.profile.sexes[0].code}/{method.profile.age_bands[-1].code}"
    people = [meeting.add(cell, group=groups[i % len(groups)] if groups else "") for i in range(3)]
    chosen = codes(meeting)[:2]
    meeting.choose(*chosen)
    values = {"range": ("30", "៧០"), "count_vs_standard": ("1", "9")}[kind]
    for person in people:
        meeting.get("ballot", person)
        answer = meeting.post("ballot", person, **{"vote-0": values[0], "vote-1": values[1]})
        assert answer.status_code == 302, answer.content.decode()
    expected = {"range": (30, 70), "count_vs_standard": (0, 0)}[kind]
    assert {tuple(b.scores.values()) for b in meeting.written.ballots.values()} == {expected}
    for step in ("people", "choose", "vote", "results", "finish"):
        meeting.get(step)


def test_it_says_which_numbers_the_scale_has(world):
    framework = next(f for f in Framework.objects.all() if f.method.scale.kind == "range")
    meeting = held_by(world, framework.code)
    person = meeting.add(group=framework.method.groups[0].code)
    meeting.choose(codes(meeting)[0])
    answer = meeting.post("ballot", person, **{"vote-0": "35"})
    assert answer.status_code == 422
    assert "from 0 to 100 in steps of 10" in answer.content.decode()


def test_it_offers_what_may_be_chosen_where_a_method_has_no_raising(world):
    framework = next(f for f in Framework.objects.all() if not any(s.code == "raise" for s in f.method.steps))
    meeting = held_by(world, framework.code)
    page = meeting.get("choose")
    assert all(f"add:{code}" in page for code in codes(meeting))
    assert at("room_raise", meeting.card.pk) not in page.split('class="way"')[1].split("</nav>")[0]
