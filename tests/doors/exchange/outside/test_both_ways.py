"""Two systems tell each other: nothing is lost, nothing comes twice, nothing goes back where it came from."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from samleng.answers.cases.models import Case, Message
from samleng.answers.cases.verbs.answering import answer
from samleng.answers.cases.verbs.moderating import review
from samleng.doors.exchange.models import ApiKey, HandedOver, OutsideSystem, PassedOn, Posting
from samleng.doors.exchange.open311 import trail
from samleng.doors.exchange.open311.verbs import give_key
from samleng.doors.exchange.outside.rounds import visit_outside
from samleng.doors.exchange.outside.verbs import hearing
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from tests.doors.exchange.outside.city import Asked, City, number, updates
from tests.doors.exchange.outside.conftest import connected
from tests.doors.exchange.outside.fixmystreet import FixMyStreet
from tests.town import DUMP_AT, Town

V2, PAIR = "/open311/v2", "/servicerequestupdates"
SENT = {"service_code": "dump", "address_id": "010101", "description": "Dump"}


def key_of(owner: Office, system: OutsideSystem | None = None) -> str:
    given = give_key(by=SYSTEM, owner=owner, label="other")
    ApiKey.objects.filter(pk=given.key.pk).update(system=system)
    return given.token


def posted(token: str, came_by: str = "", **more: Any) -> Any:
    headers = {trail.HEADER: came_by} if came_by else {}
    return Client().post(f"{V2}/requests.json", {"api_key": token, **SENT, **more}, headers=headers)


def said(token: str, case: Case, update: str = "1", status: str = "open", **more: Any) -> Any:
    given = {
        "api_key": token, "service_request_id": case.reference, "update_id": update, "status": status, **more,
    }  # fmt: skip
    return Client().post(f"{V2}/servicerequestupdates.json", given)


def go_round(minutes: int = 0) -> None:
    follow_all()
    visit_outside(now=timezone.now() + timedelta(minutes=minutes))


def told(id: str, status: str, words: str = "", at: datetime | None = None) -> dict[str, str]:
    when = (at or timezone.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "update_id": id, "service_request_id": "C-1", "status": status, "updated_datetime": when,
        "description": words,
    }  # fmt: skip


@pytest.fixture
def fixmystreet(town: Town) -> FixMyStreet:
    Place.objects.filter(pk=town.commune.pk).update(latitude=DUMP_AT.latitude, longitude=DUMP_AT.longitude)
    return FixMyStreet(key_of(town.shire))


@pytest.fixture
def sent_case(town: Town) -> tuple[str, Case]:
    """A case that another system sent, and its key."""
    token = key_of(town.shire)
    (one,) = json.loads(posted(token).content)
    return token, Case.objects.get(reference=one["service_request_id"])


@pytest.fixture
def held(town: Town, city: City, system: OutsideSystem) -> Case:
    """A dump that the city's system has as C-1."""
    city.says["POST /requests.xml"] = (200, number("C-1"))
    city.says[f"POST {PAIR}"] = (200, updates({"update_id": "x"}))
    case = town.file("dump").case
    go_round()
    city.asked.clear()
    return case


