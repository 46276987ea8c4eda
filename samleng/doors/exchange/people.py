"""A programme's list of people (CSV, XLSX): facilitators by the thousand, each row checked, none doubled."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.cells import BOOL, CODE, DATE, LIST, Column, Unreadable, read_cell
from samleng.doors.exchange.matching import Tree
from samleng.doors.exchange.report import Progress, Report, in_order, needed, take_in
from samleng.doors.exchange.slips import write_slips
from samleng.doors.exchange.tables import Row, read_table
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Person, Schooling
from samleng.ground.people.rules import FIELD, MODULES, ROLES
from samleng.ground.people.sealing import plain_contact
from samleng.ground.people.verbs.roster import Enlisted, Listed, enlist
from samleng.ground.people.verbs.slips import enrol_many
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

SEXES = {
    **dict.fromkeys(("female", "f", "woman", "ស្រី", "ស្ត្រី", "នារី"), "female"),
    **dict.fromkeys(("male", "m", "man", "ប្រុស", "បុរស"), "male"),
    "other": "other",
}
# Our own codes, the eight levels in the order other tools number them, and what these call them.
SCHOOLINGS = {
    **{code: code for code in Schooling.values},
    **{f"edu_{number:03d}": code for number, code in enumerate(Schooling.values, 1)},
    **{str(number): code for number, code in enumerate(Schooling.values, 1)},
    "no formal school": "none",
    "incomplete primary": "primary_some",
    "completed primary": "primary",
    "incomplete lower secondary": "lower_some",
    "complete lower secondary": "lower",
    "incomplete upper secondary": "upper_some",
    "complete upper secondary": "upper",
    "higher than secondary": "higher",
}
PROGRAMME_ROLES = {code: code for code, role in ROLES.items() if role.owner == "programme"}


def columns(pad: tuple[int, ...]) -> dict[str, Column]:
    """The columns of a list of people; only name and base commune must be there."""
    optional: dict[str, Any] = {"required": False}
    return {
        "name": Column(aliases=("name_km", "full_name", "ឈ្មោះ", "នាមនិងគោត្តនាម"), longest=120),
        "base": Column(
            kind=CODE, pad=pad, aliases=("base_commune", "commune_code", "commune_id", "commune", "លេខកូដឃុំ")
        ),
        "sex": Column(**optional, choices=SEXES, aliases=("gender", "ភេទ")),
        "code": Column(**optional, kind=CODE, unique=True, aliases=("id", "caf_id", "person_code", "លេខកូដ")),
        "implementer": Column(**optional, kind=CODE, aliases=("implementer_code", "lngo", "lngo_code")),
        "role": Column(**optional, choices=PROGRAMME_ROLES, aliases=("តួនាទី",)),
        "areas": Column(**optional, kind=LIST, aliases=("area_codes", "area", "target_commune_ids")),
        "phone": Column(**optional, aliases=("phone_number", "tel", "លេខទូរស័ព្ទ", "ទូរស័ព្ទ")),
        "email": Column(**optional, aliases=("e-mail", "mail")),
        "language": Column(
            **optional, choices={tag: tag for tag, _name in settings.LANGUAGES}, aliases=("lang", "ភាសា")
        ),
        "schooling": Column(**optional, choices=SCHOOLINGS, aliases=("education", "educational_background")),
        **{
            module: Column(**optional, aliases=(f"module_{number}", f"sk_{number:03d}"))
            for number, module in enumerate(MODULES, 1)
        },
    }


def import_people(
    *,
    by: Actor,
    path: Path | str,
    programme: Programme | None = None,
    slips: Path | None = None,
    country: str | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    filename: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take a list of people into a programme; the same list again changes nothing.

    Found again by `code`, else by phone or e-mail, else by name, base and implementer. With `slips`,
    enrolment slips are printed there for whoever works in the field and has no phone enrolled yet.
    Bad rows raise Refusals, or with `only_good` are the report's `rejected`.
    """
    into = needed(programme)
    target = None if dry_run else slips

    def work() -> Report:
        return load(by, Path(path), into, country or settings.COUNTRY_PACK, target, only_good, progress)

    return take_in(kind="people", by=by, path=path, work=work, dry_run=dry_run, filename=filename)


def load(
    by: Actor,
    path: Path,
    programme: Programme,
    country: str,
    slips: Path | None,
    only_good: bool,
    progress: Progress | None,
) -> Report:
    """Read the list and take its people in, inside the caller's transaction."""
    reader = Reader(programme, country)
    table = read_table(path, columns(reader.tree.pad))
    listed = reader.listed(table.rows)
    rejected = [*table.problems, *reader.rejected]
    if rejected and (not only_good or not listed):
        raise Refusals(in_order(rejected))
    if only_good:
        done, refused = enlist_good(by, programme, listed, rejected, progress)
        rejected += refused
    else:
        done = enlist(by=by, programme=programme, listed=listed, progress=progress)
    printed = print_slips(by, programme, list(done.people.values()), slips, progress) if slips else 0
    return Report(
        kind="people",
        loaded=done.made + done.changed,
        unchanged=done.unchanged,
        rejected=in_order(rejected),
        warnings=reader.warnings,
        counts={
            "rows": len(table.rows) + len({one.row for one in table.problems}),
            "new": done.made,
            "changed": done.changed,
            "slips": printed,
        },
    )


