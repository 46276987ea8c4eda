"""Names in a language each, as the columns of other people's lists give them."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.cells import Column
from samleng.doors.exchange.tables import Row
from samleng.kit.words.khmer import KHMER_RUN
from samleng.kit.words.refusals import Refusal

# The column of no language: its letters tell which it is.
PLAIN = "name"
# How lists head the column of a language beside "name_<tag>".
HEADED = {
    "km": ("name_kh", "khmer_name", "ឈ្មោះ", "ឈ្មោះជាភាសាខ្មែរ", "ឈ្មោះខ្មែរ"),
    "en": ("english_name", "ឈ្មោះជាភាសាអង់គ្លេស", "ឈ្មោះអង់គ្លេស"),
}


def name_columns() -> dict[str, Column]:
    """One column for each language of the site, and one for a name whose language is not said."""
    columns = {
        f"name:{tag}": Column(heading=f"name_{tag}", required=False, longest=200, aliases=HEADED.get(tag, ()))
        for tag, _name in settings.LANGUAGES
    }
    return {**columns, PLAIN: Column(required=False, longest=200, aliases=("full_name",))}


def name_of(row: Row, labels: Mapping[str, str]) -> dict[str, str]:
    """The name by language, or a Refusal at the name's column."""
    found = {tag: row[f"name:{tag}"] for tag, _name in settings.LANGUAGES if row.get(f"name:{tag}")}
    if plain := row.get(PLAIN, ""):
        found.setdefault("km" if KHMER_RUN.search(plain) else "en", plain)
    if not found:
        columns = [
            labels[one]
            for one in (*(f"name:{tag}" for tag, _n in settings.LANGUAGES), PLAIN)
            if one in labels
        ]
        raise Refusal(
            _("The name is missing."),
            field=columns[0] if columns else "name",
            row=row.number,
            remedy=_("Write the name in one language at least."),
            code="empty",
        )
    return found
