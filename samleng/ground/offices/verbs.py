"""What happens to offices, their duties, programmes and implementers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Duty, Implementer, Office, OfficeKind, Programme
from samleng.ground.offices.rules import kinds_above, sound_code, sound_phone
from samleng.ground.offices.zones import CROSSED, NOT_AREA, OUTSIDE, TOO_MANY, BadZone, sound_zone
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import check_words

REGISTRY = ""
ZONE_FAULTS = {
    NOT_AREA: (
        _("This outline is not an area."),
        _("Give one polygon, or several that belong together, as GeoJSON."),
    ),
    OUTSIDE: (
        _("This outline does not lie on earth."),
        _("Give longitude first, then latitude, in degrees (WGS84)."),
    ),
    CROSSED: (_("The line of this outline crosses itself."), _("Draw it again without a crossing.")),
    TOO_MANY: (_("This outline has too many points."), _("Simplify it to at most 20,000 points.")),
}


def checked_code(code: str, field: str = "code") -> str:
    """The code in its plain form, or a Refusal."""
    sound = sound_code(code)
    if sound is None:
        raise Refusal(
            _("“%(code)s” is not a code.") % {"code": code.strip()[:60]},
            field=field,
            remedy=_("Use up to 40 Latin letters, digits, dots and dashes, without spaces."),
            code="code",
        )
    return sound


def checked_name(name: Mapping[str, str]) -> dict[str, str]:
    """The name in at least one language, or a Refusal."""
    words = check_words(name, (), field="name", longest=200)
    if not words:
        raise Refusal(_("The name is missing."), field="name", remedy=_("Write the name."), code="missing")
    return words


@verb
def name_office_kind(
    *, by: Actor, code: str, name: Mapping[str, str], level: int, administers: bool | None = None
) -> OfficeKind:
    """Say what a kind of office is called, at which level of places it stands, and whether it is the
    administration of places there (None: as it was); again changes it.
    """
    require(by, "offices.register_office", owner=REGISTRY)
    words = check_words(name, (), field="name", longest=120)
    entry: dict[str, Any] = {"name": words, "level": level}
    if administers is not None:
        entry["administers"] = administers
    kind, _made = OfficeKind.objects.update_or_create(code=checked_code(code), defaults=entry)
    facts = {"code": kind.code, "level": level, "administers": kind.administers}
    record(by=by, verb="offices.name_office_kind", thing=kind, facts=facts, tell=())
    return kind


@verb
def register_office(
    *,
    by: Actor,
    code: str,
    kind: OfficeKind,
    name: Mapping[str, str],
    place: Place,
    facility: Facility | None = None,
    phone: str | None = None,
    sample: bool = False,
) -> Office:
    """Enter an office in the register; the same code again corrects its entry (no phone: it stays)."""
    require(by, "offices.register_office", owner=REGISTRY, path=place.path)
    code, words = checked_code(code), checked_name(name)
    kept = Office.objects.select_related("place").filter(code=code).first()
    if kept is not None:
        # Somebody who keeps one province's register must not move another's office into it.
        require(by, "offices.register_office", owner=REGISTRY, path=kept.place.path)
    refuse_taken_facility(facility, code)
    entry = {"kind": kind, "name": words, "place": place, "facility": facility, "sample": sample}
    if phone is not None:
        entry["phone"] = checked_phone(phone)
    office, made = Office.objects.update_or_create(code=code, defaults=entry)
    record(
        by=by,
        verb="offices.register_office",
        thing=office,
        owner=office.owner_key,
        facts={"code": code, "kind": kind.code, "place": place.pk, "new": made},
        content=words,
    )
    return office


def checked_phone(phone: str) -> str:
    """The office's number as digits, with a plus where the country is written; "" for none."""
    if phone and not sound_phone(phone):
        raise Refusal(
            _("This is not a telephone number."),
            field="phone",
            remedy=_("Write all its digits, for example 012 345 678."),
            code="phone",
        )
    return phone


def refuse_taken_facility(facility: Facility | None, code: str) -> None:
    if facility and Office.objects.filter(facility=facility).exclude(code=code).exists():
        raise Refusal(
            _("Another office already stands for this facility."),
            field="facility",
            remedy=_("Correct that office, or leave the facility out."),
            code="conflict",
        )


@verb
def give_duty(
    *,
    by: Actor,
    office: Office,
    service: Service,
    area: Place | None = None,
    since: date,
    until: date | None = None,
    categories: Iterable[str] | None = None,
    zone: Mapping[str, Any] | None = None,
) -> Duty:
    """An office answers for a service in an area (its own place when none is named) from a day on.

    `categories` narrows it to kinds of report (empty: all); `zone` is a contract's outline as GeoJSON
    (empty: none). None: as it was.
    """
    area = area or office.place
    require(by, "offices.give_duty", owner=REGISTRY, path=area.path)
    if until is not None and until <= since:
        raise Refusal(
            _("The duty ends before it begins."), field="until", remedy=_("Give a later end."), code="dates"
        )
    kept = Duty.objects.filter(office=office, service=service, area=area, until=None).first()
    duty = kept or Duty(office=office, service=service, area=area, since=since)
    before = terms_of(duty)
    duty.since, duty.until = min(since, duty.since), until
    narrow(duty, categories, zone)
    if kept is None or terms_of(duty) != before:
        duty.save()
        record(by=by, verb="offices.give_duty", thing=duty, owner=office.owner_key, facts=told(duty), tell=())
    return duty


