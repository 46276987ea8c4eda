"""Organisations that carry out a programme (CSV, XLSX): where they sit and in which places they work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.cells import CODE, LIST, Column
from samleng.doors.exchange.matching import Tree, called
from samleng.doors.exchange.names import name_columns, name_of
from samleng.doors.exchange.report import Progress, Report, in_order, needed, take_in
from samleng.doors.exchange.tables import Row, Table, fold, read_table, sheets_of
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.offices.rules import sound_code
from samleng.ground.offices.verbs import add_implementer
from samleng.ground.places.models import Place
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import filled

# Where it sits: the deepest of these that is filled; the wider ones must hold it.
SEATS = ("place", "commune", "district", "province")
TARGETS = ("targets", "target_provinces", "target_districts", "target_communes")
ALIASES: Mapping[str, tuple[str, ...]] = {
    "place": ("place_code", "location_id", "base", "ទីកន្លែង", "លេខកូដទីកន្លែង"),
    "commune": ("commune_id", "commune_code", "លេខកូដឃុំ"),
    "district": ("district_id", "district_code", "លេខកូដស្រុក"),
    "province": ("province_id", "province_code", "លេខកូដខេត្ត"),
    "targets": ("target_codes", "target_places", "areas", "តំបន់គោលដៅ", "ទីកន្លែងគោលដៅ"),
    "target_provinces": ("target_province_ids", "target_province_codes", "ខេត្តគោលដៅ"),
    "target_districts": ("target_district_ids", "target_district_codes", "ស្រុកគោលដៅ"),
    "target_communes": ("target_commune_ids", "target_commune_codes", "ឃុំគោលដៅ"),
}
# Headings that only other lists have: registers of offices, lists of people.
OTHERS = {
    "kind",
    "officekind",
    "type",
    "sex",
    "gender",
    "role",
    "phone",
    "phonenumber",
    "implementer",
    "lngo",
}
WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One organisation as its row gives it."""

    row: int
    code: str
    name: Mapping[str, str]
    place: Place | None
    targets: tuple[Place, ...]


def is_list_of_implementers(path: Path) -> bool:
    """Whether a table lists organisations with their target places, and neither offices nor people."""
    try:
        lines = sheets_of(path)[0].lines
    except Refusal:
        return False  # its own reader says what is wrong with it
    headings = {fold(cell) for cell in lines[0][1]} if lines else set()
    targets = {fold(name) for key in TARGETS[1:] for name in (key, *ALIASES[key])}
    return bool(headings & targets) and not headings & OTHERS


