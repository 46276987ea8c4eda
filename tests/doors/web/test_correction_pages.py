"""A card sent back for correction, on pages without JavaScript: marked, put right or answered, compared."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.voices.scorecards.models import Mark, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.review import send_back, submit
from samleng.voices.scorecards.verbs.writing import take_over, write
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.world import World, line


@pytest.fixture
def sent(world: World) -> Scorecard:
    """A card of fourteen people, sent in."""
    card, by = world.running_card(), world.by(world.sophea)
    write(by=by, scorecard=card, lines=world.meeting_lines(card))
    submit(by=by, scorecard=card)
    return Scorecard.objects.with_context().get(pk=card.pk)


def room(world: World, card: Scorecard) -> Meeting:
    meeting = Meeting(client_of(world.sophea), card)
    meeting.begin()
    return meeting


def back(world: World, card: Scorecard, **reasons: str) -> None:
    marks = [{"field": field, "reason": reason} for field, reason in reasons.items()]
    send_back(by=world.by(world.officer), scorecard=card, marks=marks)


def test_it_marks_what_is_ticked_and_what_is_only_written_about(world: World, sent: Scorecard) -> None:
    client = client_of(world.officer)
    page = client.get(at("review_mark", sent.pk)).content.decode()
    for field in ("setup:held_on", "people", "priorities", "ballots", "photos"):
        assert f'name="field" value="{field}"' in page and f'name="why:{field}"' in page
    criterion = folded(sent).priorities[0]
    given = {
        "field": ["people", f"counts:{criterion}"],
        "why:people": "Fifteen stickers are on the photo",
        f"why:counts:{criterion}": "The flip-chart says otherwise",
        f"why:reflect:{criterion}": "Which well?",
        "reason": "Thank you for the meeting",
    }
    assert client.post(at("review_mark", sent.pk), given)["Location"] == at("card", sent.pk)
    assert set(Mark.objects.values_list("field", flat=True)) == {
        "people",
        f"counts:{criterion}",
        f"reflect:{criterion}",
        "",
    }


def test_it_says_at_the_field_what_is_missing_and_keeps_what_was_typed(world: World, sent: Scorecard) -> None:
    client = client_of(world.officer)
    given = {"field": ["people", "ballots"], "why:ballots": "Count again", "why:people": ""}
    answer = client.post(at("review_mark", sent.pk), given)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'href="#people"' in page
    assert (
        ">Count again</textarea>" in page and len(re.findall(r'name="field" value="\w+" checked', page)) == 2
    )
    assert not Mark.objects.exists()


def test_it_is_closed_to_who_does_not_review(world: World, sent: Scorecard) -> None:
    for person in (world.sophea, world.stranger, world.vuthy):
        client = client_of(person)
        assert client.get(at("review_mark", sent.pk)).status_code == 404
        assert client.post(at("review_mark", sent.pk), {"reason": "x"}).status_code in (403, 404)


def test_it_leads_to_the_page_of_each_thing_to_correct(world: World, sent: Scorecard) -> None:
    first, second = folded(sent).priorities[:2]
    person = next(iter(folded(sent).people))
    reasons = {"setup:held_on": "Was it Monday?", f"reflect:{second}": "Which well?"}
    back(world, sent, **reasons, **{f"person:{person}": "Seven stands twice", f"counts:{first}": "Recount"})
    meeting = room(world, sent)
    page = meeting.get("people")
    assert "4 things to correct" in page
    for address in (
        meeting.url("setup"),
        meeting.url("person", person),
        meeting.url("vote"),
        meeting.url("reflect_on", 2),
    ):
        assert f'href="{address}"' in page
    assert "Was it Monday?" in meeting.get("setup")
    assert "Which well?" in meeting.get("reflect_on", 2).split("<form", 2)[1]
    assert meeting.get("reflect_on", 1).count("Which well?") == 1


def test_it_supersedes_what_stood_and_counts_as_the_answer(world: World, sent: Scorecard) -> None:
    first = folded(sent).priorities[0]
    stood = sent.lines.get(kind="reflect", body__criterion=first)
    back(world, sent, **{f"reflect:{first}": "Which well?"})
    meeting = room(world, sent)
    before = sent.lines.count()
    given = {"strengths": ["Near"], "weaknesses": [], "suggestions": ["Dig it deeper"], "chosen": ["0"]}
    meeting.post("reflect_on", 1, **given)
    added = sent.lines.order_by("id").last()
    assert added.body["replaces"] == str(stood.uid) and sent.lines.count() == before + 1
    page = meeting.get("finish")
    assert "things to correct" not in page and "Everything is answered" in page
    assert meeting.post("finish")["Location"] == meeting.url("done")


def test_it_writes_the_same_again_only_once(world: World, sent: Scorecard) -> None:
    first = folded(sent).priorities[0]
    back(world, sent, **{f"reflect:{first}": "Which well?"})
    meeting = room(world, sent)
    before = sent.lines.count()
    for _time in range(3):
        meeting.post("reflect_on", 1, suggestions=["Dig it deeper"], chosen=["0"])
    assert sent.lines.count() == before + 1


def test_it_takes_that_it_is_right_as_it_is_with_words_only(world: World, sent: Scorecard) -> None:
    back(world, sent, people="Fifteen stickers are on the photo")
    (mark,) = Mark.objects.all()
    meeting = room(world, sent)
    assert meeting.post("finish").status_code == 422
    assert meeting.post("mark", mark.pk, words=" ").status_code == 422
    answer = meeting.post("mark", mark.pk, words="One child held a sticker")
    assert answer["Location"] == meeting.url("finish")
    assert meeting.post("finish").status_code == 302


def test_it_shows_the_reviewer_both_values_with_the_reason_and_the_words(
    world: World, sent: Scorecard
) -> None:
    first = folded(sent).priorities[0]
    back(world, sent, **{f"reflect:{first}": "Which well?"}, people="Fifteen?")
    meeting = room(world, sent)
    meeting.post("reflect_on", 1, suggestions=["Dig it deeper"], chosen=["0"])
    meeting.post("mark", Mark.objects.get(field="people").pk, words="One child held a sticker")
    meeting.post("finish")
    page = client_of(world.officer).get(at("review", sent.pk)).content.decode()
    shown = page[page.index("What was to be corrected") :]
    for text in ("Which well?", "ធ្វើឱ្យប្រសើរ", "Dig it deeper", "Fifteen?", "One child held a sticker"):
        assert text in shown, text
    assert "Left as it is" in shown


def test_it_shows_nothing_to_correct_to_a_voter_the_phone_is_handed_to(world: World, sent: Scorecard) -> None:
    back(world, sent, ballots="Count again")
    meeting = room(world, sent)
    person = next(iter(folded(sent).people))
    for page in (meeting.get("ballot", person), meeting.get("pass", person)):
        assert "Count again" not in page and "to correct" not in page


def test_it_shows_no_mark_of_another_card(world: World, sent: Scorecard) -> None:
    back(world, sent, people="Fifteen?")
    (mark,) = Mark.objects.all()
    other = Meeting(client_of(world.sophea), world.plan_card())
    other.begin()
    assert other.client.get(other.url("mark", mark.pk)).status_code == 404


def test_it_wins_over_a_device_whose_clock_ran_ahead(world: World, sent: Scorecard) -> None:
    # Two lines of such a device lie there: the older does not come back when the newer is replaced.
    first = folded(sent).priorities[0]
    back(world, sent, **{f"reflect:{first}": "Which well?"})
    ahead = timezone.now() + timedelta(days=1)
    by = world.by(world.sophea)
    for minutes, text in ((0, "old"), (1, "newer")):
        body = {"criterion": first, "suggestions": [{"text": text, "chosen": True}]}
        write(by=by, scorecard=sent, lines=[line("reflect", body, at=ahead + timedelta(minutes=minutes))])
    meeting = room(world, sent)
    meeting.post("reflect_on", 1, suggestions=["Dig it deeper"], chosen=["0"])
    assert meeting.written.reflections[first].suggestions == (("Dig it deeper", True),)


def test_it_goes_on_where_another_device_takes_over(world: World, sent: Scorecard) -> None:
    back(world, sent, people="Fifteen?")
    meeting = room(world, sent)
    take_over(by=world.by(world.sophea), scorecard=sent, holder="another")
    page = meeting.client.get(meeting.url("")).content.decode()
    assert "1 thing to correct" in page
    assert Scorecard.objects.get(pk=sent.pk).state == State.RUNNING
