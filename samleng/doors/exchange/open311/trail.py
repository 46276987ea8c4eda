"""The sites through which a report came, told in a header, so that it turns in no ring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

HEADER = "X-Came-By"
# What one site says of itself: its jurisdiction, and the report's number there.
PART = re.compile(r"([a-z0-9._:-]{1,100})/([A-Za-z0-9-]{1,40})")
LONGEST = 12

Trail = list[list[str]]


def read(headers: Mapping[str, str]) -> Trail:
    """The sites and the numbers there, the first one first; what cannot be read is left out."""
    parts = [PART.fullmatch(one.strip().lower()) for one in headers.get(HEADER, "").split(",")]
    return [[found[1], found[2].upper()] for found in parts if found][:LONGEST]


def written(trail: Iterable[Iterable[str]], site: str, reference: str) -> str:
    """The same with one site more: whoever gets it knows all before."""
    whole = [*trail, (plain(site), reference)]
    return ", ".join("/".join(one) for one in whole[-LONGEST:])


def number_at(trail: Trail, site: str) -> str:
    """Under which number a site had the report already; "" where it never had it."""
    return next((number for name, number in trail if name == plain(site)), "")


def leads_to(trail: Iterable[Iterable[str]], address: str, jurisdiction: str = "") -> bool:
    """Whether it came by the site at this address, or of this name."""
    names = {plain(urlsplit(address).hostname or address), plain(jurisdiction)} - {""}
    return any(name in names for name, _number in trail)


def plain(site: str) -> str:
    """A site's name as it stands in the header."""
    return re.sub(r"[^a-z0-9._:-]", "-", site.lower())[:100]
