"""Facilities from other people's lists: GeoJSON with old codes, or a workbook with a sheet a province."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.geojson import Feature, read_features
from samleng.doors.exchange.guards import sort_of
from samleng.doors.exchange.matching import EQUAL, LIKE, OTHER, Match, Tree, codes_of_levels, likeness
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.doors.exchange.tables import ALL, Column, Row, read_table
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.ground.services.rules import Draft, twice
from samleng.ground.services.verbs import load_facilities
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import clean, filled

# How the lists that offices keep head their columns; `columns` names others.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("FACILITCOD", "facility_code", "code", "id"),
    "name": ("FACILITNAM", "facility_name", "name_en", "name"),
    "name_km": ("name_km", "name_kh", "FACILITNAM_KH"),
    "serves": ("COVERNAME", "serves"),
}
LEVELS: tuple[tuple[int, str, str], ...] = (
    (1, "PCODE", "PNAME"),
    (2, "DCODE", "DNAME"),
    (3, "CCODE", "CNAME"),
    (4, "VCODE", "VNAME"),
)
NOT_A_PLACE = re.compile(r"\b(communes?|sangkats?|khums?|\d*\s*vill\w*)\b\.?|[()\d]+", re.IGNORECASE)


@dataclass(kw_only=True)
class Entry:
    """One facility as the file tells of it: codes and names by level, and what it is said to serve."""

    row: int
    code: str
    name: dict[str, str]
    codes: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    serves: list[str] = field(default_factory=list)
    point: tuple[float, float] | None = None
    sheet: str = ""


def import_facilities(
    *,
    by: Actor,
    path: Path | str,
    service: str,
    scheme: str | None = None,
    country: str | None = None,
    columns: Mapping[str, str] | None = None,
    on: date | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Match a list of one service's facilities with the places of today, and load those that match.

    GeoJSON, or a table with code, name_en, name_km, location_id; `scheme` says whose codes these are.
    Unmatched rows raise Refusals, or with `only_good` are `rejected`; `warnings` tell every doubt.
    """
    path = Path(path)
    kind_of_service = service_called(service)
    reader = Reader(country or settings.COUNTRY_PACK, kind_of_service, scheme or kind_of_service.sector.code)

    def work() -> Report:
        problems, entries = reader.read(path, columns or {})
        drafts = reader.drafts(entries)
        rejected = problems + reader.rejected
        if rejected and (not only_good or not drafts):
            raise Refusals(rejected)
        day = on or timezone.localdate()
        done = load_facilities(by=by, service=kind_of_service, drafts=drafts, on=day, progress=progress)
        return Report(
            kind="facilities",
            loaded=done.made + done.changed,
            unchanged=done.unchanged,
            rejected=rejected,
            warnings=reader.warnings,
            counts={**reader.counts, "rows": len(entries) + len(problems), "refused": len(rejected)},
        )

    return take_in(kind="facilities", by=by, path=path, work=work, dry_run=dry_run)


def service_called(code: str) -> Service:
    """The service by its code, or a Refusal that names those there are."""
    found = Service.objects.select_related("sector").filter(code=code).first()
    if found is None:
        known = ", ".join(Service.objects.order_by("code").values_list("code", flat=True)) or "–"
        raise Refusal(
            filled(_("There is no service “%(service)s”."), service=code),
            field="service",
            code="no_service",
            remedy=filled(_("Use one of these codes: %(services)s."), services=known),
        )
    return found


