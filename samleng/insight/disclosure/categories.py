"""What the published catalogue says of a pin's category: its name, its icon, whether it may be public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.insight.disclosure.rules.pins import PUBLIC


def category_of(code: str) -> Category | None:
    """The category as the catalogue in force has it, else as the last that knew it did."""
    current = CatalogueVersion.objects.current()
    found = current.catalogue.category(code) if current else None
    if found or current is None:
        return found
    for version in CatalogueVersion.objects.order_by("-published_at", "-pk"):
        found = version.catalogue.category(code)
        if found:
            return found
    return None


def may_be_public(category: Category | None) -> bool:
    """Whether a report of it may ever stand on the map: never one about a person in office."""
    return category is not None and PUBLIC in category.exposures and not category.about_official


def public_categories() -> tuple[Category, ...]:
    """Those that the map can be asked for, in the catalogue's order."""
    current = CatalogueVersion.objects.current()
    every = current.catalogue.categories if current else ()
    return tuple(one for one in every if may_be_public(one))


def sectors() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Code and name of every sector of the catalogue in force."""
    current: Any = CatalogueVersion.objects.current()
    return tuple((one.code, one.name) for one in current.catalogue.sectors) if current else ()
