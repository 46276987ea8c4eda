"""What the units of a country are called, where only a plain list of its places is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from samleng.ground.places.rules import Branch, Kind
from samleng.kit.words.khmer import KHMER_RUN, searchable
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

# What a list calls the row that stands for the whole country.
WHOLE = {"country", "nation", "state", "land", "ប្រទេស"}


def kinds_from(country: str, branches: Sequence[Branch]) -> tuple[list[Kind], list[Branch], list[Refusal]]:
    """The kinds of a country nobody has described: each kind's level is how deep its rows hang.

    Without a row for the whole country one is made, named by the country's code. Refusals name the rows
    whose kind hangs at two depths, and rows that hang on each other.
    """
    tops = [branch for branch in branches if not branch.parent]
    known = len(tops) == 1 and searchable(tops[0].kind) in WHOLE
    made = list(branches)
    if not known:
        root = Branch(code=country.upper(), kind="country", name={"en": country.upper()})
        made = [root, *(replace(one, parent=one.parent or root.code) for one in branches)]
    by_code = {branch.code: branch for branch in made}
    levels: dict[str, int] = {}
    problems = []
    for branch in made:
        depth = _depth(branch, by_code)
        if depth is None or branch.kind == "":
            continue  # an orphan or a ring: the load says so at its row
        if levels.setdefault(branch.kind, depth) != depth:
            told = _("“%(kind)s” stands at level %(first)d elsewhere and here at level %(level)d.")
            problems.append(
                Refusal(
                    filled(told, kind=branch.kind, first=levels[branch.kind], level=depth),
                    field="kind",
                    row=branch.row,
                    remedy=_("Give places of another level a kind of their own, or correct the parent."),
                    code="wrong_level",
                )
            )
    kinds = [Kind(code=code, level=level, name=_called(code)) for code, level in levels.items()]
    return kinds, made, problems


def _depth(branch: Branch, by_code: dict[str, Branch]) -> int | None:
    depth, seen = 0, {branch.code}
    while branch.parent:
        above = by_code.get(branch.parent)
        if above is None or above.code in seen:
            return None
        seen.add(above.code)
        branch, depth = above, depth + 1
    return depth


def _called(kind: str) -> dict[str, str]:
    return {"km": kind} if KHMER_RUN.search(kind) else {"en": kind.replace("_", " ").capitalize()}
