"""The tus door: what a phone with nothing but its cookie may send, and what it is told."""

from __future__ import annotations

import base64
import hashlib
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from samleng.ground.people.models import Device
from samleng.ground.people.verbs.keys import revoke_device
from samleng.kit.media.models import Blob, Upload
from samleng.kit.media.parts import arrived
from samleng.kit.media.verbs import path_of
from samleng.voices.scorecards.models import Photo, Recording, Scorecard
from tests.doors.field.sent import PIECE, Phone, code, enrolled, picture, told, voice
from tests.doors.web.facilitated import client_of
from tests.world import World

pytestmark = pytest.mark.django_db
DATA = picture()


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def card(world: World) -> Scorecard:
    return world.running_card()


@pytest.fixture
def phone(world: World, card: Scorecard) -> Phone:
    return Phone(enrolled(world.sophea))


def begun(phone: Phone, card: Scorecard, **how: Any) -> str:
    answer = phone.announce(card, DATA, **how)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def test_it_says_what_it_speaks() -> None:
    answer = Client().options("/app/files/")
    assert answer.status_code == 204
    assert (answer["Tus-Version"], answer["Tus-Resumable"]) == ("1.0.0", "1.0.0")
    assert answer["Tus-Max-Size"] == str(16 * 2**20)
    assert set(answer["Tus-Extension"].split(",")) == {
        *("creation", "creation-with-upload", "checksum", "termination", "expiration")
    }
    # No permission for scripts of other sites.
    assert not any(name.lower().startswith("access-control") for name in answer.headers)


