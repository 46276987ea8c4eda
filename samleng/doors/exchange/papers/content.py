"""What stands on an office's papers, as plain data: the layout draws texts and knows no case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.kit.words.khmer import word_breaks
from samleng.kit.words.text import say


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper: its office and number, facts, paragraphs, what is filled in by hand, who signs.

    `layout` is "letter", "slip" or "register"; `parties` are parts in the matter with an empty line for each
    name; `blanks` are headings with so many empty lines; `groups` the digits of a receipt.
    """

    layout: str
    title: str
    office: Office
    language: str
    number: str = ""
    to: str = ""
    facts: Sequence[tuple[str, str]] = ()
    paragraphs: Sequence[str] = ()
    parties: Sequence[str] = ()
    blanks: Sequence[tuple[str, int]] = ()
    signatures: Sequence[str] = ()
    thumbs: bool = False
    note: str = ""
    groups: Sequence[str] = ()
    qr: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    day: date | None = None
    sample: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=8)
def heads_of(pack: Path) -> tuple[Mapping[str, str], ...]:
    """What stands above every paper of a public office in the pack's land."""
    about = tomllib.loads((pack / "country.toml").read_text(encoding="utf-8"))
    return tuple(about.get("paper", {}).get("head", ()))


def state_head(language: str) -> list[str]:
    lines = heads_of(Path(settings.PACKS) / settings.COUNTRY_PACK)
    return [text for one in lines if (text := say(one, language))]


def given(paper: Paper) -> dict[str, Any]:
    """What the layout draws: texts only, Khmer broken between its words."""
    office, language = paper.office, paper.language
    above = [place.label(language) for place in ancestors(office)]
    with translation.override(language):
        day = paper.day
        words = {
            "number": _("No."),
            "name": _("Name"),
            "thumb": _("Thumbprint"),
            "signature": _("Signature"),
            "date": _("Date"),
            "to": _("To"),
            "page": _("page {page} of {pages}"),
            "dated": f"{day:%d/%m/%Y}" if day else "",
            "none": _("Nothing came then"),
            "groups": _("Receipt: six groups of three digits"),
        }
        sample = str(_("SAMPLE")) if paper.sample else ""
    texts = {
        "layout": paper.layout, "title": paper.title, "to": paper.to, "head": state_head(language),
        "office": [*above, say(office.name, language)], "facts": [list(one) for one in paper.facts],
        "paragraphs": [line for text in paper.paragraphs for line in text.split("\n")],
        "parties": list(paper.parties), "blanks": [{"name": name, "lines": n} for name, n in paper.blanks],
        "signatures": list(paper.signatures), "note": paper.note, "heads": list(paper.heads),
        "rows": [list(row) for row in paper.rows], "words": words,
    }  # fmt: skip
    return {
        **broken(texts), "language": language, "number": paper.number, "thumbs": paper.thumbs,
        "groups": list(paper.groups), "qr": paper.qr, "sample": sample,
    }  # fmt: skip


def ancestors(office: Office) -> list[Place]:
    """The places above an office's own, from below the country downward, and its own."""
    ids = office.place.ancestor_ids
    return list(Place.objects.filter(pk__in=ids, level__gte=1).select_related("kind").order_by("level"))


def broken(value: Any) -> Any:
    """The same with a break allowed between Khmer words in every text."""
    if isinstance(value, str):
        return word_breaks(value)
    if isinstance(value, dict):
        return {key: broken(one) for key, one in value.items()}
    return [broken(one) for one in value] if isinstance(value, list) else value
