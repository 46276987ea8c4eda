"""Anybody asks for letters about a place and ends them by a link; no page tells who is known."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from samleng.doors.postman.models import Broadcast, Subscription
from samleng.doors.postman.rules import CONFIRM, END
from samleng.doors.postman.verbs.alerting import confirm, subscribe, token
from samleng.doors.postman.verbs.matching import send_letters
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
