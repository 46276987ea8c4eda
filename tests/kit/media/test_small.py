"""The small copy that others may be shown: drawn anew, marked, gone with the file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from samleng.kit.media.small import LONGEST_SIDE, folder
from samleng.kit.media.verbs import erase, keep, open_small
from samleng.kit.words.refusals import Refusal
from tests.doors.web.agreed import PDF

pytestmark = pytest.mark.django_db
TEAL = (0, 128, 128)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.HOME = tmp_path / "media", tmp_path


def photo(size: tuple[int, int] = (1600, 900)) -> Blob:
    out = io.BytesIO()
    Image.new("RGB", size, TEAL).save(out, "PNG")
    kept: Blob = keep(by=SYSTEM, file=out.getvalue(), kind="photo", owner="programme:1")
    return kept


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


def odd_pixels(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    reds = picture.crop(box).getchannel("R").tobytes()
    return sum(abs(red - TEAL[0]) > 20 for red in reds)


def test_it_is_small_and_drawn_anew() -> None:
    body = open_small(photo())
    assert body[8:12] == b"WEBP" and opened(body).size == (LONGEST_SIDE, 360)
    assert odd_pixels(opened(body), (0, 0, 640, 360)) == 0


def test_it_never_makes_a_little_picture_larger() -> None:
    assert opened(open_small(photo((64, 48)))).size == (64, 48)


def test_it_draws_the_mark_into_every_quarter() -> None:
    picture = opened(open_small(photo(), "SAMPLE"))
    for box in ((0, 0, 320, 180), (320, 0, 640, 180), (0, 180, 320, 360), (320, 180, 640, 360)):
        assert odd_pixels(picture, box) > 200, box


def test_it_shows_the_first_page_of_a_paper() -> None:
    paper = keep(by=SYSTEM, file=PDF, kind="scan", owner="programme:1")
    assert opened(open_small(paper)).size == (LONGEST_SIDE, LONGEST_SIDE)


def test_it_refuses_a_paper_that_cannot_be_drawn() -> None:
    broken = b"%PDF-1.4\nnothing at all\nstartxref\n9\n%%EOF\n"
    paper = keep(by=SYSTEM, file=broken, kind="scan", owner="programme:1")
    with pytest.raises(Refusal, match="cannot be shown as a picture"):
        open_small(paper)


def test_it_is_drawn_once_and_goes_with_the_file(monkeypatch: Any) -> None:
    blob = photo()
    first = open_small(blob), open_small(blob, "SAMPLE")
    assert first[0] != first[1]
    monkeypatch.setattr("samleng.kit.media.small.drawn", None)
    assert (open_small(blob), open_small(blob, "SAMPLE")) == first
    assert len(list(folder(blob.sha256).iterdir())) == 2
    erase(by=SYSTEM, blob=blob)
    assert not list(folder(blob.sha256).iterdir())
    with pytest.raises(Refusal, match="no longer kept"):
        open_small(Blob.objects.get())


def test_it_is_shown_although_no_copy_can_be_kept(monkeypatch: Any) -> None:
    def full(*_paths: Any) -> None:
        raise OSError("no space left")

    blob = photo()
    monkeypatch.setattr("samleng.kit.media.small.os.replace", full)
    assert opened(open_small(blob)).size == (640, 360)
    assert not list(folder(blob.sha256).iterdir())
