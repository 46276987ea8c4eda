"""What a file must be to be kept: its true type, its size, and what is taken out of it."""

from __future__ import annotations

import hashlib
import io
import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import puremagic
from PIL import Image, ImageDraw, ImageOps

from samleng.kit.media.sounds import SOUNDS, Silent, clean_sound

MIB = 1024 * 1024
# A "file" is kept as it came: nothing here opens it, and it is only ever downloaded.
LIMITS = {"photo": 16 * MIB, "scan": 24 * MIB, "sound": 12 * MIB, "file": 48 * MIB}
LONGEST_SIDE = {"photo": 2048, "scan": 4096}
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# A JPEG is decoded at a fraction of its size; the others unfold whole in memory.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
SOUND_BRANDS = (b"M4A ", b"isom", b"iso5", b"mp41", b"mp42", b"3gp4", b"3gp5")
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction\s*<<)\b")
EXTENSIONS = {
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    **SOUNDS,
}
# So many bytes show what a file is.
HEAD_BYTES = 16
# A file this young may belong to a row that is not committed yet.
GRACE = timedelta(hours=1)


class Unsound(Exception):
    """A file that is not kept; `code` says why: empty, too_big, type, damaged, too_many_pixels, active."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Brought:
    """A file's bytes on their way in, so that a verb given files can be sent twice."""

    data: bytes

    def content_digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def read(self, size: int = -1) -> bytes:
        return self.data if size < 0 else self.data[:size]


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """Bytes fit to be kept: their media type and, for pictures, their size in pixels."""

    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Fit:
    """A cleaned file with the SHA-256 (hex) of the bytes as they came."""

    cleaned: Cleaned
    source: str


