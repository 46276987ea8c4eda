"""Alerts on a browser's own device: begun by its yes, ended from the page, the message or the browser."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from samleng.doors.postman.devices import (
    SEALED_DEVICE,
    Device,
    given_device,
    headers_for,
    sealed_message,
)
from samleng.doors.postman.models import Subscription
from samleng.doors.postman.rules import PUSH
from samleng.doors.postman.verbs.alerting import area_of, checked_category, keep
from samleng.doors.postman.verbs.bringing import Gone, News, NotNow, and_more, bring, subject
from samleng.ground.people.sealing import blind_index, seal, unseal
from samleng.ground.places.models import Place
from samleng.kit.calls.calling import Trouble, call
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb

# A notice is read at a glance.
MOST_LINES, LONGEST_LINE = 4, 160
MOST_ANSWER = 64 * 1024
# These endpoints are no more, and never will be again.
NO_MORE = (404, 410)


@verb
def subscribe_device(
    *,
    by: Actor,
    device: Device,
    language: str,
    category: str = "",
    place: Place | None = None,
    point: tuple[float, float] | None = None,
    metres: int = 0,
) -> Subscription:
    """Begin alerts on a device; whoever holds it said yes to its browser."""
    device = given_device(device.endpoint, device.p256dh, device.auth)
    area = area_of(place, point, metres)
    sealed = sealed_device(device)
    kept, made = keep(
        PUSH, device.endpoint, sealed, language, checked_category(category), area, confirmed=True
    )
    # A browser that made itself new keys has them for all that it watches.
    Subscription.objects.filter(blind_index=kept.blind_index).update(sealed=sealed)
    record(by=by, verb="postman.subscribe", thing=kept, owner="", facts={"new": made, "kind": PUSH}, tell=())
    return kept


def sealed_device(device: Device) -> bytes:
    return seal(device.written(), room=SEALED_DEVICE)


def of_device(endpoint: str) -> list[Subscription]:
    return list(Subscription.objects.filter(kind=PUSH, blind_index=blind_index(PUSH, endpoint)))


@verb
def end_device(*, by: Actor, endpoint: str) -> int:
    """Whoever holds a device wants no more on it, of any area; how many ended."""
    found = of_device(endpoint)
    for one in found:
        record(by=by, verb="postman.end", thing=one, owner="", facts={"kind": PUSH}, tell=())
        one.delete()
    return len(found)


@verb
def move_device(*, by: Actor, endpoint: str, device: Device) -> int:
    """The browser was given a new address; what it watched goes along.

    Knowing the old one is the right to it: nobody else ever had it.
    """
    device = given_device(device.endpoint, device.p256dh, device.auth)
    found = of_device(endpoint)
    if endpoint == device.endpoint:
        return len(found)
    index, sealed = blind_index(PUSH, device.endpoint), sealed_device(device)
    known = {(one.area, one.category) for one in of_device(device.endpoint)}
    for one in found:
        record(by=by, verb="postman.move", thing=one, owner="", facts={"kind": PUSH}, tell=())
        if (one.area, one.category) in known:
            one.delete()
            continue
        one.blind_index, one.sealed = index, sealed
        one.save(update_fields=["blind_index", "sealed"])
    return len(found)


def send_pushes(limit: int = 100) -> int:
    """Send what waits to browsers; how many took theirs."""
    return bring(PUSH, by_push, limit)


def by_push(one: Subscription, news: News) -> None:
    """One message to one browser, through the service that its own maker runs."""
    device = Device.read(unseal(bytes(one.sealed)))
    body = sealed_message(device, said_in(news))
    try:
        call(
            "POST", device.endpoint, headers_for(device), body,
            private=settings.PUSH_PRIVATE, most=MOST_ANSWER,
        )  # fmt: skip
    except Trouble as trouble:
        if trouble.status in NO_MORE or trouble.code == "inside":
            raise Gone from None
        raise NotNow(f"{trouble.code} {trouble.status or ''}".strip(), patience=trouble.patience) from None


def said_in(news: News) -> dict[str, object]:
    """What the device shows, and where it leads: to the one report, or to all of the area."""
    lines = [words[:LONGEST_LINE] for words, _link in news.lines]
    links = [link for _words, link in news.lines if link]
    left = len(lines) - MOST_LINES if len(lines) > MOST_LINES else 0
    shown = [*lines[:MOST_LINES], *and_more(news.more + left)]
    alone = len(news.lines) == 1 and not news.more and links
    return {
        "title": subject(),
        "body": "\n".join(shown),
        "url": links[0] if alone else news.all,
        "end": news.end,
        "stop": gettext("Stop these alerts"),
        # The same told twice, because a worker was ended on its way, is shown once.
        "tag": fingerprint([news.end, news.more, *(list(line) for line in news.lines)])[:16],
    }
