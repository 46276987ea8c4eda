"""Words, numbers, money and dates as the reader's language writes them."""

import datetime as dt
import re
import threading
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import icu
from django import template
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
KHMER_RUN = re.compile(r"[\u1780-\u17ff\u200b\u200c\u200d]+")
MONEY = {"KHR": {"km": "រៀល", "en": "KHR"}, "USD": {"km": "ដុល្លារ", "en": "USD"}}
# ICU's objects may not be shared between threads, and each takes longer to make than to use.
_own = threading.local()


def _language() -> str:
    return (translation.get_language() or "en").split("-")[0]


def _chosen(words: object) -> tuple[str, str]:
    """The language tag and the text a reader gets: theirs, else English, else any; no tag for plain text."""
    if not isinstance(words, Mapping):
        return "", "" if words is None else str(words)
    for tag in (_language(), "en", *sorted(words)):
        text = words.get(tag)
        if text:
            return tag, str(text)
    return "", ""


@register.filter
def say(words: object) -> str:
    """A words dict {"km": "...", "en": "..."} in the reader's language, else in any it has."""
    return _chosen(words)[1]


@register.filter
def say_html(words: object) -> SafeString:
    """As `say`, inside <span lang> where the text is in another language, so that it is read out right."""
    tag, text = _chosen(words)
    if tag and tag != _language():
        return format_html('<span lang="{}">{}</span>', tag, text)
    return conditional_escape(text)


def exact(value: object) -> Fraction | None:
    """The number as it stands, never rounded; None where there is none to read."""
    try:
        return Fraction(value) if isinstance(value, (int, Fraction)) else Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _written(number: Fraction, most: int) -> str:
    """At most that many decimals, none that are only zeros: 12,345.6."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):,.{most}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def digits(value: object, style: str = "latin") -> str:
    """A number with thousands in commas and at most two decimals; `digits:"khmer"` writes ០-៩."""
    number = exact(value)
    if number is None:
        return "" if value is None else str(value)
    text = _written(number, 2)
    return text.translate(KHMER_DIGITS) if style == "khmer" else text


@register.filter
def median(value: object) -> str:
    """A median as it is, half steps and all: 3, 3.5, 3.25; "–" where there is none to show."""
    number = None if value is None or value == "" else exact(value)
    return "–" if number is None else _written(number, 2)


@register.filter
def money(amount: object, currency: object = "KHR") -> str:
    """An amount with its currency, a code or a words dict: 12,500,000 រៀល."""
    if amount is None or amount == "":
        return "–"
    unit = MONEY.get(str(currency), currency) if not isinstance(currency, Mapping) else currency
    return f"{digits(amount)} {say(unit)}"


@register.filter
def riel(amount: object) -> str:
    """An amount in riel: 12,500,000 រៀល or 12,500,000 KHR."""
    return money(amount, "KHR")


def _formats() -> dict[str, icu.SimpleDateFormat]:
    kept: dict[str, icu.SimpleDateFormat] | None = getattr(_own, "dates", None)
    if kept is None:
        kept = _own.dates = {}
    return kept


def _dated_by_icu(day: dt.date, pattern: str) -> str:
    key = f"{_language()}|{pattern}"
    formats = _formats()
    if key not in formats:
        formats[key] = icu.SimpleDateFormat(pattern, icu.Locale(_language()))
        formats[key].setTimeZone(icu.TimeZone.getGMT())
    moment = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    return str(formats[key].format(moment.timestamp()))


PATTERNS = {"long": "d MMMM y", "short": "dd/MM/y", "month": "MMMM y", "day": "EEEE d MMMM"}


@register.filter
def dated(value: dt.date | None, style: str = "long") -> str:
    """A date in the reader's language and zone: "long", "short", "month", "day", "time" (with the hour)."""
    if not value:
        return "–"
    clock = ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        clock = f"{value:%H:%M}" if style == "time" else ""
    text = _dated_by_icu(value, PATTERNS.get(style, PATTERNS["long"]))
    return f"{text}, {clock}" if clock else text


def broken_khmer(text: str, between: str = "\u200b") -> str:
    """The text with a mark between Khmer words, found by ICU's dictionary; other writing is untouched."""
    if not hasattr(_own, "words"):
        _own.words = icu.BreakIterator.createWordInstance(icu.Locale("km"))

    def cut(run: re.Match[str]) -> str:
        plain = run.group().replace("\u200b", "")
        _own.words.setText(plain)
        start, parts = 0, []
        for end in _own.words:
            parts.append(plain[start:end])
            start = end
        return between.join(parts)

    return KHMER_RUN.sub(cut, text)


@register.filter(needs_autoescape=True)
def khmer_breaks(text: object, autoescape: bool = True) -> SafeString:
    """Print only: <wbr> between Khmer words, for engines that do not know where they end."""
    safe = conditional_escape(str(text)) if autoescape else str(text)
    return mark_safe(broken_khmer(safe, "<wbr>"))  # noqa: S308  drawn or escaped here
