"""Both sides meet: the cards are laid on the table, heads are counted, the meeting closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from django.utils import timezone

from samleng.answers.actions.rules import Misstep
from samleng.answers.plans import rules
from samleng.answers.plans.models import Meeting, MeetingCard, PlanItem
from samleng.answers.plans.reading import results_at
from samleng.answers.plans.wording import WHY
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import check_words, clean, filled
from samleng.voices.scorecards.models import Round, Scorecard, State


def refuse(step: Misstep) -> NoReturn:
    """Say a broken rule to people, at its field."""
    message, remedy = WHY[step.code]
    said = filled(message, **step.params) if step.params else message
    raise Refusal(said, field=step.field, remedy=remedy, code=step.code) from step


def not_ahead(day: date, field: str) -> None:
    if day > timezone.localdate():
        refuse(Misstep("day", field))


def locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.with_context().select_for_update(of=("self",)).get(pk=meeting.pk)


@verb
def hold_meeting(
    *,
    by: Actor,
    round: Round,
    facility: Facility,
    place: Place,
    held_on: date,
    cards: Iterable[Scorecard],
    attendance: Mapping[str, int] | None = None,
) -> Meeting:
    """Citizens and a provider meet over these scorecards; said again, the cards given now are used.

    `attendance`: heads already counted, as in `record_attendance`.
    """
    programme, cards = round.programme, list(cards)
    require(by, "plans.hold_meeting", owner=programme.owner_key, path=place.path)
    not_ahead(held_on, "held_on")
    if not cards:
        refuse(Misstep("no_cards", "cards"))
    for card in cards:
        check_card(card, round, facility, place)
    meeting, made = Meeting.objects.get_or_create(
        round=round,
        facility=facility,
        place=place,
        defaults={"programme": programme, "held_on": held_on},
    )
    meeting = locked(meeting)
    laid, wanted = set(meeting.cards.values_list("scorecard_id", flat=True)), {card.pk for card in cards}
    if made or laid != wanted or meeting.held_on != held_on:
        if meeting.closed_at is not None:
            refuse(Misstep("closed"))
        lay(meeting, laid, wanted)
        meeting.held_on = held_on
        meeting.save(update_fields=["held_on"])
        facts = {"facility": str(facility.pk), "place": place.pk, "cards": sorted(map(str, wanted))}
        facts["held_on"] = held_on.isoformat()
        record(by=by, verb="plans.hold_meeting", thing=meeting, owner=meeting.owner_key, facts=facts)
    return record_attendance(by=by, meeting=meeting, attendance=attendance) if attendance else meeting


def lay(meeting: Meeting, laid: set[UUID], wanted: set[UUID]) -> None:
    """Exactly the wanted cards lie on the table."""
    meeting.cards.exclude(scorecard__in=wanted).delete()
    MeetingCard.objects.bulk_create(
        MeetingCard(meeting=meeting, scorecard_id=pk) for pk in sorted(wanted - laid)
    )


def check_card(card: Scorecard, round: Round, facility: Facility, place: Place) -> None:
    """The card is of this round and facility, was sent in, and was held in this place or one it serves."""
    same = card.round_id == round.pk and card.facility_id == facility.pk
    sent = card.state in (State.IN_REVIEW, State.COMPLETED)
    near = card.place.path.startswith(place.path) or place.path.startswith(card.place.path)
    # A provider's own card is held once where it stands and shown in every commune it serves.
    if not (same and sent and (near or card.side == "provider")):
        refuse(Misstep("card", "cards", code=card.code))


@verb
def record_attendance(
    *, by: Actor, meeting: Meeting, attendance: Mapping[str, int], minutes: str | None = None
) -> Meeting:
    """Heads counted by group, no names: "people", sexes, special groups, and each side."""
    meeting = locked(meeting)
    require(by, "plans.hold_meeting", owner=meeting.owner_key, path=meeting.place.path)
    if meeting.closed_at is not None:
        refuse(Misstep("closed"))
    try:
        meeting.attendance = rules.heads(attendance, groups_of(meeting))
    except Misstep as step:
        refuse(step)
    if minutes is not None:
        meeting.minutes = clean(minutes)
    meeting.save(update_fields=["attendance", "minutes"])
    record(
        by=by,
        verb="plans.record_attendance",
        thing=meeting,
        owner=meeting.owner_key,
        facts={"people": meeting.attendance.get("people")},
        content=minutes,
        tell=(),
    )
    return meeting


def groups_of(meeting: Meeting) -> frozenset[str]:
    """The groups whose heads a meeting counts."""
    method = meeting.round.framework.method
    named: list[Any] = [*method.profile.sexes, *method.profile.special_groups, *method.sides]
    return frozenset({"people", *(one.code for one in named)})


def judged(meeting: Meeting) -> list[dict[str, Any]]:
    """The framework's checks as the meeting stands now."""
    method = meeting.round.framework.method
    cards = [laid.scorecard for laid in meeting.cards.select_related("scorecard")]
    community = method.sides[0].code
    priorities = {r.criterion for r in results_at(meeting) if r.sheet.scorecard.side == community}
    answered = PlanItem.objects.filter(meeting=meeting).values_list("action__criterion", flat=True)
    table = rules.AtTable(
        held_on=meeting.held_on,
        sides=frozenset(card.side for card in cards),
        wanted_sides=frozenset(side.code for side in method.sides),
        card_days=tuple(card.held_on for card in cards if card.side == community),
        priorities=frozenset(priorities),
        answered=frozenset(answered),
    )
    return rules.judged(table, method.checks)


@verb
def close_meeting(
    *,
    by: Actor,
    meeting: Meeting,
    provider_reply: Mapping[str, str] | None = None,
    show_provider: bool = False,
) -> Meeting:
    """The meeting is over: its figures may become public, the provider's reply beside them.

    `show_provider`: the meeting agreed that a small team's own view is shown as its position.
    """
    meeting = locked(meeting)
    require(by, "plans.close_meeting", owner=meeting.owner_key, path=meeting.place.path)
    if meeting.closed_at is not None:
        return meeting
    meeting.checks = checked_to_close(meeting)
    meeting.provider_reply = check_words(provider_reply or {}, (), field="provider_reply", longest=1500)
    meeting.show_provider = show_provider
    meeting.closed_at = timezone.now()
    meeting.save(update_fields=["checks", "provider_reply", "show_provider", "closed_at"])
    record(
        by=by,
        verb="plans.close_meeting",
        thing=meeting,
        owner=meeting.owner_key,
        facts={
            "facility": str(meeting.facility_id),
            "place": meeting.place_id,
            "round": str(meeting.round_id),
            "show_provider": show_provider,
            "failed": [check["code"] for check in meeting.checks if not check["passed"]],
        },
        content=meeting.provider_reply or None,
    )
    return meeting


def checked_to_close(meeting: Meeting) -> list[dict[str, Any]]:
    """The checks as they stand, if the meeting may close by them; Refusal for one it cannot close without."""
    cards = [laid.scorecard for laid in meeting.cards.select_related("scorecard")]
    if not cards:
        refuse(Misstep("no_cards"))
    if any(card.state != State.COMPLETED for card in cards):
        refuse(Misstep("cards"))
    found = judged(meeting)
    try:
        rules.gate(found)
    except Misstep as step:
        refuse(step)
    return found
