"""A vote on people's own phones: tickets that nobody can guess, what a ballot must say, how many may be cast.

A ticket is a secret of 80 bits, made from a key that lies outside the database and from a client's
UUID that is kept nowhere: sent again, the same form gives the same ticket; a stolen database gives none.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.words.codes import LETTERS, MISREAD, typed
from samleng.voices.scorecards.rules.lines import Card, Present
from samleng.voices.scorecards.rules.vocabulary import MOST_PEOPLE, Vocabulary, Wrong

ROOM, WEEK = "room", "week"
# The door a poll's ballots come in by, as their lines say.
DOORS = {ROOM: "qr", WEEK: "week"}
TOKEN_LETTERS, DOOR_LETTERS = 16, 6
# The room's QR shows a new code so often, and a code works so many turns: long enough to look at it and tap.
TURN_SECONDS, TURNS_KEPT = 30, 4
MOST_TICKETS = 500


@dataclass(frozen=True, kw_only=True)
class TicketHolder(Actor):
    """Whoever holds a ticket that was just found good: writes one ballot on one card, and nothing else."""

    def may(self, verb: str, *, owner: str | Iterable[str], path: str | None = None, **more: Any) -> bool:
        owners = {owner} if isinstance(owner, str) else set(owner)
        return verb == "scorecards.write_line" and self.owner in owners


def letters(key: bytes, parts: Sequence[object], length: int) -> str:
    """So many letters, five bits each, that only who has the key can make of the parts."""
    made = hmac.new(key, "/".join(map(str, parts)).encode(), hashlib.sha256).digest()
    number = int.from_bytes(made, "big")
    return "".join(LETTERS[(number >> (5 * at)) & 31] for at in range(length))


def ticket_token(key: bytes, poll: UUID, draw: UUID, place: int) -> str:
    """The secret of the ticket at this place of a draw: 16 letters, 80 bits."""
    return letters(key, ("ticket", poll, draw, place), TOKEN_LETTERS)


def in_fours(token: str) -> str:
    """The token as it is shown: "7K3M-9QXD-04TB-R2WN"."""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))


def plain_token(text: str) -> str:
    """A token as typed or scanned, in its plain form; "" when it can be none."""
    token = typed(text).translate(MISREAD)
    return token if len(token) == TOKEN_LETTERS and set(token) <= set(LETTERS) else ""


def hashed(token: str) -> str:
    """What is kept of a ticket's secret: it finds the ticket, nothing brings it back."""
    return hashlib.sha256(token.encode()).hexdigest()


def turn(now: datetime) -> int:
    """Which turn of the room's code this moment lies in."""
    return int(now.timestamp()) // TURN_SECONDS


def door_code(key: bytes, poll: UUID, at: int) -> str:
    """The room's code of one turn; the six digits of the card stand before it."""
    return letters(key, ("door", poll, at), DOOR_LETTERS)


def fits_door(key: bytes, poll: UUID, code: str, now: datetime) -> bool:
    """Whether a code was shown by the room's QR within the last turns."""
    latest = turn(now)
    shown = [door_code(key, poll, latest - back) for back in range(TURNS_KEPT)]
    return any(hmac.compare_digest(code.encode(), one.encode()) for one in shown)


def split_door(text: str) -> tuple[str, str] | None:
    """The card's six digits and the turn's six letters of what was scanned or typed, if it is both."""
    code = typed(text)
    digits, rest = code[:6], code[6:].translate(MISREAD)
    if len(rest) != DOOR_LETTERS or not digits.isdigit() or not set(rest) <= set(LETTERS):
        return None
    return digits, rest


# --- who is in the room ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How the room is known: `listed` by number, only `heads`, or by nobody; `present` as far as known."""

    listed: tuple[Present, ...]
    heads: int
    present: int

    @property
    def asks_number(self) -> bool:
        """Whether a voter says the number on the sticker: the list knows the rest."""
        return bool(self.listed)


def standing_of(card: Card, made: Collection[str], told: int) -> Standing:
    """The room as its lines have it.

    `made` are people who exist by their ballot only; `told` is what the facilitator said where nobody is
    listed and no heads are counted.
    """
    listed = sorted(
        (p for p in card.people.values() if p.counted and p.uid not in made), key=lambda p: (p.number, p.uid)
    )
    counted = (card.setup.get("heads") or {}).get("cells") or {}
    heads = sum(int(n) for n in counted.values())
    return Standing(tuple(listed), heads, len(listed) + heads or told)


def free_number(card: Card) -> int:
    """A running number nobody on the card has: the next, or the lowest free one when all are given out."""
    taken = {person.number for person in card.people.values()}
    after = max(taken, default=0) + 1
    if after <= MOST_PEOPLE:
        return after
    return next((n for n in range(1, MOST_PEOPLE + 1) if n not in taken), MOST_PEOPLE)


# --- the ballot --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What somebody sends with a ticket: an answer to every priority; of themselves only what is asked."""

    scores: Mapping[str, int]
    number: int | None = None
    sex: str = ""
    band: str = ""
    special: tuple[str, ...] = ()
    group: str = ""

    @property
    def content(self) -> str:
        """One fingerprint: sent twice it is the same."""
        return fingerprint(
            {
                "scores": dict(self.scores),
                "number": self.number,
                "cell": [self.sex, self.band],
                "special": sorted(self.special),
                "group": self.group,
            }
        )


