"""A promise in the browser: each thing said of it, by whom, once; and who may not."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.actions.models import Action, Proof, Step
from samleng.answers.actions.verbs.following import claim, confirm
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from tests.doors.web.agreed import agreed, page, paper, photo, plan_of, post, today, watcher
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def sayings(client: Client, action: Action) -> set[str]:
    """What the promise's page offers to say."""
    html = page(client, "action", action.pk)
    return set(re.findall(rf"/promises/{action.pk}/say/(\w+)/", html))


def say(who: Person | Client, action: Action, what: str, **fields: Any) -> Any:
    client = who if isinstance(who, Client) else client_of(who)
    return post(client, "action_say", action.pk, what, **fields)


def claimed(world: World, **given: Any) -> Action:
    action = agreed(world, **given)
    claim(by=world.by(world.vuthy), action=action, reason="done")
    action.refresh_from_db()
    return action


def test_it_offers_each_only_what_they_may_say(world: World) -> None:
    action = agreed(world)
    dara = client_of(watcher(world, plan_of(action)))
    office = {"claim", "report", "fund", "extend", "escalate", "drop"}
    assert sayings(client_of(world.vuthy), action) == office
    assert sayings(client_of(world.sophea), action) == {"report", "extend", "escalate"}
    assert sayings(dara, action) == set()
    claim(by=world.by(world.vuthy), action=action, reason="done")
    assert sayings(client_of(world.vuthy), action) == set()
    assert sayings(client_of(world.sophea), action) == {"judge"}
    assert sayings(dara, action) == {"judge"}
    confirm(by=world.by(world.sophea), action=action)
    assert sayings(client_of(world.vuthy), action) == set()
    assert sayings(client_of(world.sophea), action) == sayings(dara, action) == {"dispute"}


@pytest.mark.parametrize("who", ["stranger", "unassigned"])
def test_it_is_as_if_absent_for_whoever_has_no_part_in_it(world: World, who: str) -> None:
    action = agreed(world)
    claim(by=world.by(world.vuthy), action=action, proofs=[], reason="done")
    client = client_of(getattr(world, who))
    assert client.get(at("action", action.pk)).status_code == 404
    for what in ("report", "claim", "judge", "dispute", "escalate", "answer", "drop", "extend", "fund"):
        assert client.get(at("action_say", action.pk, what)).status_code == 404, what
        fields = {"note": "x", "verdict": "fixed", "answer": "taken_up", "due_on": today(90), "source": "x"}
        assert say(client, action, what, **fields).status_code == 404, what
    assert post(client, "action_make_link", action.pk).status_code == 404
    assert "/account/login/" in Client().get(at("action", action.pk))["Location"]
    assert Step.objects.filter(action=action).count() == 1


def test_it_is_read_in_its_plan_by_the_commune_and_spoken_of_only_by_others(world: World) -> None:
    action = claimed(world)
    chief = client_of(world.chief)
    assert at("action", action.pk) in page(chief, "plan", plan_of(action).pk)
    assert sayings(chief, action) == set()
    for what in ("report", "claim", "judge", "escalate", "drop", "extend", "fund"):
        fields = {"note": "x", "verdict": "fixed", "due_on": today(90), "source": "x"}
        assert say(chief, action, what, **fields).status_code == 404, what
    assert action.steps.count() == 1


def test_it_keeps_no_file_of_somebody_who_may_only_read(world: World) -> None:
    action = agreed(world)
    for what in ("report", "claim"):
        assert say(world.chief, action, what, note="x", proofs=photo()).status_code == 404, what
    assert not Blob.objects.exists()


def test_it_reports_progress_once_with_a_picture(world: World) -> None:
    action = agreed(world)
    token = str(uuid.uuid4())
    client = client_of(world.vuthy)
    for _time in range(2):
        answer = say(
            client,
            action,
            "report",
            token=token,
            status="in_progress",
            percent="៤០",
            note="begun",
            proofs=photo(),
        )
        assert answer["Location"] == at("action", action.pk)
    action.refresh_from_db()
    assert (action.status, action.percent, action.steps.count()) == ("in_progress", 40, 1)
    html = page(client_of(world.sophea), "action", action.pk)
    assert "begun" in html
    assert "40%" in html
    assert at("action_proof", action.pk, Proof.objects.get().pk) in html


