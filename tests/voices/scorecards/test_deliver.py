"""A parcel is kept once for its uid, or it is said why not, and each in a batch gets an answer of its own."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
import pytest
from django.db import transaction

from samleng.ground.people.rules import Acting
from samleng.ground.people.sealing import token_hash
from samleng.ground.people.verbs.keys import revoke_device
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.voices.scorecards.models import Line, Parcel
from samleng.voices.scorecards.rules.parcels import read
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed, deliver, deliver_together
from samleng.voices.scorecards.verbs.review import erase_due
from tests.voices.scorecards.parcels import content, phone_of, sent
from tests.world import World, line

pytestmark = pytest.mark.django_db


def person_line(number: int = 1, **more: Any) -> dict[str, Any]:
    return line("person", {"number": number, "sex": "female", "band": "15-30", **more})


def refusals(world: World, card: Any, *lines: dict[str, Any], by: Acting | None = None) -> list[Refusal]:
    with pytest.raises(Refusal) as refused:
        deliver(by=by or world.by(world.sophea), sent=sent(card, lines))
    assert not Parcel.objects.exists()
    assert not Entry.objects.filter(verb="scorecards.deliver").exists()
    return each(refused.value)


def test_it_keeps_a_parcel_as_it_came_and_writes_no_line_yet(world: World) -> None:
    card, phone = world.running_card(), phone_of(world.sophea)
    one = sent(card, [person_line(1), person_line(2)])
    assert deliver(by=world.by(world.sophea), sent=one, device=phone) == Delivered(one.uid, True)
    kept = Parcel.objects.get()
    assert (kept.uid, kept.scorecard_id, kept.writer_id) == (one.uid, card.pk, world.sophea.pk)
    assert (kept.device_id, kept.digest, kept.opened_at) == (phone.pk, one.digest, None)
    assert orjson.loads(bytes(kept.body))["lines"] == list(one.lines)
    row = Entry.objects.get(verb="scorecards.deliver")
    assert (row.actor, row.thing_id, row.owner) == (world.sophea.key, str(card.pk), card.owner_key)
    assert row.facts == {"parcel": str(one.uid), "lines": 2}
    assert not Line.objects.exists()


def test_it_takes_the_same_again_as_the_same_in_whatever_order_its_keys_stand(world: World) -> None:
    card, uid, told = world.running_card(), uuid.uuid4(), person_line()
    by = world.by(world.sophea)
    assert deliver(by=by, sent=sent(card, [told], uid=uid)).fresh
    again = orjson.dumps({"submit": False, "lines": [dict(reversed(told.items()))], "card": str(card.pk)})
    assert not deliver(by=by, sent=read(uid, again)).fresh
    assert Parcel.objects.count() == Entry.objects.filter(verb="scorecards.deliver").count() == 1


def test_it_refuses_other_content_under_the_same_uid(world: World) -> None:
    card, uid = world.running_card(), uuid.uuid4()
    by = world.by(world.sophea)
    deliver(by=by, sent=sent(card, [person_line(1)], uid=uid))
    with pytest.raises(Refusal) as refused:
        deliver(by=by, sent=sent(card, [person_line(2)], uid=uid))
    assert refused.value.code == "conflict"
    assert Parcel.objects.count() == 1


def test_it_knows_nothing_of_another_owner_s_uid(world: World) -> None:
    uid, card = uuid.uuid4(), world.running_card()
    deliver(by=world.by(world.sophea), sent=sent(card, [person_line(1)], uid=uid))
    parcel = Parcel.objects.get()
    Parcel.objects.filter(pk=parcel.pk).update(owner=f"programme:{world.other_programme.pk}")
    assert deliver(by=world.by(world.sophea), sent=sent(card, [person_line(2)], uid=uid)).fresh
    assert Parcel.objects.count() == 2


@pytest.mark.parametrize("who", ["stranger", "unassigned", "vuthy"])
def test_it_is_as_if_the_card_were_absent_for_whoever_may_not_write_on_it(world: World, who: str) -> None:
    card = world.running_card()
    (refused,) = refusals(world, card, person_line(), by=world.by(getattr(world, who)))
    card.pk = uuid.uuid4()
    (absent,) = refusals(world, card, person_line())
    assert refused.as_json() == absent.as_json()
    assert refused.code == "denied"


def test_it_tells_a_stranger_nothing_of_a_uid_that_is_kept(world: World) -> None:
    card, told = world.running_card(), person_line()
    one = sent(card, [told])
    deliver(by=world.by(world.sophea), sent=one)
    with pytest.raises(Denied):
        deliver(by=world.by(world.stranger), sent=one)


def test_it_lets_the_facility_s_own_office_send_its_self_assessment(world: World) -> None:
    card = world.running_card("provider")
    assert deliver(by=world.by(world.vuthy), sent=sent(card, [person_line()])).fresh


def test_it_names_each_wrong_line_by_its_place(world: World) -> None:
    card = world.running_card()
    found = refusals(
        world,
        card,
        person_line(1),
        person_line(2, name="Dara"),
        line("raise", {"criterion": "no-such"}),
        {"uid": "x", "kind": "person", "body": {}, "written_at": "today"},
        line("dance", {}),
    )
    assert [(one.row, one.field, one.code) for one in found] == [
        (2, "body", "too_much_about_a_person"),
        (3, "criterion", "unknown"),
        (4, "line", "unreadable"),
        (5, "kind", "unknown"),
    ]


def test_it_names_only_the_first_of_very_many_wrong_lines(world: World) -> None:
    card = world.running_card()
    with pytest.raises(Refusals) as refused:
        deliver(by=world.by(world.sophea), sent=sent(card, [line("dance", {}) for _n in range(400)]))
    assert len(refused.value) == 50


def test_it_takes_a_criterion_of_the_room_s_own_that_another_phone_has_still_to_send(world: World) -> None:
    card = world.running_card()
    one = sent(card, [line("raise", {"criterion": "own-1"})])
    assert deliver(by=world.by(world.sophea), sent=one).fresh


def test_it_keeps_what_comes_for_a_card_that_is_planned_completed_or_in_review(world: World) -> None:
    by = world.by(world.sophea)
    for card in (world.plan_card(), world.held_card(facility=world.school)):
        assert deliver(by=by, sent=sent(card, [person_line()])).fresh


def test_it_takes_nothing_for_a_meeting_whose_lines_were_erased_as_promised(world: World) -> None:
    card = world.held_card()
    waiting = sent(card, [person_line()])
    deliver(by=world.by(world.sophea), sent=waiting)
    world.programme.retention_days = 0
    world.programme.save()
    assert erase_due() == 1
    kept = Parcel.objects.get()
    assert bytes(kept.body) == b"", "a parcel keeps nothing longer than the lines are kept"
    with pytest.raises(Refusal) as refused:
        deliver(by=world.by(world.sophea), sent=sent(card, [person_line()]))
    assert refused.value.code == "erased"
    assert not deliver(by=world.by(world.sophea), sent=waiting).fresh, "what was kept was kept"


def test_it_answers_each_of_a_batch_for_itself(world: World) -> None:
    card, other = world.running_card(), world.running_card(facility=world.school)
    phone_of(world.sophea, "sophea")
    phone_of(world.stranger, "stranger")
    lost = phone_of(world.sophea, "lost")
    revoke_device(by=world.by(world.sophea), device=lost)
    uid = uuid.uuid4()
    first = sent(card, [person_line(1)], uid=uid)
    batch = [
        ("sophea", first),
        ("sophea", first),
        ("sophea", sent(other, [person_line(2)], uid=uid)),
        ("stranger", sent(card, [person_line(3)])),
        ("lost", sent(card, [person_line(4)])),
        ("nobody", sent(card, [person_line(5)])),
        ("sophea", sent(card, [line("dance", {})])),
        ("sophea", sent(other, [person_line(6)])),
    ]
    with transaction.atomic():
        answers = deliver_together(handed=[Handed(token_hash(token), one) for token, one in batch])
    told = [one.fresh if isinstance(one, Delivered) else one.code for one in answers]
    assert told == [True, False, "conflict", "denied", "gone", "gone", "unknown", True]
    assert Parcel.objects.count() == Entry.objects.filter(verb="scorecards.deliver").count() == 2
    assert all(row.actor == world.sophea.key for row in Entry.objects.filter(verb="scorecards.deliver"))


def test_it_gives_a_phone_no_seat_that_asks_for_a_second_step(world: World) -> None:
    card = world.running_card()
    phone_of(world.officer, "officer")
    with transaction.atomic():
        (answer,) = deliver_together(
            handed=[Handed(token_hash("officer"), read(uuid.uuid4(), orjson.dumps(content(card, []))))]
        )
    assert isinstance(answer, Denied)
