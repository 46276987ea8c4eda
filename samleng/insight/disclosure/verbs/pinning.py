"""Putting what everyone may know of a case on the map, taking it off, and letting days pass over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import Categories, may_be_public
from samleng.insight.disclosure.models import Happening, Pin
from samleng.insight.disclosure.rules.blurring import blurred
from samleng.insight.disclosure.rules.pins import PUBLIC, Clock, PinFacts, clock_of
from samleng.insight.disclosure.rules.windows import spot_of
from samleng.insight.disclosure.verbs.counting import count_all, moved
from samleng.insight.disclosure.verbs.happening import happened_to
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, record_many, verb
from samleng.kit.words.refusals import Refusal


@verb
def pin(*, by: Actor, facts: PinFacts) -> Pin:
    """Show a case of a public category to everybody, or show it as it stands now.

    Sent again it changes nothing, and what is older than what is shown changes nothing either.
    """
    the_site_alone(by)
    return put_up(by, [(facts, checked(facts, Categories()))])[0]


@verb
def pin_many(*, by: Actor, facts: Iterable[PinFacts], quiet: bool = False) -> list[UUID]:
    """The same for many cases, in a few statements; the ids of those that may not be shown are given back.

    `quiet` is for what is not news: nobody who watches the area hears of it.
    """
    the_site_alone(by)
    categories = Categories()
    sound: list[tuple[PinFacts, int]] = []
    refused: list[UUID] = []
    for one in facts:
        try:
            sound.append((one, checked(one, categories)))
        except Refusal:
            refused.append(one.case_id)
    put_up(by, sound, quiet=quiet)
    return refused


def put_up(by: Actor, sound: Sequence[tuple[PinFacts, int]], *, quiet: bool = False) -> list[Pin]:
    """The pins of these facts, each with how far it is blurred: new, moved, or left as they stand."""
    kept = Pin.objects.select_for_update().filter(case_id__in=[facts.case_id for facts, _blur in sound])
    known = {one.case_id: one for one in kept.order_by("pk")}
    places = Place.objects.only("id", "path").in_bulk({facts.place_id for facts, _blur in sound})
    shown: list[Pin] = []
    fresh: list[Pin] = []
    changed: list[Pin] = []
    for facts, blur in sound:
        before = known.get(facts.case_id)
        row = None if before and before.updated_at > facts.updated_at else drawn(facts, blur, places)
        if before is None and row is not None:
            fresh.append(row)
        elif before is not None and row is not None and not same(before, row):
            row.pk = before.pk
            changed.append(row)
        else:
            row = before
        shown += [row] if row is not None else []
    Pin.objects.bulk_create(fresh, batch_size=200)
    moved([known[one.case_id] for one in changed], [*fresh, *changed])
    for one in changed:
        one.save(force_update=True)
    happened_to([*fresh, *changed])
    # Whoever watches the area hears of it once, when it comes.
    for some, tell in ((fresh, () if quiet else ("alerts",)), (changed, ())):
        rows = [("disclosure.pin", one, owner_of(one.office_id), told_of(one)) for one in some]
        record_many(by=by, rows=rows, tell=tell)
    return shown


def told_of(pin: Pin) -> Mapping[str, object]:
    return {"case": str(pin.case_id), "category": pin.category, "state": pin.state}


@verb
def unpin(*, by: Actor, case_id: UUID) -> None:
    """Take a case off the map and out of every public count; nothing to do where it is not there."""
    the_site_alone(by)
    known = Pin.objects.select_for_update().filter(case_id=case_id).first()
    if known is None:
        return
    record(
        by=by,
        verb="disclosure.unpin",
        thing=known,
        owner=owner_of(known.office_id),
        facts={"case": str(case_id)},
        tell=(),
    )
    moved([known], [])
    Happening.objects.filter(pin_id=known.pk).delete()
    known.delete()


def turn_pins(*, by: Actor = SYSTEM, today: date | None = None, limit: int = 2000) -> int:
    """Count as late what has become late since it was last looked at; how many pins."""
    the_site_alone(by)
    day = today or timezone.localdate()
    with transaction.atomic():
        due = Pin.objects.filter(turns_on__lte=day).order_by("turns_on", "pk")
        before = list(due.select_for_update()[:limit])
        after = list(Pin.objects.filter(pk__in=[one.pk for one in before]).order_by("turns_on", "pk"))
        for one in after:
            stand(one, day)
        moved(before, after)
        Pin.objects.bulk_update(after, [*Clock._fields], batch_size=100)
    return len(after)


def count_anew(*, by: Actor = SYSTEM) -> None:
    """Make the counts of the map and of offices anew from the pins themselves."""
    the_site_alone(by)
    with transaction.atomic():
        count_all()


def the_site_alone(by: Actor) -> None:
    """Pins follow from cases: nobody puts one up by hand."""
    if by.key != SYSTEM.key:
        raise Denied


def owner_of(office_id: UUID | None) -> str:
    return f"office:{office_id}" if office_id else ""


def checked(facts: PinFacts, categories: Categories) -> int:
    """By how many metres the case is blurred; refuses what may never be shown to everybody."""
    category = categories.of(facts.category)
    if category is None or not may_be_public(category) or facts.exposure != PUBLIC:
        raise Refusal(
            _("This case may not be shown to everybody."),
            field="category",
            remedy=_("Only reports made in public in a public category are put on the map."),
            code="not_public",
        )
    if (facts.words or facts.photo_id) and facts.reviewed_at is None:
        raise Refusal(
            _("Nobody has looked at the words and the photo yet."),
            field="reviewed_at",
            remedy=_("Show them once they have been reviewed."),
            code="unreviewed",
        )
    if (facts.latitude is None) != (facts.longitude is None):
        raise Refusal(
            _("Half a point is no place on the map."),
            field="latitude",
            remedy=_("Give latitude and longitude, or neither."),
        )
    return max(category.blur_metres, facts.blur_metres)


def drawn(facts: PinFacts, blur: int, places: Mapping[int, Place]) -> Pin:
    """The row that tells these facts."""
    place = places[facts.place_id]
    above = dict(enumerate(place.ancestor_ids))
    row = Pin(
        **{name: getattr(facts, name) for name in AS_TOLD},
        place_id=place.pk,
        first_area=above.get(1),
        second_area=above.get(2),
        third_area=above.get(3),
        words=dict(facts.words) if facts.words else None,
        steps=[[step.at.isoformat(), step.state] for step in facts.steps],
        answers=[{"at": one.at.isoformat(), "text": dict(one.text)} for one in facts.answers],
    )
    if facts.latitude is not None and facts.longitude is not None:
        row.lat_e5, row.lon_e5 = blurred(facts.latitude, facts.longitude, blur, settings.MAP_KEY)
        row.spot = spot_of(row.lat_e5, row.lon_e5)
    stand(row, timezone.localdate())
    return row


AS_TOLD = (
    *("case_id", "reference", "category", "service", "sector", "office_id", "state", "outcome"),
    *("requested_at", "updated_at", "closed_at", "answered_at", "answer_due_on", "due_on", "me_too"),
    *("photo_id", "reviewed_at", "review_due_on", "sample"),
)


def stand(row: Pin, today: date) -> None:
    """Write into the row what the day makes of it."""
    clock = clock_of(
        today=today,
        requested_on=timezone.localtime(row.requested_at).date(),
        closed=row.closed_at is not None,
        outcome=row.outcome,
        due_on=row.due_on,
        answered_on=timezone.localtime(row.answered_at).date() if row.answered_at else None,
        answer_due_on=row.answer_due_on,
        reviewed=row.reviewed_at is not None,
        review_due_on=row.review_due_on,
    )
    for name, value in clock._asdict().items():
        setattr(row, name, value)


def same(known: Pin, fresh: Pin) -> bool:
    """Whether two rows tell the same."""
    return told(known) == told(fresh)


# Not of the case: the row's own number, and how often it was written.
OURS = ("id", "stamp")


def told(row: Pin) -> Mapping[str, object]:
    return {
        one.attname: getattr(row, one.attname) for one in Pin._meta.concrete_fields if one.name not in OURS
    }
