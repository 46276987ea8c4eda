"""What holds of facilities: what one is made of, and which drafts cannot stand together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One facility as a file gives it; places are ids of versions, `codes` maps scheme to code."""

    name: Mapping[str, str]
    place: int
    serves: Sequence[int] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    opened_on: date | None = None
    sample: bool = False
    row: int | None = None


def twice(drafts: Iterable[Draft]) -> list[tuple[Draft, Draft, str]]:
    """Drafts whose code an earlier draft has too: the later, the earlier, "scheme code"."""
    seen: dict[tuple[str, str], Draft] = {}
    found = []
    for draft in drafts:
        for key in draft.codes.items():
            if key in seen:
                found.append((draft, seen[key], " ".join(key)))
            else:
                seen[key] = draft
    return found


def sound_point(latitude: float | None, longitude: float | None) -> bool:
    """Whether the two are a point on earth, or both absent."""
    if latitude is None or longitude is None:
        return latitude is longitude
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
