"""Alerts of an area: asked for, confirmed by the address's owner, ended by a link; and what offices tell all.

Whoever asks for alerts of an address is told the same whether it was known before or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.postman import rules
from samleng.doors.postman.models import Broadcast, Opening, Subscription, Watch
from samleng.doors.postman.rules import (
    ASK_AGAIN_MINUTES,
    CONFIRM,
    CONFIRM_DAYS,
    EMAIL,
    END,
    OPEN_MINUTES,
    REACHES,
    read_token,
    square_keys,
)
from samleng.ground.offices.models import Duty, Office
from samleng.ground.people.permission import Denied, require
from samleng.ground.people.sealing import blind_index, derived, plain_email, seal
from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import public_categories
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import check_words

# Either says that somebody speaks for an office to the people of its area.
MAY_TELL = ("cases.work", "cases.moderate")
LONGEST_NEWS = 400


def links_key() -> bytes:
    return derived(settings.CONTACT_INDEX_KEY, b"alert-links")


def token(what: str, subscription: Subscription) -> str:
    """The token of a link to one subscription."""
    return rules.token_for(what, subscription.pk, links_key())


@dataclass(frozen=True)
class Area:
    """What is watched: in one word, as columns, and as keys of the index."""

    word: str
    columns: Mapping[str, Any]
    keys: Iterable[int]


@verb
def subscribe(
    *,
    by: Actor,
    email: str,
    language: str,
    category: str = "",
    place: Place | None = None,
    point: tuple[float, float] | None = None,
    metres: int = 0,
) -> Subscription:
    """Ask for alerts of a place, or around a point; they begin when the address's owner says yes.

    Asked again it is the same subscription, and the letter that asks goes out once an hour at most.
    """
    plain = plain_email(email)
    area = area_of(place, point, metres)
    kept, made = keep(EMAIL, plain, seal(plain), language, checked_category(category), area)
    lately = timezone.now() - timedelta(minutes=ASK_AGAIN_MINUTES)
    same = Subscription.objects.filter(blind_index=kept.blind_index)
    if not same.filter(Q(asked_at__gte=lately) | Q(asks_since__isnull=False)).exists():
        kept.asks_since = timezone.now()
        kept.save(update_fields=["asks_since"])
    record(by=by, verb="postman.subscribe", thing=kept, owner="", facts={"new": made}, tell=())
    return kept


def checked_category(code: str) -> str:
    """The code again, if there are public reports of it; "" means every one."""
    if code and code not in {one.code for one in public_categories()}:
        raise Refusal(
            _("There are no public reports of this kind."),
            field="category",
            remedy=_("Choose one from the list."),
        )
    return code


def keep(
    kind: str, plain: str, sealed: bytes, language: str, category: str, area: Area, *, confirmed: bool = False
) -> tuple[Subscription, bool]:
    """The one subscription of this contact to this area and category, and whether it is new."""
    kept, made = Subscription.objects.get_or_create(
        blind_index=blind_index(kind, plain), area=area.word, category=category,
        defaults={
            "kind": kind, "sealed": sealed, "language": language,
            "confirmed_at": timezone.now() if confirmed else None, **area.columns,
        },
    )  # fmt: skip
    if made:
        Watch.objects.bulk_create([Watch(subscription=kept, key=key) for key in area.keys])
    return kept, made


def area_of(place: Place | None, point: tuple[float, float] | None, metres: int) -> Area:
    """The area of a place, or so many metres around a point."""
    if place is not None:
        return Area(f"place:{place.pk}", {"place": place}, [place.pk])
    if point is None or metres not in REACHES:
        raise Refusal(
            _("It is not said for which area."),
            field="place",
            remedy=_("Choose a place, or a point on the map and how far around it."),
        )
    latitude, longitude = (round(one, 3) for one in point)
    if not (-85 <= latitude <= 85 and -180 <= longitude <= 180):
        raise Refusal(_("This is no place on the map."), field="place", remedy=_("Choose the point again."))
    where = {"latitude": latitude, "longitude": longitude, "metres": metres}
    return Area(f"{latitude},{longitude},{metres}", where, square_keys(latitude, longitude, metres))


def subscription_of(what: str, text: str) -> Subscription | None:
    """The subscription that a link is for, if there still is one."""
    found = read_token(what, text, links_key())
    return Subscription.objects.select_related("place__kind").filter(pk=found).first() if found else None


@verb
def confirm(*, by: Actor, token: str) -> Subscription | None:
    """The address's owner says yes; None for a link that leads nowhere, or no longer."""
    kept = subscription_of(CONFIRM, token)
    if kept is None:
        return None
    if kept.confirmed_at is None:
        kept.confirmed_at, kept.asks_since = timezone.now(), None
        kept.save(update_fields=["confirmed_at", "asks_since"])
        record(by=by, verb="postman.confirm", thing=kept, owner="", tell=())
    return kept


@verb
def end(*, by: Actor, token: str) -> None:
    """The owner wants no more: the subscription and its address are gone. Again changes nothing."""
    kept = subscription_of(END, token)
    if kept is not None:
        record(by=by, verb="postman.end", thing=kept, owner="", tell=())
        kept.delete()


def forget_unconfirmed() -> int:
    """Forget the addresses whose owners never said yes, and links that nobody opened; how many."""
    now = timezone.now()
    old = Subscription.objects.filter(confirmed_at=None, made_at__lt=now - timedelta(days=CONFIRM_DAYS))
    shut = Opening.objects.filter(made_at__lt=now - timedelta(minutes=OPEN_MINUTES))
    return old.delete()[0] + shut.delete()[0]


def may_tell(by: Actor, office: Office) -> bool:
    return any(by.may(one, owner=office.owner_key) for one in MAY_TELL)


def area_served(office: Office, place: Place) -> bool:
    """Whether the place lies in the office's own area or in one it has a duty in."""
    around = place.ancestor_ids
    duties = Duty.objects.on(timezone.localdate()).filter(office=office, area__in=around)
    return office.place_id in around or duties.exists()


@verb
def broadcast(*, by: Actor, office: Office, place: Place, words: Mapping[str, str]) -> Broadcast:
    """Tell everybody who watches an area something about it: no collection on Friday.

    It stands on the public page of alerts under the office's name, so it is no place for names of people.
    """
    if not may_tell(by, office):
        require(by, MAY_TELL[0], owner=office.owner_key)
    if not area_served(office, place):
        raise Denied
    said = check_words(words, required=(), field="words", longest=LONGEST_NEWS)
    if not said:
        raise Refusal(_("Nothing is written."), field="words", remedy=_("Write what people are to know."))
    made = Broadcast.objects.create(office=office, place=place, words=said, by=by.key)
    facts = {"place": place.pk}
    record(
        by=by,
        verb="postman.broadcast",
        thing=made,
        owner=office.owner_key,
        facts=facts,
        content=said,
        tell=(),
    )
    return made
