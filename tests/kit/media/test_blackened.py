"""A picture with black areas: nothing of what lay under them is left."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from samleng.kit.media.rules import Area, Unsound, blackened


def picture(colour: str = "white", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "WEBP", lossless=True)
    return out.getvalue()


def test_it_blackens_what_lies_under_and_nothing_else() -> None:
    image = Image.open(io.BytesIO(blackened(picture(), [Area(50, 0, 50, 50)])))
    assert image.getpixel((30, 5)) == (0, 0, 0)
    assert image.getpixel((5, 5)) == (255, 255, 255)
    assert image.getpixel((30, 25)) == (255, 255, 255)


@given(
    left=some.floats(0, 99.9),
    top=some.floats(0, 99.9),
    width=some.floats(0.1, 100),
    height=some.floats(0.1, 100),
)
def test_it_covers_every_started_pixel(left: float, top: float, width: float, height: float) -> None:
    image = Image.open(io.BytesIO(blackened(picture(size=(20, 20)), [Area(left, top, width, height)])))
    x, y = min(19, int(left * 20 / 100)), min(19, int(top * 20 / 100))
    assert image.getpixel((x, y)) == (0, 0, 0)


@pytest.mark.parametrize("area", [(-1, 0, 5, 5), (100, 0, 5, 5), (0, 0, 0, 5), (0, 0, 5, 101)])
def test_it_refuses_an_area_outside(area: tuple[float, float, float, float]) -> None:
    with pytest.raises(Unsound):
        Area(*area)


def test_it_refuses_what_is_no_picture() -> None:
    with pytest.raises(Unsound):
        blackened(b"%PDF-1.4 nothing", [Area(0, 0, 10, 10)])
