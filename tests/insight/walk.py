"""Short walks through the small world, up to a closed meeting, its promises and their release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.verbs.meeting import close_meeting, hold_meeting
from samleng.answers.plans.verbs.planning import agree, open_plan
from samleng.ground.services.models import Facility
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Scorecard
from tests.world import World


def room(*histogram: int) -> list[int]:
    """Scores of a room, from how many gave each point from 1 up."""
    return [value for value, count in enumerate(histogram, 1) for _ in range(count)]


def criteria(world: World, facility: Facility, side: str = "community") -> list[str]:
    return [c.code for c in world.framework.method.criteria_for(facility.service.code, side)]


def votes(
    world: World, facility: Facility, rooms: Sequence[Sequence[int]], side: str = "community"
) -> dict[str, list[int]]:
    """One histogram for each of the first criteria."""
    codes = criteria(world, facility, side)
    return {code: room(*histogram) for code, histogram in zip(codes, rooms, strict=False)}


def held(world: World, facility: Facility, *rooms: Sequence[int], side: str = "community") -> Scorecard:
    """A completed card whose room voted so."""
    given = votes(world, facility, rooms, side)
    people = max(len(scores) for scores in given.values())
    return world.held_card(side, facility, given, people)


def meet(
    world: World,
    facility: Facility,
    cards: Sequence[Scorecard],
    *,
    close: bool = True,
    reply: dict[str, str] | None = None,
    show_provider: bool = False,
) -> Meeting:
    """An interface meeting over these cards."""
    meeting = hold_meeting(
        by=SYSTEM,
        round=cards[0].round,
        facility=facility,
        place=world.commune,
        held_on=timezone.localdate(),
        cards=cards,
    )
    return shut(meeting, reply=reply, show_provider=show_provider) if close else meeting


def shut(meeting: Meeting, **given: Any) -> Meeting:
    return close_meeting(
        by=SYSTEM,
        meeting=meeting,
        provider_reply=given.get("reply"),
        show_provider=given.get("show_provider", False),
    )


def publish(world: World) -> None:
    switch_publication(by=SYSTEM, programme=world.programme, on=True)


def plan_of(world: World) -> Plan:
    return open_plan(
        by=SYSTEM,
        programme=world.programme,
        framework=world.framework,
        place=world.commune,
        office=world.hall_office,
        year=2026,
    )


def promised(
    world: World,
    meeting: Meeting | None,
    text: str = "Two new latrines",
    *,
    due_in: int = 90,
    ago: int = 0,
    facility: Facility | None = None,
    criterion: str = "",
    proposer: str = "Chan Thy, villager",
) -> Action:
    """A promise in the commune's plan, agreed at the meeting."""
    today: date = timezone.localdate()
    item = agree(
        by=SYSTEM,
        plan=plan_of(world),
        meeting=meeting,
        facility=facility,
        office=world.clinic_office,
        criterion=criterion,
        agreed_on=today - timedelta(days=ago),
        terms=Terms(
            part=world.framework.method.plan.parts[0].code,
            text={"km": f"ខ្មែរ {text}", "en": text},
            starts_on=today - timedelta(days=ago),
            due_on=today + timedelta(days=due_in),
            proposer=proposer,
            role={"km": "ប្រធានគ្លីនិក", "en": "Head of the clinic"},
        ),
    )
    return item.action