def test_it_stands_between_a_fixmystreet_site_and_a_city_s_own_system(
    town: Town, city: City, system: OutsideSystem, fixmystreet: FixMyStreet
) -> None:
    """What is reported there goes on to the city; what the city says is read there; both ways, once each."""
    city.says["POST /requests.xml"] = (200, number("C-1"))
    city.says[f"POST {PAIR}"] = (200, updates({"update_id": "x"}))
    case = Case.objects.get(reference=fixmystreet.send_problem())
    for minutes in (0, 2):
        go_round(minutes)
    (handed,) = city.of("POST /requests.xml")
    assert "Dara" not in handed.body.decode() and "heap" not in handed.body.decode()
    city.says[f"GET {PAIR}"] = (200, updates(told("1", "in_progress", "A truck comes on Monday")))
    for minutes in (4, 6):
        go_round(minutes)
    follow_all()
    fixmystreet.fetch_comments()
    fixmystreet.fetch_comments()
    texts = [text for _problem, state, text in fixmystreet.comments.values() if state == "in progress"]
    assert texts.count("A truck comes on Monday") == 1
    # What its reporter says is the office's to read, and goes out in nobody's words.
    fixmystreet.send_comment(1, "It is behind the school", "OPEN")
    message = Message.objects.get(from_reporter=True)
    assert open_text(message.sealed, town.opener(town.boss, town.sweepers)) == "It is behind the school"
    go_round(8)
    assert "school" not in " ".join(one.body.decode() for one in city.asked)
    # The city ends it, its reporter sees it otherwise, and the city hears of that.
    city.says[f"GET {PAIR}"] = (200, updates(told("2", "closed", "Carted away")))
    go_round(10)
    follow_all()
    fixmystreet.fetch_comments()
    assert [text for _p, state, text in fixmystreet.comments.values() if state == "fixed - council"]
    fixmystreet.send_comment(1, "Half of it is still there", "OPEN")
    assert (town.again(case).state, town.again(case).reopened) == ("working", 1)
    for minutes in (12, 14):
        go_round(minutes)
    (news,) = city.of(f"POST {PAIR}")
    assert (news.fields["status"], news.fields["external_status_code"]) == ("open", "not")
    # The comment that the city gave us is never given to it again.
    assert "truck" not in news.body.decode() and not PassedOn.objects.exclude(done_at=None).count() > 1


def test_it_sends_nothing_back_by_whatever_way_it_came(town: Town, city: City) -> None:
    system = connected(town, city, jurisdiction="city.example")
    # By a key that is for this system, whoever gave it; through a site of the system's name or address.
    for token, came_by in (
        (key_of(town.shire, system), ""),
        (key_of(town.shire), "city.example/C-5"),
        (key_of(town.shire), "far.example/1, 127.0.0.1/C-6"),
    ):
        assert posted(token, came_by).status_code == 200
    for minutes in (0, 2, 4):
        go_round(minutes)
    assert not city.of("POST /requests.xml")
    assert {one.state for one in HandedOver.objects.all()} == {"over"}


def test_it_takes_no_report_that_went_out_from_here(town: Town, settings: Any) -> None:
    settings.JURISDICTION = "town.example"
    token = key_of(town.shire)
    case = town.file("dump").case
    answer = posted(token, f"town.example/{case.reference}, city.example/C-1")
    assert answer.status_code == 409 and case.reference in answer.content.decode()
    # Of a sealed one nobody is told, and a number that was never given here was another site's.
    for came_by in (f"town.example/{town.file('slow').case.reference}", "town.example/99-1", "nonsense, //"):
        assert posted(token, came_by).status_code == 200
    assert Posting.objects.count() == 3


def test_it_tells_by_which_sites_a_report_came(town: Town, city: City, settings: Any) -> None:
    settings.JURISDICTION = "Town.example"
    connected(town, city)
    assert posted(key_of(town.shire), "far.example/7").status_code == 200
    case = Case.objects.get()
    ring = "<errors><error><code>409</code><description>It came from here: 7{}</description></error></errors>"
    city.says["POST /requests.xml"] = (409, ring.format(""))
    go_round()
    (sent,) = city.of("POST /requests.xml")
    assert sent.headers[trail.HEADER] == f"far.example/7, town.example/{case.reference}"
    # They have had it all along: it is not sent again, and nobody need look.
    handed = HandedOver.objects.get()
    assert (handed.state, handed.trouble) == ("over", "ring")
    go_round(60)
    assert len(city.of("POST /requests.xml")) == 1


def test_it_puts_aside_what_is_refused_for_any_other_reason(town: Town, city: City, held: Case) -> None:
    city.says["POST /requests.xml"] = (
        409,
        "<errors><error><description>Sent twice</description></error></errors>",
    )
    town.file("dump")
    go_round()
    assert HandedOver.objects.exclude(case=held).get().state == "refused"


def test_it_hears_what_was_written_down_late(
    town: Town, city: City, system: OutsideSystem, held: Case
) -> None:
    OutsideSystem.objects.filter(pk=system.pk).update(swept_at=timezone.now())
    at = timezone.now() - timedelta(hours=5)

    def late(one: Asked) -> tuple[int, str]:
        start, end = (datetime.fromisoformat(one.fields[name]) for name in ("start_date", "end_date"))
        return 200, updates(told("1", "investigating", at=at)) if start <= at <= end else updates()

    city.says[f"GET {PAIR}"] = late
    go_round(30)
    assert town.again(held).state == "received"
    go_round(200)
    assert town.again(held).state == "acknowledged"


