"""Holding the meeting: who writes on the card, every line counted once, and sending it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.words.codes import valid_code
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Line, Photo, Scorecard, Side, State
from samleng.voices.scorecards.pinned import folded, vocabulary_of
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.unready import lacking
from samleng.voices.scorecards.rules.vocabulary import MOST_LINES, is_instant, wrongs
from samleng.voices.scorecards.wording import LACKING, NOT_RUNNING, WRONG


@dataclass(frozen=True, slots=True)
class Held:
    """What it hangs on whether somebody may write on a card."""

    owner: str
    path: str
    implementer: UUID | None
    side: str
    facility: UUID

    def owners(self) -> list[str]:
        """Who may write: the programme, and for a self-assessment the provider's own office."""
        offices = Office.objects.filter(facility_id=self.facility).values_list("pk", flat=True)
        return [self.owner, *(f"office:{pk}" for pk in offices)]


def allow(by: Actor, card: Scorecard, what: str) -> None:
    """Denied unless somebody may write on this card."""
    allow_on(
        by, Held(card.owner_key, card.place.path, card.implementer_id, card.side, card.facility_id), what
    )


def allow_on(by: Actor, card: Held, what: str) -> None:
    """The same, of a card known only by what it hangs on."""
    if by.may(what, owner=card.owner, path=card.path, implementer=card.implementer):
        return
    if card.side == Side.PROVIDER and by.may("scorecards.assess_self", owner=card.owners()):
        return
    raise Denied


def locked(card: Scorecard) -> Scorecard:
    """The card read again and held until the transaction ends, so that two phones take turns."""
    return Scorecard.objects.select_for_update(of=("self",)).in_lists().get(pk=card.pk)


def not_running(card: Scorecard) -> Refusal:
    """Why nothing can be done on a card that is not running, and what helps in its state."""
    message, remedy = NOT_RUNNING[card.state]
    return Refusal(message, remedy=remedy, code="state")


def find_by_code(by: Actor, code: str) -> Scorecard:
    """The open card with this code among those somebody may write on; the code alone opens nothing."""
    plain = valid_code(code)
    if plain is None:
        raise Refusal(
            _("This code is mistyped: a code has 6 digits and the last one checks the others."),
            field="code",
            remedy=_("Type it again as it is printed."),
        )
    for card in Scorecard.objects.open().with_context().filter(code=plain):
        try:
            allow(by, card, "scorecards.start")
        except Denied:
            continue
        return card
    raise Refusal(
        _("No open scorecard of yours has this code."),
        field="code",
        remedy=_("Check the digits, or ask the person who planned the meeting."),
        code="missing",
    )


@verb
def start(*, by: Actor, scorecard: Scorecard, holder: str) -> Scorecard:
    """Begin the meeting on this phone or browser; a card held by another one must be taken over."""
    card = locked(scorecard)
    allow(by, card, "scorecards.start")
    if card.state not in (State.PLANNED, State.RUNNING):
        raise not_running(card)
    if card.holder and card.holder != holder:
        raise Refusal(
            _("This scorecard is open on another device."),
            remedy=_("Take it over here; what was written there stays."),
            code="held",
        )
    if card.state == State.PLANNED:
        card.started_at = timezone.now()
        card.state = State.RUNNING
    if card.lead_id is None and isinstance(by, Acting):
        card.lead_id = UUID(by.person)
    card.holder = holder
    card.save(update_fields=["started_at", "state", "holder", "lead"])
    record(by=by, verb="scorecards.start", thing=card, owner=card.owner_key, facts={"holder": holder})
    return card


@verb
def take_over(*, by: Actor, scorecard: Scorecard, holder: str) -> Scorecard:
    """Move a running card to this device; nothing written elsewhere is lost."""
    card = locked(scorecard)
    allow(by, card, "scorecards.take_over")
    if card.state != State.RUNNING:
        raise not_running(card)
    before, card.holder = card.holder, holder
    card.save(update_fields=["holder"])
    record(
        by=by,
        verb="scorecards.take_over",
        thing=card,
        owner=card.owner_key,
        facts={"from": before, "to": holder},
    )
    return card


