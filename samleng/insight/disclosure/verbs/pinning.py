"""Putting what everyone may know of a case on the map, taking it off, and letting days pass over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import category_of, may_be_public
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.blurring import blurred
from samleng.insight.disclosure.rules.pins import PUBLIC, Clock, PinFacts, clock_of
from samleng.insight.disclosure.rules.windows import spot_of
from samleng.insight.disclosure.verbs.counting import count_all, moved
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal


def pin_of(facts: PinFacts) -> Pin:
    """The pin of a case as these facts tell it, put up or moved by the site itself."""
    return pin(by=SYSTEM, facts=facts)


@verb
def pin(*, by: Actor, facts: PinFacts) -> Pin:
    """Show a case of a public category to everybody, or show it as it stands now.

    Sent again it changes nothing, and what is older than what is shown changes nothing either.
    """
    the_site_alone(by)
    blur = checked(facts)
    known = Pin.objects.select_for_update().filter(case_id=facts.case_id).first()
    if known and known.updated_at > facts.updated_at:
        return known
    fresh = drawn(facts, blur)
    if known:
        if same(known, fresh):
            return known
        fresh.pk = known.pk
        moved([known], [fresh])
        fresh.save(force_update=True)
    else:
        fresh.save(force_insert=True)
        moved([], [fresh])
    record(
        by=by,
        verb="disclosure.pin",
        thing=fresh,
        owner=owner_of(fresh.office_id),
        facts={"case": str(fresh.case_id), "category": fresh.category, "state": fresh.state},
        # Whoever watches the area hears of it once, when it comes.
        tell=() if known else ("alerts",),
    )
    return fresh


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


def checked(facts: PinFacts) -> int:
    """By how many metres the case is blurred; refuses what may never be shown to everybody."""
    category = category_of(facts.category)
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


def drawn(facts: PinFacts, blur: int) -> Pin:
    """The row that tells these facts."""
    place = Place.objects.only("id", "path").get(pk=facts.place_id)
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


def told(row: Pin) -> Mapping[str, object]:
    return {one.attname: getattr(row, one.attname) for one in Pin._meta.concrete_fields if one.name != "id"}