def import_implementers(
    *,
    by: Actor,
    path: Path | str,
    programme: Programme | None = None,
    country: str | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take a list of organisations into a programme; the same list again changes nothing.

    Found again by `code`, else by name. Bad rows raise Refusals, or with `only_good` are `rejected`.
    """
    into, path = needed(programme), Path(path)

    def work() -> Report:
        reader = Reader(into, country or settings.COUNTRY_PACK)
        table = read_table(path, reader.columns())
        listed = reader.listed(table)
        if reader.rejected and (not only_good or not listed):
            raise Refusals(in_order(reader.rejected))
        report = load(by, into, reader, listed, progress)
        if report.rejected and not only_good:
            raise Refusals(report.rejected)
        report.counts["rows"] = len(table.rows) + len({one.row for one in table.problems})
        report.counts["refused"] = len({one.row for one in report.rejected})
        return report

    return take_in(kind="implementers", by=by, path=path, work=work, dry_run=dry_run)


def load(
    by: Actor,
    programme: Programme,
    reader: Reader,
    listed: list[Listed],
    progress: Progress | None,
) -> Report:
    """Add or correct each organisation that differs from what is known of it."""
    report = Report(kind="implementers", rejected=reader.rejected)
    report.counts = {"new": 0, "changed": 0}
    for number, one in enumerate(listed, 1):
        kept = reader.known.get(one.code)
        if kept is not None and reader.same(kept, one):
            report.unchanged += 1
            continue
        try:
            with transaction.atomic():
                add_implementer(
                    by=by,
                    programme=programme,
                    code=one.code,
                    name=one.name,
                    place=one.place,
                    targets=one.targets,
                )
        except Denied:
            raise  # it is the programme that is not theirs, not this row
        except Refusal as refused:
            for told in each(refused):
                told.field, told.row = reader.labels.get(told.field or "", told.field), one.row
                report.rejected.append(told)
            continue
        report.loaded += 1
        report.counts["changed" if kept else "new"] += 1
        if progress:
            progress(number, len(listed))
    return report


class Reader:
    """Reads the rows of one list against the programme's organisations and the places of today."""

    def __init__(self, programme: Programme, country: str) -> None:
        self.tree = Tree(country)
        mine = Implementer.objects.filter(programme=programme).prefetch_related("targets")
        self.known = {one.code: one for one in mine}
        self.by_name = {searchable(text): one.code for one in mine for text in one.name.values()}
        self.taken: dict[str, int] = {}
        self.rejected: list[Refusal] = []
        self.labels: Mapping[str, str] = {}

    def columns(self) -> dict[str, Column]:
        """The columns of such a list; only a name must be there."""
        found = {"code": Column(required=False, kind=CODE, unique=True, aliases=("id", "លេខកូដ", "កូដ"))}
        found |= name_columns()
        for name in SEATS:
            found[name] = Column(required=False, kind=CODE, pad=self.tree.pad, aliases=ALIASES[name])
        for name in TARGETS:
            found[name] = Column(required=False, kind=LIST, aliases=ALIASES[name])
        return found

    def listed(self, table: Table) -> list[Listed]:
        self.labels = table.labels
        self.rejected += table.problems
        return [one for row in table.rows if (one := self.one(row)) is not None]

    def one(self, row: Row) -> Listed | None:
        """The row as an organisation, or None after its faults were noted."""
        faults: list[Refusal] = []
        place, targets, name, code = None, [], {}, ""
        for column, said in [(c, row[c]) for c in SEATS if row.get(c)]:
            faults += self.found(row, column, said, into := [])
            faults += self.apart(row, column, place, into)
            place = place or (into[0] if into else None)
        for column, said in [(c, one) for c in TARGETS for one in row.get(c, [])]:
            faults += self.found(row, column, said, targets)
        try:
            name = name_of(row, self.labels)
            code = self.code(row, name)
        except Refusal as refusal:
            faults.append(refusal)
        self.rejected += faults
        if faults:
            return None
        return Listed(
            row=row.number, code=code, name=name, place=place, targets=tuple(dict.fromkeys(targets))
        )

    def found(self, row: Row, column: str, said: str, into: list[Place]) -> list[Refusal]:
        try:
            into.append(self.tree.coded(said, field=self.labels.get(column, column), row=row.number))
        except Refusal as refusal:
            return [refusal]
        return []

    def apart(self, row: Row, column: str, place: Place | None, wider: list[Place]) -> list[Refusal]:
        """A commune that does not lie in the district or province its row names."""
        if place is None or not wider or place.path.startswith(wider[0].path):
            return []
        return [
            Refusal(
                filled(
                    _("%(place)s does not lie in %(wider)s."),
                    place=called((place,)),
                    wider=called((wider[0],)),
                ),
                field=self.labels.get(column, column),
                row=row.number,
                remedy=_("Correct one of the two codes."),
                code="apart",
            )
        ]

    def code(self, row: Row, name: Mapping[str, str]) -> str:
        """Its code; without one, that of the organisation so named, else one made of its name's letters."""
        code = row.get("code", "") or next(
            (self.by_name[searchable(text)] for text in name.values() if searchable(text) in self.by_name), ""
        )
        if not code:
            text = name.get("en", "")
            base = sound_code(text) or "-".join(WORD.findall(text))[:30] or "ngo"
            numbered = (base if n == 1 else f"{base}-{n}" for n in range(1, 10_000))
            code = next(one for one in numbered if one not in self.known and one not in self.taken)
        first = self.taken.setdefault(code, row.number)
        if first == row.number:
            self.by_name |= {searchable(text): code for text in name.values()}
            return code
        raise Refusal(
            filled(
                _("“%(value)s” already stands in row %(first)d."),
                value=next(iter(name.values())),
                first=first,
            ),
            field=self.labels.get("code") or self.labels.get("name") or "name",
            row=row.number,
            remedy=_("Keep one of the two rows."),
            code="duplicate",
        )

    def same(self, kept: Implementer, one: Listed) -> bool:
        """Whether the programme knows exactly this already."""
        targets = {target.pk for target in kept.targets.all()} == {target.pk for target in one.targets}
        return (
            targets and kept.name == dict(one.name) and kept.place_id == (one.place.pk if one.place else None)
        )
