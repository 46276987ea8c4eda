"""Kept parcels become lines, once and soon; what cannot be opened stays with its reasons, never lost."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.utils import timezone

from samleng.ground.people.models import Seat
from samleng.ground.people.site_key import seal_to, site_key
from samleng.kit.ledger.models import Entry
from samleng.voices.scorecards.models import Line, Parcel, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.parcels import read
from samleng.voices.scorecards.verbs import opening
from samleng.voices.scorecards.verbs.delivering import deliver
from samleng.voices.scorecards.verbs.opening import PATIENCE, QUIET, open_again, open_waiting
from samleng.voices.scorecards.verbs.review import complete, send_back, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.parcels import phone_of, sent
from tests.world import World, line

pytestmark = pytest.mark.django_db


def open_now() -> int:
    """The worker's pass when the phones have been still for a while."""
    return opening.open_parcels(now=timezone.now() + QUIET)


def person_line(number: int = 1) -> dict[str, Any]:
    return line("person", {"number": number, "sex": "female", "band": "15-30"})


def post(world: World, card: Scorecard, *lines: dict[str, Any], submit: bool = False) -> Parcel:
    one = sent(card, lines, submit=submit)
    phone = phone_of(world.sophea)
    deliver(by=world.by(world.sophea), sent=one, device=phone)
    return Parcel.objects.get(uid=one.uid)


def again(parcel: Parcel) -> Parcel:
    return Parcel.objects.get(pk=parcel.pk)


def codes(parcel: Parcel) -> list[str]:
    return [one["code"] for one in again(parcel).refused]


def test_it_puts_the_lines_on_the_card_and_keeps_them_in_one_place(world: World) -> None:
    card = world.running_card()
    parcel = post(world, card, person_line(1), person_line(2))
    assert open_now() == 1
    assert folded(card).people.keys() == {str(one.uid) for one in Line.objects.all()}
    assert {one.writer for one in Line.objects.all()} == {world.sophea.key}
    opened = again(parcel)
    assert opened.opened_at and bytes(opened.body) == b"" and opened.digest
    assert open_now() == 0


def test_it_sends_the_card_in_where_the_parcel_says_so(world: World) -> None:
    card = world.running_card()
    lines = world.meeting_lines(card)
    post(world, card, *lines[:20])
    post(world, card, *lines[20:], submit=True)
    open_now()
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW
    assert Entry.objects.get(verb="scorecards.submit").actor == world.sophea.key


def test_it_gives_the_figures_that_one_phone_online_gives_whatever_the_order(world: World) -> None:
    chance = random.Random(3)
    lines = world.meeting_lines(world.plan_card())
    one = world.running_card()
    write(by=world.by(world.sophea), scorecard=one, lines=lines)
    wanted = submit(by=world.by(world.sophea), scorecard=one)
    other = world.running_card()
    mixed = [*lines, *lines[:10]]
    chance.shuffle(mixed)
    for start in range(0, len(mixed), 7):
        post(world, other, *mixed[start : start + 7])
        if chance.random() < 0.5:
            open_now()
    post(world, other, submit=True)
    open_now()
    found = other.sheets.get()
    assert found.participation == wanted.participation
    figures = ("order", "criterion", "histogram", "cells", "groups", "n", "central_milli", "suggestions")
    assert list(found.results.order_by("order").values(*figures)) == list(
        wanted.results.order_by("order").values(*figures)
    )


def test_it_begins_a_meeting_that_began_without_signal(world: World) -> None:
    card = world.plan_card()
    parcel = post(world, card, person_line())
    open_now()
    card.refresh_from_db()
    assert (card.state, card.lead_id, card.holder) == (
        State.RUNNING,
        world.sophea.pk,
        f"phone:{parcel.device_id}",
    )
    assert card.lines.count() == 1


def test_it_keeps_what_came_too_late_and_says_so_in_every_language(world: World) -> None:
    card = world.held_card()
    lines = card.lines.count()
    parcel = post(world, card, person_line(), submit=True)
    open_now()
    assert codes(parcel) == ["state"]
    kept = again(parcel)
    assert kept.refused[0]["message"]["en"] == "This scorecard is completed."
    assert kept.refused[0]["message"]["km"] not in ("", "This scorecard is completed.")
    assert kept.body and list(Parcel.objects.refused()) == [kept]
    assert card.lines.count() == lines
    assert open_now() == open_again() == 0, "nothing has passed, so it is not tried again and again"


def test_it_opens_what_came_in_review_once_the_card_runs_again_but_sends_it_in_no_more(world: World) -> None:
    card = world.running_card()
    by = world.by(world.sophea)
    write(by=by, scorecard=card, lines=world.meeting_lines(card))
    submit(by=by, scorecard=card)
    parcel = post(world, card, person_line(300), submit=True)
    open_now()
    assert codes(parcel) == ["state"]
    send_back(by=world.by(world.officer), scorecard=card, reason="One is missing")
    assert open_again() == 1
    card.refresh_from_db()
    assert again(parcel).opened_at
    assert card.state == State.RUNNING, "whoever asked for it knew nothing of the correction"


def test_it_opens_what_names_a_criterion_that_another_phone_has_still_to_send(world: World) -> None:
    card = world.running_card()
    early = post(world, card, line("raise", {"criterion": "own-1"}))
    open_now()
    assert again(early).opened_at
    post(world, card, line("custom", {"code": "own-1", "text": {"km": "ទឹក"}}))
    open_now()
    assert list(folded(card).raised) == list(folded(card).custom) == ["own-1"]


