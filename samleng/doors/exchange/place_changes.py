"""Places that take the place of others: divided, joined or renumbered, as a file's column “replaces” says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.ground.places.rules import Branch
from samleng.ground.places.verbs import merge, move, split, upgrade
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, each
from samleng.kit.words.text import filled


class Changes:
    """Makes a file's successions before its rows are compared; those made already are passed over."""

    def __init__(
        self, by: Actor, country: str, branches: Sequence[Branch], replaces: Mapping[str, Sequence[str]]
    ) -> None:
        self.by, self.country = by, country
        self.made = 0
        self.problems: list[Refusal] = []
        self.branches = {branch.code: branch for branch in branches}
        self.joined = {code: list(old) for code, old in replaces.items() if len(old) > 1}
        self.after: dict[str, list[Branch]] = defaultdict(list)
        for code, old in replaces.items():
            if len(old) == 1 and old[0] != code:
                self.after[old[0]].append(self.branches[code])
        # A part that only got another number goes along with what it lies in.
        self.renumbered = {old: new[0].code for old, new in self.after.items() if len(new) == 1}

    def make(self) -> None:
        """Everything the column asks for, from the top of the tree downwards."""
        wanted = set(self.after) | {old for codes in self.joined.values() for old in codes}
        known = self.known(wanted)
        done: set[str] = set()
        for code, codes in self.joined.items():
            places = [known[old] for old in codes if old in known]
            if self.ready(self.branches[code], codes, places):
                done |= self.attempt(self.branches[code], codes, places)
        for old in sorted(self.after, key=lambda one: known[one].level if one in known else 99):
            branches = self.after[old]
            if old in done or not self.ready(branches[0], [old], [known[old]] if old in known else []):
                continue
            done |= self.attempt(branches[0], [old], [known[old]])

    def known(self, codes: set[str]) -> dict[str, Place]:
        if not codes:
            return {}
        places = Place.objects.current().filter(country=self.country, code__in=codes)
        return {place.code: place for place in places.select_related("kind", "parent")}

    def ready(self, branch: Branch, codes: Sequence[str], places: Sequence[Place]) -> bool:
        """Whether this is still to be done; a code that never was is told."""
        if len(places) == len(codes):
            return True
        # What came after is there already: the file was sent before.
        if not self.known({branch.code}):
            ever = set(
                Place.objects.filter(country=self.country, code__in=codes).values_list("code", flat=True)
            )
            gone = ", ".join(sorted(set(codes) - ever) or codes)
            self.refuse(
                branch,
                Refusal(
                    filled(_("There is no place %(codes)s that could be replaced."), codes=gone),
                    remedy=_("Correct the code of the former place."),
                    code="no_place",
                ),
            )
        return False

    def attempt(self, branch: Branch, codes: Sequence[str], places: Sequence[Place]) -> set[str]:
        """Divide, join or renumber; the codes that are settled by it, parts included."""
        if branch.valid_from is None or any(branch.valid_from <= place.valid_from for place in places):
            self.refuse(
                branch,
                Refusal(
                    _("It is not said from which day this holds."),
                    remedy=_("Write the day in the column valid_from, later than the former place's own."),
                    code="dates",
                ),
            )
            return set(codes)
        inside = {
            part.code
            for place in places
            for part in Place.objects.current().under(place).exclude(pk=place.pk).only("code")
        }
        try:
            self.do(branch, codes, places, inside, branch.valid_from)
            self.made += 1
        except Refusal as refusal:
            for told in each(refusal):
                self.refuse(branch, told)
        return set(codes) | inside

    def do(
        self, branch: Branch, codes: Sequence[str], places: Sequence[Place], inside: set[str], on: date
    ) -> None:
        renumbered = {old: new for old, new in self.renumbered.items() if old in inside}
        if len(places) > 1:
            merge(by=self.by, places=places, into=branch, on=on, codes=renumbered)
        elif len(self.after[codes[0]]) > 1:
            into = self.after[codes[0]]
            children = {old: self.lies_in(renumbered.get(old, old)) for old in inside}
            split(by=self.by, place=places[0], into=into, on=on, children=children, codes=renumbered)
        elif branch.kind == places[0].kind.code:
            above = self.known({branch.parent}).get(branch.parent) or places[0].parent
            codes_after = {codes[0]: branch.code, **renumbered}
            move(by=self.by, place=places[0], parent=above, on=on, codes=codes_after)
        else:
            upgrade(by=self.by, place=places[0], kind=branch.kind, code=branch.code, on=on)

    def lies_in(self, code: str) -> str:
        row = self.branches.get(code)
        return row.parent if row else ""

    def refuse(self, branch: Branch, told: Refusal) -> None:
        told.field = f"{branch.source}: replaces" if branch.source else "replaces"
        told.row = branch.row
        self.problems.append(told)
