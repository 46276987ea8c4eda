"""Photos and recordings lie beside a card under the phone's uid, before or after the lines that name them."""

from __future__ import annotations

import itertools
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.models import Blob, Upload
from samleng.kit.media.parts import path_of_part
from samleng.kit.media.verbs import append, keep, path_of
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.laid import files_of, heard
from samleng.voices.scorecards.models import Photo, Recording, Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs import laying, review, writing
from tests.doors.field.sent import picture, voice
from tests.world import World, line

pytestmark = pytest.mark.django_db
OWN = "own-000000000001"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def card(world: World) -> Scorecard:
    return world.running_card()


def announced(world: World, card: Scorecard, data: bytes, kind: str = "photo", **how: Any) -> Upload:
    given = {"uid": uuid.uuid4(), "length": len(data)} | how
    return laying.announce(by=world.by(world.sophea), scorecard=card, kind=kind, **given)


def sent(world: World, card: Scorecard, data: bytes, kind: str = "photo", **how: Any) -> uuid.UUID:
    upload = announced(world, card, data, kind, **how)
    laying.receive(by=world.by(world.sophea), uid=upload.uid, offset=0, blocks=[data])
    return upload.uid


def code_of(do: Any, **given: Any) -> str:
    with pytest.raises(Refusal) as refused:
        do(**given)
    return refused.value.code


def heard_on(card: Scorecard) -> tuple[dict[str, Any], dict[str, Any], list[uuid.UUID]]:
    found = heard(card, folded(card))
    named = {code: one.uid for code, one in found.named.items()}
    said = {code: [one.uid for one in some] for code, some in found.said.items()}
    return named, said, [one.uid for one in found.loose]


def test_it_lays_a_photo_under_the_phone_s_uid(world: World, card: Scorecard) -> None:
    uid = sent(world, card, picture())
    assert [photo.uid for photo in card.photos.all()] == [uid]
    laid = Entry.objects.get(verb="scorecards.lay")
    assert laid.owner == card.owner_key and laid.facts["uid"] == str(uid)