def test_it_sends_a_card_in_as_soon_as_what_was_missing_has_come(world: World) -> None:
    card = world.running_card()
    lines = world.meeting_lines(card)
    asking = post(world, card, *lines[:-1], submit=True)
    open_now()
    assert card.lines.count() == len(lines) - 1, "what can be written is written"
    assert again(asking).refused[0]["field"].startswith("reflect:")
    post(world, card, lines[-1])
    open_now()
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW and again(asking).opened_at


def test_it_refuses_a_line_with_other_content_and_opens_the_others(world: World) -> None:
    card = world.running_card()
    told = person_line(1)
    post(world, card, told)
    bad = post(world, card, {**told, "body": {**told["body"], "number": 2}})
    good = post(world, card, person_line(3))
    open_now()
    assert codes(bad) == ["conflict"]
    assert again(good).opened_at
    assert sorted(person.number for person in folded(card).people.values()) == [1, 3]


def test_it_does_nothing_in_the_name_of_whoever_may_no_more(world: World) -> None:
    card = world.running_card()
    parcel = post(world, card, person_line())
    Seat.objects.filter(person=world.sophea).update(until="2026-01-02")
    open_now()
    assert codes(parcel) == ["denied"]
    Seat.objects.filter(person=world.sophea).update(until=None)
    open_again()
    assert again(parcel).opened_at


def test_it_keeps_a_parcel_that_breaks_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    card, other = world.running_card(), world.running_card(facility=world.school)
    bad = post(world, card, person_line())
    good = post(world, other, person_line())

    def breaks(**given: Any) -> None:
        if given["scorecard"].pk == card.pk:
            raise RuntimeError("a fault of ours")
        write(**given)

    monkeypatch.setattr(opening, "write", breaks)
    open_now()
    assert codes(bad) == ["failed"] and again(bad).body
    assert again(good).opened_at


def test_it_takes_whatever_clock_a_phone_has(world: World) -> None:
    card = world.running_card()
    times = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)]
    lines = [line("person", person_line(n)["body"], at=at) for n, at in enumerate(times, 1)]
    parcel = post(world, card, *lines)
    open_now()
    assert again(parcel).opened_at and card.lines.count() == 2
    assert all(one.received_at.year == datetime.now(UTC).year for one in card.lines.all())


def test_it_opens_a_card_s_own_parcels_before_it_is_read(world: World) -> None:
    card, other = world.running_card(), world.running_card(facility=world.school)
    assert not open_waiting(scorecard=card)
    post(world, card, person_line())
    waiting = post(world, other, person_line())
    assert open_waiting(scorecard=card)
    assert card.lines.count() == 1 and again(waiting).opened_at is None
    assert not open_waiting(scorecard=card)


def test_it_opens_nothing_of_a_card_whose_lines_are_erased(world: World) -> None:
    card = world.running_card()
    parcel = post(world, card, person_line())
    Scorecard.objects.filter(pk=card.pk).update(lines_erased_at=datetime.now(UTC))
    assert open_now() == 0
    assert not open_waiting(scorecard=Scorecard.objects.get(pk=card.pk))
    assert again(parcel).opened_at is None


def test_it_completes_only_what_was_sent(world: World) -> None:
    card = world.running_card()
    post(world, card, *world.meeting_lines(card), submit=True)
    open_waiting(scorecard=card)
    complete(by=world.by(world.officer), scorecard=card)
    late = post(world, card, line("person", person_line(400)["body"], uid=str(uuid.uuid4())))
    open_now()
    assert codes(late) == ["state"]


def post_sealed(world: World, card: Scorecard, *lines: dict[str, Any], submit: bool = False) -> Parcel:
    """As `post`, but sealed to the site: it leaves while the app is locked."""
    plain = orjson.dumps({"lines": list(lines), "submit": submit})
    known = site_key()
    told = {"card": str(card.pk), "key": known["key"], "sealed": seal_to(known["public"], plain)}
    one = read(uuid.uuid4(), orjson.dumps(told))
    deliver(by=world.by(world.sophea), sent=one, device=phone_of(world.sophea))
    return Parcel.objects.get(uid=one.uid)


def test_it_opens_what_was_sealed_to_this_site(world: World) -> None:
    card = world.running_card()
    parcel = post_sealed(world, card, person_line())
    open_now()
    assert again(parcel).opened_at is not None and card.lines.count() == 1


def test_it_keeps_what_was_sealed_to_another_site_and_says_so(world: World, settings: Any) -> None:
    card = world.running_card()
    settings.SITE_KEY = "another site's"
    parcel = post_sealed(world, card, person_line(), submit=True)
    settings.SITE_KEY = "this site's"
    open_now()
    assert codes(parcel) == ["sealed"] and bytes(again(parcel).body)
    assert card.lines.count() == 0


def test_it_lets_phones_send_first_but_not_for_ever(world: World) -> None:
    card = world.running_card()
    first = post(world, card, person_line(1))
    assert opening.open_parcels() == 0, "a phone has sent just now"
    second = post(world, card, person_line(2))
    Parcel.objects.filter(pk=first.pk).update(received_at=timezone.now() - PATIENCE)
    assert opening.open_parcels() == 1
    assert again(first).opened_at and again(second).opened_at