@dataclass(frozen=True)
class Asked:
    """What a voter is asked about themselves; what is not required may be left out."""

    number: bool = False
    profile: bool = False
    profile_required: bool = False
    group: bool = False


def asked_of(kind: str, standing: Standing, *, person_known: bool, groups: int, group: str) -> Asked:
    """The least that the method counts.

    The list knows listed people. Where nobody counted the room, people count themselves, so sex and age
    are needed there; where heads are counted, and in town, they may be left out.
    """
    if person_known:
        return Asked()
    if kind == ROOM and standing.asks_number:
        return Asked(number=True)
    wants_group = kind == ROOM and groups > 1 and not group
    return Asked(profile=True, profile_required=kind == ROOM and not standing.heads, group=wants_group)


def as_asked(vote: Vote, asked: Asked) -> Vote:
    """The vote without what nobody asked: whatever a form sends beside it is not kept."""
    left = vote if asked.profile else replace(vote, sex="", band="", special=())
    left = left if asked.group else replace(left, group="")
    return left if asked.number else replace(left, number=None)


def faults(vote: Vote, criteria: Sequence[str], words: Vocabulary, asked: Asked) -> Iterator[Wrong]:
    """What is wrong with a vote: an answer missing or off the scale, a part of the profile unknown."""
    for criterion in criteria:
        value = vote.scores.get(criterion)
        if value is None:
            yield Wrong(f"vote:{criterion}", "unanswered")
        elif isinstance(value, bool) or value not in words.values:
            yield Wrong(f"vote:{criterion}", "out_of_range", str(value)[:20])
    for criterion in vote.scores:
        if criterion not in criteria:
            yield Wrong("scores", "unknown", str(criterion)[:60])
    yield from profile_faults(vote, words, asked)


def profile_faults(vote: Vote, words: Vocabulary, asked: Asked) -> Iterator[Wrong]:
    for name, value, known in (("sex", vote.sex, words.sexes), ("band", vote.band, words.bands)):
        if value and value not in known:
            yield Wrong(name, "unknown", value[:60])
        elif not value and asked.profile_required:
            yield Wrong(name, "unanswered")
    for code in vote.special:
        if code not in words.special:
            yield Wrong("special", "unknown", str(code)[:60])
    if vote.group and vote.group not in words.groups:
        yield Wrong("group", "unknown", vote.group[:60])


Sent = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Casting:
    """Where a vote is written: under which ticket, for which listed person ("": none), at which moment.

    `joins`: whether the voter comes into the room by this ballot, under the running number.
    """

    ticket: UUID
    kind: str
    person: str
    number: int
    group: str
    written_at: str
    joins: bool = False


def ballot_uid(ticket: UUID) -> UUID:
    """The uid of a ticket's ballot: however often it is sent, it is this one line."""
    return uuid5(ticket, "ballot")


def person_uid(ticket: UUID) -> UUID:
    """The uid of somebody who is on the card by their ballot only."""
    return uuid5(ticket, "person")


def ballot_lines(vote: Vote, cast: Casting) -> list[Sent]:
    """The lines a vote becomes: its voter where nobody counted the room, and the ballot."""
    lines: list[Sent] = []
    ballot: Sent = {"door": DOORS[cast.kind], "scores": dict(vote.scores)}
    cell = f"{vote.sex}/{vote.band}" if vote.sex and vote.band else ""
    if cast.person:
        ballot["person"] = cast.person
    elif cast.joins:
        person = person_uid(cast.ticket)
        ballot["person"] = str(person)
        lines.append(sent(person, "person", of_person(vote, cast), cast.written_at))
    elif cell or vote.special:
        # Who was counted already, or is not of the room: what they say stays with their ballot.
        ballot["profile"] = {"cell": cell, "special": sorted(vote.special)}
    if cast.group:
        ballot["group"] = cast.group
    return [*lines, sent(ballot_uid(cast.ticket), "ballot", ballot, cast.written_at)]


def of_person(vote: Vote, cast: Casting) -> Sent:
    body: Sent = {"number": cast.number, "sex": vote.sex, "band": vote.band, "special": sorted(vote.special)}
    group = {"group": cast.group} if cast.group else {}
    return {**body, **group, "door": DOORS[cast.kind]}


def void_of(ticket: UUID, uid: UUID, written_at: str) -> Sent:
    """The line that takes one of a ticket's lines out."""
    return sent(uuid5(ticket, f"void:{uid}"), "void", {"line": str(uid)}, written_at)


def sent(uid: UUID, kind: str, body: Sent, written_at: str) -> Sent:
    return {"uid": str(uid), "kind": kind, "body": body, "written_at": written_at}


# --- how far it is -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turnout:
    """How far a vote is, as numbers only: `missing` are running numbers, of people or of tickets."""

    present: int
    handed: int
    opened: int
    cast: int
    # Ballots of the room through any door: its own phone, this vote, paper.
    voted: int
    # Tickets in the hands of people who have not voted.
    out: int
    missing: tuple[int, ...] = ()

    @property
    def free(self) -> int:
        """How many tickets may still be handed out: for those present who neither voted nor hold one."""
        return max(0, self.present - self.voted - self.out)
