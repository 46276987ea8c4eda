"""One-use addresses for owners without an account: made, opened without signing in, spent once."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.actions.models import Action, Proof
from samleng.answers.plans.models import UpdateLink
from tests.doors.web.agreed import agreed, paper, photo, post
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(world: World, settings: Any, tmp_path: Any) -> Action:
    settings.MEDIA_ROOT = tmp_path / "media"
    return agreed(world)


def made(world: World, action: Action) -> str:
    """The path of an address made in the browser by the facilitator."""
    answer = post(client_of(world.sophea), "action_make_link", action.pk)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<svg" in html.split('class="qr"')[1]
    found = re.search(r"<textarea[^>]*>\s*https?://[^/]+(/\S+?)\s*</textarea>", html)
    assert found, html[-3000:]
    return found[1]


def given(**more: Any) -> dict[str, Any]:
    fields = {
        "token": str(uuid.uuid4()),
        "do": "progress",
        "status": "in_progress",
        "percent": "40",
        "note": "",
    }
    return fields | more


def test_it_is_shown_once_and_only_its_hash_is_kept(world: World, action: Action) -> None:
    path = made(world, action)
    token = path.rstrip("/").rsplit("/", 1)[1]
    link = UpdateLink.objects.get()
    assert token not in link.token_hash
    page = client_of(world.sophea).get(at("action_make_link", action.pk))
    assert page["Location"] == at("action", action.pk)
    assert token not in client_of(world.sophea).get(at("action", action.pk)).content.decode()


def test_it_is_made_only_by_who_has_a_part_in_the_promise(world: World, action: Action) -> None:
    for who in (world.sophea, world.officer, world.vuthy):
        assert post(client_of(who), "action_make_link", action.pk).status_code == 200
    for who in (world.stranger, world.unassigned, world.chief):
        assert post(client_of(who), "action_make_link", action.pk).status_code == 404
    assert Client().post(at("action_make_link", action.pk)).status_code == 302
    assert UpdateLink.objects.count() == 3


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_opens_without_an_account_and_is_never_kept_or_indexed(
    world: World, action: Action, language: str
) -> None:
    path = re.sub(r"^/\w\w/", f"/{language}/", made(world, action))
    answer = Client().get(path)
    assert answer.status_code == 200
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    html = answer.content.decode()
    assert 'content="noindex' in html
    assert action.text[language] in html
    for name in (world.sophea.name, world.vuthy.name, str(action.pk)):
        assert name not in html


def test_it_works_once_and_then_says_that_it_was_used(world: World, action: Action) -> None:
    path = made(world, action)
    fields = given(note="half of it", proofs=photo())
    for _time in range(2):
        # Sent twice by a bad line, it counts once and thanks twice.
        answer = Client().post(path, fields | {"proofs": photo()})
        assert answer.status_code == 200, answer.content.decode()[:3000]
        assert "Thank you" in answer.content.decode()
    action.refresh_from_db()
    assert (action.status, action.percent, action.steps.count()) == ("in_progress", 40, 1)
    step = action.steps.get()
    assert (step.party, step.by.split(":")[0]) == ("office", "link")
    for answer in (Client().get(path), Client().post(path, given(percent="90"))):
        assert answer.status_code == 410
        assert "already used" in answer.content.decode()
        assert "noindex" in answer["X-Robots-Tag"]
    action.refresh_from_db()
    assert action.percent == 40


def test_it_claims_with_a_paper_and_people_still_confirm(world: World, action: Action) -> None:
    path = made(world, action)
    bare = Client().post(path, given(do="claim"))
    assert bare.status_code == 422
    assert 'href="#id_proofs"' in bare.content.decode()
    # Refused, the address still works.
    assert Client().post(path, given(do="claim", proofs=[paper(), photo()])).status_code == 200
    action.refresh_from_db()
    assert action.claimed_on
    assert not action.confirmed_on
    assert sorted(Proof.objects.values_list("blob__kind", flat=True)) == ["photo", "scan"]
    judge = post(client_of(world.sophea), "action_say", action.pk, "judge", verdict="fixed")
    assert judge.status_code == 302


def test_it_says_that_it_is_too_old(world: World, action: Action) -> None:
    path = made(world, action)
    UpdateLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (Client().get(path), Client().post(path, given())):
        assert answer.status_code == 410
        assert "has expired" in answer.content.decode()
    assert not action.steps.exists()


def test_it_tells_nothing_of_the_promise_to_a_bad_form_once_it_has_ended(
    world: World, action: Action
) -> None:
    path = made(world, action)
    UpdateLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = Client().post(path, given(do="judge"))
    assert answer.status_code == 410
    assert action.text["en"] not in answer.content.decode()


def test_it_stops_working_when_a_newer_one_is_made(world: World, action: Action) -> None:
    first, second = made(world, action), made(world, action)
    assert Client().get(first).status_code == 404
    assert "does not work" in Client().get(first).content.decode()
    assert Client().get(second).status_code == 200


def test_it_knows_no_address_that_was_never_made(world: World, action: Action) -> None:
    answer = Client().get(at("action_link", "x" * 32))
    assert answer.status_code == 404
    assert "does not work" in answer.content.decode()
    assert Client().post(at("action_link", "x" * 32), given()).status_code == 404


def test_it_can_neither_confirm_nor_drop(world: World, action: Action) -> None:
    path = made(world, action)
    for do in ("judge", "drop", "confirm", "escalate"):
        assert Client().post(path, given(do=do)).status_code == 422
    assert Client().get(path).status_code == 200
