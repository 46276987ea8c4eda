"""Whose rows may be read, how matters climb, and what a code looks like: no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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


def sound_code(text: str) -> str | None:
    """The code trimmed, or None when it holds more than letters, digits, dot, dash, underscore."""
    code = text.strip()
    return code if CODE.fullmatch(code) else None


def sound_phone(text: str) -> bool:
    """Whether the text is a number to dial: digits, perhaps after a plus."""
    return PHONE.fullmatch(text) is not None
