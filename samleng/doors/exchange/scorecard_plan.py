"""Many planned scorecards from one spreadsheet: each bad row named, nothing planned unless it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.report import Report, in_every_language, in_order, sha256
from samleng.doors.exchange.samples import sample_book
from samleng.doors.exchange.tables import Column, Row, read_table
from samleng.ground.offices.models import Implementer
from samleng.ground.people.models import Badge, Person
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, FacilityCode
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Batch, Round, Scorecard, Side, State
from samleng.voices.scorecards.verbs.planning import Draft, check_plan, plan_many

HEADINGS = ("facility", "place", "side", "from", "to", "implementer", "facilitator")


def columns(round: Round) -> dict[str, Column]:
    """What a planning file holds; a side may be called as the framework calls it."""
    choices = {code: code for code in Side.values}
    for side in round.framework.method.sides:
        choices |= dict.fromkeys((*side.name.values(), *side.card.values()), side.code)
    return {
        "facility": Column(aliases=("facility_code", "facility code", "code", "មូលដ្ឋានសេវា")),
        "place": Column(kind="code", aliases=("commune", "commune_code", "place code", "ឃុំ")),
        "side": Column(aliases=("type", "scorecard type", "ប្រភេទ"), choices=choices),
        "from": Column(kind="date", aliases=("planned_from", "start", "start date", "ចាប់ផ្ដើម")),
        "to": Column(kind="date", aliases=("planned_to", "end", "end date", "បញ្ចប់")),
        "implementer": Column(required=False, aliases=("ngo", "lngo", "implementer_code")),
        "facilitator": Column(required=False, aliases=("lead", "caf", "facilitator_number")),
    }


@dataclass
class Known:
    """Everything the rows may name, read once."""

    round: Round
    facilities: dict[str, list[Facility]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    implementers: dict[str, Implementer] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    planned: set[tuple[Any, ...]] = field(default_factory=set)


def batch_of_file(round: Round, path: Path) -> UUID | None:
    """The batch that the same file made when it came before, if it did."""
    same = Batch.objects.filter(programme=round.programme, sha256=sha256(path))
    return same.order_by("-at").values_list("pk", flat=True).first()


def import_scorecards(
    *,
    by: Actor,
    path: Path | str,
    round: Round,
    dry_run: bool = False,
    only_good: bool = False,
    request: UUID | None = None,
    filename: str = "",
) -> Report:
    """Plan a round's scorecards from a CSV or XLSX file (facility, place, side, from, to, ...).

    With a bad row nothing is planned (Refusals), unless `only_good`; a dry run reports every bad row
    and plans nothing. Rows that are planned already are counted as unchanged.
    """
    path = Path(path)
    table = read_table(path, columns(round))
    drafts, refused, unchanged = drafted(table.rows, known(round, table.rows), by)
    refused = in_order([*table.problems, *refused])
    report = Report(kind="scorecards", unchanged=unchanged, rejected=refused, dry_run=dry_run)
    report.counts = {"rows": len(table.rows) + len({one.row for one in table.problems})}
    report.loaded = len(drafts)
    if dry_run:
        return report
    if refused and not (only_good and (drafts or unchanged)):
        raise Refusals(refused)
    # The same file again: everything in it is planned already.
    report.batch = batch_of_file(round, path)
    if drafts:
        batch: Batch = plan_many(
            by=by,
            request=request,
            round=round,
            drafts=drafts,
            filename=filename or path.name,
            sha256=sha256(path),
            refused=[in_every_language(one) for one in refused],
        )
        report.batch = batch.pk
    return report


def known(round: Round, rows: list[Row]) -> Known:
    """The facilities, places, implementers and people that the rows name."""
    found = Known(round)
    wanted = {str(row["facility"]).strip() for row in rows}
    codes = FacilityCode.objects.filter(code__in=wanted).select_related(
        "facility__service", "facility__place"
    )
    for one in codes:
        found.facilities.setdefault(one.code, []).append(one.facility)
    ids = [text for text in wanted if is_uuid(text)]
    for facility in Facility.objects.filter(pk__in=ids).select_related("service", "place"):
        found.facilities[str(facility.pk)] = [facility]
    named = [text for text in wanted if text not in found.facilities]
    for text in named:
        asked = searchable(text)
        hits = Facility.objects.open().filter(search__contains=asked).select_related("service", "place")[:50]
        found.facilities[text] = [f for f in hits if asked in {searchable(name) for name in f.name.values()}]
    places = Place.objects.current().filter(code__in={row["place"] for row in rows})
    country = round.framework.country
    found.places = {p.code: p for p in (places.filter(country=country) if country else places)}
    for implementer in round.programme.implementers.all():
        for name in (implementer.code, *implementer.name.values()):
            found.implementers[searchable(name)] = implementer
    for badge in Badge.objects.filter(programme=round.programme).select_related("person"):
        found.people[badge.code] = badge.person
    found.planned = set(
        Scorecard.objects.filter(round=round)
        .exclude(state=State.CANCELLED)
        .values_list("facility_id", "place_id", "side", "planned_from", "planned_to")
    )
    return found


def is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def drafted(rows: list[Row], found: Known, by: Actor) -> tuple[list[Draft], list[Refusal], int]:
    """Drafts of the sound rows, the refusals of the others, and how many are planned already."""
    drafts: list[Draft] = []
    refused: list[Refusal] = []
    seen: dict[tuple[Any, ...], int] = {}
    unchanged = 0
    for row in rows:
        try:
            draft = draft_of(row, found, by)
        except Refusal as refusal:
            refusal.row = row.number
            refused.append(refusal)
            continue
        key = (draft.facility.pk, draft.place.pk, draft.side, draft.planned_from, draft.planned_to)
        if key in seen:
            refused.append(
                Refusal(
                    filled(_("This is the same as row %(row)d."), row=seen[key]),
                    field="facility", row=row.number, remedy=_("Delete one of the two rows."), code="twice",
                )
            )  # fmt: skip
        elif key in found.planned:
            unchanged += 1
        else:
            drafts.append(draft)
        seen.setdefault(key, row.number)
    return drafts, refused, unchanged


def draft_of(row: Row, found: Known, by: Actor) -> Draft:
    """The row with its codes found; a Refusal names the column of what is not there."""
    place = found.places.get(row["place"])
    if place is None:
        raise unknown("place", row["place"], _("Write the place's code of today, such as 010101, as text."))
    facility = facility_of(row, found, place)
    implementer = person = None
    if name := row.get("implementer"):
        implementer = found.implementers.get(searchable(str(name)))
        if implementer is None:
            raise unknown(
                "implementer", name, _("Write the implementer's code or name as in your programme.")
            )
    if code := row.get("facilitator"):
        person = found.people.get(str(code).strip())
        if person is None:
            raise unknown(
                "facilitator", code, _("Write the facilitator's number as in your programme's list.")
            )
    if not by.may(
        "scorecards.plan",
        owner=found.round.programme.owner_key,
        path=place.path,
        implementer=getattr(implementer, "pk", None),
    ):
        raise Refusal(
            _("This place is outside your area, or the implementer is not yours."),
            field="place",
            remedy=_("Choose a place and an implementer of your own."),
        )
    check_plan(found.round, facility, place, row["side"], row["from"], row["to"])
    return Draft(
        facility=facility, place=place, side=row["side"], planned_from=row["from"], planned_to=row["to"],
        implementer=implementer, lead=person,
    )  # fmt: skip


def facility_of(row: Row, found: Known, place: Place) -> Facility:
    """The facility by code, id or name; of several of one name the one that serves the place."""
    text = str(row["facility"]).strip()
    hits = found.facilities.get(text, [])
    if len(hits) > 1:
        hits = [
            f for f in hits if f.place.path.startswith(place.path) or place.path.startswith(f.place.path)
        ] or hits
    if not hits:
        raise unknown("facility", text, _("Write the facility's code or its name as in the register."))
    if len(hits) > 1:
        raise Refusal(
            filled(_("%(n)d facilities are called “%(value)s”."), n=len(hits), value=text[:60]),
            field="facility", remedy=_("Write the facility's code instead."), code="several",
        )  # fmt: skip
    return hits[0]


def unknown(column: str, value: Any, remedy: Any) -> Refusal:
    return Refusal(
        filled(_("“%(value)s” is not known."), value=str(value)[:60]),
        field=column,
        remedy=remedy,
        code="unknown",
    )


def sample_file(round: Round, examples: list[Mapping[str, Any]]) -> bytes:
    """A workbook with the right headings, example rows and a sheet that explains the columns."""
    return sample_book("scorecards", HEADINGS, meanings(round), examples=examples)


def meanings(round: Round) -> list[tuple[str, str]]:
    sides = ", ".join(Side.values)
    return [
        ("facility", gettext("The facility's code in its ministry's register, or its name. Needed.")),
        ("place", gettext("The code of the place where the meeting is held, as text: 010101. Needed.")),
        ("side", gettext("Who scores: %(sides)s. Needed.") % {"sides": sides}),
        ("from", gettext("First planned day, 2026-03-01 or 01/03/2026. Needed.")),
        ("to", gettext("Last planned day. Needed.")),
        ("implementer", gettext("The implementer's code or name. May be empty.")),
        ("facilitator", gettext("The facilitator's number in your list. May be empty.")),
    ]
