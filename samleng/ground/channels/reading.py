"""Reading a catalogue's data: shapes by the dataclasses, then what must hold between its parts."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from samleng.ground.channels.rules import BadCatalogue, Catalogue
from samleng.ground.channels.soundness import between
from samleng.ground.frameworks.reading import BAD_TAG, TABLE, TAG, Reader
from samleng.ground.frameworks.vocabulary import Problem


def read(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue in the data; BadCatalogue with everything wrong, each with its path.

    What holds between parts is looked at once every part is whole by itself.
    """
    if not isinstance(data, Mapping):
        raise BadCatalogue([Problem("", TABLE)])
    given = data.get("languages")
    languages = [tag for tag in given if isinstance(tag, str)] if isinstance(given, list | tuple) else []
    reader = Reader(languages)
    catalogue = reader.build(Catalogue, data, "")
    for i, tag in enumerate(languages):
        if not TAG.fullmatch(tag):
            reader.note(f"languages[{i}]", BAD_TAG, found=tag)
    if not reader.problems:
        reader.problems.extend(between(catalogue))
    if reader.problems:
        raise BadCatalogue(reader.problems)
    return typing.cast(Catalogue, catalogue)