@dataclass(frozen=True)
class Area:
    """A part of a picture, in hundredths of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        inside = 0 <= self.left < 100 and 0 <= self.top < 100
        if not (inside and 0 < self.width <= 100 and 0 < self.height <= 100):
            raise Unsound("area")

    def on(self, width: int, height: int) -> tuple[float, float, float, float]:
        """The corners on a picture of so many pixels; a started pixel is covered whole."""
        right, low = min(100.0, self.left + self.width), min(100.0, self.top + self.height)
        return (
            math.floor(self.left * width / 100),
            math.floor(self.top * height / 100),
            math.ceil(right * width / 100),
            math.ceil(low * height / 100),
        )


def fit_to_come(kind: str, length: int) -> None:
    """Raises `Unsound` when a file of this kind and length in bytes need not be sent at all."""
    if kind not in LIMITS:
        raise Unsound("type", found=kind[:20])
    if length <= 0:
        raise Unsound("empty")
    if length > LIMITS[kind]:
        raise Unsound("too_big", limit=LIMITS[kind] // MIB)


def plainly_other(kind: str, head: bytes) -> bool:
    """Whether the first bytes already show that this is no file of its kind; False while they are too few."""
    if len(head) < HEAD_BYTES:
        return False
    known = true_type(head)
    return known not in (SOUNDS if kind == "sound" else PICTURES) and not (
        kind == "scan" and known == "application/pdf"
    )


def true_type(data: bytes) -> str:
    """The media type the bytes themselves show, whatever their name says; "" if unknown."""
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if data[8:12] == b"WEBP" else "audio/wav"
    starts = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"%PDF-": "application/pdf",
        b"OggS": "audio/ogg",
        b"\x1aE\xdf\xa3": "audio/webm",
        b"ID3": "audio/mpeg",
        b"\xff\xfb": "audio/mpeg",
        b"\xff\xf3": "audio/mpeg",
        b"\xff\xf2": "audio/mpeg",
    }
    for start, media_type in starts.items():
        if data.startswith(start):
            return media_type
    return "audio/mp4" if data[4:8] == b"ftyp" and data[8:12] in SOUND_BRANDS else ""


def photo_or_scan(data: bytes) -> str:
    """The kind under which a picture or paper is kept: a PDF as a scan, the rest as a photo."""
    return "scan" if true_type(data) == "application/pdf" else "photo"


def guessed(data: bytes) -> str:
    """A name for the type of bytes that are not accepted, to tell the person what they brought."""
    try:
        return str(puremagic.from_string(data[:4096])).lstrip(".").upper()
    except Exception:  # the library raises several kinds for bytes it does not know
        return ""


def clean(kind: str, data: bytes) -> Cleaned:
    """The bytes made fit to be kept as a photo, scan, sound or plain file; raises `Unsound`."""
    if not data:
        raise Unsound("empty")
    if len(data) > LIMITS[kind]:
        raise Unsound("too_big", limit=LIMITS[kind] // MIB)
    if kind == "file":
        return Cleaned(data=data, media_type="application/octet-stream")
    media_type = true_type(data)
    if kind in LONGEST_SIDE and media_type in PICTURES:
        return clean_picture(data, PICTURES[media_type], LONGEST_SIDE[kind])
    if kind == "scan" and media_type == "application/pdf":
        return clean_paper(data)
    if kind == "sound" and media_type in SOUNDS:
        try:
            return Cleaned(data=clean_sound(media_type, data), media_type=media_type)
        except Silent as silent:
            raise Unsound("damaged") from silent
    raise Unsound("type", found=guessed(data))


def clean_picture(data: bytes, form: str, longest: int) -> Cleaned:
    """The picture drawn anew as WebP: turned upright, at most `longest` pixels a side, no metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=[form])
        if image.width * image.height > MOST_PIXELS[form]:
            raise Unsound("too_many_pixels", limit=MOST_PIXELS[form] // 1_000_000)
        image.draft("RGB", (longest, longest))
        image.load()
        image = ImageOps.exif_transpose(image)
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        image = on_white(image)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=80, method=2, exif=b"", icc_profile=None, xmp=b"")
    except Unsound:
        raise
    except Image.DecompressionBombError as bomb:
        raise Unsound("too_many_pixels", limit=MOST_PIXELS[form] // 1_000_000) from bomb
    except Exception as broken:  # decoders of others raise many kinds on hostile bytes
        raise Unsound("damaged") from broken
    return Cleaned(data=out.getvalue(), media_type="image/webp", width=image.width, height=image.height)


def blackened(data: bytes, areas: Iterable[Area]) -> bytes:
    """A cleaned picture with areas of it made black for good: drawn anew, nothing of them is underneath.

    Raises `Unsound` for bytes that are no picture and areas that lie outside.
    """
    form = PICTURES.get(true_type(data))
    if form is None:
        raise Unsound("type", found=guessed(data))
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as opened:
            image = on_white(opened)
            pen = ImageDraw.Draw(image)
            for area in areas:
                pen.rectangle(area.on(image.width, image.height), fill="black")
            out = io.BytesIO()
            image.save(out, "PNG", compress_level=1)
    except Unsound:
        raise
    except Exception as broken:  # decoders of others raise many kinds on hostile bytes
        raise Unsound("damaged") from broken
    return out.getvalue()


def on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        sheet = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(sheet, rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def clean_paper(data: bytes) -> Cleaned:
    """A PDF as it came, if it is whole and carries nothing that runs; it is only ever downloaded."""
    if b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]:
        raise Unsound("damaged")
    if ACTIVE_PDF.search(data):
        raise Unsound("active")
    return Cleaned(data=data, media_type="application/pdf")


def address(sha256: str) -> str:
    """Where content lies below the media root: "ab/cd/<sha256>"."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def headers(media_type: str, name: str = "file") -> dict[str, str]:
    """The response headers under which a kept file is safe to serve; papers only as a download."""
    inline = media_type.startswith(("image/", "audio/"))
    filename = f"{name}.{EXTENSIONS.get(media_type, 'bin')}"
    return {
        "Content-Type": media_type,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{filename}"',
        "Cache-Control": "private, max-age=86400",
    }


def old_enough(written: datetime, now: datetime) -> bool:
    """Whether a file on disk can no longer belong to a change that is still being made."""
    return now - written >= GRACE
