"""What a file sent beside a record or form may be, and how it is kept."""

from __future__ import annotations

import codecs

from samleng.kit.media.rules import true_type
from samleng.voices.forms.rules.reading import A_PIECE, Unreadable

FILMS = ("mp4", "m4v", "mov", "3gp", "3gpp", "webm", "mkv")
TEXTS = ("csv", "txt", "geojson", "json")
PAPERS = ("docx", "xlsx", "odt", "ods", "pptx")
ZIP = b"PK\x03\x04"


def kind_of(name: str, data: bytes) -> str:
    """How a file is kept: "photo", "scan", "sound" (cleaned) or "file" (as it came).

    The bytes decide, not the name; what is neither picture, sound, film, PDF, list nor office paper is
    Unreadable "type": programs and pages that run have no business in a form.
    """
    ending = name.rpartition(".")[2].lower()
    found = true_type(data)
    if found.startswith("image/"):
        return "photo"
    if found == "application/pdf":
        return "scan"
    film = data[4:8] == b"ftyp" or data.startswith(b"\x1aE\xdf\xa3")
    if film and ending in FILMS:
        return "file"
    if found.startswith("audio/"):
        return "sound"
    if film or data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "file"
    if (data.startswith(ZIP) and ending in PAPERS and b"[Content_Types].xml" in data) or is_odf(data, ending):
        return "file"
    if ending in TEXTS and is_plain(data):
        return "file"
    raise Unreadable("type", name=name[:80])


def is_odf(data: bytes, ending: str) -> bool:
    return ending in PAPERS and data.startswith(ZIP) and b"mimetypeapplication/vnd.oasis" in data[:120]


def is_plain(data: bytes) -> bool:
    """Text in UTF-8 that no browser would take for a page and no machine for a program."""
    start = data[:64].decode("utf-8-sig", "ignore").lstrip()[:2]
    if start.startswith(("<", "#!", "MZ", "X5")) or b"\x00" in data:
        return False
    # In pieces: a long list is not to lie in memory twice.
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for at in range(0, len(data), A_PIECE):
            decoder.decode(data[at : at + A_PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
