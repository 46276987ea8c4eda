"""Each new report is matched with subscriptions once, by one query; what is to be told then waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from samleng.doors.postman.models import Alert, Broadcast, Matched, Subscription
from samleng.doors.postman.rules import NEWS_DAYS, apart, square_key
from samleng.ground.places.models import Place
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.blurring import E5
from samleng.kit.ledger.models import Due

READER = "alerts"
AT_ONCE = 2000


def match_reports(limit: int = 200) -> int:
    """Match every pin put up and not matched yet; how many. A pin made anew is matched no second time.

    Found by its missing mark, and mark and alerts are one transaction: nothing is lost however long the
    worker stood still, and nothing told twice.
    """
    with transaction.atomic():
        waiting = Due.objects.filter(reader=READER).order_by("entry_id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        due = list(waiting.select_related("entry")[:limit])
        ids = {UUID(str(one.entry.facts["case"])) for one in due}
        ids -= set(Matched.objects.filter(pk__in=ids).values_list("pk", flat=True))
        Matched.objects.bulk_create([Matched(case_id=one) for one in ids], ignore_conflicts=True)
        news = timezone.now() - timedelta(days=NEWS_DAYS)
        fresh = Pin.objects.filter(case_id__in=ids, requested_at__gte=news, closed_at=None)
        for pin in fresh.select_related("place").order_by("requested_at", "pk"):
            match(pin)
        Due.objects.filter(pk__in=[one.pk for one in due]).delete()
    return len(due)


def match(pin: Pin) -> int:
    """Note down whom a report is told to; one query finds them, by its places and its square."""
    found = watching(pin)
    rows = [Alert(subscription_id=one, case_id=pin.case_id) for one in found]
    Alert.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
    return len(rows)


def watching(pin: Pin) -> list[UUID]:
    """The subscriptions that watch where a report lies; only its blurred point is known here."""
    keys = list(pin.place.ancestor_ids)
    point = (pin.lat_e5 / E5, pin.lon_e5 / E5) if pin.lat_e5 is not None and pin.lon_e5 is not None else None
    if point is not None:
        keys.append(square_key(*point))
    rows = Subscription.objects.live().filter(watches__key__in=keys, category__in=["", pin.category])
    columns = rows.values_list("pk", "latitude", "longitude", "metres")
    return [
        pk
        for pk, latitude, longitude, metres in columns
        if metres is None
        or (point is not None and apart(*point, latitude or 0.0, longitude or 0.0) <= metres)
    ]


def match_broadcasts(limit: int = 20) -> int:
    """Note down whom offices' news are told to: who watches the place, what holds it, or what lies in it."""
    done = 0
    for pk in list(
        Broadcast.objects.filter(matched_at=None).order_by("at").values_list("pk", flat=True)[:limit]
    ):
        with transaction.atomic():
            waiting = Broadcast.objects.select_for_update(skip_locked=True, of=("self",))
            one = waiting.select_related("place").filter(pk=pk, matched_at=None).first()
            if one is None:
                continue
            within = Place.objects.filter(path__startswith=one.place.path).values("pk")
            here = Q(place__in=one.place.ancestor_ids) | Q(place__in=within)
            ids = Subscription.objects.live().filter(here).values_list("pk", flat=True)
            rows = [Alert(subscription_id=each, broadcast=one) for each in ids]
            Alert.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
            one.matched_at = timezone.now()
            one.save(update_fields=["matched_at"])
            done += 1
    return done
