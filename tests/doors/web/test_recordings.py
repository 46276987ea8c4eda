"""What was said into a phone is heard in the room and in review, by those who may, and is never public."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from samleng.kit.ledger.models import Entry
from samleng.kit.media.verbs import path_of
from samleng.voices.scorecards.models import Recording, Scorecard
from samleng.voices.scorecards.verbs import review, writing
from tests.doors.field.sent import Phone, enrolled, voice
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.world import World, line

pytestmark = pytest.mark.django_db
OWN = "own-000000000001"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def meeting(world: World) -> Meeting:
    meeting = Meeting(client_of(world.sophea), world.plan_card())
    meeting.begin()
    return meeting


def spoken(world: World, card: Scorecard, *, text: dict[str, str] | None = None, seed: int = 1) -> Recording:
    """A criterion of the room's own that was said into a phone."""
    uid = uuid.uuid4()
    body = {"code": OWN, "text": text or {}, "sound": str(uid)}
    writing.write(by=world.by(world.sophea), scorecard=card, lines=[line("custom", body)])
    phone = Phone(enrolled(world.sophea))
    assert phone.send(card, voice(seed=seed), "sound", uid=uid).status_code == 204
    return Recording.objects.get(uid=uid)


def test_it_is_heard_where_the_room_s_own_criteria_are_listed(world: World, meeting: Meeting) -> None:
    recording = spoken(world, meeting.card, text={"en": "The well is dry"})
    address = at("recording", recording.pk)
    page = meeting.get("raise")
    assert "The well is dry" in page and f'src="{address}"' in page
    raised = line("raise", {"criterion": OWN})
    writing.write(by=world.by(world.sophea), scorecard=meeting.card, lines=[raised])
    assert f'src="{address}"' in meeting.get("choose")


def test_it_names_a_criterion_that_was_only_spoken(world: World, meeting: Meeting) -> None:
    spoken(world, meeting.card)
    assert "Said in a recording" in meeting.get("raise")


def test_it_is_heard_beside_what_was_written_of_a_criterion(world: World, meeting: Meeting) -> None:
    by, uid = world.by(world.sophea), uuid.uuid4()
    lines = world.meeting_lines(meeting.card)
    said = next(one for one in lines if one["kind"] == "reflect")
    said["body"]["sound"] = str(uid)
    writing.write(by=by, scorecard=meeting.card, lines=lines)
    Phone(enrolled(world.sophea)).send(meeting.card, voice(), "sound", uid=uid)
    recording = Recording.objects.get()
    assert at("recording", recording.pk) in meeting.get("reflect_on", 1)
    review.submit(by=by, scorecard=meeting.card)
    page = client_of(world.officer).get(at("review", meeting.card.pk)).content.decode()
    assert at("recording", recording.pk) in page and "What was said of it" in page


def test_it_is_heard_in_review_whatever_line_speaks_of_it(world: World, meeting: Meeting) -> None:
    recording = spoken(world, meeting.card, text={"en": "The well is dry"})
    Phone(enrolled(world.sophea)).send(meeting.card, voice(seed=5), "sound")
    writing.write(by=world.by(world.sophea), scorecard=meeting.card, lines=world.meeting_lines(meeting.card))
    review.submit(by=world.by(world.sophea), scorecard=meeting.card)
    page = client_of(world.officer).get(at("review", meeting.card.pk)).content.decode()
    assert page.count("<audio") >= 2 and at("recording", recording.pk) in page
    assert "No entry of the meeting speaks of it" in page


def test_it_is_played_whole_and_in_parts(world: World, meeting: Meeting) -> None:
    recording = spoken(world, meeting.card)
    address, client = at("recording", recording.pk), client_of(world.officer)
    whole = client.get(address)
    data = path_of(recording.blob).read_bytes()
    assert (whole.status_code, whole.content, whole["Accept-Ranges"]) == (200, data, "bytes")
    assert "no-store" in whole["Cache-Control"] and whole["Content-Type"] == "audio/wav"
    for asked, first, last in (
        ("0-1", 0, 1),
        ("10-", 10, len(data) - 1),
        ("-5", len(data) - 5, len(data) - 1),
    ):
        part = client.get(address, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, data[first : last + 1])
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
    beyond = client.get(address, headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(data)}")
    assert client.get(address, headers={"Range": "lines=1-2"}).status_code == 200
    assert {entry.actor for entry in Entry.objects.filter(verb="scorecards.listen")} == {world.officer.key}


def test_it_is_as_if_absent_to_everybody_else(world: World, meeting: Meeting) -> None:
    address = at("recording", spoken(world, meeting.card).pk)
    for person in (world.stranger, world.unassigned, world.vuthy):
        assert client_of(person).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    # The phone alone sends; it does not hear.
    assert Phone(enrolled(world.sophea)).client.get(address).status_code == 302
    assert not Entry.objects.filter(verb="scorecards.listen").exists()
