"""One cell of a table turned into the value its column stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.khmer import INVISIBLE, grapheme_length, searchable, to_latin
from samleng.kit.words.text import clean, filled

TEXT, CODE, NUMBER, INTEGER, DATE, BOOL, LIST = "text", "code", "number", "integer", "date", "bool", "list"
YES = {"1", "true", "yes", "y", "x", "បាទ", "ចាស", "មាន"}
NO = {"0", "false", "no", "n", "", "ទេ", "គ្មាន"}
EXPONENT = re.compile(r"\d(\.\d+)?e[+]?\d+", re.IGNORECASE)
POINT_ZERO = re.compile(r"(\d+)\.0+")
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a column holds and how it may be headed.

    `heading`: how the file heads it, where that is not the column's own name; `filled`: every row
    needs a value (as `required`, unless said); `pad`: the lengths a code of digits may have, so that
    a leading zero the spreadsheet dropped is put back; `unique`: no value twice; `choices`: allowed
    values by what people write; `shown`: what a formula last showed will do.
    """

    required: bool = True
    kind: str = TEXT
    heading: str = ""
    aliases: tuple[str, ...] = ()
    filled: bool | None = None
    unique: bool = False
    pad: tuple[int, ...] = ()
    choices: Mapping[str, str] | None = None
    longest: int = 2000
    shown: bool = False

    @property
    def needs_value(self) -> bool:
        return self.required if self.filled is None else self.filled


class Unreadable(Exception):
    """A cell that cannot be what its column says: message and remedy for people, code for programs."""

    def __init__(self, message: Any, remedy: Any, code: str) -> None:
        super().__init__(code)
        self.message, self.remedy, self.code = message, remedy, code


def read_cell(raw: Any, column: Column) -> Any:
    """The value of a cell; "" (text, code), None (number, date) or [] (list) for an empty one."""
    if isinstance(raw, str):
        raw = clean(raw)
        if raw.startswith("=") and len(raw) > 1:
            raise Unreadable(
                _("The cell holds a formula."), _("Copy the column and paste it as values."), "formula"
            )
    if raw is None or (isinstance(raw, str) and not INVISIBLE.sub("", raw).strip()):
        if column.needs_value:
            raise Unreadable(_("The cell is empty."), _("Fill it in."), "empty")
        return {LIST: [], TEXT: "", CODE: "", BOOL: False}.get(column.kind)
    value = READERS[column.kind](raw, column)
    if column.choices is not None:
        folded = {searchable(key): chosen for key, chosen in column.choices.items()}
        if searchable(str(value)) not in folded:
            raise Unreadable(
                filled(_("“%(value)s” is not one of the values of this column."), value=str(value)[:60]),
                filled(_("Use one of: %(choices)s."), choices=", ".join(list(column.choices)[:20])),
                "choice",
            )
        value = folded[searchable(str(value))]
    return value


def _plain(raw: Any) -> str:
    # Spreadsheets keep every number as a floating one: 301 comes as 301.0.
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat(" ", "minutes")
    return str(raw)


def _text(raw: Any, column: Column) -> str:
    text = _plain(raw)
    if grapheme_length(text) > column.longest:
        raise Unreadable(
            filled(_("The text is longer than %(longest)d letters."), longest=column.longest),
            _("Shorten it."),
            "too_long",
        )
    return text


def _code(raw: Any, column: Column) -> str:
    code = re.sub(r"\s+", "", INVISIBLE.sub("", to_latin(_plain(raw))))
    if EXPONENT.fullmatch(code):
        raise Unreadable(
            filled(_("The spreadsheet program has shortened the code to “%(code)s”."), code=code),
            _("Format the column as text and write the whole code."),
            "shortened",
        )
    if whole := POINT_ZERO.fullmatch(code):
        code = whole.group(1)
    if column.pad and code.isdigit():
        length = next((one for one in sorted(column.pad) if one >= len(code)), 0)
        # One zero in front is what spreadsheets drop; more is another mistake.
        if length - len(code) == 1:
            code = f"0{code}"
    if len(code) > 60:
        raise Unreadable(_("A code is not that long."), _("Write the code only."), "too_long")
    return code


def _number(raw: Any, column: Column) -> Decimal:
    text = re.sub(r"[\s\u00a0\u202f]", "", INVISIBLE.sub("", to_latin(_plain(raw))))
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Unreadable(
            filled(_("“%(value)s” is not a number."), value=str(raw)[:60]),
            _("Write digits only, such as 1250 or ១២៥០."),
            "number",
        )
    return number


def _integer(raw: Any, column: Column) -> int:
    number = _number(raw, column)
    if number != number.to_integral_value():
        raise Unreadable(
            filled(_("“%(value)s” is not a whole number."), value=str(raw)[:60]),
            _("Write a whole number."),
            "integer",
        )
    return int(number)


def _date(raw: Any, column: Column) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = to_latin(INVISIBLE.sub("", str(raw))).strip()
    try:
        if found := DAY_FIRST.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d[ T].*", text) else text)
    except ValueError:
        raise Unreadable(
            filled(_("“%(value)s” is not a date."), value=str(raw)[:60]),
            _("Write it as 2026-05-31 or 31/05/2026."),
            "date",
        ) from None


def _bool(raw: Any, column: Column) -> bool:
    said = searchable(_plain(raw))
    if said in YES or said in NO:
        return said in YES
    raise Unreadable(
        filled(_("“%(value)s” is neither yes nor no."), value=str(raw)[:60]), _("Write yes or no."), "bool"
    )


def _list(raw: Any, column: Column) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]+", _plain(raw)) if part.strip()]


READERS = {
    TEXT: _text,
    CODE: _code,
    NUMBER: _number,
    INTEGER: _integer,
    DATE: _date,
    BOOL: _bool,
    LIST: _list,
}
