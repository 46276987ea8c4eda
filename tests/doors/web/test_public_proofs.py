"""A proof on the public pages: small, marked where invented, and only while it is released."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from samleng.answers.actions.models import Action, Proof
from samleng.answers.actions.verbs.following import claim, report_progress, show_proof
from samleng.answers.actions.verbs.giving import supersede
from samleng.answers.plans.models import PlanItem
from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.insight.evidence.models import PromiseFact
from samleng.insight.evidence.verbs import project_all
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import erase, keep
from tests.answers.land import some_terms
from tests.doors.web.agreed import PDF
from tests.insight.walk import held, meet, promised, publish, shut
from tests.world import World

pytestmark = pytest.mark.django_db
ROOM = (6, 7, 7, 7, 6)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.HOME = tmp_path / "media", tmp_path


def drawn(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), colour).save(out, "PNG")
    return out.getvalue()


def told(world: World, *, close: bool = True, file: bytes = b"", kind: str = "photo") -> Proof:
    """A promise of the clinic claimed with a picture, of a programme that publishes; the picture let go."""
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)], close=False)
    action: Action = promised(world, meeting, "Two new latrines")
    if close:
        shut(meeting)
    blob: Blob = keep(by=SYSTEM, file=file or drawn(), kind=kind, owner=action.owner_key)
    step = claim(by=world.by(world.vuthy), action=action, proofs=[blob])
    publish(world)
    project_all()
    proof: Proof = show_proof(by=SYSTEM, proof=step.proofs.get())
    return proof


def pages(world: World) -> list[str]:
    return [f"/en/facilities/{world.clinic.pk}/", "/en/places/010101/", "/km/places/010101/print"]


def address(proof: Proof, language: str = "en") -> str:
    return f"/{language}/proofs/{proof.pk}.webp"


def on_pages(world: World, proof: Proof) -> list[bool]:
    return [f"/proofs/{proof.pk}.webp" in Client().get(one).content.decode() for one in pages(world)]


def served(proof: Proof) -> int:
    return Client().get(address(proof)).status_code


def test_it_stands_beside_its_promise_and_is_small_and_drawn_anew(world: World) -> None:
    proof = told(world)
    assert on_pages(world, proof) == [True, True, True]
    answer = Client().get(address(proof))
    picture = Image.open(io.BytesIO(answer.content))
    assert answer["Content-Type"] == "image/webp" and picture.size == (640, 360) and not picture.getexif()
    assert "max-age=60" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    again = Client().get(address(proof), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_it_shows_a_papers_first_page(world: World) -> None:
    proof = told(world, file=PDF, kind="scan")
    assert "Paper that shows this promise" in Client().get(pages(world)[0]).content.decode()
    assert Image.open(io.BytesIO(Client().get(address(proof)).content)).size == (640, 640)


def test_it_is_nowhere_before_somebody_let_it_go_and_after_it_was_taken_back(world: World) -> None:
    proof = told(world)
    kept = {one: Client().get(one)["ETag"] for one in pages(world)}
    show_proof(by=SYSTEM, proof=proof, shown=False)
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404
    for one, tag in kept.items():
        # A copy of the page that somebody keeps is told to be made anew.
        assert Client().get(one, headers={"if-none-match": tag}).status_code == 200
    show_proof(by=SYSTEM, proof=proof)
    assert on_pages(world, proof) == [True, True, True] and served(proof) == 200


def test_it_is_nowhere_while_the_programme_does_not_publish(world: World) -> None:
    proof = told(world)
    switch_publication(by=SYSTEM, programme=world.programme, on=False)
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404


def test_it_is_nowhere_once_its_promise_is_worded_anew(world: World) -> None:
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)], close=False)
    action = promised(world, meeting, "Two new latrines")
    shut(meeting)
    blob = keep(by=SYSTEM, file=drawn(), kind="photo", owner=action.owner_key)
    step = report_progress(by=world.by(world.vuthy), action=action, percent=50, proofs=[blob])
    publish(world)
    project_all()
    proof = show_proof(by=SYSTEM, proof=step.proofs.get())
    assert on_pages(world, proof) == [True, True, True] and served(proof) == 200
    new = supersede(by=SYSTEM, action=action, terms=some_terms(text={"en": "A well"}), reason="No water")
    PlanItem.objects.filter(action=action).update(action=new)
    project_all()
    assert "A well" in Client().get(pages(world)[0]).content.decode()
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404


def test_it_is_nowhere_while_the_meeting_is_still_open(world: World) -> None:
    proof = told(world, close=False)
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404


def test_it_is_nowhere_for_another_programme_that_does_not_publish(world: World) -> None:
    proof = told(world)
    # The same promise in the hands of a programme that keeps silent, while this one goes on publishing.
    Action.objects.filter(pk=proof.step.action_id).update(programme=world.other_programme)
    PromiseFact.objects.update(programme_id=world.other_programme.pk)
    assert Programme.objects.get(pk=world.programme.pk).publishes_since
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404


def test_it_is_nowhere_once_the_file_is_erased_or_was_never_there(world: World) -> None:
    proof = told(world)
    assert served(proof) == 200
    erase(by=SYSTEM, blob=proof.blob)
    assert on_pages(world, proof) == [False, False, False]
    assert served(proof) == 404
    assert Client().get("/en/proofs/999999.webp").status_code == 404


def test_it_never_shows_one_that_nobody_looked_at(world: World) -> None:
    proof = told(world)
    other = keep(by=SYSTEM, file=drawn("red"), kind="photo", owner=world.programme.owner_key)
    unseen = Proof.objects.create(step=proof.step, blob=other)
    assert on_pages(world, unseen) == [False, False, False]
    assert served(unseen) == 404 and served(proof) == 200


@pytest.mark.parametrize("what", ["programme", "facility"])
def test_it_draws_sample_into_the_picture_where_all_is_invented(world: World, what: str) -> None:
    thing = world.programme if what == "programme" else world.clinic
    plain_colours = 40
    proof = told(world)
    before = Image.open(io.BytesIO(Client().get(address(proof)).content)).convert("RGB")
    assert len(before.getcolors(100_000) or []) < plain_colours
    type(thing).objects.filter(pk=thing.pk).update(sample=True)
    answer = Client().get(address(proof))
    after = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert len(after.getcolors(300_000) or [None] * 300_000) > plain_colours
    assert "SAMPLE-proof.webp" in answer["Content-Disposition"]


def test_it_opens_nothing_but_the_small_picture(world: World) -> None:
    proof = told(world)
    assert (
        "/account/login/"
        in Client().get(f"/en/promises/{proof.step.action_id}/proof/{proof.pk}/")["Location"]
    )
    assert Client().post(address(proof)).status_code == 405
