"""Meetings, plans and promises as pages: for whom they open, and that a thing sent twice counts once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.verbs.links import give_link
from samleng.answers.plans.verbs.meeting import hold_meeting
from samleng.doors.web.signin.accounts import give_totp
from tests.world import World


@pytest.fixture
def met(world: World) -> Meeting:
    """An interface meeting over both cards of the clinic."""
    cards = [world.held_card("community"), world.held_card("provider")]
    return hold_meeting(
        by=world.by(world.sophea),
        round=world.round,
        facility=world.clinic,
        place=world.commune,
        held_on=timezone.localdate(),
        cards=cards,
    )


def signed(person) -> Client:
    if person.acting().staff:
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def promise(world: World, token: str = "") -> dict[str, object]:
    today = timezone.localdate()
    return {
        "token": token or str(uuid.uuid4()),
        "part": "B",
        "criterion": "CL02",
        "text_km": "បិទបញ្ជីថ្នាំ",
        "office": str(world.clinic_office.pk),
        "role": "ប្រធាន",
        "starts_on": today.isoformat(),
        "due_on": (today + timedelta(days=60)).isoformat(),
        "cost": "១២០ ០០០",
    }


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_shows_both_sides_to_who_works_there_only(world: World, met: Meeting, language: str) -> None:
    address = f"/{language}/meetings/{met.pk}/"
    assert signed(world.sophea).get(address).status_code == 200
    assert signed(world.stranger).get(address).status_code == 404
    assert signed(world.unassigned).get(address).status_code == 404


def test_it_takes_a_promise_in_once_when_sent_twice(world: World, met: Meeting) -> None:
    client = signed(world.sophea)
    given = promise(world)
    for _n in range(2):
        answer = client.post(reverse("meeting_agree", args=[met.pk]), given)
        assert answer.status_code == 302, answer.content.decode()[:2000]
    action = Action.objects.get()
    assert action.cost == 120000
    assert action.community_result.criterion == "CL02"
    for name, thing in (("plan", Plan.objects.get()), ("action", action)):
        assert client.get(reverse(name, args=[thing.pk])).status_code == 200
        assert signed(world.stranger).get(reverse(name, args=[thing.pk])).status_code == 404
    assert client.get(reverse("plans")).status_code == 200


def test_it_says_what_is_wrong_at_the_top(world: World, met: Meeting) -> None:
    given = promise(world) | {"due_on": "2001-01-01"}
    answer = signed(world.sophea).post(reverse("meeting_agree", args=[met.pk]), given)
    assert answer.status_code == 422
    assert not Action.objects.exists()


def test_it_keeps_claim_and_verdict_apart(world: World, met: Meeting) -> None:
    signed(world.sophea).post(reverse("meeting_agree", args=[met.pk]), promise(world))
    action = Action.objects.get()
    claimed = signed(world.vuthy).post(
        reverse("action_say", args=[action.pk, "claim"]), {"token": str(uuid.uuid4()), "note": "រួច"}
    )
    assert claimed.status_code == 302, claimed.content.decode()[:2000]
    action.refresh_from_db()
    assert action.claimed_on
    assert not action.confirmed_on
    # The office that claimed is not offered the verdict, and is refused it.
    judge = reverse("action_say", args=[action.pk, "judge"])
    given = {"token": str(uuid.uuid4()), "verdict": "fixed"}
    assert signed(world.vuthy).get(judge).status_code == 302
    assert signed(world.vuthy).post(judge, given).status_code == 404
    assert signed(world.sophea).post(judge, given).status_code == 302
    action.refresh_from_db()
    assert action.confirmed_on


def test_it_lets_an_owner_without_account_speak_once(world: World, met: Meeting) -> None:
    signed(world.sophea).post(reverse("meeting_agree", args=[met.pk]), promise(world))
    link = give_link(by=world.by(world.sophea), action=Action.objects.get())
    address = reverse("action_link", args=[link.token])
    assert Client().get(address).status_code == 200
    given = {"token": str(uuid.uuid4()), "do": "progress", "status": "in_progress", "percent": "40", "note": ""}
    assert Client().post(address, given).status_code == 200
    assert Action.objects.get().status == "in_progress"
    assert Client().get(address).status_code == 410


def test_it_closes_the_meeting_with_the_answer(world: World, met: Meeting) -> None:
    client = signed(world.sophea)
    heads = {"token": str(uuid.uuid4()), "heads_people": "៤៧", "heads_female": "29"}
    assert client.post(reverse("meeting_heads", args=[met.pk]), heads).status_code == 302
    given = {"token": str(uuid.uuid4()), "reply_km": "យើងទទួលយក", "show_provider": "on"}
    assert client.post(reverse("meeting_close", args=[met.pk]), given).status_code == 302
    met.refresh_from_db()
    assert met.closed_at
    assert met.attendance["people"] == 47
