"""What is kept of a file, tested on real photos and on files made to do harm."""

from __future__ import annotations

import base64
import io
import struct
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from samleng.kit.media.rules import (
    LIMITS,
    Unsound,
    address,
    clean,
    headers,
    old_enough,
    true_type,
)
from samleng.kit.media.sounds import ogg_checksum


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 200), **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **how)
    return out.getvalue()


def paper(body: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\nstartxref\n9\n%%EOF\n"


def sound(seconds: float = 0.1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\1\2" * int(8000 * seconds))
    return out.getvalue()


def test_it_takes_place_and_camera_out_of_a_real_photo(shared_data: Path) -> None:
    brought = (shared_data / "photos" / "DSCN0010.jpg").read_bytes()
    with Image.open(io.BytesIO(brought)) as before:
        assert before.getexif().get_ifd(0x8825), "the photo must have a place to lose"
    kept = clean("photo", brought)
    with Image.open(io.BytesIO(kept.data)) as after:
        assert after.format == "WEBP"
        assert not dict(after.getexif())
        assert "xmp" not in after.info and "icc_profile" not in after.info
    assert b"GPS" not in kept.data and b"NIKON" not in kept.data


@pytest.mark.parametrize("name", ["landscape_3.jpg", "landscape_6.jpg", "portrait_8.jpg"])
def test_it_turns_a_photo_upright(shared_data: Path, name: str) -> None:
    kept = clean("photo", (shared_data / "photos" / name).read_bytes())
    assert kept.width and kept.height
    assert (kept.width > kept.height) == name.startswith("landscape")


def test_it_makes_a_large_photo_small_enough() -> None:
    kept = clean("photo", picture(size=(4000, 1000)))
    assert (kept.width, kept.height) == (2048, 512)


def test_it_draws_what_is_see_through_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean("photo", out.getvalue()).data)) as after:
        assert after.getpixel((10, 10)) == (255, 255, 255)


def test_it_gives_the_same_bytes_for_the_same_photo() -> None:
    assert clean("photo", picture()).sha256 == clean("photo", picture()).sha256


@pytest.mark.parametrize("kind", ["photo", "scan", "sound"])
def test_it_refuses_every_hostile_file(shared_data: Path, kind: str) -> None:
    for path in sorted((shared_data / "hostile_uploads").iterdir()):
        if path.suffix == ".md":
            continue
        data = path.read_bytes()
        if path.suffix == ".b64":
            data = base64.b64decode(data)
        with pytest.raises(Unsound) as refused:
            clean(kind, data)
        assert refused.value.code == "type", path.name


def test_it_refuses_a_small_file_that_unfolds_into_a_huge_picture() -> None:
    out = io.BytesIO()
    Image.new("1", (12000, 12000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Unsound) as refused:
        clean("photo", out.getvalue())
    assert refused.value.code == "too_many_pixels"


def test_it_refuses_a_header_that_claims_more_than_anything_can_hold() -> None:
    png = bytearray(picture("PNG"))
    png[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(Unsound) as refused:
        clean("photo", bytes(png))
    assert refused.value.code in ("too_many_pixels", "damaged")


def test_it_refuses_a_photo_cut_off() -> None:
    whole = picture(size=(800, 800), quality=95)
    with pytest.raises(Unsound) as refused:
        clean("photo", whole[: len(whole) // 2])
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("photo", b"", "empty"),
        ("photo", b"\0" * (LIMITS["photo"] + 1), "too_big"),
        ("photo", paper(), "type"),
        ("photo", sound(), "type"),
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        ("photo", b"\xff\xd8\xff" + b"<script>" * 40, "damaged"),
        ("scan", b"MZ\x90\0" * 100, "type"),
        ("scan", b"%PDF-1.7 and nothing more", "damaged"),
        ("scan", paper(b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), "active"),
        ("scan", paper(b"<</Type/EmbeddedFile>>"), "active"),
        ("sound", picture(), "type"),
        ("sound", b"RIFF\x10\0\0\0WAVEfmt ", "damaged"),
        ("sound", b"ID3\x04\0\0\0\0\0\0" + b"\0" * 400, "damaged"),
        ("sound", b"\0\0\0\x18ftypM4A " + b"\0" * 40, "damaged"),
        ("sound", b"OggS" + b"\0" * 60, "damaged"),
    ],
)
def test_it_says_why_a_file_is_not_kept(kind: str, data: bytes, code: str) -> None:
    with pytest.raises(Unsound) as refused:
        clean(kind, data)
    assert refused.value.code == code


def test_it_keeps_a_plain_scan_as_it_came_and_serves_it_only_as_a_download() -> None:
    kept = clean("scan", paper())
    assert kept.data == paper()
    sent = headers(kept.media_type, "plan")
    assert sent["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent["Content-Security-Policy"]
    assert headers("image/webp")["Content-Disposition"].startswith("inline")


def test_it_keeps_only_the_samples_of_a_wave_file() -> None:
    plain = sound()
    private = b"LIST" + struct.pack("<I", 12) + b"INFOplace 11"
    padded = plain[:36] + private + plain[36:]
    padded = b"RIFF" + struct.pack("<I", len(padded) - 8) + padded[8:]
    kept = clean("sound", padded)
    assert kept.data == plain
    with wave.open(io.BytesIO(kept.data)) as file:
        assert file.getnframes() == 800


def test_it_blanks_the_place_in_a_phone_recording_without_moving_the_samples() -> None:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    place = box(b"udta", box(b"\xa9xyz", b"+11.5449+104.8922/"))
    data = box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", box(b"mvhd", b"\0" * 20) + place)
    data += box(b"mdat", b"samples")
    kept = clean("sound", data)
    assert b"104.8922" not in kept.data
    assert len(kept.data) == len(data)
    assert kept.data.endswith(b"samples")


def test_it_cuts_the_tags_off_an_mp3() -> None:
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    tagged = b"ID3\x04\0\0\0\0\0\x0a" + b"Dara's home"[:10] + frame * 4 + b"TAG" + b"Dara".ljust(125, b"\0")
    kept = clean("sound", tagged)
    assert kept.data == frame * 4


def test_it_blanks_the_comments_of_an_opus_stream_and_keeps_its_checksums_right() -> None:
    def page(body: bytes, number: int) -> bytes:
        head = b"OggS\0\0" + b"\0" * 8 + struct.pack("<III", 7, number, 0) + b"\1" + bytes([len(body)])
        whole = bytearray(head + body)
        whole[22:26] = struct.pack("<I", ogg_checksum(bytes(whole)))
        return bytes(whole)

    comment = b"GEO=11.5,104.9"
    tags = b"OpusTags" + struct.pack("<I", 3) + b"lib" + struct.pack("<II", 1, len(comment)) + comment
    data = page(b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0", 0) + page(tags, 1) + page(b"sound", 2)
    kept = clean("sound", data).data
    assert b"GEO" not in kept and len(kept) == len(data)
    first = len(page(b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0", 0))
    second = bytearray(kept[first : first + len(page(tags, 1))])
    sealed = second[22:26]
    second[22:26] = bytes(4)
    assert struct.pack("<I", ogg_checksum(bytes(second))) == sealed


def test_it_spreads_files_over_folders_by_content() -> None:
    assert address("abcdef") == "ab/cd/abcdef"


def test_it_believes_bytes_and_not_names() -> None:
    assert true_type(picture("PNG")) == "image/png"
    assert true_type(b"GIF89a") == ""


def test_it_leaves_young_files_to_the_next_sweep() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert not old_enough(now - timedelta(minutes=59), now)
    assert old_enough(now - timedelta(minutes=60), now)
