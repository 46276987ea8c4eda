"""A parcel at the door, by whichever way it comes in: who sends it, what it says, what is answered."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from samleng.doors.door import LANE, http_status
from samleng.ground.people.models import Device
from samleng.ground.people.sealing import token_hash
from samleng.ground.people.site_key import NotForUs, open_bytes
from samleng.ground.people.verbs.keys import unknown_phone
from samleng.kit.commit.grouped import whole
from samleng.kit.commit.known import Known
from samleng.kit.commit.writer import Closed, Full, Unsaid, Writer
from samleng.kit.words.refusals import Refusal, each
from samleng.kit.words.text import filled
from samleng.voices.scorecards.rules.parcels import (
    MOST_BYTES,
    Sent,
    Unreadable,
    opened,
    read,
    uuid_of,
)
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed, deliver_together
from samleng.voices.scorecards.wording import WRONG

log = logging.getLogger("samleng.parcels")
# Not looked at, because one before it for the same card was refused.
BEHIND = 424
TOO_MUCH = frozenset({"too_large", "too_many_lines", "too_many_parcels"})
# Seconds after which it is worth while to ask again.
AGAIN = {"rate": 5, "busy": 2, "slow": 1}
# The slowest line that is waited for brings a large parcel in this time; nobody is waited for longer.
BODY_SECONDS = 120.0
# What one phone may send: a day of a whole team at once, and then five a second without end.
BURST, A_SECOND = 2000.0, 5.0
SEEN_SECONDS = 300.0
MOST_PHONES = 20_000


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a request before its body: all of it as the client wrote it."""

    method: str
    uid: str
    token: str
    media_type: str
    # None where the client did not say, or said no number.
    length: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Allowance:
    """How much one phone may still send: it fills up again with time."""

    left: float = BURST
    at: float = 0.0
    # When the database last said that the phone is known.
    seen: float = float("-inf")

    def take(self, now: float, count: int = 1) -> bool:
        self.left = min(BURST, self.left + (now - self.at) * A_SECOND)
        self.at = now
        if self.left < count:
            return False
        self.left -= count
        return True


