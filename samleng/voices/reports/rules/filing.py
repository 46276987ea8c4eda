"""What one person says, as a door hands it on: read, measured and held against its category. No database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from samleng.kit.ledger.rules import canonical
from samleng.kit.words.khmer import INVISIBLE
from samleng.kit.words.refusals import Misstep

PUBLIC, CONFIDENTIAL, ANONYMOUS = "public", "confidential", "anonymous"
EXPOSURES = (PUBLIC, CONFIDENTIAL, ANONYMOUS)
# What a category that names no exposure of its own gets: the one that tells least.
SAFEST = ANONYMOUS
LONGEST_WORDS = 4000
LONGEST_ANSWER = 500
MOST_FILES = 6
# About a metre: enough to find a heap of rubbish, and no more than a phone knows.
PLACES_OF_A_POINT = 5


class Unfit(Misstep):
    """Something in what was said cannot be taken."""


@dataclass(frozen=True)
class Point:
    """Where a thing lies (WGS84 degrees), rounded to about a metre; never where the reporter lives."""

    latitude: float
    longitude: float

    @classmethod
    def read(cls, latitude: object, longitude: object) -> Point | None:
        """The point out of what was sent; None when nothing was; Unfit for what is no place on earth."""
        if latitude in (None, "") and longitude in (None, ""):
            return None
        try:
            lat, lon = float(str(latitude)), float(str(longitude))
        except ValueError:
            raise Unfit("point", "point") from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Unfit("point", "point")
        return cls(round(lat, PLACES_OF_A_POINT), round(lon, PLACES_OF_A_POINT))


@dataclass(frozen=True, repr=False)
class Identity:
    """Who speaks and how to reach them; sealed at once, and shown nowhere but to a custodian."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def given(self) -> bool:
        return bool(self.name or self.phone or self.email)

    def as_text(self) -> str:
        return canonical({"name": self.name, "phone": self.phone, "email": self.email}).decode()


@dataclass(frozen=True, repr=False)
class Brought:
    """A file that comes with a report, cleaned: its bytes, what it is, and which kind ("photo", "sound")."""

    kind: str
    data: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def content_digest(self) -> str:
        return self.sha256


@dataclass(frozen=True, kw_only=True, repr=False)
class Filing:
    """One report as it is sent: everything a person chose, said and gave; nothing shows in a log.

    `receipt` was drawn by whoever sends (18 digits that check), so that a report sent twice is the same
    report. `approved` is the wording that may leave the first office (escalation, clusters, plans); empty:
    nothing may. `helper_consent` says how the person agreed when somebody else files for them.
    """

    category: str
    exposure: str
    receipt: str
    language: str
    words: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Brought] = ()
    point: Point | None = None
    happened_on: date | None = None
    identity: Identity = field(default_factory=Identity)
    approved: str = ""
    may_climb: bool = False
    on_behalf: bool = False
    helper_consent: str = ""
    # A telephone number or an e-mail address, kept apart from the identity: to be told that something moved.
    notice_to: str = ""

    def digest(self, secret: bytes) -> str:
        """What tells this filing from another under the same receipt; says nothing without the secret."""
        told: dict[str, Any] = {
            "category": self.category, "exposure": self.exposure, "words": self.words,
            "answers": {key: str(value) for key, value in self.answers.items()},
            "files": [one.sha256 for one in self.files],
            "point": [str(self.point.latitude), str(self.point.longitude)] if self.point else [],
            "happened_on": self.happened_on, "identity": self.identity.as_text(),
            "approved": self.approved, "may_climb": self.may_climb, "on_behalf": self.on_behalf,
        }  # fmt: skip
        if self.notice_to:
            told["notice_to"] = self.notice_to
        return hmac.new(secret, canonical(told), hashlib.sha256).hexdigest()

    @property
    def says_something(self) -> bool:
        """Whether an office could understand it: words, a picture or a recording, or an answer."""
        return bool(INVISIBLE.sub("", self.words).strip() or self.files or any(self.answers.values()))


def kind_of_contact(notice_to: str) -> str:
    """Whether it is an address or a telephone number."""
    return "email" if "@" in notice_to else "phone"


def exposure_for(wanted: str, default: str, allowed: Sequence[str]) -> str:
    """The exposure a report gets: what was wanted where the category allows it, else Unfit."""
    chosen = wanted or default or SAFEST
    if chosen not in allowed:
        raise Unfit("exposure", "exposure", value=chosen)
    return chosen


def checked(filing: Filing, *, today: date) -> Filing:
    """The filing if it can be taken whatever its category asks; Unfit at the first thing that is wrong."""
    if filing.exposure not in EXPOSURES:
        raise Unfit("exposure", "exposure", value=filing.exposure)
    if len(filing.words) > LONGEST_WORDS:
        raise Unfit("long", "words", most=LONGEST_WORDS)
    if len(filing.approved) > LONGEST_WORDS:
        raise Unfit("long", "approved", most=LONGEST_WORDS)
    if len(filing.files) > MOST_FILES:
        raise Unfit("files", "files", most=MOST_FILES)
    if filing.happened_on is not None and filing.happened_on > today:
        raise Unfit("future", "happened_on")
    if filing.on_behalf and not filing.helper_consent.strip():
        raise Unfit("consent", "helper_consent")
    if filing.exposure == ANONYMOUS and filing.identity.given:
        raise Unfit("named", "exposure")
    if filing.exposure == ANONYMOUS and filing.notice_to.strip():
        raise Unfit("named", "notice_to")
    if filing.exposure != PUBLIC and filing.point is not None:
        # Where somebody stood when they complained tells who they are.
        raise Unfit("point_not_kept", "point")
    return filing
