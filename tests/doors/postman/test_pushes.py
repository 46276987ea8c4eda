"""A browser reads each alert once; who carries them reads nothing, and nobody inside is called."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from samleng.doors.postman.devices import Device, public_key
from samleng.doors.postman.models import Alert, Subscription
from samleng.doors.postman.rules import END, PUSH
from samleng.doors.postman.verbs import bringing
from samleng.doors.postman.verbs.alerting import broadcast, end
from samleng.doors.postman.verbs.matching import match_broadcasts, match_reports
from samleng.doors.postman.verbs.pushing import end_device, move_device, send_pushes, subscribe_device
from samleng.ground.people.sealing import unseal
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.calls import calling
from samleng.kit.calls.calling import Trouble
from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal
from tests.doors.postman.push_service import Browser, Service, opened, plain, push_service, signed_by
from tests.town import VISITOR, Town, town

__all__ = ["town"]


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_PRIVATE = True
    with push_service() as one:
        yield one


def device_of(browser: Browser) -> Device:
    return Device(browser.endpoint, **browser.keys)


def watched(browser: Browser, town: Town, **area: Any) -> Subscription:
    given = {"place": town.commune, "language": "en", **area}
    return subscribe_device(by=VISITOR, device=device_of(browser), **given)


def sent() -> int:
    follow_all()
    while match_reports():
        pass
    match_broadcasts()
    return send_pushes()


def later() -> None:
    """The next try's time has come."""
    Alert.objects.update(next_try_at=timezone.now())


# --- what is carried ---------------------------------------------------------------------------------------


def test_it_is_read_by_the_browser_alone_and_signed_by_the_site(town: Town, service: Service):
    browser = service.browser()
    watched(browser, town)
    case = town.file("dump").case
    assert sent() == 1
    (told,) = service.read_by(browser)
    assert told["url"].endswith(f"/en/map/reports/{case.reference}/")
    assert "Dump" in told["body"] and "/en/alerts/end/" in told["end"] and told["stop"] and told["tag"]
    # Nothing that was written, and nobody who wrote it.
    assert "គំនរ" not in json.dumps(told, ensure_ascii=False)
    (_path, headers, body) = service.came[0]
    assert case.reference.encode() not in body
    assert signed_by(headers["authorization"], service.address) == public_key()
    with pytest.raises(InvalidTag):
        service.browser().read(body)


def test_it_is_told_once_and_all_that_waited_in_one_message(town: Town, service: Service):
    browser = service.browser()
    watched(browser, town)
    for _n in range(6):
        town.file("dump")
    assert (sent(), sent()) == (1, 0)
    (told,) = service.read_by(browser)
    assert "and 2 more reports" in told["body"]
    # More than one: all of the area are shown.
    assert told["url"].endswith(f"/en/map/?place={town.commune.code}")


@pytest.mark.once
def test_it_makes_all_messages_as_long(town: Town, service: Service):
    browser = service.browser()
    watched(browser, town)
    town.file("dump")
    sent()
    words = {"en": "No collection on Friday " * 16}
    broadcast(by=town.by(town.boss), office=town.sweepers, place=town.commune, words=words)
    town.file("dump")
    sent()
    assert len({len(body) for _path, _headers, body in service.came}) == 1
    assert "Sweepers: No collection on Friday" in service.read_by(browser)[1]["body"]


@pytest.mark.once
def test_it_reads_the_example_of_the_rfc():
    """Our browser of the tests reads what others wrote (RFC 8291, 5): else it would prove nothing."""
    body = plain(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
        "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    number = int.from_bytes(plain("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    private = ec.derive_private_key(number, ec.SECP256R1())
    said = opened(body, private, plain("BTBZMqHH6r4Tts7J_aSIgg"))
    assert said == b"When I grow up, I want to be a watermelon"


# --- what is kept ------------------------------------------------------------------------------------------


def test_it_keeps_the_address_and_its_keys_sealed(town: Town, service: Service):
    browser = service.browser("secret-place")
    kept = watched(browser, town)
    raw = bytes(kept.sealed)
    assert b"secret-place" not in raw and "secret-place" in unseal(raw)
    assert "secret-place" not in kept.blind_index + str(list(Entry.objects.values()))
    other = watched(service.browser("x" * 700), town)
    assert len(bytes(other.sealed)) == len(raw)


def test_it_is_one_subscription_however_often_it_is_asked_for(town: Town, service: Service):
    browser = service.browser()
    watched(browser, town)
    fresh = Browser(browser.endpoint)
    watched(fresh, town)
    watched(fresh, town, category="dump")
    assert Subscription.objects.count() == 2
    town.file("dump")
    sent()
    # The keys that it has now.
    assert len(service.came) == 2 and len(service.read_by(fresh)) == 2


@pytest.mark.once
@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://user:word@push.example/x"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://push.example/" + "x" * 1000},
        {"endpoint": ""},
        {"p256dh": "BAAA"},
        {"p256dh": "B" + "A" * 86},
        {"auth": "AAAA"},
        {"auth": "é" * 22},
    ],
)
def test_it_refuses_what_no_browser_gives(town: Town, given: dict[str, str]):
    good = {"endpoint": "https://push.example/x", **Browser("").keys}
    with pytest.raises(Refusal):
        subscribe_device(by=VISITOR, device=Device(**{**good, **given}), language="en", place=town.commune)
    assert not Subscription.objects.exists()


