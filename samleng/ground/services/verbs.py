"""How services are named and facilities come, change, serve and close."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.ground.places.rules import names_of, search_lines, skeleton_lines
from samleng.ground.places.verbs import check_may_shape
from samleng.ground.services.models import Facility, FacilityCode, FacilityLink, Sector, Service
from samleng.ground.services.rules import Draft, sound_point, twice
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.khmer import sort_key
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import check_words, filled


@dataclass(kw_only=True)
class Loaded:
    """How many facilities a load made, changed and left as they were."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0


@verb
def name_sector(*, by: Actor, code: str, name: Mapping[str, str], ladder: Sequence[str]) -> Sector:
    """Name a sector and the kinds of office a matter climbs in it, lowest first; again corrects it."""
    check_may_shape(by)
    words = check_words(name, required=(), field="name")
    sector = Sector.objects.filter(code=code).first() or Sector(code=code)
    if sector.pk is None or (sector.name, sector.ladder) != (words, list(ladder)):
        sector.name, sector.ladder = words, list(ladder)
        sector.save()
        record(by=by, verb="name_sector", thing=sector, facts={"code": code, "ladder": list(ladder)})
    return sector


@verb
def name_service(
    *, by: Actor, code: str, sector: Sector, name: Mapping[str, str], stands_at: int, serves_many: bool
) -> Service:
    """Name a kind of service, the level its facilities stand at, and whether one serves several places."""
    check_may_shape(by)
    fields = {
        "sector": sector,
        "name": check_words(name, required=(), field="name"),
        "stands_at": stands_at,
        "serves_many": serves_many,
    }
    service = Service.objects.filter(code=code).first() or Service(code=code, sector=sector)
    if service.pk is None or any(getattr(service, key) != value for key, value in fields.items()):
        for key, value in fields.items():
            setattr(service, key, value)
        service.save()
        record(by=by, verb="name_service", thing=service, facts={"code": code, "stands_at": stands_at})
    return service


@verb
def raise_facility(
    *,
    by: Actor,
    service: Service,
    name: Mapping[str, str],
    place: Place,
    on: date,
    serves: Sequence[Place] = (),
    codes: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    sample: bool = False,
) -> Facility:
    """Enter one facility, the places it serves from the day on, and ministries' codes for it."""
    check_may_shape(by)
    draft = Draft(
        name=check_words(name, required=(), field="name"),
        place=place.pk,
        serves=[one.pk for one in serves],
        codes=dict(codes or {}),
        latitude=latitude,
        longitude=longitude,
        sample=sample,
    )
    _check([draft], service, {place.pk: place, **{one.pk: one for one in serves}})
    facility = _described(Facility(service=service, opened_on=None), draft)
    facility.save()
    FacilityCode.objects.bulk_create(_codes(facility, draft))
    FacilityLink.objects.bulk_create(_links(facility, draft.serves, on))
    record(by=by, verb="raise_facility", thing=facility, facts={"place": place.pk, "service": service.code})
    return facility


@verb
def load_facilities(
    *,
    by: Actor,
    service: Service,
    drafts: Sequence[Draft],
    on: date,
    progress: Callable[[int, int], None] | None = None,
) -> Loaded:
    """Bring in many facilities of one service, known again by their codes; all of them or none.

    A draft that is known but differs changes the facility; one that is the same changes nothing.
    """
    check_may_shape(by)
    wanted = {pk for draft in drafts for pk in (draft.place, *draft.serves)}
    places = {place.pk: place for place in Place.objects.filter(pk__in=wanted)}
    _check(drafts, service, places)
    known = _known(drafts)
    done = Loaded()
    first = None
    for number, draft in enumerate(drafts, 1):
        facility = known.get(next(iter(draft.codes.items()), ("", "")))
        if facility is None:
            facility = _described(Facility(service=service), draft)
            facility.save()
            FacilityCode.objects.bulk_create(_codes(facility, draft))
            FacilityLink.objects.bulk_create(_links(facility, draft.serves, on))
            done.made += 1
            first = first or facility
        elif _change(facility, draft, on):
            done.changed += 1
            first = first or facility
        else:
            done.unchanged += 1
        if progress and (number % 100 == 0 or number == len(drafts)):
            progress(number, len(drafts))
    if first is not None:
        facts = {"service": service.code, "made": done.made, "changed": done.changed}
        record(by=by, verb="load_facilities", thing=first, facts=facts)
    return done


@verb
def serve(*, by: Actor, facility: Facility, place: Place, since: date) -> FacilityLink:
    """From the day on the facility serves the place too; said again it stays as it is."""
    check_may_shape(by)
    link = FacilityLink.objects.filter(facility=facility, place=place, until=None).first()
    if link is None:
        others = FacilityLink.objects.filter(facility=facility, until=None)
        if not facility.service.serves_many and others.exists():
            raise Refusal(
                _("A facility of this service serves one place only."),
                field="place",
                remedy=_("End the present service first."),
            )
        link = FacilityLink.objects.create(facility=facility, place=place, since=since)
        record(by=by, verb="serve", thing=facility, facts={"place": place.pk, "since": since.isoformat()})
    return link


@verb
def stop_serving(*, by: Actor, link: FacilityLink, on: date) -> FacilityLink:
    """The facility serves the place until the day (not on it)."""
    check_may_shape(by)
    if link.until is None:
        if on <= link.since:
            raise Refusal(_("It cannot end before it began."), field="on", remedy=_("Choose a later day."))
        link.until = on
        link.save(update_fields=["until"])
        facts = {"place": link.place_id, "until": on.isoformat()}
        record(by=by, verb="stop_serving", thing=link.facility, facts=facts)
    return link


