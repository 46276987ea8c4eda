"""The rows of a register of offices, read against the kinds, places and services of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.cells import CODE, DATE, LIST, Column, Unreadable, read_cell
from samleng.doors.exchange.matching import Tree
from samleng.doors.exchange.names import name_columns, name_of
from samleng.doors.exchange.report import in_order
from samleng.doors.exchange.tables import Row, Table
from samleng.ground.offices.models import Duty, Office, OfficeKind
from samleng.ground.offices.rules import kinds_above, sound_phone
from samleng.ground.people.sealing import plain_contact
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, FacilityCode, Sector, Service
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import filled


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One office as its row gives it, with everything it names found."""

    row: int
    code: str
    kind: OfficeKind
    name: Mapping[str, str]
    place: Place
    parent: str = ""
    services: Sequence[Service] = ()
    areas: Sequence[Place] = ()
    since: date | None = None
    phone: str | None = None
    facility: Facility | None = None


@dataclass
class Known:
    """What the register holds already, read once."""

    offices: dict[str, Office] = field(default_factory=dict)
    # By office: (service, code of the area) of every duty that has no end.
    duties: dict[str, dict[tuple[str, str], Duty]] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Known:
        offices = Office.objects.select_related("kind", "place")
        known = cls({office.code: office for office in offices})
        for duty in Duty.objects.filter(until=None).select_related("office", "service", "area"):
            held = known.duties.setdefault(duty.office.code, {})
            held[duty.service.code, duty.area.code] = duty
        return known


