"""What often goes wrong in an XLSForm and no form program minds: told with sheet, row, column and what to do.

Works on the sheets as pyxform reads them: rows that map a heading to text; the first is row 2.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

Row = Mapping[str, str]
# With these no record of the form could be read here; of the rest some form programs make something.
SERIOUS = frozenset({"letters"})
# These explain what pyxform only shows as not right.
TELLING = frozenset({"hidden", "spaced", "spaced_name"})
MOST_OF_A_KIND = 10
FORMULAS = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count", "required", "default")
# Not seen on the screen: a space that does not break, and marks of no width.
HIDDEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2060\ufeff]")
CODED = re.compile(r"\([a-z]{2,3}(-\w+)*\)$", re.IGNORECASE)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
REFERENCE = re.compile(r"\$\{(?:last-saved#)?\s*([^}]+?)\s*\}")
SMART = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
# What brings many answers of a repeat together, so that one may ask for them from outside.
GATHERS = re.compile(r"\b(sum|count|count-non-empty|max|min|join|indexed-repeat|position|concat)\s*\(")
SILENT = re.compile(
    r"^(end|calculate|hidden|start|today|deviceid|username|phonenumber|simserial|subscriberid|audit|background|"
    r"xml-external|csv-external|email|begin[ _]repeat)"
)
KNOWN_OF_CHOICES = frozenset({"list_name", "list name", "name", "label", "image", "audio", "video", "media"})


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """One finding: what it is, and where; `value` is what stands there, or the language that is meant."""

    code: str
    sheet: str
    row: int = 1
    column: str = ""
    value: str = ""


def pitfalls(sheets: Mapping[str, Sequence[Row]], headings: Mapping[str, Iterable[str]]) -> list[Pitfall]:
    """All findings in a workbook's sheets, at most so many of one kind."""
    survey, choices = sheets.get("survey") or [], sheets.get("choices") or []
    settings = next(iter(sheets.get("settings") or []), {})
    named = {sheet: list(headings.get(sheet) or ()) for sheet in ("survey", "choices")}
    every = [
        *of_languages(survey, choices, named, settings),
        *of_settings(settings),
        *of_names("survey", survey),
        *of_names("choices", choices),
        *of_formulas(survey),
        *of_repeats(survey),
        *of_lists(survey, choices),
        *of_noughts(choices),
    ]
    counts: dict[str, int] = defaultdict(int)
    found = []
    for one in every:
        counts[one.code] += 1
        if counts[one.code] <= MOST_OF_A_KIND:
            found.append(one)
    return found