def test_it_is_delayed_only_with_a_reason(world: World) -> None:
    action = agreed(world)
    status = next(
        (
            s.code
            for s in action.framework.method.plan.statuses
            if s.needs_reason and s.kind == "open" and not s.climbs
        ),
        None,
    )
    if status is None:
        pytest.skip("this framework knows no delay")
    answer = say(world.vuthy, action, "report", status=status)
    assert answer.status_code == 422
    assert 'href="#id_note"' in answer.content.decode()
    assert say(world.vuthy, action, "report", status=status, note="rain").status_code == 302
    action.refresh_from_db()
    assert action.status == status


def test_it_claims_with_photos_and_a_paper_or_a_reason_why_none(world: World) -> None:
    action = agreed(world)
    nothing = say(world.vuthy, action, "claim")
    assert nothing.status_code == 422
    assert 'href="#id_proofs"' in nothing.content.decode()
    token = str(uuid.uuid4())
    for _time in range(2):
        answer = say(world.vuthy, action, "claim", token=token, proofs=[photo("red"), paper()])
        assert answer.status_code == 302, answer.content.decode()[:3000]
    action.refresh_from_db()
    assert action.claimed_on
    assert not action.confirmed_on
    kinds = sorted(Proof.objects.values_list("blob__kind", flat=True))
    assert kinds == ["photo", "scan"]
    html = page(client_of(world.sophea), "action", action.pk)
    assert "Paper (PDF)" in html
    for proof in Proof.objects.all():
        address = at("action_proof", action.pk, proof.pk)
        assert client_of(world.sophea).get(address).status_code == 200
        assert client_of(world.stranger).get(address).status_code == 404
        assert client_of(world.unassigned).get(address).status_code == 404
    other = agreed(world, world_meeting(action), text_en="Another")
    assert client_of(world.sophea).get(at("action_proof", other.pk, proof.pk)).status_code == 404


def world_meeting(action: Action) -> Any:
    return plan_of(action).items.get(action=action).meeting


def test_it_takes_a_reason_in_place_of_a_proof(world: World) -> None:
    action = agreed(world)
    assert say(world.vuthy, action, "claim", note="the phone is broken").status_code == 302
    assert "the phone is broken" in page(client_of(world.sophea), "action", action.pk)