def terms_of(duty: Duty) -> tuple[object, ...]:
    return duty.since, duty.until, duty.categories, duty.zone


def told(duty: Duty) -> dict[str, object]:
    return {
        "service": duty.service.code,
        "area": duty.area_id,
        "since": duty.since.isoformat(),
        "categories": duty.categories,
        "zone": duty.zone is not None,
    }


def narrow(duty: Duty, categories: Iterable[str] | None, zone: Mapping[str, Any] | None) -> None:
    """Give the duty its kinds of report and its outline; None leaves them as they were."""
    if categories is not None:
        duty.categories = sorted({checked_code(code, "categories") for code in categories})
    if zone is not None:
        duty.zone, (duty.west, duty.south, duty.east, duty.north) = checked_zone(zone)


def checked_zone(
    zone: Mapping[str, Any],
) -> tuple[dict[str, Any] | None, tuple[float, float, float, float] | tuple[None, None, None, None]]:
    """The outline as kept and its bounds, none for an empty one; or a Refusal that says what is wrong."""
    if not zone:
        return None, (None, None, None, None)
    try:
        return sound_zone(zone)
    except BadZone as bad:
        message, remedy = ZONE_FAULTS[bad.code]
        raise Refusal(message, field="zone", remedy=remedy, code=bad.code) from bad


@verb
def end_duty(*, by: Actor, duty: Duty, on: date) -> Duty:
    """The duty ends on a day; who answered until then stays known."""
    require(by, "offices.give_duty", owner=REGISTRY, path=duty.area.path)
    if on <= duty.since:
        raise Refusal(
            _("The duty ends before it begins."), field="on", remedy=_("Give a later end."), code="dates"
        )
    duty.until = on
    duty.save(update_fields=["until"])
    record(
        by=by,
        verb="offices.end_duty",
        thing=duty,
        owner=duty.office.owner_key,
        facts={"on": on.isoformat()},
        tell=(),
    )
    return duty


@verb
def open_programme(
    *,
    by: Actor,
    code: str,
    name: Mapping[str, str],
    sample: bool = False,
    retention_days: int = 90,
    auto_complete_days: int = 15,
) -> Programme:
    """Open a programme (a tenant). Nothing of it is public until it says so itself."""
    require(by, "offices.open_programme", owner=REGISTRY)
    code, words = checked_code(code), checked_name(name)
    if Programme.objects.filter(code=code).exists():
        raise Refusal(
            _("A programme with the code “%(code)s” exists already.") % {"code": code},
            field="code",
            remedy=_("Choose another code."),
            code="conflict",
        )
    programme = Programme.objects.create(
        code=code,
        name=words,
        sample=sample,
        retention_days=retention_days,
        auto_complete_days=auto_complete_days,
    )
    record(
        by=by,
        verb="offices.open_programme",
        thing=programme,
        owner=programme.owner_key,
        facts={"code": code, "sample": sample},
        content=words,
    )
    return programme


@verb
def change_programme(*, by: Actor, programme: Programme, name: Mapping[str, str]) -> Programme:
    """Correct what a programme is called; its code and what it owns stay."""
    require(by, "offices.change_programme", owner=programme.owner_key)
    words = checked_name(name)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if row.name == words:
        return row
    row.name = words
    row.save(update_fields=["name"])
    record(by=by, verb="offices.change_programme", thing=row, owner=row.owner_key, content=words, tell=())
    return row


@verb
def add_implementer(
    *,
    by: Actor,
    programme: Programme,
    code: str,
    name: Mapping[str, str],
    place: Place | None = None,
    targets: Iterable[Place] = (),
) -> Implementer:
    """An organisation carries out the programme in its target places; the same code again corrects it."""
    require(by, "offices.add_implementer", owner=programme.owner_key)
    code, words, targets = checked_code(code), checked_name(name), list(targets)
    implementer, made = Implementer.objects.update_or_create(
        programme=programme, code=code, defaults={"name": words, "place": place}
    )
    implementer.targets.set(targets)
    record(
        by=by,
        verb="offices.add_implementer",
        thing=implementer,
        owner=programme.owner_key,
        facts={"code": code, "targets": sorted(target.pk for target in targets), "new": made},
        content=words,
    )
    return implementer


def next_up(office: Office, service: Service) -> Office | None:
    """The next office up the ladder of the service's sector whose area holds this office's; None at the top.

    A rung where no office is registered is passed over: a matter never stops for a gap in the register.
    """
    for kind in kinds_above(service.sector.ladder, office.kind.code):
        above = Office.objects.over(office.place, kind).exclude(pk=office.pk)
        found = above.order_by("-place__level", "code").first()
        if found is not None:
            return found
    return None