@dataclass
class Gate:
    """Which phones came lately, so that strangers are turned away before their bodies are read.

    Only a first look: whether a phone is known is asked again in the transaction that keeps its parcel.
    """

    phones: dict[str, Allowance] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def knows(self, hashed: str, now: float) -> bool:
        """Whether the phone was known a short while ago; if not, ask the database."""
        found = self.phones.get(hashed)
        return found is not None and now - found.seen < SEEN_SECONDS

    def look_up(self, hashed: str, now: float) -> bool:
        """Ask the database whether this is an enrolled phone."""
        if not Device.objects.in_use().filter(token_hash=hashed).exists():
            return False
        with self.lock:
            if len(self.phones) >= MOST_PHONES:
                # Those who have not come for long have their full allowance anyway.
                for old in sorted(self.phones, key=lambda one: self.phones[one].at)[: MOST_PHONES // 2]:
                    del self.phones[old]
            self.phones.setdefault(hashed, Allowance(at=now)).seen = now
        return True

    def take(self, hashed: str, now: float, count: int = 1) -> bool:
        """So many of what the phone may send; False when it must wait."""
        with self.lock:
            return self.phones.setdefault(hashed, Allowance(at=now)).take(now, count)


GATE = Gate()
# Only the writer's own connection reads into this.
KNOWN = Known()


def written(handed: Sequence[Handed]) -> list[Delivered | Refusal]:
    return deliver_together(handed=handed, known=KNOWN)


_writers: list[Writer[Handed, Delivered | Refusal]] = []


def writer() -> Writer[Handed, Delivered | Refusal]:
    """This process's one writer of parcels."""
    if not _writers:
        _writers.append(Writer(written, atomic=whole, ended=connections.close_all))
    return _writers[0]


def end_writer() -> None:
    """Write what waits and let go of the database; the next parcel begins anew."""
    while _writers:
        _writers.pop().close()


def is_known(head: Head) -> bool:
    """Whether the phone came a short while ago, so that `admitted` asks nobody."""
    return GATE.knows(token_hash(head.token), time.monotonic())


def admitted(head: Head) -> tuple[UUID, str]:
    """The parcel's uid and the hash of its phone's token; a Refusal before a byte of the body is read."""
    return named(head.uid), sender_of(head)


def named(text: str) -> UUID:
    uid = uuid_of(text)
    if uid is None:
        raise wrong("uid", "unreadable")
    return uid


def sender_of(head: Head) -> str:
    """The hash of the phone's token; a Refusal for what is no parcel and for whoever may send none now."""
    if head.method != "POST":
        raise Refusal(_("A parcel is sent by POST."), code="method")
    # A form on somebody else's page cannot say this without asking first.
    if head.media_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(_("A parcel is sent as JSON."), code="media_type")
    if head.length is not None and head.length > MOST_BYTES:
        raise too_large()
    hashed, now = token_hash(head.token), time.monotonic()
    if not GATE.knows(hashed, now) and not GATE.look_up(hashed, now):
        raise unknown_phone()
    allow(hashed, 1)
    return hashed


def allow(hashed: str, count: int) -> None:
    """Take so many off what the phone may send, or none of them."""
    if not GATE.take(hashed, time.monotonic(), count):
        raise Refusal(
            _("This phone has sent very much in a short time."),
            remedy=_("It will go on by itself in a while."),
            code="rate",
        )


def wrong(named: str, code: str, value: str = "") -> Refusal:
    remedy = _("Send it in smaller parts.") if code in TOO_MUCH else ""
    return Refusal(filled(WRONG[code], value=value), remedy=remedy, field=named, code=code)


def too_large() -> Refusal:
    return wrong("body", "too_large", str(MOST_BYTES // (1024 * 1024)))


def too_slow() -> Refusal:
    return Refusal(
        _("What was sent did not arrive whole."), remedy=_("It will be sent again by itself."), code="slow"
    )


def understood(uid: UUID, hashed: str, raw: bytes) -> Handed:
    """The parcel ready for the writer; a Refusal for one that no card can be asked about."""
    return handed(hashed, lambda: read(uid, raw))


def handed(hashed: str, reading: Callable[[], Sent]) -> Handed:
    try:
        sent = reading()
        return Handed(hashed, looked_into(sent) if sent.key else sent)
    except Unreadable as bad:
        raise unreadable(bad) from None


def unreadable(bad: Unreadable) -> Refusal:
    return wrong(bad.wrong.field, bad.wrong.code, bad.wrong.value)


def looked_into(sent: Sent) -> Sent:
    """A sealed parcel with what it holds, so that its phone is told at once what is wrong with it.

    One that this site's key does not open is kept as it came: the phone learns so from the card's state, and
    sends all of it again.
    """
    try:
        return opened(sent, open_bytes(sent.body))
    except NotForUs:
        return sent


def answered(outcome: Delivered | Exception, accepted: str) -> Answer:
    """What the phone is told, in the language its Accept-Language asks for; 201 kept, 200 kept before."""
    if isinstance(outcome, Delivered):
        return Answer(201 if outcome.fresh else 200, b'{"uid":"%s"}' % str(outcome.uid).encode())
    if not isinstance(outcome, Refusal):
        outcome = went_wrong(outcome)
    status = http_status(outcome.code, LANE)
    with translation.override(language_of(accepted)):
        told = orjson.dumps({"refusals": [one.as_json() for one in each(outcome)]})
    more = (("Allow", "POST"),) if status == 405 else ()
    if outcome.code in AGAIN:
        more = (*more, ("Retry-After", str(AGAIN[outcome.code])))
    return Answer(status, told, more)


def went_wrong(error: Exception) -> Refusal:
    """A failure of ours, said as what to do: the parcel may be sent again without harm."""
    remedy = _("It will be sent again by itself.")
    if isinstance(error, Full | Closed | Unsaid):
        return Refusal(_("Very many are sending at this moment."), remedy=remedy, code="busy")
    log.error("a parcel could not be kept", exc_info=error)
    return Refusal(_("This could not be kept."), remedy=remedy, code="broken")


def language_of(accepted: str) -> str:
    """The site's language that a client's Accept-Language asks for first."""
    for tag, _quality in parse_accept_lang_header(accepted.lower()[:500]):
        try:
            return str(get_supported_language_variant(tag))
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)
