"""Files made to do harm: each is refused, or what is kept of it is only a picture drawn anew."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from samleng.kit.media.rules import LIMITS, Unsound, clean

# What no kept file may hold: scripts, other files, entities, places, the test virus.
HARM = (
    *(b"<script", b"javascript:", b"onload=", b"<!ENTITY", b"<svg", b"PK\x03\x04", b"EICAR", b"<html"),
    *(b"http://evil", b"GPSLatitude"),
)


def kept(kind: str, data: bytes) -> bytes | None:
    """What is kept of the file; None when it is refused."""
    try:
        return clean(kind, data).data
    except Unsound:
        return None


def jpeg(**more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.html", "<html><script>alert(1)</script>")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with next to nothing in it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        mark = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", mark)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


def located() -> bytes:
    """A photo whose EXIF tells where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "http://evil"
    exif[0x013B] = "Dara"
    exif.get_ifd(0x8825).update({1: "N", 2: (11.0, 33.0, 0.0), 3: "E", 4: (104.0, 55.0, 0.0)})
    return jpeg(exif=exif, comment=b"<script>alert(1)</script>")


@pytest.mark.parametrize("kind", sorted(set(LIMITS) - {"file"}))
def test_it_refuses_or_draws_anew_every_file_that_others_made_to_do_harm(
    shared_data: Path, kind: str
) -> None:
    files = [path for path in (shared_data / "hostile_uploads").iterdir() if path.suffix != ".md"]
    assert len(files) >= 11
    for path in files:
        data = path.read_bytes()
        data = base64.b64decode(data) if path.suffix == ".b64" else data
        found = kept(kind, data)
        assert found is None, f"{path.name} was kept as a {kind}"


def test_it_draws_a_picture_anew_that_is_an_archive_too() -> None:
    for both in (jpeg() + archive(), jpeg(comment=archive()[:6000])):
        found = kept("photo", both)
        assert found is None or not any(one in found for one in HARM)
        if found:
            assert not zipfile.is_zipfile(io.BytesIO(found))


def test_it_keeps_neither_place_nor_name_nor_comment_of_a_photo() -> None:
    found = kept("photo", located())
    assert found is not None and not any(one in found for one in HARM) and b"Dara" not in found
    picture = Image.open(io.BytesIO(found))
    assert not dict(picture.getexif()) and not picture.info.get("comment")


def test_it_refuses_pictures_that_say_they_are_huge_before_they_unfold() -> None:
    for width, height in ((60_000, 60_000), (2**31 - 1, 1), (30_000, 30_000)):
        assert kept("photo", png_of(width, height)) is None


def test_it_refuses_pages_and_drawings_that_call_themselves_pictures() -> None:
    for data in (
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a/*<script>*/=1",
        b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        b"\xff\xd8\xff" + b"<?php system($_GET[0]) ?>" * 50,
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"",
    ):
        assert kept("photo", data) is None, data[:20]
        assert kept("scan", data) is None, data[:20]