class Reader:
    """Reads the rows of one register against the kinds, places and services of the site."""

    def __init__(self, country: str) -> None:
        self.tree = Tree(country)
        self.kinds = {kind.code: kind for kind in OfficeKind.objects.all()}
        self.services = {one.code: one for one in Service.objects.select_related("sector")}
        self.ladders = [list(ladder) for ladder in Sector.objects.values_list("ladder", flat=True)]
        self.known = Known.now()
        self.rejected: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.labels: Mapping[str, str] = {}

    def columns(self) -> dict[str, Column]:
        """The columns of a register; code, kind, a name and the place must be there."""
        optional: dict[str, Any] = {"required": False}
        return {
            "code": Column(kind=CODE, unique=True, longest=40, aliases=("office_code", "id", "លេខកូដ", "កូដ")),
            "kind": Column(
                choices=spoken(self.kinds), aliases=("office_kind", "type", "ប្រភេទ", "ប្រភេទការិយាល័យ")
            ),
            **name_columns(),
            "place": Column(
                kind=CODE,
                pad=self.tree.pad,
                aliases=("place_code", "location_id", "location", "commune_code", "លេខកូដទីកន្លែង", "ទីកន្លែង"),
            ),
            "parent": Column(
                **optional, kind=CODE, aliases=("parent_code", "reports_to", "above", "ថ្នាក់លើ", "លេខកូដថ្នាក់លើ")
            ),
            "services": Column(
                **optional,
                kind=LIST,
                aliases=("service", "duties", "answers_for", "សេវា", "ទទួលខុសត្រូវ", "សេវាទទួលខុសត្រូវ"),
            ),
            "areas": Column(**optional, kind=LIST, aliases=("area", "area_codes", "តំបន់", "ដែនសមត្ថកិច្ច")),
            "since": Column(**optional, kind=DATE, aliases=("from", "valid_from", "ចាប់ពីថ្ងៃ", "ចាប់ពី")),
            "phone": Column(
                **optional, longest=60, aliases=("phone_number", "tel", "telephone", "លេខទូរស័ព្ទ", "ទូរស័ព្ទ")
            ),
            "facility": Column(**optional, kind=CODE, aliases=("facility_code", "លេខកូដមូលដ្ឋានសេវា")),
        }

    def listed(self, table: Table) -> list[Listed]:
        """The sound rows; everything wrong with the others is in `rejected`."""
        self.labels = table.labels
        self.rejected += table.problems
        wanted = {row["facility"] for row in table.rows if row.get("facility")}
        self.facilities: dict[str, list[Facility]] = {}
        for code in FacilityCode.objects.filter(code__in=wanted).select_related("facility"):
            self.facilities.setdefault(code.code, []).append(code.facility)
        found = [one for row in table.rows if (one := self.one(row)) is not None]
        return self.under_their_parents(found)

    def one(self, row: Row) -> Listed | None:
        """The row as an office, or None after its faults were noted."""
        faults: list[Refusal] = []

        def look(find: Any, *given: Any) -> Any:
            try:
                return find(*given)
            except Refusal as refusal:
                faults.extend(each(refusal))
                return None

        name = look(name_of, row, self.labels)
        place = look(self.place, row, "place", row["place"])
        areas = [look(self.place, row, "areas", code) for code in row.get("areas", [])]
        services = [look(self.service, row, said) for said in row.get("services", [])]
        phone = look(self.phone, row)
        facility = look(self.facility, row)
        self.rejected += faults
        if faults:
            return None
        return Listed(
            row=row.number,
            code=row["code"],
            kind=self.kinds[row["kind"]],
            name=name,
            place=place,
            parent=row.get("parent", ""),
            services=tuple(dict.fromkeys(services)),
            areas=tuple(dict.fromkeys(areas)),
            since=row.get("since"),
            phone=phone,
            facility=facility,
        )

    def refuse_unless(self, good_ones_will_do: bool) -> None:
        """Load nothing while a row is refused, unless the good ones are wanted."""
        if self.rejected and not good_ones_will_do:
            raise Refusals(in_order(self.rejected))

    def label(self, column: str) -> str:
        return self.labels.get(column, column)

    def place(self, row: Row, column: str, code: str) -> Place:
        return self.tree.coded(code, field=self.label(column), row=row.number)

    def service(self, row: Row, said: str) -> Service:
        choices = spoken(self.services)
        try:
            return self.services[read_cell(said, Column(choices=choices))]
        except Unreadable as bad:
            raise Refusal(
                filled(_("There is no service “%(service)s”."), service=said[:60]),
                field=self.label("services"),
                row=row.number,
                remedy=filled(
                    _("Use one of these codes: %(services)s."),
                    services=", ".join(sorted(self.services)) or "–",
                ),
                code="no_service",
            ) from bad

    def phone(self, row: Row) -> str | None:
        """The number in one form; a hotline's few digits stay as they are; None where the file is silent."""
        if "phone" not in self.labels:
            return None
        said = to_latin(row.get("phone", ""))
        if not said or (sound_phone(said) and len(said) <= 5):
            return said
        try:
            return plain_contact("phone", said if said.startswith(("0", "+")) else f"0{said}")
        except Refusal as refusal:
            raise Refusal(
                refusal.message,
                field=self.label("phone"),
                row=row.number,
                remedy=refusal.remedy,
                code="phone",
            ) from refusal

    def facility(self, row: Row) -> Facility | None:
        if not (code := row.get("facility", "")):
            return None
        found = list(dict.fromkeys(self.facilities.get(code, [])))
        if len(found) == 1:
            return found[0]
        told = (
            _("Several facilities have the code “%(code)s”.")
            if found
            else _("There is no facility with the code “%(code)s”.")
        )
        raise Refusal(
            filled(told, code=code),
            field=self.label("facility"),
            row=row.number,
            remedy=_("Import the facilities first, or leave the facility out."),
            code="no_facility",
        )

    def under_their_parents(self, found: list[Listed]) -> list[Listed]:
        """The offices whose parent is in the register or in this file, however deep; others are refused."""
        while True:
            codes = {one.code for one in found} | set(self.known.offices)
            lost = [
                one for one in found if one.parent and (one.parent not in codes or one.parent == one.code)
            ]
            if not lost:
                break
            for one in lost:
                self.rejected.append(
                    Refusal(
                        filled(_("There is no office “%(code)s” above this one."), code=one.parent),
                        field=self.label("parent"),
                        row=one.row,
                        remedy=_(
                            "Add a sound row for it, or leave the cell empty: the kind tells who is above."
                        ),
                        code="no_office",
                    )
                )
            found = [one for one in found if one not in lost]
        for one in found:
            self.doubts(one, {other.code: other for other in found})
        return found

    def doubts(self, one: Listed, here: Mapping[str, Listed]) -> None:
        """What somebody should look at: another level than the kind's, a ladder that leads elsewhere."""
        if one.place.level != one.kind.level:
            self.warn(
                one, "place", "other_level",
                filled(
                    _("An office of this kind stands at level %(level)d; %(code)s is of level %(found)d."),
                    level=one.kind.level, code=one.place.code, found=one.place.level,
                ),
            )  # fmt: skip
        above: Any = here.get(one.parent) or self.known.offices.get(one.parent)
        if above is None:
            return
        # The ladders of what it answers for, else those it stands on: a stranger to one enters at its foot.
        ladders = [service.sector.ladder for service in one.services] or [
            ladder for ladder in self.ladders if one.kind.code in ladder
        ]
        climbs = any(above.kind.code in kinds_above(ladder, one.kind.code) for ladder in ladders)
        if not climbs or not one.place.path.startswith(above.place.path):
            self.warn(
                one, "parent", "other_ladder",
                filled(_("No sector's ladder leads from here to “%(code)s”; matters will not go there."),
                       code=one.parent),
            )  # fmt: skip

    def warn(self, one: Listed, column: str, code: str, message: Any) -> None:
        self.warnings.append(Refusal(message, field=self.label(column), row=one.row, code=code))


def spoken(things: Mapping[str, Any]) -> dict[str, str]:
    """What people may write for a code: the code itself, or its name in any language."""
    found = {code: code for code in things}
    for code, thing in things.items():
        for words in thing.name.values():
            found.setdefault(words, code)
    return found
