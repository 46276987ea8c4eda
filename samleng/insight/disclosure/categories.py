"""What the published catalogue says of a pin's category: its name, its icon, whether it may be public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.insight.disclosure.rules.pins import PUBLIC


class Categories:
    """Categories by their codes, for one page or answer: the catalogue in force is looked up once."""

    def __init__(self) -> None:
        self.current = CatalogueVersion.objects.catalogue()
        self.former: dict[str, Category | None] = {}

    def of(self, code: str) -> Category | None:
        """The category as the catalogue in force has it, else as the last that knew it did."""
        if self.current is None:
            return None
        found = self.current.category(code)
        if found is None:
            if code not in self.former:
                every = CatalogueVersion.objects.order_by("-published_at", "-pk")
                known = (version.catalogue.category(code) for version in every)
                self.former[code] = next((one for one in known if one), None)
            found = self.former[code]
        return found


def category_of(code: str) -> Category | None:
    """One category, as `Categories` has it."""
    return Categories().of(code)


def may_be_public(category: Category | None) -> bool:
    """Whether a report of it may ever stand on the map: never one about a person in office."""
    return category is not None and PUBLIC in category.exposures and not category.about_official


def public_categories() -> tuple[Category, ...]:
    """Those that the map can be asked for, in the catalogue's order."""
    current = CatalogueVersion.objects.catalogue()
    every = current.categories if current else ()
    return tuple(one for one in every if may_be_public(one))


def sectors() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Code and name of every sector of the catalogue in force."""
    current: Any = CatalogueVersion.objects.catalogue()
    return tuple((one.code, one.name) for one in current.sectors) if current else ()
