"""What in words that are to become public may point at somebody: numbers, addresses, titles, names."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
# A telephone or a document's number; written with blanks, dots or strokes between.
NUMBER = re.compile(r"(?<![\w-])\+?\d(?:[\s.\-/]?\d){6,}(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
LINK = re.compile(r"(?:https?://|www\.|t\.me/|fb\.com/)\S+", re.I)
PLATE = re.compile(r"\b\d?[A-Z]{1,3}[\s-]?\d{4}\b")
# Titles stand before names, in the languages people write here.
TITLES = ("លោកស្រី", "លោក", "អ្នកស្រី", "កញ្ញា", "ឯកឧត្តម", "ឈ្មោះ")
TITLED = re.compile(
    rf"(?:{'|'.join(TITLES)})[^\s,.។]{{0,24}}|\b(?:Mr|Mrs|Ms|Dr|Chief|Mayor|named)\b\.?\s+\w+", re.U
)
CALLED = re.compile(r"\b[A-Z][a-z]{1,15}(?:\s+[A-Z][a-z]{1,15})+\b")


@dataclass(frozen=True)
class Telling:
    """A piece of the words that may tell who is meant; `kind`: number, email, link, plate, name."""

    kind: str
    text: str


def telling(text: str) -> list[Telling]:
    """Everything in the text that somebody should look at before everyone reads it, in its order."""
    plain = text.translate(DIGITS)
    found: list[tuple[int, Telling]] = []
    for kind, pattern in (
        ("email", EMAIL), ("link", LINK), ("number", NUMBER), ("plate", PLATE), ("name", TITLED),
        ("name", CALLED),
    ):  # fmt: skip
        for one in pattern.finditer(plain):
            if not any(start <= one.start() < start + len(kept.text) for start, kept in found):
                found.append((one.start(), Telling(kind, text[one.start() : one.end()])))
    return [kept for _start, kept in sorted(found, key=lambda pair: pair[0])]
