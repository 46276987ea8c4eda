"""A proof before everyone: let go by whoever reviews, with a reminder, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from samleng.answers.actions.models import Action, Proof
from samleng.answers.actions.verbs.following import claim
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import erase, keep
from tests.answers.land import picture
from tests.doors.web.agreed import PDF, agreed, page, post, somebody
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.HOME = tmp_path / "media", tmp_path


def shown_step(world: World, file: bytes = b"", kind: str = "photo") -> tuple[Action, Proof]:
    """A promise claimed with one file that shows it."""
    action = agreed(world)
    blob = keep(by=SYSTEM, file=file or picture(), kind=kind, owner=action.owner_key)
    step = claim(by=world.by(world.vuthy), action=action, proofs=[blob])
    return action, step.proofs.get()


def test_it_is_let_go_after_a_look_and_taken_back(world: World) -> None:
    action, proof = shown_step(world)
    client = client_of(world.officer)
    address = at("action_proof_show", action.pk, proof.pk)
    assert address in page(client, "action", action.pk)
    html = page(client, "action_proof_show", action.pk, proof.pk)
    assert "No face can be recognised" in html and "name, signature" in html
    assert at("action_proof_small", action.pk, proof.pk) in html
    assert client.get(at("action_proof_small", action.pk, proof.pk))["Content-Type"] == "image/webp"
    sent = post(client, "action_proof_show", action.pk, proof.pk, shown="yes")
    assert sent["Location"] == at("action", action.pk)
    proof.refresh_from_db()
    assert proof.shown and proof.shown_at
    assert "Everyone can see it" in page(client, "action", action.pk)
    assert "Take it back" in page(client, "action_proof_show", action.pk, proof.pk)
    post(client, "action_proof_show", action.pk, proof.pk, shown="no")
    proof.refresh_from_db()
    assert not proof.shown
    assert Entry.objects.filter(verb="actions.show_proof").count() == 2


def test_it_says_when_everyone_will_see_it(world: World) -> None:
    action, proof = shown_step(world)
    client = client_of(world.officer)
    post(client, "action_proof_show", action.pk, proof.pk, shown="yes")
    # The meeting is still open and the programme publishes nothing: nobody sees it now.
    html = page(client, "action", action.pk)
    assert "once the promise itself is public" in html and "see it now" not in html


def test_it_offers_nothing_for_a_wording_that_was_replaced_but_to_take_it_back(world: World) -> None:
    action, proof = shown_step(world)
    replace(action)
    client = client_of(world.officer)
    address = at("action_proof_show", action.pk, proof.pk)
    assert address not in page(client, "action", action.pk)
    answer = post(client, "action_proof_show", action.pk, proof.pk, shown="yes")
    assert answer.status_code == 422 and "Open the newest wording" in answer.content.decode()
    Proof.objects.update(shown=True)
    html = page(client, "action", action.pk)
    assert address in html and "Everyone can see it" not in html


def replace(action: Action) -> None:
    """A newer wording stands for the promise."""
    new = Action.objects.get(pk=action.pk)
    new.pk, new.supersedes = uuid4(), action
    new.save(force_insert=True)


def test_it_writes_nothing_down_when_nothing_changes(world: World) -> None:
    action, proof = shown_step(world)
    client = client_of(world.officer)
    for _time in range(2):
        post(client, "action_proof_show", action.pk, proof.pk, shown="yes")
    assert Entry.objects.filter(verb="actions.show_proof").count() == 1


def test_it_lets_only_whoever_reviews_and_offers_it_to_nobody_else(world: World) -> None:
    action, proof = shown_step(world)
    others = [world.vuthy, world.sophea, world.stranger, world.unassigned, world.chief]
    for person in others:
        client = client_of(person)
        answer = client.get(at("action", action.pk))
        assert at("action_proof_show", action.pk, proof.pk) not in answer.content.decode()
        assert client.get(at("action_proof_show", action.pk, proof.pk)).status_code == 404, person
        assert post(client, "action_proof_show", action.pk, proof.pk, shown="yes").status_code == 404
    for person in (world.stranger, world.unassigned):
        for name in ("action_proof", "action_proof_small"):
            assert client_of(person).get(at(name, action.pk, proof.pk)).status_code == 404
    proof.refresh_from_db()
    assert not proof.shown
    reviewer = somebody(world, "reviewer")
    assert post(client_of(reviewer), "action_proof_show", action.pk, proof.pk, shown="yes").status_code == 302


def test_it_finds_a_proof_only_under_its_own_promise(world: World) -> None:
    action, proof = shown_step(world)
    other = Action.objects.get(pk=action.pk)
    other.pk = uuid4()
    other.save(force_insert=True)
    for name in ("action_proof", "action_proof_small", "action_proof_show"):
        assert client_of(world.officer).get(at(name, other.pk, proof.pk)).status_code == 404


def test_it_says_that_of_a_paper_the_first_page_is_seen(world: World) -> None:
    action, proof = shown_step(world, PDF, "scan")
    client = client_of(world.officer)
    html = page(client, "action_proof_show", action.pk, proof.pk)
    assert "first page as a picture" in html and "No face" not in html
    assert post(client, "action_proof_show", action.pk, proof.pk, shown="yes").status_code == 302


def test_it_refuses_a_paper_that_cannot_be_drawn_and_says_what_to_do(world: World) -> None:
    broken = b"%PDF-1.4\nnothing at all\nstartxref\n9\n%%EOF\n"
    action, proof = shown_step(world, broken, "scan")
    client = client_of(world.officer)
    answer = post(client, "action_proof_show", action.pk, proof.pk, shown="yes")
    assert answer.status_code == 422 and "Photograph the paper" in answer.content.decode()
    proof.refresh_from_db()
    assert not proof.shown


def test_it_is_gone_once_the_file_is_erased(world: World) -> None:
    action, proof = shown_step(world)
    erase(by=SYSTEM, blob=proof.blob)
    client = client_of(world.officer)
    for name in ("action_proof", "action_proof_small", "action_proof_show"):
        assert client.get(at(name, action.pk, proof.pk)).status_code == 404