def test_it_hears_all_of_a_minute_in_which_much_happened(
    town: Town, city: City, held: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "FULL", 2)
    rows = [told(str(n), "in_progress", f"Part {n}") for n in range(5)]

    def paged(one: Asked) -> tuple[int, str]:
        end, at = datetime.fromisoformat(one.fields["end_date"]), timezone.now()
        first = (int(one.fields.get("page", "1")) - 1) * 2
        return 200, updates(*rows[first : first + 2]) if end >= at - timedelta(minutes=1) else updates()

    city.says[f"GET {PAIR}"] = paged
    go_round(2)
    texts = [one.said for one in held.steps.filter(kind="write")]
    assert len(texts) == 1 and all(f"Part {n}" in texts[0] for n in range(5))


def test_it_asks_for_less_where_a_window_is_refused(town: Town, city: City, held: Case) -> None:
    OutsideSystem.objects.update(heard_until=timezone.now() - timedelta(hours=3))

    def picky(one: Asked) -> tuple[int, str]:
        start, end = (datetime.fromisoformat(one.fields[name]) for name in ("start_date", "end_date"))
        if end - start > timedelta(minutes=50):
            return 400, "<errors><error><description>Too much</description></error></errors>"
        return 200, updates(told("1", "investigating"))

    city.says[f"GET {PAIR}"] = picky
    go_round(2)
    assert town.again(held).state == "acknowledged"
    assert OutsideSystem.objects.get().heard_until > timezone.now() - timedelta(hours=3)


def test_it_tells_them_of_other_words_once_more_and_of_the_same_never(
    town: Town, city: City, held: Case
) -> None:
    for words in ("By the well", "By the well", "By the old well"):
        review(by=town.by(town.boss), case=town.again(held), public_words=words)
        go_round()
        go_round()
    assert [one.fields["description"] for one in city.of(f"POST {PAIR}")] == [
        "By the well",
        "By the old well",
    ]


def test_it_answers_the_questions_that_their_adapters_put(town: Town, city: City) -> None:
    connected(town, city, fixed={"team": "North"})
    asked = "".join(
        f"<attribute><code>{code}</code></attribute>" for code in ("title", "report_url", "fixmystreet_id")
    )
    city.says["GET /services/RUBBISH.xml"] = (
        200, f"<service_definition><attributes>{asked}</attributes></service_definition>",
    )  # fmt: skip
    city.says["POST /requests.xml"] = (200, number("C-1"))
    case = town.file("dump", words="secret words").case
    go_round()
    (sent,) = city.of("POST /requests.xml")
    assert sent.fields["attribute[fixmystreet_id]"] == sent.fields["attribute[external_id]"] == case.reference
    assert sent.fields["attribute[title]"] and case.reference in sent.fields["attribute[report_url]"]
    assert sent.fields["attribute[team]"] == "North" and "secret+words" not in sent.body.decode()


@pytest.mark.parametrize(
    ("code", "state", "verdict"),
    [("fixed", "closed", "fixed"), ("half", "working", "half"), ("still_there", "working", "not"),
     ("withdraw", "closed", "")],
)  # fmt: skip
def test_it_takes_what_a_reporter_there_says_as_if_said_here(
    town: Town, sent_case: tuple[str, Case], code: str, state: str, verdict: str
) -> None:
    token, case = sent_case
    answer(by=town.by(town.boss), case=case, outcome="refused", words="No road", said="No road")
    for _n in range(2):
        given = said(token, case, status="fixed", external_status_code=code, description="So it is")
        assert given.status_code == 200, given.content
    found = town.again(case)
    assert (found.state, found.verdict) == (state, verdict) and found.reopened == (state == "working")