class Reader:
    """Reads one list and finds the place of each of its facilities."""

    def __init__(self, country: str, service: Service, scheme: str) -> None:
        self.tree = Tree(country)
        self.service, self.scheme = service, scheme
        self.lengths = codes_of_levels(self.tree)
        self.rejected: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.counts: Counter[str] = Counter()

    def read(self, path: Path, columns: Mapping[str, str]) -> tuple[list[Refusal], list[Entry]]:
        """The entries of the file, and the problems of rows that could not be read."""
        if path.suffix.lower() in {".geojson", ".json"}:
            return self._geojson(path, columns)
        sort = sort_of(path)
        table = read_table(path, _table_columns(self.lengths), sheet=ALL if sort == "xlsx" else None)
        return table.problems, [self._from_row(row) for row in table.rows]

    def _geojson(self, path: Path, columns: Mapping[str, str]) -> tuple[list[Refusal], list[Entry]]:
        problems, entries = [], []
        for feature in read_features(path):
            entry = self._from_feature(feature, columns)
            lacking = "code" if not entry.code else "name" if not entry.name else ""
            if lacking:
                problems.append(
                    Refusal(
                        _("The cell is empty."),
                        field=columns.get(lacking, HEADINGS[lacking][0]),
                        row=entry.row,
                        remedy=_("Fill it in."),
                        code="empty",
                    )
                )
            else:
                entries.append(entry)
        return problems, entries

    def _from_feature(self, feature: Feature, columns: Mapping[str, str]) -> Entry:
        given = {str(key).lower(): value for key, value in feature.properties.items()}

        def cell(name: str) -> str:
            headings = (columns[name],) if name in columns else HEADINGS[name]
            return next((_said(given[one.lower()]) for one in headings if _said(given.get(one.lower()))), "")

        entry = Entry(row=feature.number, code=cell("code"), name=_named(cell("name"), cell("name_km")))
        for level, code, name in LEVELS:
            entry.codes[level] = self.padded(_said(given.get(code.lower())), level)
            entry.names[level] = _said(given.get(name.lower()))
        entry.serves = list(_parts(cell("serves")))
        if feature.geometry and feature.geometry["type"] == "Point":
            longitude, latitude = feature.geometry["coordinates"]
            entry.point = (longitude, latitude)
        return entry

    def _from_row(self, row: Row) -> Entry:
        code = row["location_id"]
        level = next((one for one, length in self.lengths.items() if length == len(code)), 3)
        entry = Entry(
            row=row.number, code=row["code"], name=_named(row["name_en"], row["name_km"]), sheet=row.sheet
        )
        entry.codes[level] = code
        if row.get("latitude") is not None and row.get("longitude") is not None:
            entry.point = (float(row["longitude"]), float(row["latitude"]))
        return entry

    def padded(self, code: str, level: int) -> str:
        """A code of digits with the zeros that were lost in front of it."""
        code = to_latin(code)
        return code.zfill(self.lengths.get(level, 0)) if code.isdigit() else code

    def drafts(self, entries: list[Entry]) -> list[Draft]:
        """The entries whose place was found; the others are in `rejected`, with what was seen."""
        found = [(entry, self._place(entry)) for entry in entries]
        drafts = [self._draft(entry, place) for entry, place in found if place is not None]
        again = {id(later): (first, code) for later, first, code in twice(drafts)}
        for later, (first, code) in ((one, again[id(one)]) for one in drafts if id(one) in again):
            self.rejected.append(
                Refusal(
                    filled(_("The code %(code)s already stands in row %(row)s."), code=code, row=first.row),
                    field="code",
                    row=later.row,
                    remedy=_("Give each facility a code of its own."),
                    code="duplicate",
                )
            )
        return [one for one in drafts if id(one) not in again]

    def _place(self, entry: Entry) -> Place | None:
        deepest = max((level for level, code in entry.codes.items() if code and level <= 3), default=3)
        if self.service.stands_at > deepest and entry.codes.get(self.service.stands_at):
            deepest = self.service.stands_at
        code, name = entry.codes.get(deepest, ""), entry.names.get(deepest, "")
        self._count(code, name, deepest)
        areas = [
            self.tree.area(entry.codes.get(level, ""), entry.names.get(level, ""), level)
            for level in range(deepest - 1, 0, -1)
        ]
        match = self.tree.find(code=code, name=name, level=deepest, within=areas, point=entry.point)
        if match.place is None or self.tree.above(match.place, self.service.stands_at) is None:
            self.counts["unmatched"] += 1
            self.rejected.append(self._unmatched(entry, match, code, name))
            return None
        self.counts[f"by_{match.how}"] += 1
        self._doubts(entry, match, code, name)
        return match.place

    def _count(self, code: str, name: str, level: int) -> None:
        coded = self.tree.by_code.get(code)
        if coded is not None and coded.level == level:
            self.counts["codes_that_exist"] += 1
            if name and likeness(coded, name) == EQUAL:
                self.counts["names_equal"] += 1

    def _doubts(self, entry: Entry, match: Match, code: str, name: str) -> None:
        place = match.place
        if place is None:
            return
        facts = {"code": code, "name": name, "found": place.code, "shown": shown(place)}
        if match.how == "name":
            told = _("“%(name)s” (%(code)s) was found by its name: %(found)s %(shown)s.")
        elif match.how == "point":
            told = _("“%(name)s” (%(code)s) was found by its point on the map: %(found)s %(shown)s.")
        elif match.why == LIKE:
            told = _("%(code)s is written “%(name)s” and is now called %(shown)s.")
        else:
            told = None
        if told is not None:
            self.warnings.append(
                Refusal(filled(told, **facts), field="place", row=entry.row, code=f"by_{match.how}")
            )
        province = self.tree.above(place, 1)
        written = entry.names.get(1, "") or entry.sheet
        if province is not None and written and likeness(province, written) == OTHER:
            self.warnings.append(
                Refusal(
                    filled(
                        _("The file says “%(written)s”, but %(code)s lies in %(shown)s."),
                        written=written,
                        code=place.code,
                        shown=shown(province),
                    ),
                    field="province",
                    row=entry.row,
                    code="other_province",
                )
            )

    def _unmatched(self, entry: Entry, match: Match, code: str, name: str) -> Refusal:
        facts = {"code": code or "–", "name": name or "–", "shown": shown(match.seen) if match.seen else "–"}
        if match.place is not None:
            told = _("A facility of this service stands in a smaller place than %(code)s.")
        elif match.why == "other_name":
            told = _("The code %(code)s is %(shown)s today, but the file says “%(name)s”.")
        elif match.seen is not None:
            told = _("There is no place %(code)s “%(name)s” today; the point lies in %(shown)s.")
        else:
            told = _("There is no place %(code)s “%(name)s” today, and none of that name in its area.")
        return Refusal(
            filled(told, **facts),
            field=f"{entry.sheet}: place" if entry.sheet else "place",
            row=entry.row,
            remedy=_("Correct the code, or the name as it is written today."),
            code=match.why or "level",
        )

    def _draft(self, entry: Entry, place: Place) -> Draft:
        stand = self.tree.above(place, self.service.stands_at) or place
        serves = [place]
        if self.service.serves_many:
            around = self.tree.above(place, place.level - 1)
            for name in entry.serves:
                named = self.tree.named(name, place.level, around)
                if len(named) == 1:
                    serves.append(named[0])
                elif likeness(place, name) == OTHER and not self.tree.named(name, place.level + 1, around):
                    told = filled(_("“%(name)s”, which it is said to serve, was not found."), name=name)
                    self.warnings.append(Refusal(told, field="serves", row=entry.row, code="serves"))
        longitude, latitude = entry.point or (None, None)
        return Draft(
            name=entry.name,
            place=stand.pk,
            serves=list(dict.fromkeys(one.pk for one in serves)),
            codes={self.scheme: entry.code},
            latitude=latitude,
            longitude=longitude,
            row=entry.row,
        )


def _table_columns(lengths: Mapping[int, int]) -> dict[str, Column]:
    return {
        "code": Column(kind="code", aliases=HEADINGS["code"]),
        "name_en": Column(aliases=("name",), filled=False, longest=200),
        "name_km": Column(aliases=HEADINGS["name_km"], filled=True, longest=200),
        "location_id": Column(
            kind="code", aliases=("location", "commune_code", "place"), pad=tuple(sorted(lengths.values()))
        ),
        "latitude": Column(kind="number", required=False, aliases=("lat",)),
        "longitude": Column(kind="number", required=False, aliases=("long", "lon")),
    }


def _said(value: Any) -> str:
    """What a property says, as text; numbers that are whole without their ".0"."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))[:200]


def _named(english: str, khmer: str) -> dict[str, str]:
    return {tag: text for tag, text in (("km", khmer), ("en", english)) if text}


def _parts(text: str) -> Iterator[str]:
    for part in re.split(r"[,;&/]+|\band\b", text):
        name = NOT_A_PLACE.sub("", part).strip(" .-")
        if name:
            yield name


def _label(place: Place) -> str:
    return place.label((get_language() or "en").split("-")[0]) or place.code


# Said in the language of whoever reads it later.
shown = lazy(_label, str)