def test_it_shows_a_photo_once_however_it_came(world: World, card: Scorecard) -> None:
    by, data = world.by(world.sophea), picture()
    first, second = sent(world, card, data), sent(world, card, data)
    blob = keep(by=by, file=data, kind="photo", owner=card.owner_key)
    writing.add_photo(by=by, scorecard=card, blob=blob)
    assert Photo.objects.get().uid == first
    assert [(f["uid"], f["state"]) for f in files_of(card)] == [
        (str(first), "finished"),
        (str(second), "finished"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_it_joins_sounds_and_lines_in_whatever_order_they_come(
    world: World, card: Scorecard, order: tuple[int, ...]
) -> None:
    by, mine, theirs = world.by(world.sophea), uuid.uuid4(), uuid.uuid4()
    criterion = next(iter(card.round.framework.method.criteria_for(card.service.code, card.side))).code
    custom = line("custom", {"code": OWN, "text": {"km": "សំឡេង"}, "sound": str(mine)})
    reflect = line("reflect", {"criterion": criterion, "suggestions": [], "sound": str(theirs)})
    steps = [
        lambda: sent(world, card, voice(seed=1), "sound", uid=mine),
        lambda: sent(world, card, voice(seed=2), "sound", uid=theirs),
        lambda: writing.write(by=by, scorecard=card, lines=[custom]),
        lambda: writing.write(by=by, scorecard=card, lines=[reflect]),
    ]
    for step in order:
        steps[step]()
    assert heard_on(card) == ({OWN: mine}, {criterion: [theirs]}, [])


def test_it_hears_what_no_line_speaks_of_and_misses_what_has_not_come(world: World, card: Scorecard) -> None:
    alone = sent(world, card, voice(), "sound", criterion=OWN)
    other = line("custom", {"code": OWN, "text": {}, "sound": str(uuid.uuid4())})
    writing.write(by=world.by(world.sophea), scorecard=card, lines=[other])
    assert heard_on(card) == ({}, {}, [alone])
    assert Recording.objects.get().criterion == OWN


def test_it_says_what_has_come_of_each_file(world: World, card: Scorecard) -> None:
    done, half = sent(world, card, picture()), announced(world, card, picture(2))
    append(upload=half, offset=0, blocks=[picture(2)[:77]])
    lie = announced(world, card, b"x" * 99)
    with pytest.raises(Refusal):
        laying.receive(by=world.by(world.sophea), uid=lie.uid, offset=0, blocks=[b"x" * 99])
    told = {one["uid"]: one for one in files_of(card)}
    assert told[str(done)]["state"] == "finished" and told[str(done)]["here"] == told[str(done)]["length"]
    assert (told[str(half.uid)]["state"], told[str(half.uid)]["here"]) == ("open", 77)
    assert (told[str(lie.uid)]["state"], told[str(lie.uid)]["why"]) == ("refused", "type")


@pytest.mark.parametrize("who", ["stranger", "unassigned", "vuthy"])
def test_it_is_as_if_absent_to_who_may_not_write(world: World, card: Scorecard, who: str) -> None:
    uid, by = sent(world, card, voice(), "sound"), world.by(getattr(world, who))
    recording = Recording.objects.get()
    for attempt in (
        lambda: laying.announce(by=by, scorecard=card, uid=uid, kind="sound", length=1),
        lambda: laying.receive(by=by, uid=uid, offset=0, blocks=[]),
        lambda: laying.where_it_stands(by=by, uid=uid),
        lambda: laying.withdraw(by=by, uid=uid),
        lambda: laying.listen(by=by, recording=recording),
    ):
        with pytest.raises(Denied):
            attempt()


def test_it_is_heard_by_who_holds_or_reviews_and_each_time_is_on_record(
    world: World, card: Scorecard
) -> None:
    sent(world, card, voice(), "sound")
    for person in (world.sophea, world.officer):
        laying.listen(by=world.by(person), recording=Recording.objects.get())
    heard_by = [entry.actor for entry in Entry.objects.filter(verb="scorecards.listen")]
    assert heard_by == [world.sophea.key, world.officer.key]


def test_it_takes_nothing_new_on_a_closed_card_but_finishes_what_was_begun(
    world: World, card: Scorecard
) -> None:
    by, late = world.by(world.sophea), announced(world, card, picture())
    writing.write(by=by, scorecard=card, lines=world.meeting_lines(card))
    review.submit(by=by, scorecard=card)
    sent(world, card, picture(2))
    review.complete(by=world.by(world.officer), scorecard=card)
    assert code_of(announced, world=world, card=card, data=picture(3)) == "state"
    laying.receive(by=by, uid=late.uid, offset=0, blocks=[picture()])
    assert card.photos.count() == 2


def test_it_takes_only_so_many(world: World, card: Scorecard, monkeypatch: Any) -> None:
    monkeypatch.setattr(laying, "MOST_FILES", 2)
    first = announced(world, card, picture())
    announced(world, card, picture())
    assert code_of(announced, world=world, card=card, data=picture()) == "too_many"
    assert announced(world, card, picture(), uid=first.uid) == first


def test_it_erases_photos_and_sounds_with_the_lines(
    world: World, root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    card = world.running_card()
    with django_capture_on_commit_callbacks(execute=True):
        sent(world, card, picture())
        sent(world, card, voice(), "sound")
    half = announced(world, card, picture(3))
    append(upload=half, offset=0, blocks=[b"\x89PNG\r\n\x1a\n" + bytes(20)])
    shown = keep(by=world.by(world.sophea), file=picture(2), kind="photo", owner=card.owner_key)
    writing.add_photo(by=world.by(world.sophea), scorecard=card, blob=shown)
    other = world.plan_card()
    Photo.objects.create(scorecard=other, blob=shown)
    writing.write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card))
    review.submit(by=world.by(world.sophea), scorecard=card)
    review.complete(by=world.by(world.officer), scorecard=card)
    Scorecard.objects.filter(pk=card.pk).update(completed_at=timezone.now() - timedelta(days=4000))
    with django_capture_on_commit_callbacks(execute=True):
        assert review.erase_due() == 1
    assert not card.photos.exists() and not card.recordings.exists() and not card.lines.exists()
    # A picture that another row still shows stays; nothing else does.
    assert [blob for blob in Blob.objects.all() if blob.erased_at is None] == [shown]
    assert [path for path in root.rglob("*") if path.is_file()] == [path_of(shown)]
    assert code_of(announced, world=world, card=card, data=picture(5)) == "state"


def test_it_lays_what_was_whole_when_its_process_was_killed(world: World, card: Scorecard) -> None:
    whole, half = announced(world, card, picture()), announced(world, card, picture(2))
    append(upload=whole, offset=0, blocks=[picture()])
    append(upload=half, offset=0, blocks=[picture(2)[:40]])
    assert laying.lay_left_behind() == 0
    then = timezone.now() - timedelta(minutes=5)
    Upload.objects.update(begun_at=then)
    for upload in (whole, half):
        os.utime(path_of_part(upload.pk), (then.timestamp(), then.timestamp()))
    assert laying.lay_left_behind() == 1
    assert card.photos.get().uid == whole.uid
