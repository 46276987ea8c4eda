"""Categories found by what people type: any spelling of a name or a keyword, in either script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samleng.ground.channels.rules import Catalogue, Category, Group
from samleng.kit.words.khmer import searchable, skeleton

SHORTEST_BONES = 3


@dataclass(frozen=True)
class Shelf:
    """A group and those of its categories that fit."""

    group: Group | None
    categories: tuple[Category, ...]


def found(catalogue: Catalogue, kind: str = "", text: str = "") -> list[Shelf]:
    """The categories of a kind (of every kind where none is named) that fit what was typed, by group."""
    fitting = [one for one in catalogue.categories if not kind or one.kind == kind]
    if searchable(text):
        ranked = [(rank_of(one, text), one) for one in fitting]
        fitting = [one for rank, one in sorted(ranked, key=lambda pair: pair[0]) if rank < NOTHING]
    return shelves(catalogue, fitting)


NOTHING = 9


def rank_of(category: Category, text: str) -> int:
    """How well a category fits: the beginning of a name first, a keyword, then a likely spelling."""
    asked, bones = searchable(text), skeleton(text)
    names = [searchable(one) for one in category.name.values()]
    others = [searchable(word) for line in category.keywords.values() for word in line.split(",")]
    others += [searchable(one) for one in category.hint.values()]
    if any(name.startswith(asked) for name in names):
        return 0
    if any(asked in name for name in names):
        return 1
    if any(asked in word for word in others if word):
        return 2
    if len(bones) >= SHORTEST_BONES and any(bones in skeleton(word) for word in (*names, *others)):
        return 3
    # Somebody who writes a whole sentence is understood by the keywords in it.
    if any(len(word) > SHORTEST_BONES and word in asked for word in others):
        return 4
    return NOTHING


def shelves(catalogue: Catalogue, categories: Iterable[Category]) -> list[Shelf]:
    """The categories by group, groups in the order in which their first one comes."""
    kept: dict[str, list[Category]] = {}
    for one in categories:
        kept.setdefault(one.group, []).append(one)
    return [Shelf(catalogue.group(code), tuple(some)) for code, some in kept.items()]


def listed(found_shelves: Sequence[Shelf]) -> int:
    """How many categories stand on the shelves."""
    return sum(len(one.categories) for one in found_shelves)
