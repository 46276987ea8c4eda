"""Bringing what waits for subscriptions, whichever way it goes: taken, carried, and gone once it was carried.

What waits is taken in one short transaction, carried outside of any, and settled in another: a slow server
of somebody else holds up nobody here. A worker that is ended on its way leaves what it took to the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from samleng.doors.postman.models import Alert, Subscription
from samleng.doors.postman.rules import END, MINUTES_TO_BRING, MOST_IN_A_LETTER, next_wait
from samleng.doors.postman.verbs.alerting import token
from samleng.insight.disclosure.categories import category_of
from samleng.insight.disclosure.models import Pin
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.ledger.verbs import record
from samleng.kit.words.text import say

log = logging.getLogger("samleng.postman")


class Gone(Exception):
    """Nothing is taken there any more: the subscription ends."""


class NotNow(Exception):
    """It was not taken this time. `patience`: not before so many seconds.

    `everybody`: none of this way goes at the moment, so that it is nobody's own failure and nobody's news
    is given up for it.
    """

    def __init__(self, why: str = "", *, patience: int = 0, everybody: bool = False) -> None:
        super().__init__(why)
        self.patience, self.everybody = patience, everybody


@dataclass(frozen=True)
class News:
    """What one subscription is told, in its language: lines, each with the address of its page or ""."""

    lines: Sequence[tuple[str, str]]
    more: int
    # Where it is ended, and where all of it stands.
    end: str
    all: str

    def told(self, most: int = 10**6) -> list[str]:
        """The lines as a letter has them, as many as have room; the others are counted."""
        out, room, left = [], most, len(self.lines)
        for words, link in self.lines:
            line = f"{words}\n{link}" if link else words
            if len(line) + 2 > room:
                break
            out.append(line)
            room, left = room - len(line) - 2, left - 1
        return [*out, *and_more(self.more + left)]


def and_more(more: int) -> list[str]:
    """How many reports are not told one by one, if any."""
    if not more:
        return []
    return [ngettext("and %(n)d more report", "and %(n)d more reports", more) % {"n": more}]


Carry = Callable[[Subscription, News], None]


def bring(kind: str, carry: Carry, limit: int = 100) -> int:
    """Bring what is due to subscriptions of a kind; how many were told something."""
    now = timezone.now()
    due = Alert.objects.filter(next_try_at__lte=now, subscription__kind=kind).filter(idle())
    wanted = dict.fromkeys(
        due.order_by("next_try_at").values_list("subscription_id", flat=True)[: limit * 10]
    )
    told = 0
    for pk in list(wanted)[:limit]:
        try:
            told += bring_one(pk, carry)
        except NotNow:
            break
    return told


def idle(prefix: str = "subscription__") -> Q:
    """Those that nobody is bringing anything to just now."""
    left = timezone.now() - timedelta(minutes=MINUTES_TO_BRING)
    return Q(**{f"{prefix}taken_at": None}) | Q(**{f"{prefix}taken_at__lt": left})


def bring_one(pk: UUID, carry: Carry) -> bool:
    """Bring one subscription all that waits for it; NotNow where nobody's can be brought."""
    found = take(pk)
    if found is None:
        return False
    one, waiting = found
    ids = [each.pk for each in waiting]
    with override(one.language):
        news = news_of(one, waiting)
        if news is None:
            settled(one, ids)
            return False
        try:
            carry(one, news)
        except Gone:
            lost(one)
            return False
        except NotNow as error:
            put_off(one, waiting, error)
            if error.everybody:
                raise
            return False
    settled(one, ids)
    return True


@transaction.atomic
def take(pk: UUID) -> tuple[Subscription, list[Alert]] | None:
    """A subscription with all that waits for it, kept from others for a while."""
    free = Subscription.objects.select_for_update(skip_locked=True, of=("self",)).filter(idle(""), pk=pk)
    one = free.select_related("place__kind").first()
    if one is None:
        return None
    waiting = list(one.alerts.select_related("broadcast__office").order_by("pk"))
    one.taken_at = timezone.now()
    one.save(update_fields=["taken_at"])
    return one, waiting


@transaction.atomic
def settled(one: Subscription, ids: Sequence[int]) -> None:
    """It was told, or there was nothing left to tell."""
    Alert.objects.filter(pk__in=ids).delete()
    Subscription.objects.filter(pk=one.pk).update(taken_at=None)


@transaction.atomic
def lost(one: Subscription) -> None:
    """The subscription leads nowhere any more, and its address goes with it."""
    record(by=SYSTEM, verb="postman.lose", thing=one, owner="", facts={"kind": one.kind}, tell=())
    one.delete()


@transaction.atomic
def put_off(one: Subscription, waiting: Sequence[Alert], why: NotNow) -> None:
    """Later again; after two days of failing on its own account what waits is given up."""
    # The address stands in no log.
    log.warning("an alert could not be sent (%s): %s", one.kind, why)
    now = timezone.now()
    Subscription.objects.filter(pk=one.pk).update(taken_at=None)
    if why.everybody:
        again = now + timedelta(seconds=max(1, why.patience))
        waits = Alert.objects.filter(subscription__kind=one.kind, next_try_at__lt=again)
        waits.update(next_try_at=again)
        return
    tries = max(each.tries for each in waiting) + 1
    wait = next_wait(tries)
    if wait is None:
        Alert.objects.filter(pk__in=[each.pk for each in waiting]).delete()
        return
    again = now + timedelta(seconds=max(wait * 60, why.patience))
    one.alerts.all().update(tries=tries, next_try_at=again)


def news_of(one: Subscription, waiting: Sequence[Alert]) -> News | None:
    """What is said: offices' news whole, reports by what, where and a link; never their words."""
    lines = [
        (f"{say(each.broadcast.office.name, one.language)}: {say(each.broadcast.words, one.language)}", "")
        for each in waiting
        if each.broadcast is not None
    ]
    ids = [each.case_id for each in waiting if each.case_id]
    pins = list(
        Pin.objects.filter(case_id__in=ids).select_related("place__kind").order_by("requested_at", "pk")
    )
    for pin in pins[:MOST_IN_A_LETTER]:
        category: Any = category_of(pin.category)
        name = say(category.name, one.language) if category else pin.category
        lines.append((f"{name}, {pin.place.label(one.language)}", address("map_report", pin.reference)))
    if not lines:
        return None
    everything = f"{address('map')}?place={one.place.code}" if one.place else address("map")
    return News(
        lines=lines,
        more=max(0, len(pins) - MOST_IN_A_LETTER),
        end=address("alerts_end", token(END, one)),
        all=everything,
    )


def subject() -> str:
    return gettext("News from the area you watch")


def area_words(one: Subscription) -> str:
    """What a subscription watches, in its own language."""
    if one.place is not None:
        return str(one.place.label(one.language))
    return gettext("%(metres)d metres around a point on the map") % {"metres": one.metres or 0}


def address(page: str, *args: object) -> str:
    """Where a page stands in the reader's language: a link that were led on would lose what is sent to it."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{reverse(page, args=args)}"
