"""Whose rows may be read, how matters climb, and what a code looks like: no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
# Hotlines have three digits, whole numbers of a country up to fifteen.
PHONE = re.compile(r"\+?[0-9]{3,15}")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one seat opens for reading: one owner's rows within an area (a place path "/1/12/")."""

    programme: str | None = None
    office: str | None = None
    implementer: str | None = None
    area_path: str = "/"
    registry: bool = False


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which private rows may be read; every scoped QuerySet demands one. Empty opens nothing."""

    grants: tuple[Grant, ...] = ()
    everything: bool = False

    @property
    def programmes(self) -> frozenset[str]:
        return frozenset(grant.programme for grant in self.grants if grant.programme)

    @property
    def offices(self) -> frozenset[str]:
        return frozenset(grant.office for grant in self.grants if grant.office)

    @property
    def area_paths(self) -> frozenset[str]:
        return frozenset(grant.area_path for grant in self.grants)


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def kinds_above(ladder: Sequence[str], kind: str) -> list[str]:
    """The kinds of office above this one on a sector's ladder (lowest first), the nearest first.

    A kind that does not stand on the ladder hands over to its lowest rung.
    """
    steps = list(ladder)
    return steps[steps.index(kind) + 1 :] if kind in steps else steps


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A step of a ladder as one office climbs it; a gap in the register is passed over."""

    kind: str
    office: Any = None
    here: bool = False


def rungs(ladder: Sequence[str], kind: str, above: Iterable[Any]) -> list[Rung]:
    """An office's ladder from itself up. `above` are the offices whose areas hold its own.

    Of several of a kind the nearest stands on the rung: the one in the smallest area, then by code.
    """
    nearest: dict[str, Any] = {}
    for office in sorted(above, key=lambda one: (-one.place.level, one.code)):
        nearest.setdefault(office.kind.code, office)
    steps = [Rung(kind=kind, here=True)]
    return [*steps, *(Rung(kind=one, office=nearest.get(one)) for one in kinds_above(ladder, kind))]


def sound_code(text: str) -> str | None:
    """The code trimmed, or None when it holds more than letters, digits, dot, dash, underscore."""
    code = text.strip()
    return code if CODE.fullmatch(code) else None


def sound_phone(text: str) -> bool:
    """Whether the text is a number to dial: digits, perhaps after a plus."""
    return PHONE.fullmatch(text) is not None
