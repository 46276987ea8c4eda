"""The small copy of a photo or paper that others may see: drawn anew, marked, kept until it is erased."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from samleng.kit.media.models import Blob
from samleng.kit.media.rules import on_white
from samleng.kit.words.refusals import Refusal

LONGEST_SIDE = 640
MARK_COLOUR = (147, 40, 63, 120)
# A page is drawn in 50 ms; a file made to be slow must not hold the reader's line.
PATIENCE_SECONDS = 20


def folder(sha256: str) -> Path:
    return Path(settings.HOME) / "cache" / "small" / sha256[:2]


def small_copy(blob: Blob, data: bytes, mark: str = "") -> bytes:
    """WebP, at most 640 pixels a side; of a paper its first page. `mark` is drawn all over it."""
    path = folder(blob.sha256) / f"{blob.sha256}{'-' + mark if mark else ''}.webp"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    body = drawn(data, blob.media_type, mark)
    lay_by(path, body)
    return body


def lay_by(path: Path, body: bytes) -> None:
    """Keep the copy whole or not at all; a disk that refuses costs the next reader a drawing, no more."""
    spare = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as half:
            spare = half.name
            half.write(body)
        os.replace(spare, path)
    except OSError:
        if spare:
            Path(spare).unlink(missing_ok=True)


def forget_small(sha256: str) -> None:
    """The small copies go with the file they were drawn from."""
    for path in folder(sha256).glob(f"{sha256}*"):
        path.unlink(missing_ok=True)


def drawn(data: bytes, media_type: str, mark: str = "") -> bytes:
    """The small picture itself; a Refusal for a file that cannot be drawn."""
    try:
        picture = Image.open(io.BytesIO(first_page(data) if media_type == "application/pdf" else data))
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        made = marked(on_white(picture), mark) if mark else on_white(picture)
        out = io.BytesIO()
        made.save(out, "WEBP", quality=70, method=4, exif=b"", icc_profile=None, xmp=b"")
    except Exception as broken:  # decoders of others raise many kinds on hostile bytes
        raise Refusal(
            _("This file cannot be shown as a picture."),
            field="proof",
            remedy=_("Photograph the paper, and send the photo."),
            code="damaged",
        ) from broken
    return out.getvalue()


def marked(picture: Image.Image, mark: str) -> Image.Image:
    """The mark across the whole picture, so that no cut-out of it can pass for a real one."""
    size = max(16, max(picture.size) // 14)
    side = picture.width + picture.height
    sheet = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, side, size * 3)):
        for x in range(-(row % 2) * size * 3, side, size * 6):
            pen.text((x, y), mark, fill=MARK_COLOUR, font_size=size)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    turned = sheet.rotate(24).crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")


def first_page(data: bytes) -> bytes:
    """A PDF's first page as PNG, drawn in a child process that may take neither long nor the site with it."""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "paper.pdf").write_bytes(data)
        Path(place, "page.typ").write_text(
            '#set page(width: 320pt, height: auto, margin: 0pt)\n#image("paper.pdf", width: 320pt, alt: "")\n'
        )
        code = "import sys, typst; typst.compile('page.typ', output='page.png', format='png', ppi=144)"
        command = [sys.executable, "-I", "-c", code]
        subprocess.run(command, cwd=place, check=True, timeout=PATIENCE_SECONDS, capture_output=True)
        return Path(place, "page.png").read_bytes()
