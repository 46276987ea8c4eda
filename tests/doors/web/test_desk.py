"""The desk: what I was told and about what, where I may go, and that samples are marked."""

from __future__ import annotations

import re

import pytest

from samleng.doors.postman.models import Notice
from samleng.doors.postman.verbs import telling as postman
from samleng.ground.offices.models import Programme
from tests.doors.web.facilitated import at, client_of

pytestmark = pytest.mark.django_db


def desk(person, language: str = "en") -> str:
    answer = client_of(person).get(at("desk", language=language))
    assert answer.status_code == 200
    return answer.content.decode()


def doors(html: str) -> set[str]:
    nav = re.search(r'<nav class="no-print".*?</nav>', html, re.S)
    assert nav
    return set(re.findall(r'href="/en/([^"]+)"', nav[0]))


def test_it_says_of_each_notice_what_it_is_about(world):
    card = world.held_card("community")
    postman.tell()
    html = desk(world.admin)
    assert "A scorecard was sent in and waits for review." in html
    assert card.facility.name["en"] in html


def test_it_asks_no_more_of_the_database_for_thirty_notices_than_for_three(
    world, django_assert_max_num_queries
):
    for _time in range(3):
        world.held_card("community")
    postman.tell()
    client = client_of(world.admin)
    client.get(at("notices"))
    with django_assert_max_num_queries(16):
        assert client.get(at("notices")).status_code == 200
    assert Notice.objects.filter(person=world.admin).count() > 2


def test_it_opens_a_notice_at_what_it_is_about_and_marks_it_read(world):
    card = world.held_card("community")
    postman.tell()
    notice = Notice.objects.filter(person=world.admin, kind="card_to_review").get()
    answer = client_of(world.admin).get(at("notice", notice.pk))
    assert answer["Location"] == at("card", card.pk)
    notice.refresh_from_db()
    assert notice.read_at


def test_it_opens_nobody_else_s_notice(world):
    world.held_card("community")
    postman.tell()
    notice = Notice.objects.filter(person=world.admin).first()
    assert client_of(world.stranger).get(at("notice", notice.pk))["Location"] == at("desk")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_it_marks_all_of_mine_read_and_none_of_others(world):
    world.held_card("community")
    postman.tell()
    client_of(world.admin).post(at("notices_read"))
    assert not Notice.objects.filter(person=world.admin, read_at=None).exists()
    assert Notice.objects.exclude(person=world.admin).filter(read_at=None).exists()


def test_it_shows_the_doors_that_a_seat_opens(world):
    assert {"scorecards/mine/", "join/", "plans/", "me/"} <= doors(desk(world.sophea))
    assert "scorecards/" in doors(desk(world.officer))
    assert "scorecards/" not in doors(desk(world.vuthy))


@pytest.mark.parametrize("sample", [True, False])
def test_it_marks_the_desk_of_whoever_works_on_samples(world, sample):
    Programme.objects.filter(pk=world.programme.pk).update(sample=sample)
    assert ("sample-band" in desk(world.sophea)) is sample