@verb
def close_facility(*, by: Actor, facility: Facility, on: date) -> Facility:
    """The facility gives no service from the day on; what was said about it stays."""
    check_may_shape(by)
    if facility.closed_on is None:
        facility.closed_on = on
        facility.save(update_fields=["closed_on"])
        FacilityLink.objects.filter(facility=facility, until=None, since__lt=on).update(until=on)
        record(by=by, verb="close_facility", thing=facility, facts={"on": on.isoformat()})
    return facility


@verb
def follow_places(*, by: Actor) -> list[Facility]:
    """Move open facilities, and the places they serve, to the versions now in force.

    Returns those that cannot follow by themselves because their place was divided.
    """
    check_may_shape(by)
    moved, undecided = 0, []
    standing = Facility.objects.open().exclude(place__valid_to=None).select_related("place", "service")
    for facility in standing:
        after = latest(facility.place)
        if after is None or after.level != facility.service.stands_at:
            undecided.append(facility)
            continue
        facility.place = after
        facility.save(update_fields=["place"])
        moved += 1
    links = FacilityLink.objects.filter(until=None, facility__closed_on=None).exclude(place__valid_to=None)
    for link in links.select_related("place", "facility"):
        after = latest(link.place)
        if after is None:
            undecided.append(link.facility)
            continue
        ended = max(link.place.valid_to or link.since, link.since)
        link.until = ended
        if ended <= link.since:
            link.delete()
        else:
            link.save(update_fields=["until"])
        given = {"facility": link.facility, "place": after, "until": None}
        FacilityLink.objects.get_or_create(**given, defaults={"since": ended})
        moved += 1
    if moved and (one := Facility.objects.first()):
        record(by=by, verb="follow_places", thing=one, facts={"moved": moved})
    return list(dict.fromkeys(undecided))


def latest(place: Place) -> Place | None:
    """The one version in force that came of this one, or None where it ended or was divided."""
    while place.valid_to is not None:
        after = [step.after for step in place.successions.select_related("after")[:2]]
        if len(after) != 1:
            return None
        place = after[0]
    return place


def _check(drafts: Sequence[Draft], service: Service, places: Mapping[int, Place]) -> None:
    wrong = [
        Refusal(
            filled(_("The code %(code)s already stands in row %(row)s."), code=code, row=first.row or "?"),
            field="code",
            row=draft.row,
            remedy=_("Give each facility a code of its own."),
            code="duplicate",
        )
        for draft, first, code in twice(drafts)
    ]
    for draft in drafts:
        place = places.get(draft.place)
        if place is None or place.level != service.stands_at:
            wrong.append(
                Refusal(
                    _("A facility of this service does not stand at a place of this level."),
                    field="place",
                    row=draft.row,
                    remedy=_("Choose the place of the right level that holds it."),
                    code="wrong_level",
                )
            )
        if not sound_point(draft.latitude, draft.longitude):
            wrong.append(
                Refusal(
                    _("This is not a position on earth in degrees."),
                    field="latitude",
                    row=draft.row,
                    remedy=_("Give latitude and longitude in degrees, or neither."),
                    code="point",
                )
            )
    if wrong:
        raise Refusals(wrong)


def _known(drafts: Sequence[Draft]) -> dict[tuple[str, str], Facility]:
    schemes = {scheme for draft in drafts for scheme in draft.codes}
    codes = FacilityCode.objects.filter(scheme__in=schemes).select_related("facility")
    return {(code.scheme, code.code): code.facility for code in codes}


def _described(facility: Facility, draft: Draft) -> Facility:
    names = names_of(draft.name)
    facility.name = dict(draft.name)
    facility.place_id = draft.place
    facility.latitude, facility.longitude = draft.latitude, draft.longitude
    facility.sample = draft.sample
    facility.opened_on = draft.opened_on or facility.opened_on
    facility.search = search_lines("", [*names, *draft.codes.values()])
    facility.skeleton = skeleton_lines(names)
    facility.sort_key = sort_key(draft.name.get("km") or next(iter(draft.name.values()), ""))[:400]
    return facility


def _codes(facility: Facility, draft: Draft) -> list[FacilityCode]:
    return [FacilityCode(facility=facility, scheme=scheme, code=code) for scheme, code in draft.codes.items()]


def _links(facility: Facility, places: Iterable[int], since: date) -> list[FacilityLink]:
    return [FacilityLink(facility=facility, place_id=place, since=since) for place in dict.fromkeys(places)]


def _change(facility: Facility, draft: Draft, on: date) -> bool:
    fields = ("name", "place_id", "latitude", "longitude", "sample", "search")
    before = [getattr(facility, key) for key in fields]
    _described(facility, draft)
    changed = before != [getattr(facility, key) for key in fields]
    if changed:
        facility.save()
    serving = set(
        FacilityLink.objects.filter(facility=facility, until=None).values_list("place_id", flat=True)
    )
    added = [place for place in draft.serves if place not in serving]
    FacilityLink.objects.bulk_create(_links(facility, added, on))
    known = set(facility.codes.values_list("scheme", "code"))
    more = [one for one in _codes(facility, draft) if (one.scheme, one.code) not in known]
    FacilityCode.objects.bulk_create(more)
    return changed or bool(added) or bool(more)