def test_it_loses_nothing_that_does_not_fit_how_the_case_stands(
    town: Town, sent_case: tuple[str, Case]
) -> None:
    token, case = sent_case
    # Nobody answered yet; a state without words; spellings of others.
    for n, more in enumerate(
        ({"external_status_code": "not", "description": "Not done"}, {"status": "Fixed - Council"},
         {"status": "PLANNED", "media_url": "https://fms.example/2.jpg"})
    ):  # fmt: skip
        given = said(token, case, str(n), **more)
        assert given.status_code == 200, given.content
    opener = town.opener(town.boss, town.sweepers)
    texts = [open_text(one.sealed, opener) for one in Message.objects.order_by("at")]
    assert len(texts) == 3 and texts[0] == "Not done" and "fixed_council" in texts[1]
    assert texts[2].endswith("https://fms.example/2.jpg") and town.again(case).state == "received"


def test_it_opens_nothing_by_words_that_crossed_the_answer(town: Town, sent_case: tuple[str, Case]) -> None:
    token, case = sent_case
    written = timezone.now()
    Case.objects.filter(pk=case.pk).update(opened_at=written - timedelta(hours=2))
    answer(by=town.by(town.boss), case=case, outcome="refused", words="No road", said="No road")
    before = (written - timedelta(hours=1)).isoformat()
    assert said(token, case, "1", description="Any news?", updated_datetime=before).status_code == 200
    assert town.again(case).state == "answered"
    assert (
        said(token, case, "2", description="Not so", updated_datetime=timezone.now().isoformat()).status_code
        == 200
    )
    assert town.again(case).state == "working"


def test_it_tells_everybody_what_an_office_s_system_says(town: Town) -> None:
    token, case = key_of(town.sweepers), town.file("dump").case
    assert said(token, case, "1", "in_progress", description="A truck comes").status_code == 200
    follow_all()
    rows = json.loads(Client().get(f"{V2}/servicerequestupdates.json").content)
    assert [one["status"] for one in rows if one["description"] == "A truck comes"] == ["in_progress"]


def test_it_decides_whose_a_complaint_is_by_answering_it(town: Town) -> None:
    token, case = key_of(town.sweepers), town.file("dump").case
    Case.objects.filter(pk=case.pk).update(kind="complaint")
    assert said(token, case, "1", "closed", description="We paid it back").status_code == 200
    assert (town.again(case).state, town.again(case).jurisdiction) == ("answered", "ours")


def test_it_fetches_a_photo_from_the_key_s_own_system_only(
    town: Town, city: City, system: OutsideSystem
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    city.says["GET /photos/1.jpg"] = (200, out.getvalue(), {"Content-Type": "image/jpeg"})
    case, link = town.file("dump").case, f"{city.address}/photos/1.jpg"
    elsewhere = link.replace("127.0.0.1", "localhost")
    other, own = key_of(town.sweepers), key_of(town.sweepers, system)
    for token, media in ((other, link), (own, elsewhere)):
        given = said(token, case, "1", "fixed", description="Done", media_url=media)
        assert given.status_code == 400 and not city.of("GET /photos")
    assert said(own, case, "2", "fixed", description="Done", media_url=link).status_code == 200
    assert (town.again(case).outcome, town.again(case).evidence.count()) == ("fixed", 1)


def test_it_follows_what_they_joined_to_another_report(town: Town, city: City, held: Case) -> None:
    city.says["GET /requests/C-1.xml"] = (200, number("C-2"))
    go_round(200)
    assert HandedOver.objects.get().number == "C-2"
    assert "C-2" in held.steps.get(kind="write").said
    city.says[f"GET {PAIR}"] = (
        200,
        updates({**told("7", "closed", "Carted away"), "service_request_id": "C-2"}),
    )
    for minutes in (204, 208):
        go_round(minutes)
    assert town.again(held).state == "answered"
    assert held.steps.filter(kind="write").count() == 1


def test_it_keeps_the_number_where_another_case_has_the_other(town: Town, city: City, held: Case) -> None:
    city.says["POST /requests.xml"] = (200, number("C-2"))
    town.file("dump")
    go_round()
    city.says["GET /requests/C-1.xml"] = (200, number("C-2"))
    for minutes in (200, 400):
        go_round(minutes)
    assert sorted(HandedOver.objects.values_list("number", flat=True)) == ["C-1", "C-2"]
    assert held.steps.filter(kind="write").count() == 1