@verb
def write(*, by: Actor, scorecard: Scorecard, lines: Sequence[Mapping[str, Any]]) -> Scorecard:
    """Write lines on a running card: all of them or none. A line known by its uid counts once.

    Each line is {"uid", "kind", "body", "written_at"}. Late lines of a phone that lost the card to
    another one are welcome as long as the card is running: lines add up, they never overwrite.
    """
    card = locked(scorecard)
    allow(by, card, "scorecards.write_line")
    known = {str(uid): digest for uid, digest in card.lines.values_list("uid", "digest")}
    fresh = new_lines(card, lines, known, by)
    if not fresh:
        return card
    if card.state != State.RUNNING:
        raise not_running(card)
    Line.objects.bulk_create(fresh)
    apply_setup(card, fresh)
    record(
        by=by,
        verb="scorecards.write_line",
        thing=card,
        owner=card.owner_key,
        facts={"lines": [str(line.uid) for line in fresh]},
        content=[line.digest for line in fresh],
        tell=(),
    )
    return card


def new_lines(
    card: Scorecard, lines: Sequence[Mapping[str, Any]], known: dict[str, str], by: Actor
) -> list[Line]:
    """The lines not yet on the card; Refusals naming each bad one by its place in the batch."""
    words = vocabulary_of(card)
    refused: list[Refusal] = []
    fresh: dict[str, Line] = {}
    for row, given in enumerate(lines, start=1):
        line = read_line(card, given, by)
        if line is None:
            refused.append(Refusal(_("A part of this entry is missing."), row=row, code="unreadable"))
            continue
        uid = str(line.uid)
        if known.get(uid, line.digest) != line.digest:
            refused.append(
                Refusal(_("This entry was already sent with other content."), row=row, code="conflict")
            )
        elif uid not in known:
            refused += [
                Refusal(filled(WRONG[one.code], value=one.value), row=row, field=one.field, code=one.code)
                for one in wrongs(line.kind, line.body, words)
            ]
            known[uid] = line.digest
            fresh[uid] = line
    if len(known) > MOST_LINES:
        refused.append(Refusal(filled(_("A scorecard holds at most %(value)s entries."), value=MOST_LINES)))
    if refused:
        raise refused[0] if len(refused) == 1 else Refusals(refused)
    return list(fresh.values())


def read_line(card: Scorecard, given: Mapping[str, Any], by: Actor) -> Line | None:
    """A line as sent, or None when it cannot be read."""
    try:
        uid, kind, body = UUID(str(given["uid"])), str(given["kind"])[:16], dict(given["body"])
        if not is_instant(given["written_at"]):
            return None
        # Numbers that do not repeat exactly have no canonical form.
        digest = fingerprint({"kind": kind, "body": body})
    except (KeyError, ValueError, TypeError):
        return None
    return Line(
        scorecard=card,
        uid=uid,
        kind=kind,
        body=body,
        digest=digest,
        written_at=datetime.fromisoformat(given["written_at"]),
        writer=by.key,
    )


def apply_setup(card: Scorecard, fresh: Sequence[Line]) -> None:
    """What the set-up line says of the whole card is kept where lists and reviews look for it."""
    if not any(line.kind == "setup" for line in fresh):
        return
    setup = folded(card).setup
    if setup.get("held_on"):
        held_on = date.fromisoformat(setup["held_on"])
        if held_on > timezone.localdate():
            raise Refusal(
                _("The meeting cannot have been held in the future."),
                field="held_on",
                remedy=_("Choose today or an earlier day."),
            )
        card.held_on = held_on
    card.language = str(setup.get("language", card.language))[:10]
    if setup.get("lead"):
        card.lead = Person.objects.filter(pk=setup["lead"]).first() or card.lead
    card.save(update_fields=["held_on", "language", "lead"])


@verb
def add_photo(*, by: Actor, scorecard: Scorecard, blob: Blob) -> Photo:
    """Lay a picture of the flip-chart beside the card; the same picture again is the same one."""
    card = locked(scorecard)
    allow(by, card, "scorecards.add_photo")
    if card.state in (State.COMPLETED, State.CANCELLED):
        raise not_running(card)
    photo, made = Photo.objects.get_or_create(scorecard=card, blob=blob)
    if made:
        record(
            by=by,
            verb="scorecards.add_photo",
            thing=card,
            owner=card.owner_key,
            facts={"blob": str(blob.pk)},
            tell=(),
        )
    return photo


def unready(card: Card, *, reflections_required: bool = True) -> list[Refusal]:
    """What still keeps the card from being sent, in words, in the order of the meeting."""
    return [
        Refusal(filled(LACKING[one.code], value=one.criterion), field=one.field, code=one.code)
        for one in lacking(card, reflections_required=reflections_required)
    ]


def lines_digest(card: Scorecard) -> str:
    """One fingerprint of everything written, in an order that does not depend on arrival."""
    return fingerprint(sorted(str(uid) + digest for uid, digest in card.lines.values_list("uid", "digest")))
