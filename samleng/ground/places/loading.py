"""Loading a whole tree: sixteen thousand places in seconds, the same file again in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import (
    BAD_CODE,
    DUPLICATE,
    MOVED,
    NO_CODE,
    NO_NAME,
    NOT_UNDER_PARENT,
    ORPHAN,
    RENAMED,
    REUSED,
    UNKNOWN_KIND,
    UPGRADED,
    WRONG_LEVEL,
    Branch,
    Fault,
    sound_tree,
)
from samleng.ground.places.versions import BATCH, describe, former_names, fresh_ids, put_under, renew
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

SENTENCES = {
    NO_CODE: (_("This place has no code."), _("Give it its official code."), "code"),
    NO_NAME: (_("%(code)s has no name."), _("Write its name in one language at least."), "name"),
    BAD_CODE: (
        _("“%(code)s” is not a code of %(digits)s digits."),
        _("Write the official code with its leading zeros."),
        "code",
    ),
    DUPLICATE: (
        _("The code %(code)s already stands in row %(first)s (%(name)s)."),
        _("Give each place a code of its own."),
        "code",
    ),
    ORPHAN: (
        _("%(code)s lies in %(parent)s, which is not in the list or was refused."),
        _("Add %(parent)s, or correct the parent's code."),
        "parent",
    ),
    NOT_UNDER_PARENT: (
        _("The code %(code)s does not begin with its parent's code %(parent)s."),
        _("Correct one of the two codes."),
        "code",
    ),
    UNKNOWN_KIND: (
        _("%(code)s has the unknown kind “%(kind)s”."),
        _("Use one of the country's kinds."),
        "kind",
    ),
    WRONG_LEVEL: (
        _("%(code)s cannot lie in %(parent)s, which is not of a higher level."),
        _("Correct the kind or the parent."),
        "parent",
    ),
    REUSED: (
        _("The code %(code)s was another place's until %(until)s."),
        _("A code is never used again: give a new one."),
        "code",
    ),
}


def sentence(fault: Fault) -> Refusal:
    """The fault in words, with the row and the column it stands in."""
    message, remedy, column = SENTENCES[fault.code]
    facts = {"code": fault.branch.code, **fault.facts}
    return Refusal(
        filled(message, **facts),
        field=column,
        row=fault.branch.row,
        remedy=filled(remedy, **facts),
        code=fault.code,
    )


@dataclass(kw_only=True)
class Loaded:
    """What a load did: how many places are new, unchanged, corrected or renewed, and the faults."""

    made: int = 0
    unchanged: int = 0
    corrected: int = 0
    renewed: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return self.made + self.corrected + self.renewed

    def counts(self) -> dict[str, int]:
        return {
            "made": self.made,
            "corrected": self.corrected,
            "renewed": self.renewed,
            "refused": len(self.faults),
        }


class Loader:
    """Compares branches with what is in force and writes the difference, parents first."""

    def __init__(
        self,
        *,
        country: str,
        on: date,
        prefixed: bool = False,
        digits: Mapping[int, int] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.country, self.on = country, on
        self.prefixed, self.digits = prefixed, digits or {}
        self.progress = progress
        self.kinds = {kind.code: kind for kind in PlaceKind.objects.filter(country=country)}
        versions = Place.objects.filter(country=country)
        self.current = {place.code: place for place in versions.current().select_related("kind")}
        self.gone = dict(versions.exclude(valid_to=None).values_list("code", "valid_to"))
        self.code_of = {place.pk: place.code for place in self.current.values()}
        self.made: list[Place] = []
        self.corrected: list[Place] = []
        self.first: Place | None = None

    def run(self, branches: Sequence[Branch], *, only_good: bool) -> Loaded:
        """Load the sound branches; with faults, all or nothing unless `only_good`."""
        levels = {code: kind.level for code, kind in self.kinds.items()}
        known = {code: place.level for code, place in self.current.items()}
        reused = {code: until for code, until in self.gone.items() if code not in self.current}
        again = [
            Fault(branch=branch, code=REUSED, facts={"until": reused[branch.code]})
            for branch in branches
            if branch.code in reused
        ]
        fit = [branch for branch in branches if branch.code not in reused]
        sound, faults = sound_tree(fit, levels, known, prefixed=self.prefixed, digits=self.digits)
        faults = again + faults
        if faults and not only_good:
            raise Refusals([sentence(fault) for fault in faults])
        done = Loaded(faults=faults)
        fresh = [branch for branch in sound if branch.code not in self.current]
        ids = iter(fresh_ids(len(fresh)))
        for branch in fresh:
            self._make(branch, next(ids))
        self._write(done)
        self._compare([b for b in sound if b.code in self.current and b.code not in self._new_codes], done)
        return done

    def _make(self, branch: Branch, pk: int) -> None:
        kind = self.kinds[branch.kind]
        place = Place(
            id=pk,
            country=self.country,
            code=branch.code,
            kind=kind,
            level=kind.level,
            name=dict(branch.name),
            aliases=list(branch.aliases),
            valid_from=branch.valid_from or self.on,
            latitude=branch.latitude,
            longitude=branch.longitude,
        )
        put_under(place, self.current.get(branch.parent))
        self.made.append(describe(place))
        self.current[branch.code] = place
        self.code_of[pk] = branch.code
        self.first = self.first or place

    def _write(self, done: Loaded) -> None:
        self._new_codes = {place.code for place in self.made}
        for start in range(0, len(self.made), BATCH):
            Place.objects.bulk_create(self.made[start : start + BATCH])
            if self.progress:
                self.progress(min(start + BATCH, len(self.made)), len(self.made))
        done.made = len(self.made)

    def _compare(self, branches: Sequence[Branch], done: Loaded) -> None:
        for branch in branches:
            place = self.current[branch.code]
            changes = self._differences(place, branch)
            if not changes:
                done.unchanged += 1
            elif branch.valid_from and branch.valid_from > place.valid_from:
                self._renew(place, branch.valid_from, changes)
                done.renewed += 1
            else:
                self._correct(place, changes)
                done.corrected += 1
        fields = [
            "kind",
            "level",
            "name",
            "aliases",
            "latitude",
            "longitude",
            "search",
            "skeleton",
            "sort_key",
        ]
        Place.objects.bulk_update(self.corrected, fields, batch_size=50)

    def _differences(self, place: Place, branch: Branch) -> dict[str, object]:
        changes: dict[str, object] = {}
        if dict(branch.name) != place.name:
            changes["name"] = dict(branch.name)
        if set(branch.aliases) - set(place.aliases):
            changes["aliases"] = list(dict.fromkeys([*place.aliases, *branch.aliases]))
        if branch.kind != place.kind.code:
            changes["kind"] = self.kinds[branch.kind]
        for axis in ("latitude", "longitude"):
            if getattr(branch, axis) is not None and getattr(branch, axis) != getattr(place, axis):
                changes[axis] = getattr(branch, axis)
        if branch.parent != (self.code_of.get(place.parent_id, "") if place.parent_id else ""):
            changes["parent"] = self.current[branch.parent] if branch.parent else None
        return changes

    def _renew(self, place: Place, on: date, changes: dict[str, object]) -> None:
        how = MOVED if "parent" in changes else UPGRADED if "kind" in changes else RENAMED
        if "name" in changes:
            name = changes["name"]
            changes["aliases"] = former_names(place, name)  # type: ignore[arg-type]
        after = renew(place, on=on, how=how, **changes)  # type: ignore[arg-type]
        self.first = self.first or after
        # Its parts were carried to new versions: what follows must compare with those.
        for fresh in Place.objects.current().under(after).select_related("kind"):
            self.current[fresh.code] = fresh
            self.code_of[fresh.pk] = fresh.code

    def _correct(self, place: Place, changes: dict[str, object]) -> None:
        if "parent" in changes:
            raise Refusal(
                filled(
                    _("%(code)s stands under another parent since %(since)s."),
                    code=place.code,
                    since=place.valid_from.isoformat(),
                ),
                field="parent",
                remedy=_("Write the day on which it moved, a later one, in the column valid_from."),
            )
        for key, value in changes.items():
            setattr(place, key, value)
        place.level = place.kind.level
        self.corrected.append(describe(place))
        self.first = self.first or place
