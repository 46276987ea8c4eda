"""How another system's file is read: which column is what, and their words in ours. One TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.rules.former import ENDED, FORMER
from samleng.answers.cases.rules.story import ANSWER, CLAIMED
from samleng.doors.exchange.guards import read_text
from samleng.doors.exchange.tables import fold
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

LARGEST = 256 * 1024
REST = "*"
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
NEEDED = ("id", "opened")
COLUMNS = (
    *("id", "opened", "closed", "due", "status", "category", "latitude", "longitude", "point", "place"),
    *("words", "address", "photo", "answer"),
)
# Where several columns are named: words are read one after the other, of days the first that is filled in.
SEVERAL = ("words", "opened", "closed", "due")
# Times that are numbers of seconds, or of their thousandths, since 1970.
SECONDS, THOUSANDTHS = "unix", "unix_ms"
# In which a file may be written that is not in UTF-8.
ENCODINGS = (
    *("utf-16", "iso-8859-1", "iso-8859-15", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257"),
    *("cp1258", "cp874", "cp437", "cp850", "mac-roman", "gb18030", "big5", "shift_jis", "euc-kr"),
)
KEYS = (
    "source",
    "language",
    "time_zone",
    "times",
    "office",
    "place",
    "published",
    "encoding",
    "decimal",
    "missing",
    "columns",
    "categories",
    "statuses",
)


@dataclass(frozen=True, kw_only=True)
class Past:
    """How another system's file is read.

    `columns` are headings by what they hold; `categories` and `statuses` their words, folded, in ours ("*"
    stands for the rest). `published`: that system showed the words to everybody. `office` and `place` are
    codes; without an office the duties say whose each request is. `encoding`: "" is UTF-8; `decimal` stands
    before the parts of a number; `missing` are values, folded, that say that nothing is known.
    """

    source: str
    language: str
    zone: ZoneInfo
    times: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str]
    statuses: Mapping[str, tuple[str, str]]
    office: str = ""
    place: str = ""
    published: bool = False
    encoding: str = ""
    decimal: str = "."
    missing: frozenset[str] = frozenset()

    def category_of(self, theirs: str) -> str | None:
        return self.categories.get(fold(theirs), self.categories.get(REST))

    def status_of(self, theirs: str) -> tuple[str, str] | None:
        """The state, and how it ended where it has."""
        return self.statuses.get(fold(theirs), self.statuses.get(REST))


@dataclass
class Look:
    """One look at the file, which gathers what is wrong with it."""

    data: Mapping[str, Any]
    faults: list[Refusal] = field(default_factory=list)

    def wrong(self, name: str, message: Any, remedy: Any, code: str = "mapping") -> None:
        self.faults.append(Refusal(message, field=f"mapping: {name}", remedy=remedy, code=code))

    def text(self, name: str, otherwise: str = "") -> str:
        given = self.data.get(name, otherwise)
        if not isinstance(given, str):
            self.wrong(name, _("This is not a text."), _("Write it between quotation marks."))
            return otherwise
        return given.strip()

    def table(self, name: str) -> Mapping[str, Any]:
        given = self.data.get(name, {})
        if not isinstance(given, Mapping):
            self.wrong(name, _("This is not a table."), filled(_("Begin it with [%(name)s]."), name=name))
            return {}
        return given


def read_mapping(path: Path | str) -> Past:
    """The mapping, or Refusals with everything that is wrong with it."""
    look = Look(parsed(Path(path)))
    for name in look.data:
        if name not in KEYS:
            look.wrong(name, _("No mapping has this part."), known(KEYS))
    source = look.text("source")
    if not SOURCE.fullmatch(source):
        look.wrong(
            "source", _("The other system has no name here, or not a plain one."),
            _("Give it up to forty small letters, digits and hyphens, always the same for one system."),
        )  # fmt: skip
    past = Past(
        source=source,
        language=language_of(look),
        zone=zone_of(look),
        times=times_of(look),
        office=look.text("office"),
        place=look.text("place"),
        published=look.data.get("published") is True,
        encoding=one_of(look, "encoding", "", ("utf-8", *ENCODINGS)).replace("utf-8", ""),
        decimal=one_of(look, "decimal", ".", (".", ",")),
        missing=missing_in(look),
        columns=columns_of(look),
        categories=categories_of(look),
        statuses=statuses_of(look),
    )
    if look.data.get("published", False) not in (True, False):
        look.wrong("published", _("This is neither true nor false."), _("Write true or false."))
    if look.faults:
        raise Refusals(look.faults)
    return past


def parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_text(path, LARGEST))
    except tomllib.TOMLDecodeError as error:
        raise Refusal(
            filled(_("The mapping is no sound TOML: %(why)s."), why=str(error)),
            field="mapping", code="mapping", remedy=_("Correct it at the line named."),
        ) from error  # fmt: skip


def language_of(look: Look) -> str:
    language = look.text("language", settings.LANGUAGE_CODE)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", language):
        look.wrong("language", _("This is no language's tag."), _("Write for example en or km."))
    return language


def zone_of(look: Look) -> ZoneInfo:
    name = look.text("time_zone", settings.TIME_ZONE)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        look.wrong("time_zone", _("There is no such time zone."), _("Write for example Europe/London."))
        return ZoneInfo("UTC")


def one_of(look: Look, name: str, otherwise: str, choices: tuple[str, ...]) -> str:
    """One of a few words, or what holds where nothing is said."""
    given = look.text(name, otherwise).lower()
    if given and given not in choices:
        look.wrong(name, _("This is not known here."), known(choices))
        return otherwise
    return given


def missing_in(look: Look) -> frozenset[str]:
    given = look.data.get("missing", [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        look.wrong("missing", _("This is no list of values."), _('Write for example ["NULL", "N/A", "-"].'))
        return frozenset()
    return frozenset(fold(one) for one in given)


def times_of(look: Look) -> tuple[str, ...]:
    """The forms in which it writes times; without any, as ISO 8601 does."""
    given = look.data.get("times", [])
    sound = isinstance(given, list) and all(
        isinstance(one, str) and ("%" in one or one in (SECONDS, THOUSANDTHS)) for one in given
    )
    if not sound:
        look.wrong(
            "times", _("This is no list of forms of time."), _('Write for example ["%m/%d/%Y %H:%M"].')
        )
        return ()
    return tuple(given)


def columns_of(look: Look) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, given in look.table("columns").items():
        headings = given if isinstance(given, list) and name in SEVERAL else [given]
        if name not in COLUMNS:
            look.wrong(f"columns.{name}", _("No column is called so here."), known(COLUMNS))
        elif not headings or not all(isinstance(one, str) and one.strip() for one in headings):
            look.wrong(
                f"columns.{name}", _("This names no column."), _("Write the heading as the file has it.")
            )
        else:
            found[name] = tuple(headings)
    for name in NEEDED:
        if name not in look.table("columns"):
            look.wrong(
                f"columns.{name}", _("It does not say which column holds this."),
                _("Write the heading as the file has it."), "missing_column",
            )  # fmt: skip
    if ("latitude" in found) != ("longitude" in found):
        look.wrong(
            "columns",
            _("Half a point is no place on the map."),
            _("Name latitude and longitude, or neither."),
        )
    return found


def categories_of(look: Look) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for theirs, ours in look.table("categories").items():
        if isinstance(ours, str) and ours:
            found[key_of(theirs)] = ours
        else:
            look.wrong(f"categories.{theirs}", _("This is no category."), _("Write the code of one of ours."))
    if not found:
        look.wrong(
            "categories", _("It does not say what their categories are here."), _('Write at least "*" = "…".')
        )
    return found


def statuses_of(look: Look) -> Mapping[str, tuple[str, str]]:
    """Their statuses in ours: "received", or with how it ended {state = "closed", outcome = "fixed"}."""
    found: dict[str, tuple[str, str]] = {}
    for theirs, given in look.table("statuses").items():
        table = given if isinstance(given, Mapping) else {"state": given}
        state, outcome = (
            table.get("state"),
            table.get("outcome", ANSWER if table.get("state") in ENDED else ""),
        )
        if state not in FORMER or set(table) - {"state", "outcome"}:
            look.wrong(f"statuses.{theirs}", _("No request can stand so here."), known(FORMER))
        elif (state in ENDED) != bool(outcome) or (outcome and outcome not in CLAIMED):
            look.wrong(f"statuses.{theirs}", _("No request ends so here."), known(CLAIMED))
        else:
            found[key_of(theirs)] = (state, outcome)
    if not found:
        look.wrong(
            "statuses",
            _("It does not say what their statuses are here."),
            _('Write at least "*" = "received".'),
        )
    return found


def key_of(theirs: str) -> str:
    return theirs if theirs == REST else fold(theirs)


def known(some: tuple[str, ...]) -> Any:
    return filled(_("Use one of: %(choices)s."), choices=", ".join(some))
