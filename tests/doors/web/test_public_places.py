"""What anybody sees: nothing too early, nothing about a person, everything a copy can be kept of."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from samleng.answers.actions.verbs.following import claim, confirm
from samleng.answers.plans.models import Meeting
from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.models import Release
from samleng.insight.disclosure.verbs.releasing import release_sums
from samleng.insight.disclosure.verbs.rhythm import release_due
from samleng.insight.disclosure.verbs.switching import switch_publication, withdraw
from samleng.insight.evidence.verbs import project_all
from samleng.kit.ledger.rules import SYSTEM
from tests.insight.walk import criteria, held, meet, promised, publish, shut
from tests.world import World

pytestmark = pytest.mark.django_db
ROOM = (6, 7, 7, 7, 6)
PROPOSER = "Chan Thy, villager"


def addresses(world: World) -> list[str]:
    """Every public address that could tell something about the clinic."""
    places = ["S", "01", "0101", "010101"]
    facility = world.clinic.pk
    return [
        "/en/",
        "/km/",
        *(f"/en/places/{code}/{what}" for code in places for what in ("", "print", "figures.csv")),
        *(f"/en/facilities/{facility}/{what}" for what in ("", "print", "figures.csv")),
        f"/km/facilities/{facility}/",
        "/en/search?q=Prey",
        "/en/search.json?q=Prey",
    ]


def told(world: World, close: bool = True, **given: Any) -> Meeting:
    """A meeting about the clinic with two promises, released as far as it may be."""
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)], close=False)
    first = promised(world, meeting, "Two new latrines", proposer=PROPOSER)
    promised(world, meeting, "Medicine in stock", proposer=PROPOSER)
    if close:
        shut(meeting, reply={"en": "We have heard you."}, **given)
        claim(by=world.by(world.vuthy), action=first, reason="seen by Chan Thy")
        confirm(by=SYSTEM, action=first, verdict="fixed")
    settle(world)
    return meeting


def settle(world: World) -> None:
    project_all()
    release_due()
    if Programme.objects.get(pk=world.programme.pk).publishes_since:
        release_sums(by=SYSTEM, programme=world.programme, year=2026)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def tells(page: str) -> bool:
    """Whether a page gives away a score, a number of voters or a promise."""
    return bool(
        re.search(
            r"people scored|,33,|>33<|Two new latrines|Medicine in stock|We have heard|of 2</span>|1 of 2",
            page,
        )
    )


def test_it_shows_only_that_a_facility_exists_before_its_meeting_closes(world: World, client: Client):
    publish(world)
    told(world, close=False)
    for address in addresses(world):
        assert not tells(text_of(client, address)), address
    assert "Prey Sros clinic" in text_of(client, f"/en/facilities/{world.clinic.pk}/")


def test_it_shows_nothing_while_the_programme_does_not_publish(world: World, client: Client):
    told(world)
    for address in addresses(world):
        assert not tells(text_of(client, address)), address


def test_it_hides_everything_again_when_the_programme_stops_publishing(world: World, client: Client):
    publish(world)
    told(world)
    assert tells(text_of(client, "/en/places/010101/"))
    switch_publication(by=SYSTEM, programme=world.programme, on=False)
    for address in addresses(world):
        assert not tells(text_of(client, address)), address


def test_it_tells_the_story_once_the_meeting_has_closed(world: World, client: Client):
    publish(world)
    told(world)
    page = text_of(client, f"/en/facilities/{world.clinic.pk}/")
    for words in (
        "33 people scored",
        "We have heard you.",
        "<strong>1 of 2</strong> promises are kept",
        "Two new latrines",
    ):
        assert words in page, words
    for code in ("S", "01", "0101", "010101"):
        assert "<strong>1 of 2</strong> promises are kept" in text_of(client, f"/en/places/{code}/")
    assert "Head of the clinic" in page


def test_it_names_no_person_anywhere(world: World, client: Client):
    publish(world)
    told(world)
    names = [
        PROPOSER,
        "Chan Thy",
        *(p.name for p in (world.sophea, world.vuthy, world.chief, world.officer, world.admin)),
    ]
    for address in addresses(world):
        page = text_of(client, address)
        assert [name for name in names if name in page] == [], address


def test_it_takes_a_withdrawn_release_off_the_page(world: World, client: Client):
    publish(world)
    meeting = told(world)
    withdraw(
        by=world.by(world.admin), release=Release.objects.get(meeting_id=meeting.pk), reason="wrong room"
    )
    page = text_of(client, f"/en/facilities/{world.clinic.pk}/")
    assert ("33 people scored" in page, "We have heard you." in page) == (False, False)


def test_it_sets_no_cookie_and_needs_no_script(world: World, client: Client):
    publish(world)
    told(world)
    for address in addresses(world):
        answer = client.get(address)
        assert not answer.cookies, address
        assert answer.headers["Cache-Control"].startswith("public"), address


def test_it_answers_not_modified_until_something_moves(world: World, client: Client):
    publish(world)
    told(world)
    for address in ("/en/places/010101/", f"/en/facilities/{world.clinic.pk}/"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    old = {a: client.get(a).headers["ETag"] for a in ("/en/", "/en/places/S/", "/en/places/010101/")}
    meeting = meet(world, world.school, [held(world, world.school, ROOM, ROOM)], close=False)
    promised(world, meeting, "A second teacher")
    shut(meeting)
    settle(world)
    for address, tag in old.items():
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200, address


def test_it_keeps_no_copy_for_somebody_signed_in(world: World, client: Client):
    client.force_login(world.sophea, backend="django.contrib.auth.backends.ModelBackend")
    assert "private" in client.get("/en/places/010101/").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/en/", "/en/places/S/", "/en/places/0101/", "/en/places/010101/"])
def test_it_asks_the_database_the_same_few_questions_however_much_there_is(
    world: World, client: Client, django_assert_max_num_queries: Any, address: str
):
    publish(world)
    told(world)
    client.get(address)
    with django_assert_max_num_queries(28) as few:
        client.get(address)
    meeting = meet(world, world.school, [held(world, world.school, ROOM, ROOM)], close=False)
    for n in range(12):
        promised(world, meeting, f"Another {n}")
    shut(meeting)
    settle(world)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)


def test_it_marks_a_sample_inside_page_file_and_picture_name(world: World, client: Client):
    Programme.objects.filter(pk=world.programme.pk).update(sample=True)
    publish(world)
    told(world)
    for address in ("/en/", "/en/places/010101/", f"/en/facilities/{world.clinic.pk}/"):
        page = text_of(client, address)
        assert "sample-band" in page and "sample-mark" in page
    answer = client.get("/en/places/010101/figures.csv")
    rows = answer.content.decode().splitlines()
    assert "SAMPLE" in answer.headers["Content-Disposition"]
    assert all(row.endswith("SAMPLE") for row in rows[1:])


def test_it_gives_the_same_released_figures_as_a_table(world: World, client: Client):
    publish(world)
    told(world)
    body = client.get(f"/en/facilities/{world.clinic.pk}/figures.csv").content.decode("utf-8-sig")
    first = criteria(world, world.clinic)[0]
    row = next(line for line in body.splitlines() if f",{first}," in line)
    assert ",full,33,1,3.0," in row and "6 | 7 | 7 | 7 | 6" in row


def test_it_names_the_share_card_and_both_languages(world: World, client: Client):
    publish(world)
    told(world)
    page = text_of(client, "/en/places/010101/")
    assert 'hreflang="km" href="' in page and "/km/places/010101/" in page
    assert re.search(r'og:image" content="http[^"]+/en/places/010101/card.png"', page)
    card = client.get("/en/places/010101/card.png")
    assert card.content.startswith(b"\x89PNG")


def test_it_keeps_a_former_name_s_promises_on_the_page_of_today(world: World, client: Client):
    from datetime import date

    from samleng.ground.places.verbs import rename

    publish(world)
    told(world)
    rename(by=SYSTEM, place=world.commune, name={"km": "ថ្មី", "en": "Newname"}, on=date(2026, 11, 25))
    page = text_of(client, "/en/places/010101/")
    assert "Newname" in page and "<strong>1 of 2</strong> promises are kept" in page


def test_it_answers_an_unknown_place_or_facility_with_a_page_that_helps(client: Client, db: None):
    for address in ("/en/places/nowhere/", "/en/facilities/01a20b4a-2039-7554-b619-df0fe72a25fd/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()


def test_it_finds_a_place_and_a_facility_in_either_script(world: World, client: Client):
    assert f"/en/facilities/{world.clinic.pk}/" in text_of(client, "/en/search?q=Prey Sros")
    assert "/km/places/0101/" in text_of(client, "/km/search?q=ព្រៃស្រស់")
    assert "Nothing found" in text_of(client, "/en/search?q=zzzzqqq")
    assert client.get("/en/search.json?q=prey").json()["places"]


def test_it_says_that_it_is_well(client: Client, db: None):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)


@pytest.mark.parametrize(
    ("asked", "given"), [("en-GB,en;q=0.9", "/en/"), ("km", "/km/"), ("", "/km/"), ("fr", "/km/")]
)
def test_it_opens_in_the_reader_s_language(client: Client, db: None, asked: str, given: str):
    answer = client.get("/", headers={"accept-language": asked} if asked else {})
    assert answer.headers["Location"] == given
    assert not answer.cookies
