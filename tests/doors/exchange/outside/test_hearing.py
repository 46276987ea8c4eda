"""What an office's own system says becomes verbs in its name: each piece of news once, none of it lost."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from PIL import Image

from samleng.answers.cases.models import Case, Message
from samleng.answers.cases.verbs.answering import answer
from samleng.answers.cases.verbs.following import judge
from samleng.doors.exchange.models import HandedOver, Learnt, OutsideSystem
from samleng.doors.exchange.outside.rounds import visit_outside
from samleng.doors.exchange.outside.verbs import hearing
from samleng.insight.disclosure.verbs.following import follow_all
from tests.doors.exchange.outside.city import Asked, City, number, updates
from tests.town import Town

PAIR = "/servicerequestupdates"


@pytest.fixture
def case(town: Town, city: City, system: OutsideSystem) -> Case:
    """A dump that the city's system has as C-1."""
    city.says["POST /requests.xml"] = (200, number("C-1"))
    found = town.file("dump")
    follow_all()
    visit_outside()
    city.asked.clear()
    found.case.received = found  # type: ignore[attr-defined]
    return found.case


def told(id: str, status: str, words: str = "", **more: str) -> dict[str, str]:
    at = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    facts = {"update_id": id, "service_request_id": "C-1", "status": status, "updated_datetime": at}
    return {**facts, "description": words, **more}


def say(city: City, *rows: dict[str, str], minutes: int = 2) -> None:
    city.says[f"GET {PAIR}.xml"] = (200, updates(*rows))
    visit_outside(now=timezone.now() + timedelta(minutes=minutes))


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


def test_it_turns_their_states_into_steps(town: Town, city: City, system: OutsideSystem, case: Case) -> None:
    say(city, told("1", "INVESTIGATING"))
    assert town.again(case).state == "acknowledged"
    say(city, told("1", "INVESTIGATING"), told("2", "In progress", "A truck comes on Monday"), minutes=4)
    assert town.again(case).state == "working" and Message.objects.count() == 1
    say(city, told("3", "closed", "Nothing was found there"), minutes=6)
    found = town.again(case)
    assert (found.state, found.outcome) == ("answered", "answer")
    step = found.steps.get(kind="answer")
    assert (step.said, step.by) == ("Nothing was found there", f"outside:{system.pk}")


def test_it_carries_out_each_piece_of_news_once(town: Town, city: City, case: Case) -> None:
    for minutes in (2, 4, 6):
        say(city, told("1", "in_progress", "A truck comes"), minutes=minutes)
    assert Message.objects.count() == 1 and Learnt.objects.count() == 1


def test_it_takes_done_without_a_photo_as_an_answer_only(town: Town, city: City, case: Case) -> None:
    say(city, told("1", "fixed - council", "Carted away"))
    found = town.again(case)
    assert (found.state, found.outcome) == ("answered", "answer")
    assert "no photo" in found.steps.get(kind="answer").said


def test_it_takes_done_with_a_photo_of_their_own_host_as_fixed(town: Town, city: City, case: Case) -> None:
    city.says["GET /photos/1.jpg"] = (200, photo(), {"Content-Type": "image/jpeg"})
    say(city, told("1", "fixed", "Carted away", media_url=f"{city.address}/photos/1.jpg"))
    found = town.again(case)
    assert (found.state, found.outcome, found.evidence.count()) == ("answered", "fixed", 1)


def test_it_fetches_a_photo_from_nowhere_else(town: Town, city: City, case: Case) -> None:
    elsewhere = city.address.replace("127.0.0.1", "localhost")
    say(city, told("1", "fixed", "Carted away", media_url=f"{elsewhere}/photos/1.jpg"))
    assert not city.of("GET /photos") and town.again(case).outcome == "answer"


def test_it_says_to_them_that_it_is_not_fixed(town: Town, city: City, case: Case) -> None:
    city.says[f"POST {PAIR}.xml"] = (200, updates({"update_id": "x"}))
    say(city, told("1", "closed", "Done"))
    judge(by=town.reporter(case.received), verdict="not", words="a secret of mine")  # type: ignore[attr-defined]
    follow_all()
    visit_outside()
    visit_outside()
    (sent,) = city.of(f"POST {PAIR}")
    assert (sent.fields["service_request_id"], sent.fields["status"]) == ("C-1", "open")
    assert "secret of mine" not in sent.body.decode()


def test_it_sends_news_again_until_it_arrived_under_the_same_number(
    town: Town, city: City, case: Case
) -> None:
    city.says[f"POST {PAIR}.xml"] = (500, "")
    say(city, told("1", "closed", "Done"))
    judge(by=town.reporter(case.received), verdict="not")  # type: ignore[attr-defined]
    follow_all()
    visit_outside()
    city.says[f"POST {PAIR}.xml"] = (200, updates({"update_id": "x"}))
    visit_outside(now=timezone.now() + timedelta(minutes=10))
    first, second = city.of(f"POST {PAIR}")
    assert first.fields["update_id"] == second.fields["update_id"]


