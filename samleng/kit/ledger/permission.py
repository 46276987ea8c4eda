"""The first line of every verb: `require(by, "scorecards.plan", owner=..., path=...)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal


class Denied(Refusal):
    """Not allowed, or not there: which of the two is nobody's business who may not see it."""

    def __init__(self) -> None:
        super().__init__(
            _("This does not exist, or it is not yours to see or change."),
            remedy=_("Ask the person who manages your programme or office if you need it."),
            code="denied",
        )


def require(
    by: Actor, verb: str, *, owner: str | Iterable[str], path: str | None = None, **more: Any
) -> None:
    """Raise Denied unless somebody may do the verb to a thing of this owner at this place.

    `owner` is "" for what belongs to the whole country. `more` narrows it further: `implementer=`.
    """
    if not by.may(verb, owner=owner, path=path, **more):
        raise Denied
