"""Public cases go to an office's own system: what everyone may know, once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.cases.verbs.moderating import review
from samleng.answers.cases.verbs.moving import transfer
from samleng.doors.exchange.models import HandedOver, OutsideSystem, PassedOn, Posting
from samleng.doors.exchange.open311.verbs import give_key
from samleng.doors.exchange.outside.rounds import visit_outside
from samleng.doors.exchange.outside.verbs import sending
from samleng.doors.exchange.outside.verbs.tending import settle, switch_system
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.exchange.outside.city import Asked, City, number, updates
from tests.doors.exchange.outside.conftest import connected
from tests.town import Town


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOKEN_SECONDS", 0.0)


def later(**given: int) -> None:
    """Another round after a while."""
    visit_outside(now=timezone.now() + timedelta(**given))


def test_it_sends_what_everyone_may_know_and_no_more(town: Town, city: City, system: OutsideSystem) -> None:
    city.says["POST /requests.xml"] = (200, number("C-1"))
    case = town.file("dump", words="គំនរសំរាមធំ secret words").case
    sealed = town.file("slow").case
    follow_all()
    visit_outside()
    (sent,) = city.of("POST /requests.xml")
    pin = Pin.objects.get(case_id=case.pk)
    assert sent.fields["service_code"] == "RUBBISH" and sent.fields["api_key"] == "a secret"
    assert float(sent.fields["lat"]) == pin.lat_e5 / 1e5 and float(sent.fields["long"]) == pin.lon_e5 / 1e5
    assert sent.fields["attribute[external_id]"] == case.reference
    assert case.reference in sent.fields["description"]
    for kept in ("secret words", str(case.latitude), sealed.reference):
        assert kept not in sent.body.decode()
    handed = HandedOver.objects.get()
    assert (handed.case_id, handed.state, handed.number) == (case.pk, "held", "C-1")


def test_it_sends_each_case_once(town: Town, city: City, system: OutsideSystem) -> None:
    city.says["POST /requests.xml"] = (200, number("C-1"))
    town.file("dump")
    follow_all()
    for _n in range(3):
        visit_outside()
    later(days=1)
    assert len(city.of("POST /requests.xml")) == 1


def test_it_sends_words_and_photo_once_they_were_let_go(
    town: Town, city: City, system: OutsideSystem
) -> None:
    city.says["POST /requests.xml"] = (200, number("C-1"))
    city.says["POST /servicerequestupdates.xml"] = (200, updates({"update_id": "9"}))
    case = town.file("dump").case
    follow_all()
    visit_outside()
    review(by=town.by(town.boss), case=case, public_words="A heap of rubbish by the well")
    follow_all()
    visit_outside()
    visit_outside()
    (sent,) = city.of("POST /servicerequestupdates.xml")
    assert sent.fields["service_request_id"] == "C-1"
    assert sent.fields["description"] == "A heap of rubbish by the well"
    # Nothing is opened again by it.
    assert sent.fields.get("status") != "open"


def test_it_asks_for_the_number_behind_a_token(town: Town, city: City, system: OutsideSystem) -> None:
    said = "<service_requests><request><token>t/0k.n</token></request></service_requests>"
    city.says["POST /requests.xml"] = (200, said)
    tries: list[Asked] = []

    def token(one: Asked) -> tuple[int, str]:
        tries.append(one)
        return (200, number("C-7")) if len(tries) > 6 else (404, "<errors/>")

    city.says["GET /tokens/t%2F0k%2En.xml"] = token
    town.file("dump")
    follow_all()
    visit_outside()
    assert HandedOver.objects.get().state == "token" and len(tries) == 5
    later(minutes=2)
    later(minutes=6)
    assert (HandedOver.objects.get().state, HandedOver.objects.get().number) == ("held", "C-7")
    assert len(city.of("POST /requests.xml")) == 1


def test_it_tries_again_with_growing_pauses_while_nobody_listens(
    town: Town, city: City, system: OutsideSystem
) -> None:
    city.says["POST /requests.xml"] = (503, "busy")
    town.file("dump")
    follow_all()
    visit_outside()
    system.refresh_from_db()
    assert (system.fails, system.trouble) == (1, "their_fault")
    visit_outside()
    assert len(city.of("POST /requests.xml")) == 1
    later(minutes=1, seconds=30)
    system.refresh_from_db()
    assert system.fails == 2 and len(city.of("POST /requests.xml")) == 2
    later(minutes=3)
    assert len(city.of("POST /requests.xml")) == 2
    city.says["POST /requests.xml"] = (200, number("C-1"))
    later(minutes=10)
    system.refresh_from_db()
    assert (system.fails, HandedOver.objects.get().state) == (0, "held")


def test_it_never_sends_again_what_may_have_arrived(town: Town, city: City, system: OutsideSystem) -> None:
    city.says["POST /requests.xml"] = (500, "something broke")
    case = town.file("dump").case
    follow_all()
    visit_outside()
    assert HandedOver.objects.get().state == "unsure"
    listed = (
        "<service_requests><request><service_request_id>C-3</service_request_id>"
        f"<description>Rubbish. Number here: {case.reference}</description></request></service_requests>"
    )
    city.says["GET /requests.xml"] = (200, listed)
    later(minutes=2)
    handed = HandedOver.objects.get()
    assert (handed.state, handed.number) == ("held", "C-3")
    assert len(city.of("POST /requests.xml")) == 1


def test_it_asks_a_person_where_nothing_tells_whether_it_arrived(
    town: Town, city: City, system: OutsideSystem
) -> None:
    city.says["POST /requests.xml"] = (200, "<html>Thank you!</html>")
    city.says["GET /requests.xml"] = (200, "<service_requests/>")
    town.file("dump")
    follow_all()
    for minutes in (0, 10, 60, 600, 6000):
        later(minutes=minutes)
    handed = HandedOver.objects.get()
    assert (handed.state, handed.trouble) == ("asks", "not_sure")
    assert len(city.of("POST /requests.xml")) == 1
    settle(by=SYSTEM, handed=handed, number="C-8")
    assert HandedOver.objects.get().number == "C-8"


def test_it_may_be_sent_twice_only_where_they_take_a_number_once(town: Town, city: City) -> None:
    connected(town, city, takes_once=True)
    city.says["POST /requests.xml"] = (500, "something broke")
    town.file("dump")
    follow_all()
    visit_outside()
    city.says["POST /requests.xml"] = (200, number("C-1"))
    later(minutes=2)
    assert HandedOver.objects.get().state == "held"


def test_it_bears_to_be_ended_while_it_sends(
    town: Town, city: City, system: OutsideSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.file("dump")
    follow_all()

    class Killed(BaseException):
        pass

    def ended(*_given: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "post", ended)
        with pytest.raises(Killed):
            visit_outside()
    assert HandedOver.objects.get().state == "sending"
    later(seconds=30)
    assert not city.of("POST /requests.xml")
    city.says["GET /requests.xml"] = (200, "<service_requests/>")
    later(minutes=10)
    assert HandedOver.objects.get().state == "unsure" and not city.of("POST /requests.xml")


def test_it_shows_what_they_refuse_and_goes_on_with_the_rest(
    town: Town, city: City, system: OutsideSystem
) -> None:
    said = "<errors><error><code>400</code><description>depth is required</description></error></errors>"
    first = town.file("dump").case

    def picky(one: Asked) -> tuple[int, str]:
        return (400, said) if first.reference in one.body.decode() else (200, number("C-2"))

    city.says["POST /requests.xml"] = picky
    town.file("dump")
    follow_all()
    visit_outside()
    handed = HandedOver.objects.get(case=first)
    assert (handed.state, handed.said) == ("refused", "depth is required")
    assert HandedOver.objects.exclude(case=first).get().state == "held"


def test_it_takes_no_number_that_another_case_has(town: Town, city: City, system: OutsideSystem) -> None:
    city.says["POST /requests.xml"] = (200, number("C-1"))
    town.file("dump")
    town.file("dump")
    follow_all()
    visit_outside()
    assert sorted(HandedOver.objects.values_list("state", flat=True)) == ["asks", "held"]


def test_it_rests_while_it_is_off(town: Town, city: City, system: OutsideSystem) -> None:
    town.file("dump")
    follow_all()
    switch_system(by=SYSTEM, system=system, on=False)
    assert visit_outside() == 0 and not city.asked


def test_it_says_that_another_office_has_it_now(town: Town, city: City, system: OutsideSystem) -> None:
    city.says["POST /requests.xml"] = (200, number("C-1"))
    city.says["POST /servicerequestupdates.xml"] = (200, updates({"update_id": "1"}))
    case = town.file("dump").case
    follow_all()
    visit_outside()
    transfer(by=town.by(town.boss), case=case, to=town.shire, reason="ours no more")
    follow_all()
    visit_outside()
    assert [one.fields["status"] for one in city.of("POST /servicerequestupdates")] == ["internal_referral"]
    assert HandedOver.objects.get().state == "over" and PassedOn.objects.get().done_at


def test_it_sends_nothing_back_to_where_it_came_from(town: Town, city: City, system: OutsideSystem) -> None:
    own = give_key(by=SYSTEM, owner=town.sweepers, label="City").token
    other = give_key(by=SYSTEM, owner=town.shire, label="FixMyStreet").token
    city.says["POST /requests.xml"] = (200, number("C-1"))
    for token in (own, other):
        sent = {"api_key": token, "service_code": "dump", "address_id": "010101", "description": "Dump"}
        assert Client().post("/open311/v2/requests.json", sent).status_code == 200
    follow_all()
    visit_outside()
    handed = HandedOver.objects.get()
    assert Posting.objects.get(reference=handed.case.reference).key.office_id == town.shire.pk
