"""What a client did wrong, in the form Open311 answers it: a list of codes with a sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal, each

# Open311 knows three: not found, no key, and everything else. What HTTP itself says stays as it is.
NOT_FOUND, NO_KEY, WRONG = 404, 403, 400
# And one of our own: the report came from here.
IN_A_RING = 409
OF_HTTP = {"method": 405, "too_large": 413, "rate": 429, "busy": 503}
# What the fields of our verbs are called there; what is in neither is one of the service's own questions.
THEIR_NAMES = {
    "words": "description",
    "said": "description",
    "point": "lat, long",
    "place": "address_id",
    "category": "service_code",
    "files": "media",
    "evidence": "media",
    "happened_on": "requested_datetime",
    "outcome": "status",
    "verdict": "status",
}
ALREADY_THEIRS = ("media", "service_code", "description", "email", "phone")
NO_FIELDS = ("exposure", "receipt", "request", "jurisdiction", "office")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that was not right, with its code."""

    code: int
    description: Any

    def as_document(self) -> dict[str, Any]:
        return {"code": self.code, "description": str(self.description)}


class Wrong(Exception):
    """A request that is answered by faults; the first one's code is the answer's status."""

    # Seconds after which it may be sent again; 0 where waiting mends nothing.
    retry_after = 0

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults

    @property
    def status(self) -> int:
        return self.faults[0].code


def wrong(description: Any, code: int = WRONG) -> Wrong:
    return Wrong(Fault(code=code, description=description))


def together(faults: Iterable[Fault]) -> None:
    """Raise all that was found wrong at once, if anything was."""
    if found := tuple(faults):
        raise Wrong(*found)


def of_refusal(refusal: Refusal) -> Wrong:
    """What a verb refused, as Open311 says it: whatever may not be seen is as if absent."""
    if isinstance(refusal, Denied) or refusal.code == "missing":
        return Wrong(*(Fault(code=NOT_FOUND, description=one.message) for one in each(refusal)))
    code = OF_HTTP.get(refusal.code, WRONG)
    return Wrong(*(Fault(code=code, description=said(one)) for one in each(refusal)))


def said(refusal: Refusal) -> str:
    """What was refused in a sentence, after the parameter it is about, as Open311 calls it."""
    words = f"{refusal.message} {refusal.remedy}".strip()
    name = their_name(refusal.field or "")
    return f"{name}: {words}" if name else words


def their_name(field: str) -> str:
    if not field or field in NO_FIELDS:
        return ""
    if field in ALREADY_THEIRS:
        return field
    return THEIR_NAMES.get(field, f"attribute[{field}]")
