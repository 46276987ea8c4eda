"""A file comes piece by piece: cut anywhere, sent again, by two phones at once, it is that file or none."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import random
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media import parts, verbs
from samleng.kit.media.models import Blob, Upload, UploadState
from samleng.kit.media.parts import Checksum, arrived, path_of_part
from samleng.kit.media.rules import Fit, clean
from samleng.kit.media.verbs import (
    abandon,
    append,
    begin,
    finish,
    forget_stale,
    keep,
    looked_at,
    open_blob,
    stands_at,
)
from samleng.kit.media.wording import go_on_at
from samleng.kit.words.refusals import Refusal

pytestmark = pytest.mark.django_db
OWNER = "programme:1"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def thing() -> Blob:
    """Any row may be what a file is for."""
    return keep(by=SYSTEM, file=picture("red"), kind="photo", owner=OWNER)


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).save(out, "PNG") if colour == "noise" else Image.new(
        "RGB", (64, 48), colour
    ).save(out, "PNG")
    return out.getvalue()


DATA = picture("noise")


def begun(thing: Any, data: bytes = DATA, **how: Any) -> Upload:
    given = {"uid": uuid.uuid4(), "kind": "photo", "owner": OWNER, "length": len(data)} | how
    return begin(by=SYSTEM, thing=thing, **given)


def code_of(do: Any, **given: Any) -> str:
    with pytest.raises(Refusal) as refused:
        do(**given)
    return refused.value.code


def whole(upload: Upload) -> Blob:
    return finish(by=SYSTEM, upload=upload, fit=looked_at(by=SYSTEM, upload=upload))


def test_it_keeps_what_came_in_pieces_as_if_it_had_come_at_once(thing: Blob) -> None:
    upload = begun(thing, checksum=hashlib.sha256(DATA).hexdigest())
    for start in range(0, len(DATA), 700):
        assert append(upload=upload, offset=start, blocks=[DATA[start : start + 700]]) == min(
            start + 700, len(DATA)
        )
    blob = whole(upload)
    with open_blob(blob) as file:
        assert file.read() == clean("photo", DATA).data
    assert blob == keep(by=SYSTEM, file=DATA, kind="photo", owner=OWNER)
    upload.refresh_from_db()
    assert (upload.state, upload.blob) == (UploadState.FINISHED, blob)
    assert [e.verb for e in Entry.objects.about(upload)] == ["media.begin", "media.finish"]


def test_it_puts_bytes_on_the_disk_before_it_says_how_many(thing: Blob, monkeypatch: Any) -> None:
    upload, done = begun(thing), []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append(os.fstat(handle).st_size), sync(handle)))
    assert append(upload=upload, offset=0, blocks=[DATA[:100]]) == 100
    # The bytes themselves, then the name of the new file.
    assert done[0] == 100 and len(done) == 2
    done.clear()
    assert stands_at(upload) == 100 and done == [100]


def test_it_goes_on_only_where_it_stands(thing: Blob) -> None:
    upload = begun(thing)
    append(upload=upload, offset=0, blocks=[DATA[:100]])
    for wrong in (0, 99, 101):
        assert code_of(append, upload=upload, offset=wrong, blocks=[b"x"]) == "offset"
    assert path_of_part(upload.pk).read_bytes() == DATA[:100]


def test_it_keeps_what_came_before_a_connection_broke(thing: Blob) -> None:
    upload = begun(thing)

    def broken() -> Iterator[bytes]:
        yield DATA[:300]
        yield b""
        yield DATA[300:310]

    assert append(upload=upload, offset=0, blocks=broken()) == stands_at(upload) == 310


def test_it_is_one_upload_however_often_it_is_begun(thing: Blob) -> None:
    uid = uuid.uuid4()
    upload = begun(thing, uid=uid)
    append(upload=upload, offset=0, blocks=[DATA[:50]])
    assert begun(thing, uid=uid) == upload and stands_at(upload) == 50
    append(upload=upload, offset=50, blocks=[DATA[50:]])
    blob = whole(upload)
    assert begun(thing, uid=uid) == upload
    assert append(upload=begun(thing, uid=uid), offset=len(DATA), blocks=[]) == len(DATA)
    assert finish(by=SYSTEM, upload=upload, fit=Fit(clean("photo", DATA), "x")) == blob


@pytest.mark.parametrize(
    "other", [{"length": 7}, {"checksum": "a" * 64}, {"kind": "sound"}, {"part": "own-1"}]
)
def test_it_refuses_another_file_under_the_same_uid(thing: Blob, other: dict[str, Any]) -> None:
    uid = uuid.uuid4()
    begun(thing, uid=uid)
    assert code_of(begun, thing=thing, uid=uid, **other) == "conflict"
    assert Upload.objects.count() == 1


def test_it_knows_nothing_of_another_owner_s_uid(thing: Blob) -> None:
    uid = uuid.uuid4()
    mine, theirs = begun(thing, uid=uid), begun(thing, uid=uid, owner="programme:2", length=9)
    append(upload=mine, offset=0, blocks=[DATA])
    assert (stands_at(mine), stands_at(theirs)) == (len(DATA), 0)


@pytest.mark.parametrize(
    ("how", "code"),
    [({"length": 0}, "empty"), ({"length": 10 * 2**30}, "too_big"), ({"kind": "film"}, "type")],
)
def test_it_refuses_at_once_what_it_would_not_keep(thing: Blob, how: dict[str, Any], code: str) -> None:
    assert code_of(begun, thing=thing, **how) == code
    assert not Upload.objects.exists()


def test_it_takes_no_more_than_was_announced(thing: Blob) -> None:
    upload = begun(thing, length=100)
    assert code_of(append, upload=upload, offset=0, blocks=[DATA[:60], DATA[60:101]]) == "too_long"
    assert stands_at(upload) == 0


def test_it_says_after_a_few_bytes_that_a_film_is_no_photo(thing: Blob) -> None:
    upload = begun(thing, uid=(uid := uuid.uuid4()), length=10_000)
    assert code_of(append, upload=upload, offset=0, blocks=[b"MZ" + bytes(40)]) == "type"
    assert code_of(begun, thing=thing, uid=uid, length=10_000) == "type"
    assert code_of(stands_at, upload=upload) == "type"


def test_it_refuses_a_file_that_is_not_what_it_seems_and_says_so_again(
    thing: Blob, django_capture_on_commit_callbacks: Any
) -> None:
    lie = DATA[:40] + bytes(200)
    upload = begun(thing, lie)
    append(upload=upload, offset=0, blocks=[lie])
    with django_capture_on_commit_callbacks(execute=True):
        assert code_of(whole, upload=upload) == "damaged"
    assert code_of(begun, thing=thing, data=lie, uid=upload.uid) == "damaged"
    assert not path_of_part(upload.pk).exists() and Blob.objects.count() == 1


def test_it_begins_anew_when_the_whole_is_not_what_its_sender_has(thing: Blob) -> None:
    upload = begun(thing, checksum=hashlib.sha256(DATA).hexdigest())
    append(upload=upload, offset=0, blocks=[DATA[:-1] + b"?"])
    assert code_of(whole, upload=upload) == "checksum"
    assert stands_at(upload) == 0
    append(upload=upload, offset=0, blocks=[DATA])
    assert whole(upload).size


def test_it_counts_a_piece_only_when_its_checksum_holds(thing: Blob) -> None:
    upload = begun(thing)
    good = Checksum("sha1", hashlib.sha1(DATA[:100]).digest())
    assert code_of(append, upload=upload, offset=0, blocks=[DATA[:99]], checksum=good) == "checksum"
    assert stands_at(upload) == 0
    assert append(upload=upload, offset=0, blocks=[DATA[:50], DATA[50:100]], checksum=good) == 100
    assert [p.name for p in parts.folder().iterdir()] == [str(upload.pk)]


@pytest.mark.parametrize("step", ["fsync", "pwrite"])
def test_it_leaves_nothing_half_done_when_the_disk_is_full(thing: Blob, monkeypatch: Any, step: str) -> None:
    upload = begun(thing)
    append(upload=upload, offset=0, blocks=[DATA[:100]])
    real, calls = getattr(os, step), []

    def full(*given: Any) -> Any:
        calls.append(1)
        if step == "pwrite" and len(calls) == 1:
            return real(*given)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    assert code_of(append, upload=upload, offset=100, blocks=[DATA[100:150], DATA[150:]]) == "storage"
    monkeypatch.undo()
    assert stands_at(upload) == 100


def test_it_announces_nothing_the_disk_has_no_room_for(thing: Blob, monkeypatch: Any) -> None:
    monkeypatch.setattr(verbs, "free_bytes", lambda: verbs.SPARE_BYTES)
    assert code_of(begun, thing=thing) == "storage"
    assert not Upload.objects.exists()


def test_it_forgets_what_its_sender_gives_up(thing: Blob, django_capture_on_commit_callbacks: Any) -> None:
    upload = begun(thing)
    append(upload=upload, offset=0, blocks=[DATA[:100]])
    with django_capture_on_commit_callbacks(execute=True):
        abandon(by=SYSTEM, upload=Upload.objects.get())
    assert list(parts.folder().iterdir()) == [] and not Upload.objects.exists()
    assert code_of(append, upload=upload, offset=100, blocks=[b"x"]) in ("missing", "offset")


def test_it_never_gives_up_what_has_arrived(thing: Blob) -> None:
    upload = begun(thing)
    append(upload=upload, offset=0, blocks=[DATA])
    whole(upload)
    assert code_of(abandon, by=SYSTEM, upload=Upload.objects.get()) == "state"


def test_it_forgets_an_upload_two_weeks_after_its_last_byte(
    thing: Blob, django_capture_on_commit_callbacks: Any
) -> None:
    now = timezone.now()
    still, silent = begun(thing), begun(thing, uid=uuid.uuid4())
    Upload.objects.update(begun_at=now - timedelta(days=60))
    for upload, days in ((still, 13), (silent, 15)):
        append(upload=upload, offset=0, blocks=[DATA[:10]])
        then = (now - timedelta(days=days)).timestamp()
        os.utime(path_of_part(upload.pk), (then, then))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_stale() == 1
    assert list(Upload.objects.all()) == [still] and arrived(still.pk) == 10 and not arrived(silent.pk)


def test_it_sweeps_up_bytes_of_a_process_that_was_killed(thing: Blob) -> None:
    upload = begun(thing)
    append(upload=upload, offset=0, blocks=[DATA])
    whole(upload)
    # The process died between its commit and the removal.
    assert path_of_part(upload.pk).exists()
    assert forget_stale(now=timezone.now() + timedelta(hours=2)) == 0
    assert not path_of_part(upload.pk).exists()


def test_it_lets_a_new_connection_push_away_a_dead_one(thing: Blob) -> None:
    upload = begun(thing)
    reading, leave = threading.Event(), threading.Event()

    def dead() -> Iterator[bytes]:
        yield DATA[:100]
        reading.set()
        while not leave.wait(0.02):
            yield b""

    first = threading.Thread(target=parts_only, args=(upload, dead()), daemon=True)
    first.start()
    reading.wait(5)
    # A phone asks from a new connection while the old one hangs: it is told the truth and may go on.
    assert stands_at(upload) == 100
    leave.set()
    first.join(5)
    assert append(upload=upload, offset=100, blocks=[DATA[100:]]) == len(DATA)


def parts_only(upload: Upload, blocks: Iterator[bytes]) -> None:
    """As `append` does it, without the database that another thread of a test does not share."""
    with parts.held(upload.pk) as handle:
        parts.write_on(upload.pk, handle, upload.length, blocks)


def test_it_tells_a_second_phone_to_wait_when_the_first_does_not_let_go(
    thing: Blob, monkeypatch: Any
) -> None:
    upload = begun(thing)
    monkeypatch.setattr(parts, "PATIENCE_SECONDS", 0.1)
    with parts.held(upload.pk):
        assert code_of(append, upload=upload, offset=0, blocks=[b"x"]) == "busy"
        assert code_of(stands_at, upload=upload) == "busy"


@pytest.mark.parametrize("seed", range(4))
def test_it_is_exactly_the_file_when_many_go_on_with_it_at_once(thing: Blob, seed: int) -> None:
    upload, chance = begun(thing), random.Random(seed)

    def phone(sizes: list[int]) -> None:
        for size in sizes:
            here = arrived(upload.pk)
            with suppress(Refusal, parts.Busy), parts.held(upload.pk) as handle:
                go_on_at(here, os.fstat(handle).st_size)
                piece = DATA[here : here + size]
                parts.write_on(upload.pk, handle, len(DATA) - here, [piece[: size // 2], piece[size // 2 :]])

    phones = [
        threading.Thread(target=phone, args=([chance.randint(1, 400) for _n in range(30)],))
        for _p in range(5)
    ]
    for one in phones:
        one.start()
    for one in phones:
        one.join(60)
    here = stands_at(upload)
    assert here > 0 and path_of_part(upload.pk).read_bytes() == DATA[:here]
    append(upload=upload, offset=here, blocks=[DATA[here:]])
    assert path_of_part(upload.pk).read_bytes() == DATA


class Interrupted(TestCase):
    """Random cuts, repeats, wrong offsets and crashes: the file is exactly the file."""

    @settings(max_examples=40)
    @given(st.data())
    def test_it_is_exactly_the_file_after_any_interruptions(self, data: st.DataObject) -> None:
        thing = keep(by=SYSTEM, file=picture("red"), kind="photo", owner=OWNER)
        payload = DATA[: data.draw(st.integers(1, len(DATA)))]
        upload = begun(thing, payload, uid=uuid.uuid4())
        here = 0
        for _turn in range(200):
            here = stands_at(upload)
            if here == len(payload):
                break
            at = data.draw(st.one_of(st.just(here), st.integers(0, len(payload))), label="offset")
            piece = payload[at : at + data.draw(st.integers(0, 900), label="size")]
            cut = data.draw(st.integers(0, len(piece)), label="cut")
            checksum = data.draw(st.sampled_from([None, Checksum("sha256", hashlib.sha256(piece).digest())]))
            try:
                append(
                    upload=upload,
                    offset=at,
                    blocks=[piece[: cut // 2], b"", piece[cut // 2 : cut]],
                    checksum=checksum,
                )
            except Refusal as refusal:
                assert refusal.code in ("offset", "checksum")
            assert path_of_part(upload.pk).exists() is False or payload.startswith(
                path_of_part(upload.pk).read_bytes()
            )
        else:
            append(upload=upload, offset=here, blocks=[payload[here:]])
        assert path_of_part(upload.pk).read_bytes() == payload
