"""The lessons of this site's pack, read from its files: data of the country, so no table holds them."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from django.conf import settings

from samleng.ground.materials.rules import Lesson, read_lessons

FILE = "lessons.toml"


def lessons() -> tuple[Lesson, ...]:
    """What facilitators are taught on their phones here, in order; none where the pack has no lessons."""
    return lessons_in(Path(settings.PACKS) / settings.COUNTRY_PACK)


@functools.cache
def lessons_in(pack: Path) -> tuple[Lesson, ...]:
    """A pack's lessons in its own languages, read once; raises `rules.Unsound`."""
    if not (pack / FILE).exists():
        return ()
    country = tomllib.loads((pack / "country.toml").read_text(encoding="utf-8"))
    return read_lessons(tomllib.loads((pack / FILE).read_text(encoding="utf-8")), country["languages"])
