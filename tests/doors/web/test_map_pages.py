"""What everybody sees of reports: a map with its list, each report's own page, and how offices answer."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from samleng.answers.cases.timing import calendar
from samleng.doors.web.templatetags.said import dated
from samleng.ground.places.models import Boundary, Place
from samleng.insight.disclosure.rules.pins import PublicAnswer, Step
from samleng.kit.words.clock import add_working_days
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, days, hours, public_land, put

pytestmark = pytest.mark.django_db
SECRET = "Mr Chan burns it <b>every night</b>"


@pytest.fixture
def land() -> Land:
    caches["map"].clear()
    return public_land()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert "style=" not in text and "onclick" not in text
    return text


def worked(n: int) -> date:
    """The day so many working days from now."""
    return add_working_days(timezone.localdate(), n, calendar())


def test_it_is_a_page_with_no_report(land: Land, client: Client):
    assert "No report here" in page(client, "/en/map/")
    assert "No public report yet" in page(client, "/en/answering/")
    page(client, "/km/map/")


def test_it_lists_type_place_and_clock_beside_the_map(land: Land, client: Client):
    put(land, 1)
    put(land, 2, due_on=worked(-3))
    put(land, 3, outcome="fixed", closed_at=hours(-1))
    text = page(client, "/en/map/")
    assert "Dump" in text and land.river.label("en") in text
    assert "The office is to act by" in text
    assert "3 working days ago" in text
    assert "Fixed on" in text
    assert text.index("RUBB-0001") < text.index("RUBB-0002") < text.index("RUBB-0003")


def test_it_opens_where_the_newest_reports_lie_in_a_land_without_outlines(land: Land, client: Client):
    Boundary.objects.all().delete()
    Place.objects.update(latitude=None, longitude=None)
    assert "&quot;box&quot;:&quot;&quot;" in page(client, "/en/map/").replace("&quot;: ", "&quot;:")
    put(land, 1)
    told = re.search(r"&quot;box&quot;: ?&quot;([-\d.,]+)&quot;", page(client, "/en/map/"))
    assert told is not None
    west, south, east, north = map(float, told[1].split(","))
    assert west < LONGITUDE < east and south < LATITUDE < north and east - west < 0.1


def test_it_goes_on_by_key_however_many_come_in_between(land: Land, client: Client):
    for number in range(1, 46):
        put(land, number)
    seen: list[str] = []
    address = "/en/map/"
    while address:
        text = page(client, address)
        seen += re.findall(r'class="ref">(RUBB-\d+)', text)
        put(land, 100 + len(seen), requested_at=timezone.now())
        more = re.search(r'rel="next" href="([^"#]+)', text)
        address = f"/en/map/{more.group(1)}" if more else ""
    assert seen == [f"RUBB-{number:04}" for number in range(1, 46)]


def test_it_filters_without_a_script_and_says_what_is_no_choice(land: Land, client: Client):
    put(land, 1)
    put(land, 2, due_on=days(-3), place_id=land.coast.pk)
    assert "RUBB-0001" not in page(client, "/en/map/?state=overdue")
    assert "RUBB-0002" not in page(client, f"/en/map/?place={land.river.code}")
    assert "RUBB-0001" in page(client, f"/en/map/?place={land.north.code}&category=dump")
    assert "no such choice" in page(client, "/en/map/?category=nothing", 400)
    assert "Which place do you mean?" in page(client, "/en/map/?q=Place")


def test_it_shows_words_only_after_review_and_counts_overdue_reviews(land: Land, client: Client):
    put(land, 1, review_due_on=days(-2))
    text = page(client, "/en/map/reports/RUBB-0001/")
    assert "should have been reviewed" in text
    text = page(client, "/en/map/")
    assert re.search(
        r'figure">1 <span class="of">of 1</span></span><span class="what">reviews of words', text
    )
    put(land, 1, review_due_on=days(-2), words={"en": SECRET}, reviewed_at=hours(-1), updated_at=hours(0))
    text = page(client, "/en/map/reports/RUBB-0001/")
    assert escape(SECRET) in text and SECRET not in text
    assert page(client, "/en/map/reports/RUBB-0001/photo.webp".replace("0001", "9999"), 404)


def test_it_tells_the_clock_the_steps_and_the_answers(land: Land, client: Client):
    office = land.offices["hill"]
    put(
        land,
        due_on=worked(-1),
        answer_due_on=days(-4),
        answered_at=hours(-24 * 3),
        office_id=office.pk,
        me_too=3,
        steps=(Step(at=hours(-50), state="received"), Step(at=hours(-9), state="working")),
        answers=(PublicAnswer(at=hours(-8), text={"en": "A truck comes on Monday."}),),
    )
    text = page(client, "/en/map/reports/rubb-0001/", 301) or page(client, "/en/map/reports/RUBB-0001/")
    text = page(client, "/en/map/reports/RUBB-0001/")
    for told in (
        "1 working day ago",
        "after the day it was due",
        "Work has begun",
        "A truck comes on Monday.",
        "a few",
    ):
        assert told in text, told
    # Very few people are never counted, and the true point stands nowhere.
    assert not re.search(r"me too”</dt><dd>3", text)
    assert str(LATITUDE) not in text and str(LONGITUDE) not in text


def test_it_says_when_the_office_answered_and_who_is_asked_now(land: Land, client: Client):
    steps = (
        Step(at=hours(-24 * 9), state="received"),
        Step(at=hours(-24 * 6), state="answered"),
        Step(at=hours(-24 * 4), state="working"),
        Step(at=hours(-24 * 2), state="answered"),
    )
    put(land, 1, state="answered", due_on=None, answered_at=steps[1].at, steps=steps)
    for address in ("/en/map/", "/en/map/reports/RUBB-0001/"):
        text = page(client, address)
        assert f"The office answered on {dated(steps[-1].at)}. Whoever reported it is asked" in text
        assert "No day has been set" not in text
    put(land, 2, state="working", due_on=None)
    assert "No day has been set for it." in page(client, "/en/map/reports/RUBB-0002/")


def test_it_tells_how_an_office_answers_with_what_its_rate_is_of(land: Land, client: Client):
    office = land.offices["hill"]
    for number in range(1, 13):
        answered = {"answered_at": hours(-30), "answer_due_on": days(0)} if number <= 9 else {}
        put(land, number, office_id=office.pk, **{"answer_due_on": days(-1), **answered})
    put(land, 13, office_id=office.pk, answer_due_on=days(4), due_on=days(-1))
    text = page(client, f"/en/answering/{office.pk}/")
    assert '9 <span class="of">of 12</span>' in text and "75 % of those due" in text
    assert '1 <span class="of">of 13</span></span><span class="what">overdue now' in text
    assert "never ranked" in text
    text = page(client, "/en/answering/")
    assert "9 of 12 due (75 %)" in text
    assert page(client, f"/en/answering/?place={land.south.code}").count("9 of 12") == 0
    page(client, "/en/answering/11111111-1111-1111-1111-111111111111/", 404)


def test_it_says_no_rate_of_few_cases(land: Land, client: Client):
    office = land.offices["hill"]
    put(land, 1, office_id=office.pk, answered_at=timezone.now() - timedelta(days=2), answer_due_on=days(0))
    text = page(client, f"/en/answering/{office.pk}/")
    assert "too few for a rate" in text and "100 %" not in text


def test_it_marks_a_demonstration_as_sample(land: Land, client: Client):
    put(land, 1, sample=True)
    assert "SAMPLE" in page(client, "/en/map/")
    assert "SAMPLE" in page(client, "/en/map/reports/RUBB-0001/")


def test_it_asks_the_database_no_more_for_a_long_list_than_for_a_short_one(
    land: Land, client: Client, django_assert_max_num_queries
):
    for number in range(1, 22):
        put(land, number)
    with django_assert_max_num_queries(14):
        page(client, "/en/map/")