def numbered(rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    return ((at, row) for at, row in enumerate(rows, start=2) if row)


def language_in(heading: str, base: str = "label") -> str | None:
    """The language a heading names ("" for none); None where it is no heading of labels."""
    name, _colons, language = heading.partition("::") if "::" in heading else heading.partition(":")
    return language.strip() if name.strip().lower() == base else None


def of_languages(
    survey: Sequence[Row], choices: Sequence[Row], named: Mapping[str, list[str]], settings: Row
) -> Iterator[Pitfall]:
    columns = {
        sheet: {language: one for one in headings if (language := language_in(one)) is not None}
        for sheet, headings in named.items()
    }
    languages = {one: None for sheet in ("survey", "choices") for one in columns[sheet] if one}
    for sheet, here in columns.items():
        for language, heading in here.items():
            if not language and languages:
                yield Pitfall(code="unnamed_label", sheet=sheet, column=heading)
            if language and not CODED.search(language):
                yield Pitfall(code="no_code", sheet=sheet, column=heading, value=language)
    default = settings.get("default_language", "").strip()
    if len(languages) > 1 and default not in languages:
        yield Pitfall(
            code="no_default", sheet="settings", row=2, column="default_language", value=", ".join(languages)
        )
    for sheet, rows in (("survey", survey), ("choices", choices)):
        yield from missing_labels(sheet, rows, columns[sheet], languages)


def missing_labels(
    sheet: str, rows: Sequence[Row], here: Mapping[str, str], languages: Iterable[str]
) -> Iterator[Pitfall]:
    """Rows that say something in one language and nothing in another."""
    for at, row in numbered(rows):
        if sheet == "survey" and SILENT.match(row.get("type", "").strip().lower()):
            continue
        if not any(row.get(heading, "").strip() for heading in here.values()):
            continue
        for language in languages:
            if not row.get(here.get(language, ""), "").strip():
                yield Pitfall(
                    code="no_label", sheet=sheet, row=at, column=f"label::{language}", value=language
                )


def of_settings(settings: Row) -> Iterator[Pitfall]:
    if not settings.get("version", "").strip():
        yield Pitfall(code="no_version", sheet="settings", row=2, column="version")


def of_names(sheet: str, rows: Sequence[Row]) -> Iterator[Pitfall]:
    """Names and lists with signs that are not seen, and names in letters that XML does not take."""
    for at, row in numbered(rows):
        for column in ("type", "name", "list_name", "list name", *FORMULAS):
            value = row.get(column, "")
            if HIDDEN.search(value):
                yield Pitfall(
                    code="hidden", sheet=sheet, row=at, column=column, value=HIDDEN.sub("\u2423", value)[:80]
                )
        name = HIDDEN.sub("", row.get("name", "")).strip()
        if sheet == "survey" and " " in name:
            yield Pitfall(code="spaced_name", sheet=sheet, row=at, column="name", value=name[:80])
        if sheet == "survey" and not name.isascii() and not can_be_read(name.replace(" ", "")):
            yield Pitfall(code="letters", sheet=sheet, row=at, column="name", value=name[:80])


def can_be_read(name: str) -> bool:
    """Whether an element may be called so; of other letters than Latin XML takes only some."""
    try:
        expat.ParserCreate().Parse(f"<{name}/>".encode(), True)
    except expat.ExpatError:
        return False
    return True


def of_formulas(survey: Sequence[Row]) -> Iterator[Pitfall]:
    """Formulas that no form program could read: something is not closed, or digits are not Latin."""
    for at, row in numbered(survey):
        for column in FORMULAS[:-1]:
            whole = row.get(column, "").translate(SMART)
            bare = REFERENCE.sub("x", QUOTED.sub("0", whole))
            told = {"sheet": "survey", "row": at, "column": column, "value": whole[:80]}
            if "'" in bare or '"' in bare:
                yield Pitfall(code="open_quote", **told)  # type: ignore[arg-type]
            elif not balanced(bare):
                yield Pitfall(code="open_bracket", **told)  # type: ignore[arg-type]
            elif any(sign.isdecimal() and not sign.isascii() for sign in bare):
                yield Pitfall(code="digits", **told)  # type: ignore[arg-type]


def balanced(text: str) -> bool:
    waiting = []
    for sign in text:
        if sign in "([":
            waiting.append(")" if sign == "(" else "]")
        elif sign in ")]" and (not waiting or waiting.pop() != sign):
            return False
    return not waiting


def of_repeats(survey: Sequence[Row]) -> Iterator[Pitfall]:
    """Questions of a repeat that are asked for outside of it: only the first turn answers."""
    within: dict[str, tuple[str, ...]] = {}
    open_repeats: list[str] = []
    stands: list[tuple[int, Row, tuple[str, ...]]] = []
    for at, row in numbered(survey):
        kind = row.get("type", "").strip().lower().replace("_", " ")
        if kind == "begin repeat":
            open_repeats.append(row.get("name", "").strip())
        elif kind == "end repeat" and open_repeats:
            open_repeats.pop()
        within.setdefault(row.get("name", "").strip(), tuple(open_repeats))
        stands.append((at, row, tuple(open_repeats)))
    for at, row, here in stands:
        for column in FORMULAS:
            value = row.get(column, "")
            if GATHERS.search(value):
                continue
            for name in REFERENCE.findall(value):
                theirs = within.get(name, ())
                if theirs != here[: len(theirs)] and name not in theirs:
                    yield Pitfall(code="outside", sheet="survey", row=at, column=column, value=name)


def of_lists(survey: Sequence[Row], choices: Sequence[Row]) -> Iterator[Pitfall]:
    """Lists that no question uses, and values with spaces where several may be chosen."""
    types = [HIDDEN.sub(" ", row.get("type", "")).split() for row in survey]
    several = {words[1] for words in types if len(words) > 1 and words[0] in ("select_multiple", "rank")}
    for at, row in numbered(choices):
        value = row.get("name", "").strip()
        if list_of(row) in several and " " in value:
            yield Pitfall(code="spaced", sheet="choices", row=at, column="name", value=value[:80])
    yield from unused_lists({word for words in types for word in words}, choices)


def unused_lists(used: set[str], choices: Sequence[Row]) -> Iterator[Pitfall]:
    """Lists of choices that are left out of the form."""
    told = set()
    for at, row in numbered(choices):
        name = list_of(row)
        if name and name not in used and name not in told:
            told.add(name)
            yield Pitfall(code="unused", sheet="choices", row=at, column="list_name", value=name)


def list_of(row: Row) -> str:
    return HIDDEN.sub("", row.get("list_name", "") or row.get("list name", "")).strip()


def of_noughts(choices: Sequence[Row]) -> Iterator[Pitfall]:
    """Codes whose leading nought a spreadsheet program has eaten, as far as it shows."""
    lists: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for at, row in numbered(choices):
        lists[list_of(row)].append((at, row.get("name", "").strip()))
    for codes in lists.values():
        lengths = {len(name) for _at, name in codes if name}
        longest = max(lengths, default=0)
        if longest < 4 or lengths != {longest, longest - 1} or not all(c.isdecimal() for _a, c in codes if c):
            continue
        for at, name in codes:
            if len(name) == longest - 1:
                yield Pitfall(code="nought", sheet="choices", row=at, column="name", value=name)
    names = {name for codes in lists.values() for _at, name in codes}
    for at, row in numbered(choices):
        for column, value in row.items():
            known = column.partition(":")[0].strip().lower() in KNOWN_OF_CHOICES
            if not known and value.isdecimal() and value not in names and f"0{value}" in names:
                yield Pitfall(code="nought", sheet="choices", row=at, column=column, value=value)