def test_it_refuses_a_file_that_is_neither_picture_nor_paper(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    action = agreed(world)
    answer = say(world.vuthy, action, "claim", proofs=SimpleUploadedFile("x.jpg", b"MZ not a picture"))
    assert answer.status_code == 422
    assert 'href="#id_proofs"' in answer.content.decode()
    action.refresh_from_db()
    assert not action.claimed_on


@pytest.mark.parametrize(("verdict", "kept"), [("fixed", True), ("half", False), ("not", False)])
def test_it_is_judged_by_the_facilitator(world: World, verdict: str, kept: bool) -> None:
    action = claimed(world)
    if not kept:
        bare = say(world.sophea, action, "judge", verdict=verdict)
        assert bare.status_code == 422
        assert 'href="#id_note"' in bare.content.decode()
    token = str(uuid.uuid4())
    for _time in range(2):
        answer = say(world.sophea, action, "judge", verdict=verdict, note="I was there", token=token)
        assert answer.status_code == 302
    action.refresh_from_db()
    assert bool(action.confirmed_on) is kept
    assert bool(action.claimed_on) is kept
    assert action.steps.filter(kind="verdict").count() == 1
    html = page(client_of(world.vuthy), "action", action.pk)
    assert "I was there" in html
    assert "the facilitator" in html


def test_it_writes_down_what_citizens_said_at_a_meeting(world: World) -> None:
    action = claimed(world)
    assert say(world.sophea, action, "judge", verdict="fixed", party="citizens").status_code == 302
    assert action.steps.get(kind="verdict").party == "citizens"
    assert "citizens at a meeting" in page(client_of(world.sophea), "action", action.pk)


@pytest.mark.parametrize("role", ["committee", "ambassador"])
def test_it_is_judged_and_disputed_by_a_watcher_of_its_plan(world: World, role: str) -> None:
    action = claimed(world)
    dara = client_of(watcher(world, plan_of(action), role))
    assert 'name="party"' not in page(dara, "action_say", action.pk, "judge")
    assert say(dara, action, "judge", verdict="fixed").status_code == 302
    assert action.steps.get(kind="verdict").party == role
    assert say(dara, action, "dispute").status_code == 422
    assert say(dara, action, "dispute", note="it fell down").status_code == 302
    action.refresh_from_db()
    assert not action.confirmed_on
    assert "it fell down" in page(dara, "action", action.pk)


def test_it_is_never_judged_by_whoever_claimed_it(world: World) -> None:
    action = claimed(world)
    # The same head of the clinic is also a facilitator here, and a member of the committee.
    seat(by=SYSTEM, person=world.vuthy, role="facilitator", programme=world.programme, area=world.commune)
    from samleng.answers.plans.verbs.watching import appoint

    appoint(by=SYSTEM, plan=plan_of(action), person=world.vuthy, role="committee")
    assert sayings(client_of(world.vuthy), action) == set()
    assert "Look whether a promise was kept" not in page(client_of(world.vuthy), "desk")
    answer = say(world.vuthy, action, "judge", verdict="fixed")
    assert answer.status_code in (404, 422)
    action.refresh_from_db()
    assert not action.confirmed_on


def test_it_is_given_up_only_with_a_reason(world: World) -> None:
    action = agreed(world)
    assert say(world.vuthy, action, "drop").status_code == 422
    assert say(world.vuthy, action, "drop", note="no land").status_code == 302
    action.refresh_from_db()
    assert action.stopped_on
    html = page(client_of(world.sophea), "action", action.pk)
    assert "no land" in html
    assert sayings(client_of(world.vuthy), action) == set()


def test_it_is_given_more_time_and_the_first_day_stays(world: World) -> None:
    action = agreed(world)
    for wrong, field in (({"due_on": today(1), "note": "x"}, "due_on"), ({"due_on": today(90)}, "note")):
        answer = say(world.vuthy, action, "extend", **wrong)
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in answer.content.decode()
    token = str(uuid.uuid4())
    for _time in range(2):
        assert (
            say(world.vuthy, action, "extend", due_on=today(90), note="rain", token=token).status_code == 302
        )
    first, action.due_on = action.due_on, timezone.localdate() + timedelta(days=90)
    action.refresh_from_db()
    assert (action.first_due_on, action.due_on) == (first, timezone.localdate() + timedelta(days=90))
    assert "first promised for" in page(client_of(world.sophea), "action", action.pk)


def test_it_says_where_the_money_comes_from(world: World) -> None:
    action = agreed(world, cost="5000")
    assert 'value="5000"' in page(client_of(world.vuthy), "action_say", action.pk, "fund")
    fields = {"source": "Commune fund", "amount": "៤ ០០០", "secured": "on"}
    assert say(world.vuthy, action, "fund", **fields).status_code == 302
    action.refresh_from_db()
    assert (action.funding_source, action.funding_amount, action.funding_secured) == (
        "Commune fund",
        4000,
        True,
    )
    assert "the money is sure" in page(client_of(world.vuthy), "action", action.pk)


@pytest.fixture
def board(world: World) -> Person:
    """The health board above the clinic."""
    person: Person = welcome(by=SYSTEM, name="board", username="board")
    seat(by=SYSTEM, person=person, role="district_officer", office=world.health_board)
    return person


def test_it_goes_up_the_ladder_to_the_next_office_and_waits_there(world: World, board: Person) -> None:
    action = agreed(world)
    client = client_of(board)
    assert "Nothing was put to your office" in page(client, "put_to_us")
    assert client.get(at("action", action.pk)).status_code == 404
    assert say(world.vuthy, action, "escalate").status_code == 422
    token = str(uuid.uuid4())
    for _time in range(2):
        assert say(world.vuthy, action, "escalate", note="no budget", token=token).status_code == 302
    assert at("action_say", action.pk, "answer") in page(client, "put_to_us")
    desk = page(client, "desk")
    assert "Answer what was put to your office" in desk
    assert at("action", action.pk) in desk
    assert "no budget" in page(client, "action", action.pk)
    assert sayings(client, action) == {"answer"}
    assert "has not answered yet" in page(client_of(world.vuthy), "action", action.pk)
    # The office below waits now, and nobody else finds the queue's matter.
    assert "Keep a promise" not in page(client_of(world.vuthy), "desk")
    assert str(action.pk) not in page(client_of(world.chief), "put_to_us")
    for who in (world.sophea, world.officer, world.stranger):
        assert client_of(who).get(at("put_to_us")).status_code == 404
        assert say(who, action, "answer", answer="taken_up").status_code == 404
    assert say(world.vuthy, action, "answer", answer="taken_up").status_code == 404


@pytest.mark.parametrize(
    ("answer", "owner", "needs_reason"),
    [("taken_up", "board", False), ("returned", "vuthy", True), ("refused", "vuthy", True)],
)
def test_it_is_answered_once_and_whoever_owns_it_then_finds_it_on_the_desk(
    world: World, board: Person, answer: str, owner: str, needs_reason: bool
) -> None:
    action = agreed(world)
    say(world.vuthy, action, "escalate", note="no budget")
    client = client_of(board)
    bare = say(client, action, "answer", answer=answer)
    assert (bare.status_code == 422) is needs_reason
    if needs_reason:
        assert 'href="#id_note"' in bare.content.decode()
        assert say(client, action, "answer", answer=answer, note="next year").status_code == 302
    again = say(client, action, "answer", answer=answer, note="next year")
    assert again.status_code in (404, 422)
    desks = {"board": page(client, "desk"), "vuthy": page(client_of(world.vuthy), "desk")}
    keeps = {who for who, html in desks.items() if "Keep a promise" in html}
    assert keeps == {owner}
    assert "Answer what was put to your office" not in desks["board"]


def test_it_lets_the_higher_office_do_what_it_took_up(world: World, board: Person) -> None:
    action = agreed(world)
    say(world.vuthy, action, "escalate", note="no budget")
    say(board, action, "answer", answer="taken_up")
    assert {"claim", "report"} <= sayings(client_of(board), action)
    assert say(board, action, "claim", note="bought").status_code == 302
    assert sayings(client_of(board), action) == set()
    assert say(world.sophea, action, "judge", verdict="fixed").status_code == 302


def test_it_puts_on_each_desk_what_waits_and_since_when(world: World) -> None:
    action = agreed(world)
    vuthy = page(client_of(world.vuthy), "desk")
    assert "Keep a promise" in vuthy
    assert at("action", action.pk) in vuthy
    Action.objects.filter(pk=action.pk).update(
        starts_on=timezone.localdate() - timedelta(days=9), due_on=timezone.localdate() - timedelta(days=1)
    )
    assert "late" in page(client_of(world.vuthy), "desk")
    claim(by=world.by(world.vuthy), action=action, reason="done")
    assert "Keep a promise" not in page(client_of(world.vuthy), "desk")
    for who in (world.sophea, world.officer):
        desk = page(client_of(who), "desk")
        assert "Look whether a promise was kept" in desk
        assert at("action", action.pk) in desk
    for who in (world.unassigned, world.stranger, world.vuthy, world.chief):
        assert str(action.pk) not in page(client_of(who), "desk")
    say(world.sophea, action, "judge", verdict="fixed")
    assert str(action.pk) not in page(client_of(world.sophea), "desk")


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_tells_its_whole_story(world: World, language: str) -> None:
    action = claimed(world)
    say(world.sophea, action, "judge", verdict="half", note="only one")
    html = client_of(world.sophea).get(at("action", action.pk, language=language)).content.decode()
    steps = html.split('<ol class="timeline">')[1].split("</ol>")[0]
    assert steps.count('<span class="dot">') == 3
    assert steps.index("only one") < steps.index("done")


def test_it_sends_whoever_asks_for_what_is_not_offered_back_to_the_promise(world: World) -> None:
    action = agreed(world)
    client = client_of(world.vuthy)
    assert client.get(at("action_say", action.pk, "dispute"))["Location"] == at("action", action.pk)
    assert client.get(at("action_say", action.pk, "nonsense")).status_code == 404


def test_it_refuses_what_came_too_late_and_says_why(world: World) -> None:
    action = claimed(world)
    answer = say(world.vuthy, action, "claim", note="again")
    assert answer.status_code == 422
    assert "already claimed" in answer.content.decode()