def test_it_takes_a_photo_in_pieces_and_lays_it_on_the_card(phone: Phone, card: Scorecard) -> None:
    uid = uuid.uuid4()
    path = begun(phone, card, words={"uid": uid})
    assert path == f"/app/files/{uid}"
    first = phone.patch(path, 0, DATA[:1000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    assert first["Upload-Expires"].endswith("GMT")
    head = phone.head(path)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "1000", str(len(DATA)))
    assert head["Cache-Control"] == "no-store"
    last = phone.patch(path, 1000, DATA[1000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(DATA)))
    assert "Upload-Expires" not in last.headers
    photo = card.photos.get()
    assert photo.uid == uid and photo.blob.media_type == "image/webp"
    assert phone.head(path)["Upload-Offset"] == str(len(DATA))


def test_it_is_the_same_file_when_announced_again(phone: Phone, card: Scorecard) -> None:
    words = {"uid": uuid.uuid4()}
    path = begun(phone, card, words=words)
    phone.patch(path, 0, DATA[:10])
    again = phone.announce(card, DATA, words=words)
    assert (again.status_code, again["Location"]) == (200, path)
    phone.patch(path, 10, DATA[10:])
    assert phone.announce(card, DATA, words=words).status_code == 200
    assert phone.patch(path, len(DATA), b"").status_code == 204
    other = phone.announce(card, DATA, words=words, length=len(DATA) + 1)
    assert (other.status_code, code(other)) == (409, "conflict")
    assert Photo.objects.count() == Blob.objects.count() == Upload.objects.count() == 1


def test_it_takes_the_first_bytes_with_the_announcement(phone: Phone, card: Scorecard) -> None:
    words = {"uid": uuid.uuid4()}
    length, said = str(len(DATA)), told(kind="photo", card=card.pk, **words)
    headers = {"Upload_Length": length, "Upload_Metadata": said, "Content_Type": PIECE}
    answer = phone.call("POST", "/app/files/", DATA[:500], **headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "500")
    # Announced again with its first bytes, because the answer was lost: they are not written twice.
    again = phone.call("POST", "/app/files/", DATA[:500], **headers)
    assert (again.status_code, again["Upload-Offset"]) == (200, "500")
    assert phone.patch(answer["Location"], 500, DATA[500:]).status_code == 204
    assert card.photos.count() == 1


def test_it_goes_on_only_where_it_stands(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    phone.patch(path, 0, DATA[:100])
    answer = phone.patch(path, 50, DATA[50:])
    assert (answer.status_code, code(answer)) == (409, "offset")
    assert phone.head(path)["Upload-Offset"] == "100"


def test_it_drops_a_piece_that_was_damaged_on_its_way(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    for algorithm in ("sha1", "sha256"):
        digest = base64.b64encode(hashlib.new(algorithm, DATA[:100]).digest()).decode()
        bad = phone.patch(path, 0, DATA[1:101], Upload_Checksum=f"{algorithm} {digest}")
        assert (bad.status_code, code(bad)) == (460, "checksum")
    assert phone.head(path)["Upload-Offset"] == "0"
    assert phone.patch(path, 0, DATA[:100], Upload_Checksum=f"sha256 {digest}").status_code == 204
    unknown = phone.patch(path, 100, DATA[100:], Upload_Checksum="crc32 AAAA")
    assert (unknown.status_code, code(unknown)) == (400, "algorithm")


def test_it_begins_anew_when_the_whole_was_damaged(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card, words={"sha256": hashlib.sha256(DATA).hexdigest()})
    assert phone.patch(path, 0, b"?" * len(DATA)).status_code in (415, 460)
    path = begun(phone, card, words={"sha256": hashlib.sha256(DATA).hexdigest()})
    assert phone.patch(path, 0, DATA[:-1] + b"?").status_code == 460
    assert phone.head(path)["Upload-Offset"] == "0"
    assert phone.patch(path, 0, DATA).status_code == 204


def test_it_gives_an_unfinished_file_up(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    phone.patch(path, 0, DATA[:10])
    assert phone.call("DELETE", path).status_code == 204
    assert phone.head(path).status_code == 404
    assert phone.send(card, DATA).status_code == 204
    kept = phone.call("DELETE", f"/app/files/{card.photos.get().uid}")
    assert (kept.status_code, code(kept)) == (422, "state")


def test_it_lets_a_method_be_named_in_a_header(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    answer = phone.call(
        "POST", path, DATA, X_HTTP_Method_Override="PATCH", Upload_Offset="0", Content_Type=PIECE
    )
    assert answer.status_code == 204 and card.photos.count() == 1


@pytest.mark.parametrize("version", ["", "0.2.2"])
def test_it_refuses_what_does_not_speak_the_protocol(phone: Phone, card: Scorecard, version: str) -> None:
    # This header is also what keeps forms of other sites out: they cannot send it.
    answer = phone.announce(card, DATA, Tus_Resumable=version)
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"length": 0}, 422),
        ({"length": 10 * 2**30}, 413),
        ({"length": "many"}, 400),
        ({"length": "-1"}, 400),
        ({"words": {"kind": "film"}}, 415),
        ({"words": {"kind": "../../etc/passwd"}}, 415),
        ({"words": {"uid": "../../../../tmp/x"}}, 400),
        ({"words": {"card": "'; DROP TABLE"}}, 400),
        ({"words": {"card": uuid.UUID(int=1)}}, 404),
        ({"words": {"about": "../../etc/passwd"}}, 422),
        ({"words": {"sha256": "zz"}}, 400),
        ({"words": {"about": "x" * 4000}}, 400),
    ],
)
def test_it_refuses_with_a_reason(
    phone: Phone, card: Scorecard, root: Path, how: dict[str, Any], status: int
) -> None:
    answer = phone.announce(card, DATA, **how)
    assert answer.status_code == status, answer.content
    assert answer.json()["refusals"][0]["message"]
    assert not Upload.objects.exists() and not root.exists()


def test_it_never_keeps_a_file_s_name(phone: Phone, card: Scorecard, root: Path) -> None:
    path = begun(phone, card, words={"filename": "../../Sok Dara 012345678.png", "name": "/etc/passwd"})
    phone.patch(path, 0, DATA[:20])
    assert "filename" not in phone.head(path)["Upload-Metadata"]
    upload = Upload.objects.get()
    assert [p.name for p in root.rglob("*") if p.is_file()] == [str(upload.pk)]
    assert "Dara" not in str(vars(upload))


def test_it_reads_no_more_than_was_announced(phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    answer = phone.patch(path, 0, DATA + b"more")
    assert (answer.status_code, code(answer)) == (413, "too_long")
    wrong = phone.patch(path, 0, DATA, Content_Type="image/png")
    assert (wrong.status_code, code(wrong)) == (415, "media_type")
    assert phone.head(path)["Upload-Offset"] == "0"


def test_it_opens_to_no_one_without_a_phone(card: Scorecard, phone: Phone) -> None:
    path = begun(phone, card)
    for nobody in (Phone(), Phone("made up")):
        for answer in (nobody.announce(card, DATA), nobody.head(path), nobody.patch(path, 0, DATA)):
            assert answer.status_code == 401
    assert arrived(Upload.objects.get().pk) == 0


def test_it_closes_to_a_phone_that_was_lost(world: World, phone: Phone, card: Scorecard) -> None:
    path = begun(phone, card)
    revoke_device(by=world.by(world.sophea), device=Device.objects.get())
    assert phone.patch(path, 0, DATA).status_code == 401


def test_it_is_as_if_absent_to_others(world: World, phone: Phone, card: Scorecard) -> None:
    words = {"uid": uuid.uuid4()}
    path = begun(phone, card, words=words)
    strangers = [
        Phone(enrolled(world.unassigned)),
        Phone(client=client_of(world.stranger)),
        Phone(client=client_of(world.vuthy)),
    ]
    for other in strangers:
        for answer in (
            other.head(path),
            other.patch(path, 0, DATA),
            other.call("DELETE", path),
            other.announce(card, DATA),
            other.announce(card, DATA, words=words, length=3),
        ):
            assert answer.status_code == 404
    assert arrived(Upload.objects.get().pk) == 0


def test_it_opens_to_whoever_is_signed_in_and_may_write(world: World, card: Scorecard) -> None:
    officer = Phone(client=client_of(world.officer))
    assert officer.send(card, DATA).status_code == 204
    head = Phone(client=client_of(world.vuthy))
    assert head.send(world.running_card("provider"), DATA).status_code == 204


def test_it_lets_a_phone_alone_use_no_right_that_needs_a_second_step(world: World, card: Scorecard) -> None:
    from samleng.ground.people.verbs.accounts import seat
    from samleng.kit.ledger.rules import SYSTEM
    from tests.world import SINCE

    # An officer of the whole programme who also facilitates elsewhere: the phone holds only that seat.
    seat(
        by=SYSTEM, person=world.officer, role="facilitator", since=SINCE,
        programme=world.programme, area=world.other_commune,
    )  # fmt: skip
    assert Phone(enrolled(world.officer)).announce(card, DATA).status_code == 404


def test_it_says_busy_and_full_so_that_a_phone_tries_again(
    phone: Phone, card: Scorecard, settings: Any, monkeypatch: Any
) -> None:
    from samleng.kit.media import parts

    path = begun(phone, card)
    monkeypatch.setattr(parts, "PATIENCE_SECONDS", 0.1)
    with parts.held(Upload.objects.get().pk):
        assert (phone.patch(path, 0, DATA).status_code, phone.head(path).status_code) == (423, 423)
    settings.UPLOADS_AT_ONCE = 0
    full = phone.patch(path, 0, DATA)
    assert (full.status_code, full["Retry-After"]) == (503, "5")


def test_it_tells_a_lie_from_a_photo(phone: Phone, card: Scorecard) -> None:
    words = {"uid": uuid.uuid4()}
    begun(phone, card, words=words, length=4000)
    lie = phone.patch(f"/app/files/{words['uid']}", 0, b"MZ\x90" + bytes(997))
    assert (lie.status_code, code(lie)) == (415, "type")
    again = phone.announce(card, DATA, words=words, length=4000)
    assert (again.status_code, code(again)) == (415, "type")
    sound = phone.announce(card, voice(), "photo")
    assert phone.patch(sound["Location"], 0, voice()).status_code == 415
    assert not card.photos.exists()


def test_it_lays_a_sound_without_what_the_recorder_wrote_into_it(phone: Phone, card: Scorecard) -> None:
    uid, data = uuid.uuid4(), voice()
    assert phone.send(card, data, "sound", uid=uid, about="own-1").status_code == 204
    recording = Recording.objects.get()
    assert (recording.uid, recording.scorecard, recording.criterion) == (uid, card, "own-1")
    assert recording.blob.media_type == "audio/wav" and recording.blob.size < len(data)


def test_it_finishes_what_was_whole_when_its_process_was_killed(
    phone: Phone, card: Scorecard, monkeypatch: Any
) -> None:
    from samleng.voices.scorecards.verbs import laying

    path = begun(phone, card)
    with monkeypatch.context() as killed:
        killed.setattr(laying, "lay_whole", lambda **_given: None)
        phone.patch(path, 0, DATA)
    assert not card.photos.exists()
    # A client asks where it stands and, told that all is here, never writes again.
    assert phone.head(path)["Upload-Offset"] == str(len(DATA))
    assert card.photos.count() == 1


def test_it_keeps_nothing_of_where_a_photo_was_taken(
    phone: Phone, card: Scorecard, shared_data: Path
) -> None:
    for file in sorted((shared_data / "photos").glob("*.jpg")):
        before = Photo.objects.count()
        answer = phone.send(card, file.read_bytes())
        assert answer.status_code == 204, (file.name, answer.content)
        assert Photo.objects.count() == before + 1
    for blob in Blob.objects.all():
        with Image.open(path_of(blob)) as image:
            assert not dict(image.getexif()) and not {"exif", "xmp", "icc_profile"} & set(image.info)


def hostile(shared_data: Path) -> list[Path]:
    return [p for p in sorted((shared_data / "hostile_uploads").iterdir()) if p.suffix != ".md"]


@pytest.mark.parametrize("kind", ["photo", "sound"])
def test_it_refuses_every_hostile_file_and_keeps_nothing(
    phone: Phone, card: Scorecard, shared_data: Path, root: Path, kind: str,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    for file in hostile(shared_data):
        data = file.read_bytes()
        data = base64.b64decode(data) if file.suffix == ".b64" else data
        with django_capture_on_commit_callbacks(execute=True):
            answer = phone.send(card, data, kind)
        assert (answer.status_code, code(answer)) == (415, "type"), file.name
        assert answer.json()["refusals"][0]["remedy"]
    assert not Blob.objects.exists() and [p for p in root.rglob("*") if p.is_file()] == []
