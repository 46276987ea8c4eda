"""Keeping what phones send before anything is made of it: durable, once for each uid, many in one commit.

To keep a parcel costs two rows; to put it on the card (verbs/opening.py) costs many, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.frameworks.models import Framework
from samleng.ground.people.models import Device
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.keys import unknown_phone
from samleng.kit.commit.known import Known
from samleng.kit.commit.rows import insert, select, uuid_in
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor, fresh_id
from samleng.kit.ledger.verbs import Told, record_each, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Parcel, Scorecard
from samleng.voices.scorecards.pinned import known_vocabulary, vocabulary
from samleng.voices.scorecards.rules.parcels import Sent, wrong_lines
from samleng.voices.scorecards.rules.vocabulary import Vocabulary
from samleng.voices.scorecards.verbs.writing import Held, allow_on
from samleng.voices.scorecards.wording import WRONG

MOST_REFUSALS = 50
NOBODY = Actor(key="anybody")
COLUMNS = (
    *("id", "owner", "uid", "scorecard", "writer", "device", "body", "key", "digest"),
    *("received_at", "refused"),
)


@dataclass(frozen=True, slots=True)
class Handed:
    """A parcel as it came to the door, with the hash of the token that its phone carries."""

    token_hash: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class Delivered:
    """A parcel is kept; `fresh` unless it was kept before."""

    uid: UUID
    fresh: bool


class Asked(NamedTuple):
    """What must be known of a card before a parcel for it is kept."""

    id: UUID
    programme: UUID
    path: str
    # These three as the engine gives them.
    implementer: Any
    side: str
    facility: Any
    framework: Any
    method_digest: str
    service: str
    kind: str
    erased: object

    @property
    def held(self) -> Held:
        implementer = uuid_in(self.implementer) if self.implementer else None
        return Held(f"programme:{self.programme}", self.path, implementer, self.side, uuid_in(self.facility))

    @property
    def words(self) -> Vocabulary:
        key = (self.service, self.side, self.kind)
        return known_vocabulary(self.method_digest, *key) or vocabulary(
            Framework.objects.get(pk=self.framework), *key
        )


@dataclass(slots=True)
class Case:
    """One parcel on its way: who sends it, and what was found; without `owner` it is none of theirs.

    `row` is what will be kept of it, in the order of COLUMNS; None when it is refused.
    """

    sent: Sent
    owner: str = ""
    refusal: Refusal | None = None
    row: tuple[Any, ...] | None = None
    by: Actor = NOBODY


def asked(cards: Iterable[UUID]) -> dict[UUID, Asked]:
    """The cards with these ids, in one query."""
    found = (Asked(uuid_in(row[0]), uuid_in(row[1]), *row[2:]) for row in select(what_is_asked, [*cards]))
    return {one.id: one for one in found}


def what_is_asked(cards: list[UUID]) -> QuerySet[Scorecard, Any]:
    return Scorecard.objects.filter(pk__in=cards).values_list(
        "pk",
        "programme_id",
        "place__path",
        "implementer_id",
        "side",
        "facility_id",
        "round__framework_id",
        "round__framework__digest",
        "service__code",
        "place__kind__code",
        "lines_erased_at",
    )


def deliver_together(
    *, handed: Sequence[Handed], known: Known | None = None, via: str = "field"
) -> list[Delivered | Refusal]:
    """Keep what many phones sent, in the transaction that is open; each gets an answer of its own.

    Who sends is asked of the database here, in the same transaction: a phone revoked a moment ago is unknown.
    `known` spares the questions whose answers cannot have changed.
    """
    known = known or Known()
    known.begin()
    phones = known.find("phones", {one.token_hash for one in handed}, partial(Device.objects.acting, via=via))
    cards = known.find("cards", {one.sent.card for one in handed}, asked)
    cases = []
    for one in handed:
        device, by = phones.get(one.token_hash, (None, None))
        if by is None:
            cases.append(Case(one.sent, refusal=unknown_phone()))
        else:
            cases.append(judged(by, device, one.sent, cards.get(one.sent.card)))
    return keep(cases)


@verb
def deliver(*, by: Actor, sent: Sent, device: Device | None = None) -> Delivered:
    """Keep one parcel of somebody who is known already; the same again is the same parcel."""
    case = judged(by, device.pk if device else None, sent, asked([sent.card]).get(sent.card))
    answer = keep([case])[0]
    if isinstance(answer, Refusal):
        raise answer
    return answer


def judged(by: Actor, device: UUID | None, sent: Sent, card: Asked | None) -> Case:
    """Whether the parcel may be kept: first who sends it, then what it says."""
    if card is None or not isinstance(by, Acting):
        return Case(sent, refusal=Denied())
    held = card.held
    try:
        allow_on(by, held, "scorecards.write_line")
    except Denied as denied:
        return Case(sent, refusal=denied)
    case = Case(sent, owner=held.owner, by=by)
    case.refusal = erased() if card.erased else wrong(sent, card.words)
    if case.refusal is None:
        ids = (card.id, UUID(by.person), device)
        rest: tuple[Any, ...] = (sent.body, sent.key, sent.digest, timezone.now(), [])
        case.row = (fresh_id(), held.owner, sent.uid, *ids, *rest)
    return case


def wrong(sent: Sent, words: Vocabulary) -> Refusal | None:
    """What is wrong with the lines, each named by its place in the parcel; the first ones of very many."""
    refused = [
        Refusal(filled(WRONG[one.code], value=one.value[:60]), row=row, field=one.field, code=one.code)
        for row, one in wrong_lines(sent, words)
    ]
    if not refused:
        return None
    return refused[0] if len(refused) == 1 else Refusals(refused[:MOST_REFUSALS])


def erased() -> Refusal:
    return Refusal(
        _("What people said at this meeting has been erased, as promised; nothing can be added."),
        remedy=_("Ask the person who manages your programme what to do with it."),
        code="erased",
    )


def keep(cases: Sequence[Case]) -> list[Delivered | Refusal]:
    """Insert what may be kept, once; then the table itself says who came first."""
    # In one order everywhere: two processes with the same parcels wait instead of locking each other out.
    rows = sorted((one.row for one in cases if one.row), key=lambda row: (row[1], row[2]))
    new = {row[0] for row in rows}
    if insert(Parcel, COLUMNS, rows, once=True) < len(rows):
        # Some were there before: the table says which are ours.
        new = set(Parcel.objects.filter(pk__in=new).values_list("pk", flat=True))
    fresh = [one.row is not None and one.row[0] in new for one in cases]
    kept = digests([one for one, first in zip(cases, fresh, strict=True) if one.owner and not first])
    record_each(rows=[told(one) for one, first in zip(cases, fresh, strict=True) if first])
    return [
        Delivered(one.sent.uid, True) if first else answer(one, kept.get((one.owner, one.sent.uid)))
        for one, first in zip(cases, fresh, strict=True)
    ]


def digests(cases: Sequence[Case]) -> dict[tuple[str, UUID], str]:
    """What is kept under these parcels' uids, if anything."""
    if not cases:
        return {}
    rows = Parcel.objects.filter(uid__in={one.sent.uid for one in cases})
    return {(owner, uid): digest for owner, uid, digest in rows.values_list("owner", "uid", "digest")}


def told(case: Case) -> Told:
    """The ledger's row of a parcel that is kept for the first time."""
    facts = {"parcel": str(case.sent.uid), "lines": len(case.sent.lines)}
    return Told(case.by, "scorecards.deliver", "scorecards.scorecard", case.sent.card, case.owner, facts)


def answer(case: Case, kept: str | None) -> Delivered | Refusal:
    """What the phone is told of a parcel that was not new."""
    if kept is None:
        return case.refusal or Denied()
    return Delivered(case.sent.uid, False) if kept == case.sent.digest else conflict()


def conflict() -> Refusal:
    return Refusal(
        _("This was already sent with other content."),
        remedy=_("Open the newest version, make the change there and send it once more."),
        code="conflict",
    )
