"""Who acts by a key: the person it was given to, in one programme, and only for what the key is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from samleng.ground.people.rules import Acting

# A key in a phone's settings is seen by anybody who holds the phone: it fetches and sends, nothing else.
SEND, DATA = "send", "data"
OPENS: dict[str, frozenset[str]] = {
    SEND: frozenset({"forms.send"}),
    DATA: frozenset({"forms.send", "forms.manage", "forms.read", "forms.review"}),
}


@dataclass(frozen=True, kw_only=True)
class ByKey(Acting):
    """A person acting by a key: never more than they may themselves, never more than the key opens."""

    opens: frozenset[str] = frozenset()

    def may(self, verb: str, *, owner: str | Iterable[str], path: str | None = None, **more: Any) -> bool:
        return verb in self.opens and super().may(verb, owner=owner, path=path, **more)


def by_key(person: Acting, owner: str, purpose: str) -> ByKey:
    """The same person through a key of this programme ("programme:<uuid>") for "send" or "data"."""
    held = replace(person, owner=owner, seats=tuple(seat for seat in person.seats if seat.owner == owner))
    return ByKey(
        key=held.key,
        owner=held.owner,
        via=held.via,
        person=held.person,
        seats=held.seats,
        opens=OPENS[purpose],
    )