def test_it_works_on_again_what_they_open_again(town: Town, city: City, case: Case) -> None:
    say(city, told("1", "closed", "Done"))
    say(city, told("2", "in_progress", "We look once more"), minutes=4)
    found = town.again(case)
    assert (found.state, found.outcome, found.answered_on) == ("working", "", None)


def test_it_leaves_alone_what_the_office_answered_itself(town: Town, city: City, case: Case) -> None:
    answer(by=town.by(town.boss), case=case, outcome="refused", words="No road", said="No road")
    say(city, told("2", "in_progress", "We look"))
    assert town.again(case).state == "answered"


def test_it_knows_no_numbers_but_its_own(town: Town, city: City, case: Case) -> None:
    rows = [told("1", "closed", service_request_id=one) for one in ("C-2", "", case.reference)]
    say(city, *rows)
    assert town.again(case).state == "received" and not Learnt.objects.exists()


def test_it_asks_on_by_two_hours_after_a_long_silence(
    town: Town, city: City, system: OutsideSystem, case: Case
) -> None:
    system.refresh_from_db()
    silent = timezone.now() - timedelta(hours=9)
    OutsideSystem.objects.filter(pk=system.pk).update(heard_until=silent)
    lost = silent + timedelta(hours=3)

    def within(one: Asked) -> tuple[int, str]:
        start, end = (datetime.fromisoformat(one.fields[name]) for name in ("start_date", "end_date"))
        assert end - start <= timedelta(hours=2, minutes=16)
        return 200, updates(told("1", "investigating")) if start <= lost <= end else updates()

    city.says[f"GET {PAIR}.xml"] = within
    visit_outside(now=timezone.now() + timedelta(minutes=2))
    assert town.again(case).state == "acknowledged" and len(city.of(f"GET {PAIR}")) == 5


def test_it_goes_on_where_it_stopped_when_they_fail_in_between(
    town: Town, city: City, system: OutsideSystem, case: Case
) -> None:
    silent = timezone.now() - timedelta(hours=5)
    OutsideSystem.objects.filter(pk=system.pk).update(heard_until=silent)
    city.says[f"GET {PAIR}.xml"] = lambda one: (200, updates()) if len(city.asked) < 2 else (502, "")
    visit_outside(now=timezone.now() + timedelta(minutes=2))
    system.refresh_from_db()
    assert system.fails == 1 and abs(system.heard_until - silent - timedelta(hours=2)) < timedelta(seconds=1)


def test_it_asks_by_their_clock(town: Town, city: City, system: OutsideSystem, case: Case) -> None:
    ahead = timedelta(hours=7)

    def wrong_clock(one: Asked) -> tuple[int, str, dict[str, str]]:
        theirs = (timezone.now() + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT")
        end = datetime.fromisoformat(one.fields["end_date"])
        # It happened just now, on their clock.
        fits = end >= datetime.now(UTC) + ahead
        return 200, updates(told("1", "investigating")) if fits else updates(), {"Date": theirs}

    city.says[f"GET {PAIR}.xml"] = wrong_clock
    visit_outside(now=timezone.now() + timedelta(minutes=2))
    system.refresh_from_db()
    assert town.again(case).state == "acknowledged"
    assert abs(system.ahead - ahead.total_seconds()) < 5


def test_it_asks_case_by_case_where_there_is_no_news(
    town: Town, city: City, system: OutsideSystem, case: Case
) -> None:
    city.says[f"GET {PAIR}"] = (404, "<errors/>")

    def standing(status: str, notes: str = "") -> str:
        return (
            "<service_requests><request><service_request_id>C-1</service_request_id>"
            f"<status>{status}</status><status_notes>{notes}</status_notes></request></service_requests>"
        )

    city.says["GET /requests.xml"] = (200, standing("open"))
    visit_outside(now=timezone.now() + timedelta(minutes=2))
    (asked,) = city.of("GET /requests")
    assert asked.fields["service_request_id"] == "C-1" and town.again(case).state == "received"
    city.says["GET /requests.xml"] = (200, standing("closed", "Filled in"))
    for minutes in (4, 6):
        visit_outside(now=timezone.now() + timedelta(minutes=minutes))
    found = town.again(case)
    assert (found.state, found.steps.get(kind="answer").said) == ("answered", "Filled in")
    city.says["GET /requests.xml"] = (200, standing("open", "Opened again"))
    visit_outside(now=timezone.now() + timedelta(minutes=8))
    assert town.again(case).state == "working"


def test_it_keeps_why_something_could_not_be_carried_out(
    town: Town, city: City, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing.story, "CLAIMED", ())
    say(city, told("1", "closed", "Done"))
    assert Learnt.objects.get().trouble and town.again(case).state == "received"
    assert HandedOver.objects.get().state == "held"
