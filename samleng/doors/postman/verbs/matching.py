"""Each new report is matched with subscriptions once, by one query; what is to be told goes until it went."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from samleng.doors.postman.models import Alert, Broadcast, Matched, Subscription
from samleng.doors.postman.rules import (
    CONFIRM,
    END,
    MOST_IN_A_LETTER,
    NEWS_DAYS,
    apart,
    next_wait,
    square_key,
)
from samleng.doors.postman.verbs.alerting import token
from samleng.doors.postman.verbs.nudging import by_mail
from samleng.ground.people.sealing import unseal
from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import category_of
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.blurring import E5
from samleng.kit.ledger.models import Due
from samleng.kit.words.text import say

log = logging.getLogger("samleng.postman")
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


def send_letters(limit: int = 100) -> int:
    """Send what waits: letters that ask "is this you?", and one letter a subscription with all its news."""
    sent = 0
    asking = Subscription.objects.filter(asks_since__isnull=False).order_by("asks_since")
    for pk in list(asking.values_list("pk", flat=True)[:limit]):
        sent += ask(pk)
    due = Alert.objects.filter(next_try_at__lte=timezone.now()).order_by("next_try_at")
    wanted = dict.fromkeys(due.values_list("subscription_id", flat=True)[: limit * 10])
    for pk in list(wanted)[:limit]:
        sent += bring(pk)
    return sent


@transaction.atomic
def ask(pk: UUID) -> bool:
    """Ask the owner of an address; the letter counts as sent even where no server takes it."""
    waiting = Subscription.objects.select_for_update(skip_locked=True, of=("self",))
    one = waiting.select_related("place__kind").filter(pk=pk, asks_since__isnull=False).first()
    if one is None:
        return False
    one.asks_since, one.asked_at = None, timezone.now()
    one.save(update_fields=["asks_since", "asked_at"])
    with override(one.language):
        text = gettext(
            "Somebody asked for news of public reports for this address: %(area)s.\n\n"
            "If it was you, open this and press the button:\n%(yes)s\n\n"
            "If not, do nothing: nothing more will come, and the address is forgotten in a week."
        ) % {"area": area_words(one), "yes": address("alerts_yes", token(CONFIRM, one))}
        return carried(one, gettext("News of public reports: is this you?"), text)


@transaction.atomic
def bring(pk: UUID) -> bool:
    """Send one subscription all that waits for it."""
    one = Subscription.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if one is None:
        return False
    waiting = list(one.alerts.select_related("broadcast__office").order_by("pk"))
    with override(one.language):
        lines = letter_lines(waiting, one.language)
        end = address("alerts_end", token(END, one))
        if not lines:
            one.alerts.all().delete()
            return False
        foot = gettext("To stop these letters, open %(end)s") % {"end": end}
        text = "\n\n".join([*lines, f"-- \n{foot}"])
        head = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        went = carried(one, gettext("News from the area you watch"), text, head)
    if went:
        Alert.objects.filter(pk__in=[each.pk for each in waiting]).delete()
        return True
    tries = max(each.tries for each in waiting) + 1
    wait = next_wait(tries)
    if wait is None:
        one.alerts.all().delete()
        return False
    again = timezone.now() + timedelta(minutes=wait)
    one.alerts.all().update(tries=tries, next_try_at=again)
    return False


def letter_lines(waiting: Sequence[Alert], language: str) -> list[str]:
    """What a letter says: offices' news whole, reports by what, where and a link; never their words."""
    lines = [
        f"{say(each.broadcast.office.name, language)}: {say(each.broadcast.words, language)}"
        for each in waiting
        if each.broadcast is not None
    ]
    ids = [each.case_id for each in waiting if each.case_id]
    pins = list(
        Pin.objects.filter(case_id__in=ids).select_related("place__kind").order_by("requested_at", "pk")
    )
    for pin in pins[:MOST_IN_A_LETTER]:
        category: Any = category_of(pin.category)
        name = say(category.name, language) if category else pin.category
        where = pin.place.label(language)
        lines.append(f"{name}, {where}\n{address('map_report', pin.reference)}")
    if (more := len(pins) - MOST_IN_A_LETTER) > 0:
        lines.append(ngettext("and %(n)d more report", "and %(n)d more reports", more) % {"n": more})
    return lines


def area_words(one: Subscription) -> str:
    if one.place is not None:
        return str(one.place.label(one.language))
    return gettext("%(metres)d metres around a point on the map") % {"metres": one.metres or 0}


def address(page: str, *args: object) -> str:
    """Where a page stands in the reader's language: a link that were led on would lose what is sent to it."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{reverse(page, args=args)}"


def carried(one: Subscription, subject: str, text: str, headers: dict[str, str] | None = None) -> bool:
    """Whether the letter went; the address stands in no log."""
    try:
        by_mail(unseal(bytes(one.sealed)), subject, text, headers)
    except OSError as error:
        log.warning("an alert could not be sent: %s", type(error).__name__)
        return False
    return True
