"""Who watches an area hears of each public report there once, and nobody learns who watches."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from samleng.answers.cases.verbs.answering import acknowledge
from samleng.doors.postman import rules
from samleng.doors.postman.models import Alert, Broadcast, Subscription, Watch
from samleng.doors.postman.rules import CONFIRM, END, apart, read_token, square_key, square_keys
from samleng.doors.postman.verbs import lettering, matching
from samleng.doors.postman.verbs.alerting import (
    broadcast,
    confirm,
    end,
    forget_unconfirmed,
    subscribe,
    token,
)
from samleng.doors.postman.verbs.lettering import send_letters
from samleng.doors.postman.verbs.matching import match_broadcasts, match_reports
from samleng.ground.people.permission import Denied
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.verbs.following import follow_all, rebuild_pins
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.words.refusals import Refusal
from tests.town import DUMP_AT, VISITOR, Town, town

__all__ = ["town"]
DARA = "dara@example.org"
HERE = (DUMP_AT.latitude, DUMP_AT.longitude)


def watched(email: str = DARA, **area: Any) -> Subscription:
    """A subscription whose owner said yes."""
    made = subscribe(by=VISITOR, email=email, language="en", **area)
    confirm(by=VISITOR, token=token(CONFIRM, made))
    return Subscription.objects.get(pk=made.pk)


def sent() -> list[Any]:
    follow_all()
    while match_reports():
        pass
    match_broadcasts()
    send_letters()
    out, mail.outbox = mail.outbox, []
    return out


def link_in(message: Any, what: str) -> str:
    return re.findall(rf"/alerts/{what}/([0-9a-f]{{64}})/", message.body)[0]


# --- asking, confirming, ending ----------------------------------------------------------------------------


def test_it_begins_when_the_owner_of_the_address_says_yes(town: Town):
    subscribe(by=VISITOR, email=DARA, language="en", place=town.commune)
    town.file("dump")
    (asked,) = sent()
    assert "is this you" in asked.subject and "/map/" not in asked.body
    confirm(by=VISITOR, token=link_in(asked, "yes"))
    case = town.file("dump").case
    (news,) = sent()
    assert news.to == [DARA] and f"/map/reports/{case.reference}/" in news.body


def test_it_is_one_subscription_and_one_letter_however_often_it_is_asked_for(town: Town):
    for _n in range(3):
        subscribe(by=VISITOR, email="Dara@Example.org ", language="en", place=town.commune)
    subscribe(by=VISITOR, email=DARA, language="en", place=town.other_commune)
    assert Subscription.objects.count() == 2
    assert len(sent()) == 1


def test_it_ends_by_its_own_link_and_leaves_nothing(town: Town):
    watched(place=town.commune)
    town.file("dump")
    (news,) = sent()
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # In full: a link that were led on to its language would lose what a mail program sends to it.
    assert "/en/alerts/end/" in news.body
    stop = link_in(news, "end")
    confirm(by=VISITOR, token=stop)
    end(by=VISITOR, token=stop)
    end(by=VISITOR, token=stop)
    assert not Subscription.objects.exists() and not Watch.objects.exists()
    town.file("dump")
    assert sent() == []


def test_it_forgets_an_address_whose_owner_never_said_yes(town: Town):
    subscribe(by=VISITOR, email=DARA, language="en", place=town.commune)
    watched("sok@example.org", place=town.commune)
    assert forget_unconfirmed() == 0
    Subscription.objects.update(made_at=timezone.now() - timedelta(days=8))
    forget_unconfirmed()
    assert Subscription.objects.count() == 1


def test_it_keeps_the_address_sealed(town: Town):
    kept = watched(place=town.commune)
    assert b"dara" not in bytes(kept.sealed) and "dara" not in str(list(Entry.objects.values()))


@pytest.mark.parametrize(
    "given", [{"email": "nobody"}, {"category": "conduct"}, {"place": None}, {"place": None, "metres": 7}]
)
def test_it_refuses_what_cannot_be_watched(town: Town, given: dict[str, Any]):
    asked = {"email": DARA, "language": "en", "place": town.commune, "point": HERE, **given}
    with pytest.raises(Refusal):
        subscribe(by=VISITOR, **asked)


# --- matching ----------------------------------------------------------------------------------------------


def test_it_matches_the_place_and_all_that_hold_it_by_category_and_never_elsewhere(town: Town):
    near = [
        watched("a@example.org", place=town.commune),
        watched("b@example.org", place=town.commune.parent, category="dump"),
    ]
    watched("c@example.org", place=town.other_commune)
    town.file("dump")
    assert {one.to[0] for one in sent()} == {"a@example.org", "b@example.org"}
    assert len(near) == 2


def test_it_matches_around_a_point_by_the_blurred_one(town: Town):
    watched("near@example.org", point=HERE, metres=2000)
    watched("far@example.org", point=(HERE[0] + 0.05, HERE[1]), metres=5000)
    town.file("dump")
    assert [one.to[0] for one in sent()] == ["near@example.org"]


def test_it_never_tells_of_a_sealed_case(town: Town):
    watched(place=town.commune)
    town.file("slow")
    town.file("conduct")
    assert sent() == []


def test_it_tells_of_a_report_once_whatever_becomes_of_its_pin(town: Town):
    watched(place=town.commune)
    case = town.file("dump").case
    assert len(sent()) == 1
    acknowledge(by=town.by(town.boss), case=case)
    assert sent() == []
    rebuild_pins()
    assert sent() == []


def test_it_asks_once_for_a_report_however_many_watch(town: Town, django_assert_num_queries: Any):
    for n in range(5):
        watched(f"p{n}@example.org", place=town.commune)
        watched(f"q{n}@example.org", point=HERE, metres=500 * 2 ** (n % 2))
    town.file("dump")
    follow_all()
    pin = Pin.objects.select_related("place").get()
    with django_assert_num_queries(1):
        assert len(matching.watching(pin)) >= 5


def test_it_loses_nothing_while_it_stood_still_and_puts_all_into_one_letter(town: Town):
    watched(place=town.commune)
    references = [town.file("dump").case.reference for _n in range(3)]

    follow_all()
    late = Due.objects.filter(reader=matching.READER).order_by("entry_id").first()
    entry, _gone = late.entry, late.delete()
    match_reports()
    Due.objects.create(entry=entry, reader=matching.READER)
    (letter,) = sent()
    assert all(one in letter.body for one in references)


def test_it_is_no_news_when_a_site_takes_in_its_past(town: Town):
    watched(place=town.commune)
    town.file("dump")
    follow_all()
    Pin.objects.update(requested_at=timezone.now() - timedelta(days=rules.NEWS_DAYS + 1))
    assert sent() == []


def test_it_tries_a_letter_again(town: Town, monkeypatch: pytest.MonkeyPatch):
    watched(place=town.commune)
    town.file("dump")

    def broken(*_given: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(lettering, "by_mail", broken)
        assert sent() == []
    assert Alert.objects.get().tries == 1 and sent() == []
    Alert.objects.update(next_try_at=timezone.now())
    assert len(sent()) == 1 and not Alert.objects.exists()


# --- what offices tell everybody ---------------------------------------------------------------------------


def test_it_carries_an_office_s_news_to_who_watches_its_area(town: Town):
    watched("in@example.org", place=town.commune)
    watched("over@example.org", place=town.commune.parent)
    watched("out@example.org", place=town.other_commune)
    by = town.by(town.boss)
    broadcast(by=by, office=town.sweepers, place=town.commune, words={"en": "No collection on Friday"})
    out = sent()
    assert {one.to[0] for one in out} == {"in@example.org", "over@example.org"}
    assert "Sweepers: No collection on Friday" in out[0].body
    assert sent() == []
    entry = Entry.objects.get(verb="postman.broadcast")
    assert entry.owner == town.sweepers.owner_key and "Friday" not in str(entry.facts)


def test_it_is_told_by_those_who_may_and_about_their_own_area_alone(town: Town):
    words = {"en": "x"}
    for person, office, place in (
        (town.sweeper, town.sweepers, town.commune),
        (town.stranger, town.sweepers, town.commune),
        (town.boss, town.shire, town.commune),
        (town.chief, town.hall, town.other_commune),
    ):
        with pytest.raises(Denied):
            broadcast(by=town.by(person), office=office, place=place, words=words)
    with pytest.raises(Refusal):
        broadcast(by=town.by(town.chief), office=town.hall, place=town.commune, words={"en": " "})
    assert not Broadcast.objects.exists()


# --- rules -------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_it_covers_a_circle_with_squares():
    for latitude in (0.0, 11.5, -44.0, 60.0):
        for metres in rules.REACHES:
            keys = set(square_keys(latitude, 104.9, metres))
            assert len(keys) < 600
            for north, east in ((0.99, 0), (-0.99, 0), (0, 0.99), (0, -0.99), (0.69, 0.69)):
                up = north * metres / rules.METRES_IN_DEGREE
                wide = east * metres / rules.METRES_IN_DEGREE
                point = (latitude + up, 104.9 + wide / math.cos(math.radians(latitude)))
                assert apart(latitude, 104.9, *point) <= metres * 1.01
                assert square_key(*point) in keys


@pytest.mark.once
def test_it_reads_only_links_that_were_given():

    one, key = uuid4(), b"k" * 32
    text = rules.token_for(END, one, key)
    assert read_token(END, text, key) == one
    for wrong in (text[:-1], text[:-1] + "x", rules.token_for(CONFIRM, one, key), "", "é" * 64):
        assert read_token(END, wrong, key) is None
    assert read_token(END, text, b"other") is None
