"""Pins follow their cases: up at once, moved with each step, off when taken back; the same made anew."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from samleng.answers.cases.models import Evidence
from samleng.answers.cases.verbs.answering import acknowledge, answer, pause
from samleng.answers.cases.verbs.following import judge, withdraw
from samleng.answers.cases.verbs.moderating import review
from samleng.answers.cases.verbs.moving import merge
from samleng.doors.console import rebuild_pins as command
from samleng.doors.console.worker import ROUNDS
from samleng.insight.disclosure.models import Joined, MapCount, OfficeCount, Pin
from samleng.insight.disclosure.reports import report
from samleng.insight.disclosure.verbs import following
from samleng.insight.disclosure.verbs.following import follow_all, follow_cases, rebuild_pins
from samleng.insight.disclosure.verbs.pinning import OURS
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.media.verbs import keep
from samleng.kit.words.codes import make_receipt_digits
from tests.answers.land import picture
from tests.town import Town, town

__all__ = ["town"]


def photo_of(town: Town, case: Any) -> Any:
    return keep(by=town.by(town.boss), file=picture(), kind="photo", owner=case.owner_key)


def all_pins() -> list[tuple[Any, ...]]:
    names = [one.attname for one in Pin._meta.concrete_fields if one.name not in OURS]
    return list(Pin.objects.order_by("reference").values_list(*names))


def sums() -> tuple[Any, ...]:
    cells = MapCount.objects.order_by("level", "age", "square", "category", "group")
    return (
        list(cells.values_list("level", "age", "square", "category", "group", "n", "lat", "lon")),
        list(OfficeCount.objects.order_by("office_id").values_list("office_id", "reports", "open", "fixed")),
    )


def test_it_puts_up_a_public_case_and_says_none_of_its_words(town: Town):
    case = town.file("dump").case
    follow_all()
    shown = Pin.objects.get()
    assert (shown.reference, shown.state, shown.category) == (case.reference, "received", "dump")
    assert (shown.words, shown.photo_id, shown.review_waits) == (None, None, True)
    assert shown.due_on == case.acknowledge_by and shown.answer_due_on == case.resolve_by
    assert shown.spot is not None
    assert not Due.objects.filter(reader=following.READER).exists()


def test_it_never_hears_of_a_sealed_case(town: Town):
    town.file("slow")
    town.file("conduct")
    assert not Due.objects.filter(reader=following.READER).exists()
    follow_all()
    rebuild_pins()
    assert not Pin.objects.exists()


def test_it_shows_words_and_photo_only_once_they_were_reviewed(town: Town):
    case = town.file("dump").case
    seen = photo_of(town, case)
    Evidence.objects.create(case=case, blob=seen, moment="before", shown=True)
    follow_all()
    assert Pin.objects.get().photo_id is None
    review(by=town.by(town.boss), case=case, public_words="A heap beside the road", pictures=[seen])
    follow_all()
    shown = Pin.objects.get()
    assert shown.words == {"km": "A heap beside the road"}
    assert (shown.photo_id, shown.review_due_on) == (seen.pk, None)


def test_it_goes_with_the_case_to_its_end(town: Town):
    received = town.file("dump")
    case = acknowledge(by=town.by(town.sweeper), case=received.case)
    shown = photo_of(town, case)
    answer(by=town.by(town.boss), case=case, outcome="fixed", said="Taken away", evidence=[shown])
    follow_all()
    pin = Pin.objects.get()
    assert (pin.state, pin.group, pin.in_time, pin.closed_at) == ("answered", "open", True, None)
    assert [one["text"] for one in pin.answers] == [{"km": "Taken away"}]
    judge(by=town.reporter(received), verdict="fixed")
    follow_all()
    pin = Pin.objects.get()
    assert (pin.state, pin.group) == ("closed", "fixed") and pin.closed_at is not None
    assert [state for _at, state in pin.steps] == ["received", "acknowledged", "answered", "closed"]


def test_it_is_not_late_while_its_clock_stands(town: Town):
    case = acknowledge(by=town.by(town.sweeper), case=town.file("dump").case)
    pause(by=town.by(town.sweeper), case=case, reason="reporter")
    follow_all()
    assert Pin.objects.get().due_on is None


def test_it_takes_off_what_its_reporter_took_back(town: Town):
    received = town.file("dump")
    follow_all()
    withdraw(by=town.reporter(received))
    follow_all()
    assert not Pin.objects.exists() and not OfficeCount.objects.filter(reports__gt=0).exists()


def test_it_points_on_from_a_case_that_was_joined_to_another(town: Town):
    first, second, third = (town.file("dump").case for _n in range(3))
    merge(by=town.by(town.boss), case=second, others=[first])
    follow_all()
    assert report(first.reference).case_id == second.pk
    merge(by=town.by(town.boss), case=third, others=[second])
    follow_all()
    assert report(first.reference).case_id == report(second.reference).case_id == third.pk
    assert Pin.objects.get().me_too == 2


def test_it_finds_rows_that_were_committed_late_and_loses_none_of_a_cut_batch(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    case = town.file("dump").case
    late = Due.objects.filter(reader=following.READER).order_by("entry_id").first()
    entry = late.entry
    late.delete()
    acknowledge(by=town.by(town.sweeper), case=case)
    follow_all()
    Due.objects.create(entry=entry, reader=following.READER)
    with monkeypatch.context() as patched:
        patched.setattr(following, "place_pins", lambda ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            follow_cases()
    assert Due.objects.filter(reader=following.READER).count() == 1
    assert follow_cases() == 1
    assert Pin.objects.get().state == "acknowledged"


def test_it_makes_the_same_pins_from_nothing(town: Town):
    received = [town.file("dump") for _n in range(4)]
    cases = [one.case for one in received]
    merge(by=town.by(town.boss), case=cases[1], others=[cases[0]])
    town.file("dump", joins=town.again(cases[1]), receipt=make_receipt_digits())
    review(by=town.by(town.boss), case=cases[2], public_words="Glass", pictures=[photo_of(town, cases[2])])
    answer(
        by=town.by(town.boss), case=cases[2], outcome="fixed", said="Done",
        evidence=[photo_of(town, cases[2])],
    )  # fmt: skip
    judge(by=town.reporter(received[2]), verdict="fixed")
    withdraw(by=town.reporter(received[3]))
    follow_all()
    before, counted = all_pins(), sums()
    assert len(before) == 2
    Pin.objects.update(state="broken")
    Joined.objects.all().delete()
    rebuild_pins()
    assert (all_pins(), sums()) == (before, counted)
    assert report(cases[0].reference).case_id == cases[1].pk


def test_it_makes_them_anew_where_it_was_stopped_and_takes_off_what_no_case_explains(
    town: Town, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any, capsys: Any
):
    settings.HOME = tmp_path
    cases = sorted((town.file("dump").case for _n in range(5)), key=lambda one: one.pk)
    follow_all()
    before, counted, told = all_pins(), sums(), Entry.objects.count()
    # A pin of another time, one of no case, one that is missing, and counts that do not add up.
    ahead = Pin.objects.get(case_id=cases[0].pk).updated_at + timedelta(days=9)
    Pin.objects.filter(case_id=cases[0].pk).update(state="broken", updated_at=ahead)
    Pin.objects.filter(case_id=cases[4].pk).update(case_id=uuid4())
    Pin.objects.filter(case_id=cases[3].pk).delete()
    MapCount.objects.update(n=77)
    OfficeCount.objects.all().delete()
    made, done, resumed = following.made_anew, [], []

    def until_killed(ids: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(ids)
        made(ids)

    def noted(ids: Any) -> None:
        resumed.extend(ids)
        made(ids)

    monkeypatch.setattr(command, "rebuild_pins", partial(rebuild_pins, batch=2))
    monkeypatch.setattr(following, "made_anew", until_killed)
    with pytest.raises(KeyboardInterrupt):
        command.run(Namespace(json=True, from_start=False))
    monkeypatch.setattr(following, "made_anew", noted)
    assert command.run(Namespace(json=True, from_start=False)) == 0
    assert resumed == [cases[4].pk]
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"cases": 5}
    assert (all_pins(), sums()) == (before, counted)
    assert not list(tmp_path.iterdir())
    # What stood rightly is no news to anybody and writes no row.
    changed = Entry.objects.count() - told
    assert changed == 5
    assert command.run(Namespace(json=False, from_start=True)) == 0
    assert Entry.objects.count() - told == changed


@pytest.mark.once
def test_it_is_done_by_the_worker_within_a_second():
    assert dict(ROUNDS)[follow_cases] <= 0.5
