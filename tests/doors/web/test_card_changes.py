"""What was planned is changed in the browser while nothing is written, or a change is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from samleng.voices.scorecards.models import ChangeRequest
from tests.doors.web.agreed import page, post, today
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


def days(first: int, last: int) -> dict[str, str]:
    return {"planned_from": today(first), "planned_to": today(last)}


def test_it_changes_the_days_of_a_planned_card(world: World) -> None:
    card, client = world.plan_card(), client_of(world.officer)
    assert "Change the schedule" in page(client, "card_change", card.pk)
    sent = post(client, "card_change", card.pk, place=card.place_id, **days(20, 21))
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    card.refresh_from_db()
    assert card.planned_from == timezone.localdate() + timedelta(days=20)


def test_it_says_at_the_field_what_cannot_be(world: World) -> None:
    card, client = world.plan_card(), client_of(world.officer)
    sent = post(client, "card_change", card.pk, place=card.place_id, **days(21, 20))
    assert sent.status_code == 422 and "#id_planned_to" in sent.content.decode()


def test_it_asks_for_a_change_with_a_reason(world: World) -> None:
    card, client = world.plan_card(), client_of(world.sophea)
    assert "Ask for a change" in page(client, "card_ask_change", card.pk)
    given = {"place": card.place_id, "reason": "The bridge is under water", **days(20, 21)}
    assert post(client, "card_ask_change", card.pk, **given).status_code == 302
    assert ChangeRequest.objects.get().reason == "The bridge is under water"


@pytest.mark.parametrize("where", ["signup/", "password/reset/"])
def test_it_gives_no_account_to_whoever_was_not_invited(db: None, where: str) -> None:
    html = Client().get(f"/en/account/{where}", follow=True).content.decode()
    assert "Accounts are given by invitation" in html
    assert at("account_login") in html