def enlist_good(
    by: Actor,
    programme: Programme,
    listed: list[Listed],
    rejected: list[Refusal],
    progress: Progress | None,
) -> tuple[Enlisted, list[Refusal]]:
    """Take in the rows that can be; what the programme itself refuses is left out and told.

    When no row can be, all that is wrong is refused: these and what was `rejected` before.
    """
    try:
        return enlist(by=by, programme=programme, listed=listed, progress=progress), []
    except Refusals as refusals:
        bad = {refusal.row for refusal in refusals}
        good = [one for one in listed if one.row not in bad]
        if not good or None in bad:
            raise Refusals(in_order([*rejected, *refusals])) from refusals
        return enlist(by=by, programme=programme, listed=good, progress=progress), list(refusals)


def print_slips(
    by: Actor, programme: Programme, people: list[Person], target: Path, progress: Progress | None
) -> int:
    """Make and print a slip for each who works by phone and has none enrolled; how many there are."""
    ids = [person.pk for person in people]
    ready: set[Any] = set()
    for start in range(0, len(ids), 500):
        some = Person.objects.filter(pk__in=ids[start : start + 500], seats__role__in=FIELD)
        ready |= set(
            some.exclude(devices__revoked_at=None, devices__isnull=False).values_list("pk", flat=True)
        )
    made = enrol_many(by=by, people=[one for one in people if one.pk in ready], progress=progress)
    if made:
        write_slips(programme, made, target)
    return len(made)


class Reader:
    """Reads the rows of one list against a programme's implementers and the places of today."""

    def __init__(self, programme: Programme, country: str) -> None:
        self.tree = Tree(country)
        self.implementers = {one.code: one for one in Implementer.objects.filter(programme=programme)}
        self.rejected: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.phones: dict[str, int] = {}

    def listed(self, rows: list[Row]) -> list[Listed]:
        return [one for row in rows if (one := self.one(row)) is not None]

    def one(self, row: Row) -> Listed | None:
        """The row as the roster takes it, or None after its faults were noted."""
        before = len(self.rejected)
        base = self.place(row, "base", row["base"])
        areas = [self.place(row, "areas", code) for code in row.get("areas", [])]
        implementer = self.implementer(row)
        contacts = self.contacts(row)
        modules = self.modules(row)
        if len(self.rejected) > before or base is None:
            return None
        return Listed(
            row=row.number,
            name=row["name"],
            role=row.get("role", "facilitator"),
            base=base,
            areas=tuple(dict.fromkeys(area for area in areas if area is not None)) or (base,),
            implementer=implementer,
            code=row.get("code", ""),
            sex=row.get("sex", ""),
            schooling=row.get("schooling", ""),
            language=row.get("language", settings.LANGUAGE_CODE),
            contacts=contacts,
            modules=modules,
        )

    def refuse(self, row: Row, field: str, message: Any, remedy: Any, code: str) -> None:
        self.rejected.append(Refusal(message, field=field, row=row.number, remedy=remedy, code=code))

    def place(self, row: Row, field: str, code: str) -> Place | None:
        try:
            return self.tree.coded(code, field=field, row=row.number)
        except Refusal as refusal:
            self.rejected.append(refusal)
            return None

    def implementer(self, row: Row) -> Implementer | None:
        code = row.get("implementer", "")
        if not code or code in self.implementers:
            return self.implementers.get(code)
        self.refuse(
            row,
            "implementer",
            filled(_("The programme has no implementer “%(code)s”."), code=code),
            filled(
                _("Use one of these codes: %(known)s."), known=", ".join(sorted(self.implementers)) or "–"
            ),
            "no_implementer",
        )
        return None

    def contacts(self, row: Row) -> dict[str, str]:
        found = {}
        for kind in ("phone", "email"):
            if not (value := row.get(kind, "")):
                continue
            try:
                found[kind] = plain_contact(kind, with_zero(value) if kind == "phone" else value)
            except Refusal as refusal:
                self.refuse(row, kind, refusal.message, refusal.remedy, refusal.code)
        if phone := found.get("phone"):
            first = self.phones.setdefault(phone, row.number)
            if first != row.number and row.get("code"):
                self.warnings.append(
                    Refusal(
                        filled(_("The same telephone number stands in row %(first)d."), first=first),
                        field="phone",
                        row=row.number,
                        remedy=_("That is right if both people share a phone."),
                        code="shared_phone",
                    )
                )
        return found

    def modules(self, row: Row) -> dict[str, date | None]:
        passed: dict[str, date | None] = {}
        for module in MODULES:
            if not (value := row.get(module)):
                continue
            try:
                if read_cell(value, Column(kind=BOOL)):
                    passed[module] = None
                continue
            except Unreadable:
                pass
            try:
                passed[module] = read_cell(value, Column(kind=DATE))
            except Unreadable:
                self.refuse(
                    row,
                    module,
                    filled(_("“%(value)s” is neither yes nor a day."), value=str(value)[:60]),
                    _("Write yes, no, or the day it was passed, such as 2026-05-31."),
                    "module",
                )
        return passed


def with_zero(phone: str) -> str:
    """The number with the leading zero that a spreadsheet dropped, when it is digits without one."""
    plain = phone.strip()
    return (
        f"0{plain}"
        if plain.isascii() and plain.isdigit() and not plain.startswith("0") and len(plain) < 10
        else plain
    )
