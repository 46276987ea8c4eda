"""Khmer (and Latin) text made comparable: one form for search, a skeleton for variant spellings.

The normal form is for comparing, searching and measuring; people are always shown the original.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import icu
from khmerspell import khnormal

ZWSP = "\u200b"
# Zero-width and soft signs that people type without knowing; U+17B4 and U+17B5 are inherent vowels
# that no font shows.
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u17b4\u17b5]")
SPACES = re.compile(r"\s+")
KHMER_RUN = re.compile("[\u1780-\u17ff\u19e0-\u19ff]+")
BASE = "\u1780-\u17a2\u17a5-\u17b3"
SYLLABLE = re.compile(f"[{BASE}](?:\u17d2[{BASE}]|[\u17b6-\u17d3\u17dd])*")
# No written syllable is longer; a longer run is noise, on which the reordering would be slow.
LONGEST_SYLLABLE = 24
DEPRECATED = str.maketrans({"\u17a3": "\u17a2", "\u17a4": "\u17a2\u17b6", "\u17a8": "\u17a7\u1780"})

LATIN_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")

_local = threading.local()


def to_latin(text: str) -> str:
    """The text with ០-៩ written as 0-9."""
    return text.translate(LATIN_DIGITS)


def to_khmer(text: str | int) -> str:
    """The text or number with 0-9 written as ០-៩."""
    return str(text).translate(KHMER_DIGITS)


@lru_cache(maxsize=16384)
def _syllable(written: str) -> str:
    if len(written) == 1 or len(written) > LONGEST_SYLLABLE:
        return written
    try:
        return str(khnormal(written))
    except Exception:  # a part of others must never make a name unreadable
        return written


def normalise(text: str) -> str:
    """One form for all encodings of the same look: signs in order, nothing invisible, single spaces.

    NFC is applied outside Khmer only: inside, it can part a subscript from its consonant.
    """
    if text.isascii():
        return SPACES.sub(" ", text).strip()
    text = INVISIBLE.sub("", text).translate(DEPRECATED)
    parts, end = [], 0
    for run in KHMER_RUN.finditer(text):
        parts.append(unicodedata.normalize("NFC", text[end : run.start()]))
        parts.append(SYLLABLE.sub(lambda found: _syllable(found.group()), run.group()))
        end = run.end()
    parts.append(unicodedata.normalize("NFC", text[end:]))
    return SPACES.sub(" ", "".join(parts)).strip()


def searchable(text: str) -> str:
    """The normal form without case, Latin accents and Khmer digits: what substring search compares."""
    return to_latin(_plain_latin(normalise(text)).casefold())


def _plain_latin(text: str) -> str:
    if text.isascii():
        return text
    # Only marks over Latin letters go; Khmer signs are marks too and carry the word.
    parts = unicodedata.normalize("NFD", text) if not KHMER_RUN.search(text) else None
    if parts is not None:
        return "".join(c for c in parts if not unicodedata.combining(c))
    return "".join(c if KHMER_RUN.match(c) else _letter(c) for c in text)


@lru_cache(maxsize=2048)
def _letter(char: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))


INDEPENDENT = str.maketrans(
    {
        "ឥ": "អិ",
        "ឦ": "អិ",
        "ឧ": "អុ",
        "ឩ": "អុ",
        "ឪ": "អុវ",
        "ឳ": "អុវ",
        "ឯ": "អែ",
        "ឰ": "អៃ",
        "ឱ": "អោ",
        "ឲ": "អោ",
        "ឫ": "រិ",
        "ឬ": "រិ",
        "ឭ": "លិ",
        "ឮ": "លិ",
        "ណ": "ន",
        "ឡ": "ល",
        "\u17b8": "\u17b7",  # long and short vowels of one pair
        "\u17ba": "\u17b9",
        "\u17bc": "\u17bb",
    }
)
# Shifters, bantoc, robat, toandakhiat, kakabat, ahsda, samyok sannya, viriam, bathamasat, atthacan.
SIGNS = re.compile("[\u17c9-\u17d1\u17d3\u17dd]")
DA_TA = re.compile("[ដត]\u17d2[ដត]")
DOUBLED = re.compile(f"([{BASE}])\u17d2\\1")
NOT_WORD = re.compile(r"[^0-9a-z\u1780-\u17d3]+")


def skeleton(text: str) -> str:
    """What stays of a name through its usual misspellings and romanisations; for matching only.

    Khmer: merges doubled consonants, ដ្ដ/ត្ត, ណ/ន, ឡ/ល, long and short vowels, independent vowels,
    and drops signs. Latin: one class of vowels, no aspiration, no doubled letters, no spaces.
    """
    plain = NOT_WORD.sub("", searchable(text).translate(INDEPENDENT))
    plain = SIGNS.sub("", plain)
    plain = DOUBLED.sub(r"\1", DA_TA.sub("ត", plain))
    return _latin_skeleton(plain) if re.search("[a-z]", plain) else plain


LATIN_STEPS = [
    (re.compile(r"ti(?=[aeou])"), "c"),  # Kratie is Krachéh
    (re.compile(r"ch|tj"), "c"),
    (re.compile(r"(?<=[a-z])h"), ""),
    (re.compile(r"n(?=[dt])"), ""),  # Modul Kiri is Mondulkiri
    (re.compile(r"[aeiouy]+"), "a"),
    (re.compile(r"[dt]+"), "t"),
    (re.compile(r"[pb]+"), "p"),
    (re.compile(r"[wvf]+"), "v"),
    (re.compile(r"[zs]+"), "s"),
    (re.compile(r"(?<!n)g|q"), "k"),
    (re.compile(r"([a-z])\1+"), r"\1"),
]


def _latin_skeleton(text: str) -> str:
    for pattern, instead in LATIN_STEPS:
        text = pattern.sub(instead, text)
    return text


def _breaker(kind: str) -> icu.BreakIterator:
    # A break iterator holds the text it works on, so each thread has its own.
    kept = getattr(_local, kind, None)
    if kept is None:
        make = {
            "graphemes": icu.BreakIterator.createCharacterInstance,
            "words": icu.BreakIterator.createWordInstance,
        }[kind]
        kept = make(icu.Locale("km"))
        setattr(_local, kind, kept)
    return kept


def grapheme_length(text: str) -> int:
    """How many signs a reader counts: invisible ones not at all, a consonant with its subscripts once."""
    text = INVISIBLE.sub("", text)
    if text.isascii():
        return len(text)
    breaker = _breaker("graphemes")
    shown = icu.UnicodeString(text)
    breaker.setText(shown)
    return sum(1 for end in breaker if end >= len(shown) or shown[end - 1] != "\u17d2")


def sort_key(text: str, language: str = "km") -> str:
    """A key in hex that sorts as readers of the language expect; ICU collation, in any database."""
    collators = _local.__dict__.setdefault("collators", {})
    if language not in collators:
        collators[language] = icu.Collator.createInstance(icu.Locale(language))
    key: bytes = collators[language].getSortKey(normalise(text))
    return key.hex()


def word_breaks(text: str) -> str:
    """The text with U+200B between Khmer words, so that every reader and printer can break lines."""
    if not KHMER_RUN.search(text):
        return text
    text = text.replace(ZWSP, "")
    breaker = _breaker("words")
    shown = icu.UnicodeString(text)
    breaker.setText(shown)
    parts: list[str] = []
    start = 0
    for end in breaker:
        part = str(shown[start:end])
        if parts and KHMER_RUN.fullmatch(part[0]) and KHMER_RUN.fullmatch(parts[-1][-1]):
            parts.append(ZWSP)
        parts.append(part)
        start = end
    return "".join(parts)
