"""Pictures of a demo: drawn, and marked SAMPLE all over; nobody's photo stands in one."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def sample_picture(text: str) -> bytes:
    """A drawn picture that says SAMPLE and what it stands for, as a PNG."""
    image = Image.new("RGB", (1200, 800), (246, 240, 226))
    pen = ImageDraw.Draw(image)
    for row in range(6):
        pen.rectangle((90, 120 + row * 100, 1110, 190 + row * 100), outline=(90, 90, 90), width=3)
    for at in range(-400, 1200, 300):
        pen.text((at + 300, at // 2 + 250), f"SAMPLE  {text}", fill=(178, 60, 40), font_size=54)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