# --- where it ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_it_ends_where_the_service_knows_the_browser_no_more(town: Town, service: Service, status: int):
    browser = service.browser()
    watched(browser, town)
    service.says["/wpush/v2/a"] = (status, {})
    town.file("dump")
    assert sent() == 0
    assert not Subscription.objects.exists() and not Alert.objects.exists()
    assert Entry.objects.filter(verb="postman.lose").count() == 1


def test_it_ends_from_the_device_and_by_the_message_s_own_link(town: Town, service: Service):
    browser = service.browser()
    for place in (town.commune, town.other_commune):
        watched(browser, town, place=place)
    other = watched(service.browser("b"), town)
    assert end_device(by=VISITOR, endpoint=browser.endpoint) == 2
    assert end_device(by=VISITOR, endpoint=browser.endpoint) == 0
    town.file("dump")
    assert sent() == 1 and service.read_by(browser) == []
    end(by=VISITOR, token=bringing.token(END, other))
    assert not Subscription.objects.exists()


def test_it_follows_a_browser_to_its_new_address(town: Town, service: Service):
    old, new = service.browser("old"), service.browser("new")
    for place in (town.commune, town.other_commune):
        watched(old, town, place=place)
    watched(new, town)
    assert move_device(by=VISITOR, endpoint="https://push.example/guess", device=device_of(new)) == 0
    move_device(by=VISITOR, endpoint=old.endpoint, device=device_of(new))
    assert Subscription.objects.count() == 2
    town.file("dump")
    assert sent() == 1 and len(service.read_by(new)) == 1


# --- when it cannot go -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_tries_again_and_loses_nothing(town: Town, service: Service, status: int):
    browser = service.browser()
    watched(browser, town)
    service.says["/wpush/v2/a"] = (status, {"Retry-After": "7200"})
    town.file("dump")
    assert sent() == 0
    waits = Alert.objects.get()
    # As long as it was asked for, though the first wait of ours is a minute.
    assert waits.tries == 1 and waits.next_try_at > timezone.now() + timedelta(minutes=115)
    service.says.clear()
    town.file("dump")
    later()
    assert sent() == 1 and "\n" in service.read_by(browser)[-1]["body"]
    assert not Alert.objects.exists() and Subscription.objects.get().taken_at is None


@pytest.mark.once
def test_it_lets_no_other_browser_wait_for_one_that_fails(town: Town, service: Service):
    first, second = service.browser("a"), service.browser("b")
    watched(first, town)
    watched(second, town)
    service.says["/wpush/v2/a"] = (503, {})
    town.file("dump")
    assert sent() == 1 and len(service.read_by(second)) == 1


def test_it_takes_what_a_worker_left_that_was_ended_on_its_way(
    town: Town, service: Service, monkeypatch: pytest.MonkeyPatch
):
    browser = service.browser()
    watched(browser, town)
    town.file("dump")

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bringing, "settled", killed)
        with pytest.raises(KeyboardInterrupt):
            sent()
    # For a while it may still be on its way.
    assert sent() == 0 and Alert.objects.count() == 1
    Subscription.objects.update(taken_at=timezone.now() - timedelta(minutes=6))
    assert sent() == 1
    first, again = service.read_by(browser)
    # What comes twice so is shown once.
    assert first["tag"] == again["tag"]


@pytest.mark.once
@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "10.0.0.8", "169.254.169.254", "::ffff:10.0.0.1"])
def test_it_calls_nobody_inside_the_house(
    town: Town, service: Service, settings: Any, inside: str, monkeypatch: pytest.MonkeyPatch
):
    settings.PUSH_PRIVATE = False
    # What a city's own net is let, whoever visits is not.
    settings.OUTSIDE_PRIVATE = True

    def found(_host: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, port))]

    # A name may have any address, and another one when it is asked again.
    monkeypatch.setattr(calling.socket, "getaddrinfo", found)
    endpoint = f"https://push.example:{service.address.rpartition(':')[2]}/x"
    subscribe_device(
        by=VISITOR, device=Device(endpoint, **Browser("").keys), language="en", place=town.commune
    )
    town.file("dump")
    assert sent() == 0 and service.came == []
    assert not Subscription.objects.filter(kind=PUSH).exists()


@pytest.mark.once
def test_it_is_given_up_after_two_days_and_the_subscription_stays(
    town: Town, service: Service, monkeypatch: pytest.MonkeyPatch
):
    def unreachable(*_given: Any, **_more: Any) -> None:
        raise Trouble("unreachable")

    watched(service.browser(), town)
    town.file("dump")
    monkeypatch.setattr("samleng.doors.postman.verbs.pushing.call", unreachable)
    for _n in range(7):
        sent()
        later()
    assert not Alert.objects.exists() and Subscription.objects.count() == 1
