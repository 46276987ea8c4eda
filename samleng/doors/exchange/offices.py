"""A register of public offices (CSV, XLSX): who answers for what and where, checked row by row."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.implementers import import_implementers, is_list_of_implementers
from samleng.doors.exchange.office_recipes import listed_by_law
from samleng.doors.exchange.office_rows import Listed, Reader
from samleng.doors.exchange.report import Progress, Report, in_order, take_in
from samleng.doors.exchange.tables import read_table
from samleng.ground.offices.models import Office, Programme
from samleng.ground.offices.verbs import give_duty, register_office
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, each
from samleng.kit.words.text import filled

# Columns of the file by the fields that a verb's refusal names.
COLUMN_OF = {"on": "since", "until": "since", "area": "areas"}


def import_offices(
    *,
    by: Actor,
    path: Path | str,
    programme: Programme | None = None,
    country: str | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take in a register of offices and their duties; the same file again changes nothing.

    A pack's country.toml brings the administrations that every place of a kind has.
    Bad rows raise Refusals, or with `only_good` are the report's `rejected`. A list of organisations
    that carry out a programme, which other tools call offices too, is taken as what it is.
    """
    path = Path(path)
    if path.suffix.lower() != ".toml" and is_list_of_implementers(path):
        return import_implementers(
            by=by, path=path, programme=programme, country=country, dry_run=dry_run, only_good=only_good,
            progress=progress,
        )  # fmt: skip

    def work() -> Report:
        reader = Reader(country or settings.COUNTRY_PACK)
        listed, rows = read_offices(path, reader)
        reader.refuse_unless(only_good and bool(listed))
        load = Load(by, reader)
        for number, one in enumerate(listed, 1):
            load.take(one)
            if progress and (number % 50 == 0 or number == len(listed)):
                progress(number, len(listed))
        reader.refuse_unless(only_good)
        return load.told(rows)

    return take_in(kind="offices", by=by, path=path, work=work, dry_run=dry_run)


def read_offices(path: Path, reader: Reader) -> tuple[list[Listed], int]:
    """The sound offices of a table, or those a pack's country.toml says each place has; and how many rows."""
    if path.suffix.lower() == ".toml":
        listed = listed_by_law(path, reader)
        return listed, len(listed)
    table = read_table(path, reader.columns())
    return reader.listed(table), len(table.rows) + len({one.row for one in table.problems})


class Load:
    """One register on its way into the database, row by row through the verbs."""

    def __init__(self, by: Actor, reader: Reader) -> None:
        self.by, self.reader, self.known = by, reader, reader.known
        self.report = Report(kind="offices")
        self.made = self.duties = 0

    def told(self, rows: int) -> Report:
        """What became of the whole file."""
        refused = self.reader.rejected
        self.report.rejected = in_order(refused)
        self.report.warnings = in_order(self.reader.warnings)
        self.report.counts = {
            "rows": rows,
            "new": self.made,
            "changed": self.report.loaded - self.made,
            "duties": self.duties,
            "refused": len({one.row for one in refused}),
        }
        return self.report

    def take(self, one: Listed) -> None:
        """Register, correct or leave one office and its duties; what the verbs refuse is told at its row."""
        kept = self.known.offices.get(one.code)
        try:
            with transaction.atomic():
                office, touched = self.entry(one, kept)
                duties = self.answer(one, office)
        except Refusal as refused:
            for told in each(refused):
                column = COLUMN_OF.get(told.field or "", told.field or "code")
                told.field, told.row = self.reader.label(column), one.row
                self.reader.rejected.append(told)
            return
        self.duties += duties
        self.made += kept is None
        if touched or duties:
            self.report.loaded += 1
        else:
            self.report.unchanged += 1

    def entry(self, one: Listed, kept: Office | None) -> tuple[Office, bool]:
        facility_id = one.facility.pk if one.facility else kept.facility_id if kept else None
        wanted = (one.kind.pk, dict(one.name), one.place.pk, facility_id)
        same = kept is not None and wanted == (kept.kind_id, kept.name, kept.place_id, kept.facility_id)
        if kept is not None and same and one.phone in (None, kept.phone):
            return kept, False
        made = register_office(
            by=self.by,
            code=one.code,
            kind=one.kind,
            name=one.name,
            place=one.place,
            facility=one.facility or (kept.facility if kept else None),
            phone=one.phone,
            sample=kept.sample if kept else False,
        )
        return made, True

    def answer(self, one: Listed, office: Office) -> int:
        """Give the duties it lacks; one that the file no longer names is told, never taken away."""
        given = 0
        known = self.known.duties.get(one.code, {})
        wanted = {(service.code, area.code) for service in one.services for area in one.areas or (one.place,)}
        for service in one.services:
            for area in one.areas or (one.place,):
                held = known.get((service.code, area.code))
                if held is not None and (one.since is None or one.since >= held.since):
                    continue
                since = one.since or timezone.localdate()
                give_duty(by=self.by, office=office, service=service, area=area, since=since)
                given += 1
        for code, where in sorted(set(known) - wanted) if one.services else []:
            told = _("It also answers for %(service)s in %(area)s, which the file does not say.")
            self.reader.warn(one, "services", "more_duties", filled(told, service=code, area=where))
        return given
