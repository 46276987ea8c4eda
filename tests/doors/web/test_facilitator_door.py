"""Finding and opening a card: codes in both scripts, other devices, lost sessions, strangers."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from samleng.kit.words.khmer import to_khmer
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.verbs.review import submit
from tests.dawn import TODAY
from tests.doors.web.facilitated import Meeting, at, client_of, token

STEPS = ("consent", "setup", "people", "heads", "raise", "choose", "vote", "counts", "results", "finish")


@pytest.fixture
def meeting(world) -> Meeting:
    made = Meeting(client_of(world.sophea), world.plan_card())
    made.begin()
    return made


def test_it_finds_a_card_by_khmer_digits_with_spaces(world):
    card = world.plan_card()
    code = to_khmer(card.code)
    answer = client_of(world.sophea).post(at("join"), {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == at("room", card.pk)


def test_it_opens_a_shared_link(world):
    card = world.plan_card()
    assert client_of(world.sophea).get(at("join_code", card.code))["Location"] == at("room", card.pk)


@pytest.mark.parametrize("code", ["12345", "abcdef", "000001", ""])
def test_it_says_what_is_wrong_with_a_code_at_its_field(world, code):
    answer = client_of(world.sophea).post(at("join"), {"code": code})
    if code:
        assert answer.status_code == 422 and b'class="error"' in answer.content
    else:
        assert answer.status_code == 200


def test_it_does_not_find_another_programme_s_card_by_its_code(world):
    card = world.plan_card()
    assert client_of(world.stranger).post(at("join"), {"code": card.code}).status_code == 422


@pytest.mark.parametrize("who", ["stranger", "unassigned", "chief"])
def test_it_hides_every_page_of_a_meeting_from_those_without_a_right(world, meeting, who):
    client = client_of(getattr(world, who))
    for name in ("room", *(f"room_{step}" for step in STEPS)):
        assert client.get(at(name, meeting.card.pk)).status_code == 404, name
    body = {"token": str(uuid.uuid4()), "cell": "female/15-30"}
    assert client.post(at("room_people", meeting.card.pk), body).status_code == 404
    assert client.post(at("room_begin", meeting.card.pk)).status_code == 404
    assert meeting.written.people == {}


def test_it_asks_before_a_card_moves_to_another_device(world, meeting):
    other = Meeting(client_of(world.sophea), meeting.card)
    assert other.client.get(other.url("people"))["Location"] == at("room", meeting.card.pk)
    assert b'name="take_over"' in other.client.get(at("room", meeting.card.pk)).content
    other.client.post(other.url("begin"), {"take_over": "1"})
    other.get("people")
    assert meeting.client.get(meeting.url("people"))["Location"] == at("room", meeting.card.pk)


def test_it_keeps_a_line_typed_on_the_device_that_lost_the_card(world, meeting):
    other = Meeting(client_of(world.sophea), meeting.card)
    other.client.post(other.url("begin"), {"take_over": "1"})
    meeting.add()
    assert len(meeting.written.people) == 1


def test_it_counts_a_form_sent_twice_once(meeting):
    person = str(uuid.uuid4())
    for _ in range(3):
        meeting.post("people", token=person, cell="female/15-30", number="1")
    assert len(meeting.written.people) == 1
    assert Scorecard.objects.get(pk=meeting.card.pk).lines.count() == 1


def test_it_corrects_when_somebody_goes_back_and_sends_the_form_otherwise(meeting):
    person = meeting.add("female/15-30")
    meeting.add("male/60+", token=person) if False else meeting.post("people", token=person, cell="male/60+")
    assert [p.cell for p in meeting.written.people.values()] == ["male/60+"]


def test_it_gives_the_next_number_when_two_devices_give_the_same(meeting):
    for _ in range(2):
        meeting.add(number="1")
    assert sorted(p.number for p in meeting.written.people.values()) == [1, 2]


def test_it_takes_a_person_out_with_their_vote(meeting, world):
    codes = [c.code for c in meeting.card.round.framework.method.criteria_for("CL", "community")][:1]
    person = meeting.add()
    meeting.choose(*codes)
    meeting.post("ballot", person, **{"vote-0": "4"})
    meeting.post("person", person, remove="1")
    assert (meeting.written.people, meeting.written.ballots) == ({}, {})


def test_it_keeps_what_was_typed_when_the_session_has_ended(world, meeting):
    card, url = meeting.card, meeting.url("people")
    person = token(meeting.get("people"))
    meeting.client.cookies.pop("sessionid")
    answer = meeting.client.post(url, {"token": person, "cell": "female/60+", "number": "1"})
    assert answer.status_code == 302 and url in answer["Location"].replace("%3A", ":")
    meeting.client.force_login(world.sophea, backend="django.contrib.auth.backends.ModelBackend")
    page = meeting.client.get(url).content.decode()
    assert person in page and "female/60+" in page
    meeting.client.post(url, {"token": person, "cell": "female/60+", "number": "1"})
    assert [p.cell for p in meeting.written.people.values()] == ["female/60+"]
    assert "female/60+" in meeting.client.get(at("room_people", card.pk)).content.decode()


def test_it_refuses_a_day_to_come_at_its_field_and_keeps_what_was_typed(meeting):
    day = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    answer = meeting.post("setup", held_on=day, language="km", voting="counts")
    assert answer.status_code == 422
    assert day in answer.content.decode() and b'role="alert"' in answer.content
    assert "held_on" not in meeting.written.setup


def test_it_warns_of_a_day_outside_the_plan_and_takes_it(meeting):
    day = (timezone.localdate() - timezone.timedelta(days=30)).isoformat()
    assert meeting.post("setup", held_on=day, voting="people").status_code == 302
    assert b"outside the plan" in meeting.client.get(meeting.url("setup")).content


def test_it_warns_an_untrained_facilitator_and_blocks_nothing(world):
    client = client_of(world.sophea)
    assert b"M1, M2, M3, M4" in client.get(at("my_scorecards")).content
    card = world.plan_card()
    assert client.post(at("room_begin", card.pk)).status_code == 302
    assert Scorecard.objects.get(pk=card.pk).state == State.RUNNING


def test_it_lets_the_head_of_the_office_hold_its_own_self_assessment_and_no_other(world):
    own, theirs = world.plan_card("provider"), world.plan_card("community")
    client = client_of(world.vuthy)
    page = client.get(at("my_scorecards")).content.decode()
    assert own.code in page and theirs.code not in page
    meeting = Meeting(client, own)
    meeting.begin()
    meeting.add("male/31-59")
    assert len(meeting.written.people) == 1
    assert client.get(at("room", theirs.pk)).status_code == 404


def test_it_sends_nobody_back_into_a_card_that_was_sent(world, meeting):
    from samleng.voices.scorecards.verbs.writing import write

    write(by=world.by(world.sophea), scorecard=meeting.card, lines=world.meeting_lines(meeting.card))
    submit(by=world.by(world.sophea), scorecard=meeting.card)
    assert meeting.client.get(meeting.url("people"))["Location"] == at("room", meeting.card.pk)
    assert meeting.client.get(at("room", meeting.card.pk))["Location"] == at("card", meeting.card.pk)


def test_it_never_lets_the_browser_keep_a_page_of_the_vote(meeting):
    for step in ("people", "vote"):
        assert "no-store" in meeting.client.get(meeting.url(step))["Cache-Control"]


def test_it_shows_no_ballot_again(world, meeting):
    codes = [c.code for c in meeting.card.round.framework.method.criteria_for("CL", "community")][:2]
    person = meeting.add()
    meeting.choose(*codes)
    meeting.post("ballot", person, **{"vote-0": "4", "vote-1": "1"})
    page = meeting.get("ballot", person)
    assert "checked" not in page.split('class="ballot"')[1]


def test_it_names_each_criterion_left_out_and_keeps_the_others(world, meeting):
    codes = [c.code for c in meeting.card.round.framework.method.criteria_for("CL", "community")][:2]
    person = meeting.add()
    meeting.choose(*codes)
    answer = meeting.post("ballot", person, **{"vote-0": "4"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'href="#vote-1"' in page
    assert 'name="vote-0" value="4" checked' in page
    assert meeting.written.ballots == {}


def test_it_offers_the_land_s_day_before_utc_has_it(dawn, world):
    made = Meeting(client_of(world.sophea), world.plan_card())
    made.begin()
    page = made.get("setup")
    assert f'name="held_on" value="{TODAY}" max="{TODAY}"' in page
