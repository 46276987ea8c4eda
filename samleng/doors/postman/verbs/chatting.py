"""Alerts in a chat: asked for on the page, begun by whoever opens its link there, ended by one word.

A chat's number is a contact like any other: sealed, and found again only by its blind index.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from samleng.doors.postman.models import Opening, Subscription
from samleng.doors.postman.rules import CHAT, OPEN_MINUTES
from samleng.doors.postman.verbs.alerting import area_of, checked_category, keep
from samleng.doors.postman.verbs.bringing import News, bring
from samleng.ground.people.sealing import blind_index, fresh_token, seal, token_hash, unseal
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb


@verb
def offer_chat(
    *,
    by: Actor,
    language: str,
    category: str = "",
    place: Place | None = None,
    point: tuple[float, float] | None = None,
    metres: int = 0,
) -> str:
    """Note down what somebody wants to be told in a chat; the token of the link that begins it there."""
    area = area_of(place, point, metres)
    text = fresh_token()
    made = Opening.objects.create(
        token_hash=token_hash(text), language=language, category=checked_category(category), **area.columns
    )
    record(by=by, verb="postman.offer_chat", thing=made, owner="", tell=())
    return text


@verb
def open_chat(*, by: Actor, token: str, chat: int) -> Subscription | None:
    """Begin in this chat what its link was made for; None where it was used, is old or was never given."""
    since = timezone.now() - timedelta(minutes=OPEN_MINUTES)
    waiting = Opening.objects.select_for_update(of=("self",)).select_related("place__kind")
    opening = waiting.filter(token_hash=token_hash(token), made_at__gte=since).first()
    if opening is None:
        return None
    point = None
    if opening.latitude is not None and opening.longitude is not None:
        point = (opening.latitude, opening.longitude)
    area = area_of(opening.place, point, opening.metres or 0)
    plain = str(chat)
    kept, made = keep(CHAT, plain, seal(plain), opening.language, opening.category, area, confirmed=True)
    if not made and kept.language != opening.language:
        kept.language = opening.language
        kept.save(update_fields=["language"])
    opening.delete()
    record(by=by, verb="postman.subscribe", thing=kept, owner="", facts={"new": made, "kind": CHAT}, tell=())
    return kept


@verb
def end_chat(*, by: Actor, chat: int) -> int:
    """Nothing more comes to this chat, of any area; how many ended."""
    found = list(of_chat(chat))
    for one in found:
        record(by=by, verb="postman.end", thing=one, owner="", facts={"kind": CHAT}, tell=())
        one.delete()
    return len(found)


def of_chat(chat: int) -> list[Subscription]:
    """What a chat is told, the newest first."""
    rows = Subscription.objects.filter(kind=CHAT, blind_index=blind_index(CHAT, str(chat)))
    return list(rows.order_by("-made_at"))


def bring_to_chats(carry: Callable[[int, News], None], limit: int = 100) -> int:
    """Bring what waits to chats, by whoever knows how to write in them; how many were told something."""
    return bring(CHAT, lambda one, news: carry(int(unseal(bytes(one.sealed))), news), limit)
