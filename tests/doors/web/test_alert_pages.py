"""Anybody asks for letters about a place and ends them by a link; no page tells who is known."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.test import Client

from samleng.doors.postman.devices import Device, public_key
from samleng.doors.postman.models import Broadcast, Opening, Subscription
from samleng.doors.postman.rules import CONFIRM, END
from samleng.doors.postman.verbs.alerting import confirm, subscribe, token
from samleng.doors.postman.verbs.chatting import open_chat
from samleng.doors.postman.verbs.lettering import send_letters
from samleng.doors.postman.verbs.pushing import subscribe_device
from tests.doors.postman.push_service import Browser
from tests.doors.web.facilitated import at, client_of
from tests.town import DUMP_AT, VISITOR, Town, town

__all__ = ["town"]
DARA = "dara@example.org"


def html(answer) -> str:
    text = answer.content.decode()
    # What changes with every answer says nothing about anybody.
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"|[0-9a-f]{64}', "", text)


def test_it_finds_a_place_and_takes_an_address_without_any_script(town: Town) -> None:
    client = Client()
    assert f"?place={town.commune.code}" in html(client.get(at("alerts"), {"q": town.commune.name["en"]}))
    page = f"{at('alerts')}?place={town.commune.code}"
    assert 'name="email"' in html(client.get(page))
    answer = client.post(page, {"email": DARA, "category": "dump"}, follow=True)
    assert answer.redirect_chain and "Look into your letters" in html(answer)
    assert (Subscription.objects.get().place, Subscription.objects.get().category) == (town.commune, "dump")
    send_letters()
    assert mail.outbox[0].to == [DARA]


def test_it_takes_a_point_of_the_map_and_how_far(town: Town) -> None:
    page = f"{at('alerts')}?lat={DUMP_AT.latitude}&lon={DUMP_AT.longitude}"
    assert Client().post(page, {"email": DARA, "category": "", "metres": "1000"}).status_code == 302
    assert Subscription.objects.get().metres == 1000
    bad = Client().post(f"{at('alerts')}?lat=x&lon=1", {"email": DARA})
    assert bad.status_code in (200, 422) and Subscription.objects.count() == 1


def test_it_answers_the_same_whether_an_address_is_known_or_not(town: Town) -> None:
    page = f"{at('alerts')}?place={town.commune.code}"
    kept = subscribe(by=VISITOR, email=DARA, language="en", place=town.commune)
    confirm(by=VISITOR, token=token(CONFIRM, kept))
    known, fresh = (
        Client().post(page, {"email": one, "category": ""}, follow=True) for one in (DARA, "sok@example.org")
    )
    assert (known.status_code, known.redirect_chain) == (fresh.status_code, fresh.redirect_chain)
    assert html(known) == html(fresh)
    for name, what in (("alerts_yes", CONFIRM), ("alerts_end", END)):
        good, wrong = at(name, token(what, kept)), at(name, "0" * 64)
        assert html(Client().get(good)) == html(Client().get(wrong))
        assert html(Client().post(good)) == html(Client().post(wrong))


def test_it_needs_a_press_of_a_button_and_ends_at_one(town: Town) -> None:
    kept = subscribe(by=VISITOR, email=DARA, language="en", place=town.commune)
    url = at("alerts_yes", token(CONFIRM, kept))
    Client().get(url)
    assert Subscription.objects.get().confirmed_at is None
    Client().post(url)
    assert Subscription.objects.get().confirmed_at is not None
    url = at("alerts_end", token(END, kept))
    assert Client().get(url)["Referrer-Policy"] == "no-referrer"
    # As a mail program does it, with no page and no cookie before.
    machine = Client(enforce_csrf_checks=True)
    assert machine.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()


def test_it_says_what_is_wrong_with_an_address(town: Town) -> None:
    answer = Client().post(f"{at('alerts')}?place={town.commune.code}", {"email": "nobody", "category": ""})
    assert answer.status_code == 422 and "This is not an e-mail address." in html(answer)


# --- on a device, and in a chat ----------------------------------------------------------------------------


def test_it_shows_all_ways_on_one_page_and_the_chat_only_where_there_is_a_bot(town: Town, settings) -> None:
    page = f"{at('alerts')}?place={town.commune.code}"
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_BOT = "", ""
    shown = html(Client().get(page))
    assert all(f'name="way" value="{one}"' in shown for one in ("email", "push"))
    assert "feeds/reports.rss" in shown and f'data-push="{public_key()}"' in shown
    assert "Telegram" not in shown
    # Nobody makes a link into a chat that is not there: an address is asked for instead.
    assert Client().post(page, {"way": "telegram", "category": ""}).status_code == 422
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_BOT = "1:x", "SamlengTestBot"
    assert 'name="way" value="telegram"' in html(Client().get(page))


def test_it_begins_on_the_device_that_asks_and_ends_there(town: Town) -> None:
    page = f"{at('alerts')}?place={town.commune.code}"
    given = {"endpoint": "https://push.example/a", **Browser("").keys}
    answer = Client().post(page, {"way": "push", "category": "dump", **given}, follow=True)
    assert "This device is told" in html(answer)
    kept = Subscription.objects.get()
    assert (kept.kind, kept.category, kept.language) == ("push", "dump", "en") and kept.confirmed_at
    known, unknown = (
        Client().post(at("alerts_device_end"), {"endpoint": one})
        for one in ("https://push.example/a", "https://push.example/none")
    )
    assert html(known) == html(unknown) and "No more alerts on this device" in html(known)
    assert not Subscription.objects.exists()


@pytest.mark.once
def test_it_says_so_where_a_browser_gave_nothing(town: Town) -> None:
    page = f"{at('alerts')}?place={town.commune.code}"
    answer = Client().post(page, {"way": "push", "category": ""})
    assert answer.status_code == 422 and "This browser gave nothing" in html(answer)
    assert Client().get(at("alerts_device_end")).status_code == 405


def test_it_gives_a_link_into_a_chat_that_is_good_once(town: Town, settings) -> None:
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_BOT = "1:x", "SamlengTestBot"
    page = f"{at('alerts')}?lat={DUMP_AT.latitude}&lon={DUMP_AT.longitude}"
    answer = Client().post(page, {"way": "telegram", "category": "", "metres": "2000"})
    shown = answer.content.decode()
    found = re.search(r"https://t\.me/SamlengTestBot\?start=([A-Za-z0-9_-]{1,64})\"", shown)
    assert found and "<svg" in shown and answer["Cache-Control"] == "private, no-store"
    assert found[1] not in str(list(Opening.objects.values()))
    assert not Subscription.objects.exists()
    kept = open_chat(by=VISITOR, token=found[1], chat=5)
    assert kept and (kept.metres, kept.kind) == (2000, "telegram")


def test_it_hears_from_a_browser_that_its_address_changed(town: Town) -> None:
    keys, old = Browser("").keys, "https://push.example/old"
    kept = subscribe_device(by=VISITOR, device=Device(old, **keys), language="en", place=town.commune)
    machine = Client(enforce_csrf_checks=True)

    def moved(**given: object) -> int:
        told = json.dumps({"old": old, "endpoint": "https://push.example/new", "keys": keys, **given})
        return machine.post("/push/moved", told, content_type="application/json").status_code

    for wrong in ({"old": 5}, {"keys": None}, {"keys": {}}, {"endpoint": "https://"}, {"x": "x" * 9000}):
        assert moved(**wrong) == 400
    assert machine.post("/push/moved", "[" * 5000, content_type="text/plain").status_code == 400
    assert machine.get("/push/moved").status_code == 405
    before = Subscription.objects.get(pk=kept.pk).blind_index
    assert moved() == 204 and moved() == 204
    assert Subscription.objects.get(pk=kept.pk).blind_index != before


@pytest.mark.once
def test_it_gives_a_worker_that_answers_for_no_page(db: None) -> None:
    answer = Client().get("/push/worker.js")
    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer and '"fetch"' not in script and "caches" not in script


def test_it_lets_an_office_tell_everybody_and_shows_it_under_its_name(town: Town) -> None:
    client = client_of(town.boss)
    assert at("news") in html(client.get(at("desk")))
    given = {"office": str(town.sweepers.pk), "place": str(town.commune.pk), "km": "", "en": ""}
    assert client.post(at("news"), given).status_code == 422
    assert client.post(at("news"), {**given, "en": "No collection on Friday"}).status_code == 302
    assert "No collection on Friday" in html(client.get(at("news")))
    page = html(Client().get(at("alerts"), {"place": town.commune.code}))
    assert "No collection on Friday" in page and town.sweepers.name["en"] in page


@pytest.mark.parametrize("who", ["sweeper", "stranger"])
def test_it_lets_nobody_else_tell_everybody(town: Town, who: str) -> None:
    client = client_of(getattr(town, who))
    given = {"office": str(town.sweepers.pk), "place": str(town.commune.pk), "en": "x"}
    assert client.post(at("news"), given).status_code in (403, 404)
    assert not Broadcast.objects.exists()
