"""Rating an office: a face, parts and questions on one page; posters; and what the office sees of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from samleng.kit.sealing.verbs import open_text
from samleng.voices.reports.models import Rating
from tests.doors.web.facilitated import client_of
from tests.doors.web.speak.walker import Walker, at
from tests.town import Town

pytestmark = pytest.mark.django_db


def rated(town: Town, **fields: Any) -> Walker:
    walker = Walker()
    walker.get("rate", "sweep-1")
    token = re.search(r'name="token" value="([^"]+)"', walker.page)
    assert token
    given = {"token": token[1], "form": "like", "value": "2", **fields}
    walker.saw(walker.client.post(at("rate", "sweep-1"), given))
    return walker


def test_it_takes_a_rating_with_its_parts_and_questions_and_asks_nobody_who(town: Town) -> None:
    walker = rated(town, value="២", **{"part-price": "1", "answer-safe": "no", "comment": "ថ្លៃពេក"})
    assert walker.status == 303 and not walker.client.cookies
    rating = Rating.objects.get()
    assert (rating.value, rating.parts, rating.answers) == (2, {"price": 1}, {"safe": "no"})
    assert rating.office == town.sweepers and rating.service and rating.service.code == "SWEEP"
    assert open_text(rating.comment, town.opener(town.sweeper, town.sweepers)) == "ថ្លៃពេក"
    assert "Your rating counts" in walker.saw(walker.client.get(walker.answer["Location"]))


def test_it_counts_once_when_it_is_sent_twice(town: Town) -> None:
    token = str(uuid4())
    rated(town, token=token)
    assert rated(town, token=token).status == 303
    assert Rating.objects.count() == 1


def test_it_says_at_the_field_that_no_face_was_chosen(town: Town) -> None:
    walker = rated(town, value="")
    assert walker.status == 422 and 'id="value-error"' in walker.page and not Rating.objects.exists()


def test_it_keeps_what_was_tapped_through_an_error(town: Town) -> None:
    walker = rated(town, value="9", **{"part-price": "2", "comment": "keep this"})
    assert walker.status == 422 and "keep this" in walker.page
    assert re.search(r'name="part-price" value="2" checked', walker.page)


def test_it_leads_from_the_category_to_the_office_that_is_rated(town: Town) -> None:
    walker = Walker()
    walker.begin("rate")
    walker.through({"do": None, "place": town.commune.pk})
    assert "Which office do you rate?" in walker.page and "I do not know" not in walker.page
    walker.post(office=str(town.hall.pk))
    assert walker.status == 303 and walker.answer["Location"].startswith(at("rate", "hall-1"))


def test_it_prints_a_poster_with_the_codes_of_the_office(town: Town) -> None:
    page = Walker().get("rate_poster", "sweep-1")
    assert page.count("<svg") > 2 and "/en/rate/sweep-1/" in page and "/en/speak/" in page


def test_it_shows_an_office_its_faces_from_six_ratings_on(town: Town) -> None:
    walker = Walker(client=client_of(town.boss))
    assert "Nobody has rated yet" in walker.get("rate_results", "sweep-1")
    for value in ("1", "2", "2", "2", "2"):
        rated(town, value=value)
    assert "5 ratings" in walker.get("rate_results", "sweep-1") and "<table" not in walker.page
    rated(town, value="2")
    assert "6 ratings" in walker.get("rate_results", "sweep-1") and ">5</td>" in walker.page


def test_it_leads_from_the_desk_to_the_ratings_of_ones_own_office(town: Town) -> None:
    client = client_of(town.boss)
    assert at("ratings") in client.get(at("desk")).content.decode()
    assert client.get(at("ratings"))["Location"] == at("rate_results", "sweep-1")
    assert "No office is yours" in client_of(town.stranger).get(at("ratings")).content.decode()


def test_it_shows_no_other_office_the_ratings(town: Town) -> None:
    for person in (town.clerk, town.stranger):
        assert client_of(person).get(at("rate_results", "sweep-1")).status_code == 404
    assert Client().get(at("rate_results", "sweep-1")).status_code == 302
