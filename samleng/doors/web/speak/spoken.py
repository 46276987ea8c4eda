"""Where the words of the channel are heard: recordings that the catalogue brings, by what they say.

What nobody has recorded yet is simply silent here; the desk of sounds is where it shows as missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from samleng.doors.web.played import reader
from samleng.ground.channels.models import CatalogueVersion


class Voices:
    """The recordings of one catalogue in the reader's language."""

    def __init__(self, language: str, spoken: tuple[str, ...] = ()) -> None:
        self.languages = (language, *spoken)

    def of(self, sounds: Mapping[str, str] | None) -> str:
        """Where a text is heard; "" where no recording says its words."""
        return next((sounds[tag] for tag in self.languages if sounds.get(tag)), "") if sounds else ""


def voices(version: CatalogueVersion | None) -> Voices:
    return Voices(reader(), version.catalogue.languages[:1] if version else ())
