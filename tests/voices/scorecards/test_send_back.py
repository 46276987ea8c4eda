"""Sending a card back: what is marked, what answers it, and how it comes to the reviewer again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from samleng.doors.postman.models import Notice
from samleng.doors.postman.verbs.telling import tell
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.verbs import keep
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.voices.scorecards.marks import history, marks_of, returned
from samleng.voices.scorecards.models import Mark, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.requests import ask_unlock, decide
from samleng.voices.scorecards.verbs.review import complete, send_back, submit
from samleng.voices.scorecards.verbs.writing import add_photo, write
from tests.doors.web.agreed import photo
from tests.world import World, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(world: World) -> Scorecard:
    """A card of fourteen people, sent in."""
    card, by = world.running_card(), world.by(world.sophea)
    write(by=by, scorecard=card, lines=world.meeting_lines(card))
    submit(by=by, scorecard=card)
    return again(card)


def again(card: Scorecard) -> Scorecard:
    return Scorecard.objects.with_context().get(pk=card.pk)


def marks(*fields: str) -> list[dict[str, str]]:
    return [{"field": field, "reason": f"Look at {field} again"} for field in fields]


def back(world: World, card: Scorecard, *fields: str, reason: str = "") -> None:
    send_back(by=world.by(world.officer), scorecard=card, reason=reason, marks=marks(*fields))


def put(world: World, card: Scorecard, kind: str, **body: Any) -> None:
    write(by=world.by(world.sophea), scorecard=card, lines=[line(kind, body)])


def standing(card: Scorecard) -> dict[str, bool]:
    """Field -> whether it still has to be answered."""
    return {one["field"]: one["open"] for one in marks_of(again(card))}


def test_it_marks_single_fields_with_a_reason_each(world: World, sent: Scorecard) -> None:
    criterion = folded(sent).priorities[0]
    fields = ["setup:held_on", "people", "ballots", f"counts:{criterion}", f"reflect:{criterion}"]
    back(world, sent, *fields, reason="Thank you; a few things")
    assert again(sent).state == State.RUNNING
    kept = {one.field: one.reason for one in Mark.objects.filter(scorecard=sent)}
    assert kept == {f: f"Look at {f} again" for f in fields} | {"": "Thank you; a few things"}
    assert {one.sheet for one in Mark.objects.all()} == {sent.sheets.get()}
    row = Entry.objects.about(sent).get(verb="scorecards.send_back")
    assert len(row.facts["marks"]) == 6 and "Thank you" not in json.dumps(row.facts)


def test_it_gives_the_marks_as_plain_json(world: World, sent: Scorecard) -> None:
    back(world, sent, "setup:held_on")
    (one,) = json.loads(json.dumps(marks_of(again(sent))))
    last = sent.lines.order_by("-id").first()
    assert (one["field"], one["reason"], one["open"], one["answered"], one["after"], one["sheet"]) == (
        "setup:held_on",
        "Look at setup:held_on again",
        True,
        None,
        last and last.pk,
        1,
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_asks_for_a_mark_or_a_reason(world: World, sent: Scorecard, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        back(world, sent, reason=reason)
    assert refused.value.field == "reason" and again(sent).state == State.IN_REVIEW


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([{"field": "votes", "reason": "x"}], "unknown"),
        ([{"field": "counts:nothing", "reason": "x"}], "unknown"),
        ([{"field": f"person:{uuid4()}", "reason": "x"}], "unknown"),
        ([{"field": "people", "reason": " "}], "refused"),
        ([{"field": "people", "reason": "x" * 2001}], "refused"),
        ([{"field": "people", "reason": "x"}, {"field": "people", "reason": "y"}], "twice"),
    ],
)
def test_it_refuses_what_cannot_be_marked_and_changes_nothing(
    world: World, sent: Scorecard, given: list[dict[str, str]], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        send_back(by=world.by(world.officer), scorecard=sent, marks=given)
    assert refused.value.code == code
    assert again(sent).state == State.IN_REVIEW and not Mark.objects.exists()


def test_it_is_the_reviewer_s_only(world: World, sent: Scorecard) -> None:
    for person in (world.sophea, world.stranger, world.vuthy):
        with pytest.raises(Denied):
            send_back(by=world.by(person), scorecard=sent, marks=marks("people"))
    assert not Mark.objects.exists()


def test_it_takes_a_later_line_on_the_field_as_the_answer_and_no_other(world: World, sent: Scorecard) -> None:
    first, second = folded(sent).priorities[:2]
    person = next(iter(folded(sent).people))
    back(world, sent, f"reflect:{first}", f"reflect:{second}", f"person:{person}", "ballots")
    assert all(standing(sent).values())
    put(world, sent, "reflect", criterion=first, suggestions=[{"text": "New", "chosen": True}])
    assert standing(sent) == {
        f"reflect:{first}": False,
        f"reflect:{second}": True,
        f"person:{person}": True,
        "ballots": True,
    }
    put(world, sent, "person", person=person, number=1, sex="male", band="60+", replaces=person)
    assert standing(sent)[f"person:{person}"] is False and standing(sent)["ballots"] is True


def test_it_takes_only_what_differs_of_a_set_up_and_of_a_ballot_as_an_answer(
    world: World, sent: Scorecard
) -> None:
    card = folded(sent)
    first, second = card.priorities[:2]
    ballot = next(iter(card.ballots.values()))
    back(world, sent, "setup:held_on", "setup:language", f"counts:{first}", f"counts:{second}")
    put(world, sent, "setup", **{**card.setup, "language": "en"})
    changed = {**ballot.scores, first: 6 - ballot.scores[first] if ballot.scores[first] != 3 else 5}
    put(world, sent, "ballot", person=ballot.person, scores=changed)
    assert standing(sent) == {
        "setup:held_on": True,
        "setup:language": False,
        f"counts:{first}": False,
        f"counts:{second}": True,
    }


def test_it_takes_out_as_an_answer_too(world: World, sent: Scorecard) -> None:
    person = next(iter(folded(sent).people))
    back(world, sent, "people", "ballots")
    put(world, sent, "void", line=person)
    assert standing(sent) == {"people": False, "ballots": True}


def test_it_takes_a_new_photo_as_the_answer_about_photos(world: World, sent: Scorecard) -> None:
    back(world, sent, "photos")
    by = world.by(world.sophea)
    blob = keep(by=by, file=photo(), kind="photo", owner=sent.owner_key, field="photos")
    taken = add_photo(by=by, scorecard=sent, blob=blob)
    (one,) = marks_of(again(sent))
    assert one["open"] is False and one["answered"]["by"] == str(taken.pk)


def test_it_takes_words_as_an_answer(world: World, sent: Scorecard) -> None:
    back(world, sent, "people")
    (mark,) = Mark.objects.all()
    with pytest.raises(Refusal):
        put(world, sent, "answer", mark=str(mark.pk), words="  ")
    with pytest.raises(Refusal):
        put(world, sent, "answer", mark="no mark", words="It is so")
    put(world, sent, "answer", mark=str(mark.pk), words="Two came late; it is right as it is")
    (one,) = marks_of(again(sent))
    assert one["open"] is False
    assert one["answered"]["words"] == "Two came late; it is right as it is"


def test_it_lets_nothing_be_sent_in_again_before_every_mark_is_answered(
    world: World, sent: Scorecard
) -> None:
    by = world.by(world.sophea)
    back(world, sent, "people", "ballots")
    with pytest.raises(Refusals) as refused:
        submit(by=by, scorecard=sent)
    assert [one.field for one in refused.value] == ["mark:people", "mark:ballots"]
    assert again(sent).state == State.RUNNING and sent.sheets.count() == 1
    for mark in Mark.objects.all():
        put(world, sent, "answer", mark=str(mark.pk), words="It is right as it is")
    assert submit(by=by, scorecard=sent).number == 2


def test_it_lets_a_card_be_sent_in_again_when_only_the_whole_was_spoken_of(
    world: World, sent: Scorecard
) -> None:
    back(world, sent, reason="Is this the right village?")
    assert submit(by=world.by(world.sophea), scorecard=sent).number == 2


def test_it_keeps_both_values_what_answered_and_when_also_after_the_lines_are_gone(
    world: World, sent: Scorecard
) -> None:
    criterion = folded(sent).priorities[0]
    back(world, sent, f"reflect:{criterion}")
    put(world, sent, "reflect", criterion=criterion, suggestions=[{"text": "New", "chosen": True}])
    uid = str(sent.lines.order_by("-id").values_list("uid", flat=True)[0])
    submit(by=world.by(world.sophea), scorecard=sent)
    ((one,),) = history(again(sent))
    assert one.before.reflections[criterion].suggestions[0][0] == "ធ្វើឱ្យប្រសើរ"
    assert one.after.reflections[criterion].suggestions[0][0] == "New"
    sent.lines.all().delete()
    (kept,) = returned(again(sent))
    assert kept.answer is not None and kept.answer.by == uid and not kept.open


def test_it_keeps_the_marks_of_every_time_it_was_sent_back(world: World, sent: Scorecard) -> None:
    by = world.by(world.sophea)
    first = folded(sent).priorities[0]
    for text in ("one", "two"):
        back(world, sent, f"reflect:{first}")
        put(world, sent, "reflect", criterion=first, suggestions=[{"text": text, "chosen": True}])
        submit(by=by, scorecard=sent)
    told = [
        [m.reflections[first].suggestions[0][0] for m in (one.before, one.after)]
        for (one,) in history(again(sent))
    ]
    assert told == [["one", "two"], ["ធ្វើឱ្យប្រសើរ", "one"]]
    assert len(marks_of(again(sent))) == 1


def test_it_works_again_after_a_completed_card_was_unlocked(world: World, sent: Scorecard) -> None:
    officer = world.by(world.officer)
    complete(by=officer, scorecard=sent)
    asked = ask_unlock(by=world.by(world.sophea), scorecard=sent, reason="A number is wrong")
    decide(by=world.by(world.admin), change_request=asked, approved=True)
    back(world, sent, "people")
    put(world, sent, "person", number=15, sex="male", band="60+")
    assert submit(by=world.by(world.sophea), scorecard=sent).participation["people"] == 15
    assert complete(by=officer, scorecard=sent).state == State.COMPLETED


def test_it_is_told_to_the_facilitator_once(world: World, sent: Scorecard) -> None:
    back(world, sent, "people", "ballots", reason="A few things")
    tell()
    tell()
    assert Notice.objects.filter(person=world.sophea, kind="card_sent_back").count() == 1


def test_it_keeps_the_day_a_card_first_came_in_through_every_correction(
    world: World, sent: Scorecard
) -> None:
    early = timezone.localdate() - timedelta(days=9)
    Scorecard.objects.filter(pk=sent.pk).update(entered_on=early)
    back(world, sent, reason="Once more")
    submit(by=world.by(world.sophea), scorecard=sent)
    assert again(sent).entered_on == early
