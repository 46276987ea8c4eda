"""The offices that every place of a kind has by law, as the section [[administrations]] of a pack says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import read_text
from samleng.doors.exchange.office_rows import Listed, Reader
from samleng.doors.exchange.place_recipes import LARGEST_RECIPE, bad_recipe


def listed_by_law(path: Path, reader: Reader) -> list[Listed]:
    """One office for each place of the kinds named; a Refusal for a pack that names none, or wrongly."""
    try:
        recipes = tomllib.loads(read_text(path, LARGEST_RECIPE)).get("administrations", [])
        found = [one for recipe in recipes for one in _offices(recipe, reader)]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise bad_recipe(path, repr(error), "administrations") from error
    if not found:
        raise bad_recipe(
            path, _("it names no administration that places here would have."), "administrations"
        )
    return found


def _offices(recipe: Mapping[str, Any], reader: Reader) -> list[Listed]:
    kind = reader.kinds[recipe["kind"]]
    services = tuple(reader.services[code] for code in recipe.get("services", []))
    wanted = set(recipe["place_kinds"])
    places = [place for place in reader.tree.by_code.values() if place.kind.code in wanted]
    return [
        Listed(
            row=number,
            code=f"{kind.code}-{place.code}"[:40],
            kind=kind,
            name={tag: pattern.replace("{}", place.label(tag)) for tag, pattern in recipe["name"].items()},
            place=place,
            services=services,
            since=place.valid_from,
        )
        for number, place in enumerate(sorted(places, key=lambda one: one.code), 1)
    ]
