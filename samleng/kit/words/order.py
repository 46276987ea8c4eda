"""Lists in the order in which the reader of a page looks things up: Khmer by its letters, English A to Z."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import get_language

# The kept `sort_key` is made from the Khmer name by ICU; see words.khmer.sort_key.
KEPT = "km"


class Folded(Lower):
    """A Latin text without its capitals, compared letter by letter on either engine."""

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # A server's own collation may pass over spaces, and SQLite's does not.
        return self.as_sql(compiler, connection, template='LOWER(%(expressions)s) COLLATE "C"', **more)


def by_name(language: str = "") -> Combinable:
    """What rows with `name` (words) and `sort_key` are ordered by in a language, the page's by default.

    A row without a name in that language stands where its Khmer name puts it, after the others.
    """
    tag = (language or get_language() or KEPT).split("-")[0]
    if tag == KEPT or not tag.isalpha():
        return F("sort_key")
    return Folded(Coalesce(KT(f"name__{tag}"), KT(f"name__{KEPT}"), F("sort_key")))
