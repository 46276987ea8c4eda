"""Criteria from other people's workbooks: a sheet a service, joined to a framework as its next version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange import criteria_faults as faults
from samleng.doors.exchange.cells import CODE, INTEGER
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.doors.exchange.tables import Column, Row, Table, fold, read_table, sheet_names
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import publish
from samleng.ground.frameworks.vocabulary import SIDES
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal, Refusals

IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
FILE_NAME = re.compile(r"[\w][\w .-]{0,99}")
NOT_CODE = re.compile(r"[^A-Za-z0-9._-]+")
LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")
SCALE_SHEETS = {"rating", "ratings", "ratingscale", "scale"}
# How lists of criteria head their columns; the framework's languages are added by their tags.
TEXT = ("Scorecard Criterias", "Scorecard Criteria", "criteria", "criterion", "text")
CHOICES = {"both": " ".join(SIDES), **{side: side for side in SIDES}}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One criterion as a row gives it."""

    row: int
    sheet: str
    service: str
    text: Mapping[str, str]
    hint: Mapping[str, str]
    sounds: Mapping[str, str]
    tag: str = ""
    code: str = ""
    theme: str = ""
    sides: Sequence[str] = SIDES


@dataclass
class Rows:
    """What a file holds: criteria, recordings of the scale's points by value, and what is wrong."""

    drafts: list[Draft] = field(default_factory=list)
    points: dict[int, dict[str, str]] = field(default_factory=dict)
    names: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)
    count: int = 0


def import_criteria(
    *,
    by: Actor,
    path: Path | str,
    framework: Framework | None = None,
    version: str | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Join a workbook's (or CSV's) criteria to a framework, published as its next version.

    Without one, to the newest of the site's country. A text already there is known and only gets the
    recordings, hints and translations it lacks; new ones get a code and wait for their translation.
    Faults raise Refusals, or with `only_good` are the report's `rejected`. Nothing new: no version.
    """
    path = Path(path)
    base = framework or newest()

    def work() -> Report:
        found = read_criteria(path, base)
        join = Joining(base)
        join.take(found)
        problems = sorted(found.problems + join.problems, key=lambda one: (str(one.field), one.row or 0))
        if problems and (not only_good or not (join.new or join.known)):
            raise Refusals(problems)
        if progress:
            progress(found.count, found.count)
        report = Report(kind="criteria", loaded=join.new + join.completed, rejected=problems)
        report.unchanged = join.known - join.completed
        report.warnings = join.warnings
        report.counts = {"rows": found.count, "new": join.new, "completed": join.completed}
        if join.changed:
            join.body["version"] = version or after(base)
            publish(by=by, body=join.body, country=base.country)
        return report

    return take_in(kind="criteria", by=by, path=path, work=work, dry_run=dry_run)


def newest() -> Framework:
    """The framework last published for the site's country."""
    found = Framework.objects.filter(country=settings.COUNTRY_PACK).order_by("-published_at").first()
    if found is None:
        raise Refusal(
            _("There is no framework to join the criteria to."),
            field="framework",
            remedy=_("Load the country's pack first, or name a framework."),
            code="missing",
        )
    return found


def after(base: Framework) -> str:
    """The next free version number: 2026.1, 2026.2 ..."""
    taken = set(Framework.objects.filter(code=base.code).values_list("version", flat=True))
    found = base.version
    while found in taken:
        if LAST_NUMBER.search(found):
            found = LAST_NUMBER.sub(lambda number: str(int(number[1]) + 1), found)
        else:
            found = f"{found}.1"
    return found


def read_criteria(path: Path, framework: Framework) -> Rows:
    """The criteria and recordings in a file, in the framework's languages; problems name sheet and row."""
    found = Rows()
    for sheet in sheet_names(path):
        if fold(sheet) in SCALE_SHEETS:
            _read_scale(path, sheet, framework, found)
        else:
            _read_sheet(path, sheet, framework, found)
    return found


def _read_sheet(path: Path, sheet: str, framework: Framework, found: Rows) -> None:
    languages = framework.method.languages
    table = read_table(path, _columns(languages), sheet=sheet or None)
    sounds = _sound_columns(table.headings, framework)
    if sounds:
        table = read_table(path, {**_columns(languages), **sounds}, sheet=sheet or None)
    found.count += len(table.rows) + len({one.row for one in table.problems})
    _note(found, table, sheet)
    inside = IN_BRACKETS.search(sheet)
    service = inside[1].strip() if inside else ""
    known = {one.code.casefold(): one.code for one in framework.method.services}
    if table.rows and "service" not in {fold(one) for one in table.headings} and not service:
        found.problems.append(faults.no_service(sheet))
        return
    for row in table.rows:
        named = str(row.get("service", "") or service)
        if named.casefold() not in known:
            found.problems.append(faults.unknown_service(named, list(known.values()), sheet, row.number))
            if not row.get("service"):
                return
            continue
        bad = [tag for tag in sounds if row.get(tag) and not FILE_NAME.fullmatch(row[tag])]
        if bad:
            found.problems.append(faults.bad_sound(row[bad[0]], sounds[bad[0]].heading, sheet, row.number))
            continue
        found.drafts.append(_draft(row, sheet, known[named.casefold()], languages, sounds))


def _columns(languages: Sequence[str]) -> dict[str, Column]:
    first, others = languages[0], languages[1:]
    columns = {
        f"text:{first}": Column(heading=TEXT[0], aliases=(*TEXT[1:], f"text_{first}"), longest=300),
        f"hint:{first}": Column(heading="hint", aliases=(f"hint_{first}",), required=False),
        "tag": Column(kind=CODE, required=False),
        "code": Column(kind=CODE, required=False, unique=True),
        "service": Column(kind=CODE, required=False),
        "theme": Column(kind=CODE, required=False),
        "sides": Column(required=False, choices=CHOICES),
    }
    for tag in others:
        columns[f"text:{tag}"] = Column(heading=f"text_{tag}", required=False, longest=300)
        columns[f"hint:{tag}"] = Column(heading=f"hint_{tag}", required=False)
    return columns


def _sound_columns(headings: Sequence[str], framework: Framework) -> dict[str, Column]:
    """Columns of recordings by audio language: "Khmer (km)", or another name of the language in brackets."""
    method = framework.method
    columns = {}
    for heading in headings:
        inside = IN_BRACKETS.search(heading)
        tag = inside[1].strip() if inside else ""
        tag = method.audio_aliases.get(tag, tag)
        if tag in method.audio_languages:
            # Names of files are put together by formulas in the field; only a plain name passes later.
            columns[f"sound:{tag}"] = Column(heading=heading, required=False, longest=100, shown=True)
    return columns


def _draft(
    row: Row, sheet: str, service: str, languages: Sequence[str], sounds: Mapping[str, Column]
) -> Draft:
    return Draft(
        row=row.number,
        sheet=sheet,
        service=service,
        text={tag: row[f"text:{tag}"] for tag in languages if row.get(f"text:{tag}")},
        hint={tag: row[f"hint:{tag}"] for tag in languages if row.get(f"hint:{tag}")},
        sounds={name.partition(":")[2]: row[name] for name in sounds if row.get(name)},
        tag=NOT_CODE.sub("-", row.get("tag", "")),
        code=row.get("code", ""),
        theme=row.get("theme", ""),
        sides=str(row.get("sides", "") or " ".join(SIDES)).split(),
    )


def _read_scale(path: Path, sheet: str, framework: Framework, found: Rows) -> None:
    columns = {
        "value": Column(kind=INTEGER, heading="No", aliases=("value", "point"), unique=True),
        "name": Column(heading=TEXT[0], aliases=(*TEXT[1:], "name"), required=False),
    }
    table = read_table(path, columns, sheet=sheet)
    sounds = _sound_columns(table.headings, framework)
    table = read_table(path, {**columns, **sounds}, sheet=sheet)
    _note(found, table, sheet)
    points = {point.value for point in framework.method.scale.points}
    for row in table.rows:
        bad = [tag for tag in sounds if row.get(tag) and not FILE_NAME.fullmatch(row[tag])]
        if bad:
            found.problems.append(faults.bad_sound(row[bad[0]], sounds[bad[0]].heading, sheet, row.number))
        elif row["value"] not in points:
            found.problems.append(faults.no_point(row["value"], sheet, row.number))
        else:
            found.points[row["value"]] = {
                name.partition(":")[2]: row[name] for name in sounds if row.get(name)
            }
            found.names[row["value"]] = (row.number, sheet, row.get("name", ""))


def _note(found: Rows, table: Table, sheet: str) -> None:
    for problem in table.problems:
        if sheet and not str(problem.field).startswith(sheet):
            problem.field = f"{sheet}: {problem.field}"
        found.problems.append(problem)


class Joining:
    """A framework's data while criteria are joined to it; the published version stays as it is."""

    def __init__(self, base: Framework) -> None:
        self.body: dict[str, Any] = deepcopy(base.body)
        self.languages = base.method.languages
        self.themes = {theme.code for theme in base.method.themes}
        self.by_code = {one["code"]: one for one in self.body["criteria"]}
        self.by_text = {
            (one["service"], searchable(text)): one
            for one in self.body["criteria"]
            for text in one["text"].values()
        }
        self.rows: dict[int, Draft] = {}
        self.new = self.known = self.completed = 0
        self.changed = False
        self.problems: list[Refusal] = []
        self.warnings: list[Refusal] = []

    def take(self, found: Rows) -> None:
        for draft in found.drafts:
            self._take(draft)
        self._take_points(found)
        self.warnings += faults.strays(found.drafts)

    def _take(self, draft: Draft) -> None:
        texts = [(draft.service, searchable(text)) for text in draft.text.values()]
        kept = next((self.by_text[one] for one in texts if one in self.by_text), None)
        first = self.rows.get(id(kept))
        if first is not None:
            self.problems.append(faults.twice(draft, first))
            return
        code = draft.code or (f"{draft.service}-{draft.tag}" if draft.tag else "")
        if kept is None and code and code in self.by_code:
            self.problems.append(faults.taken(draft, code))
            return
        if draft.theme and draft.theme not in self.themes:
            self.problems.append(faults.no_theme(draft, sorted(self.themes)))
            return
        if kept is None:
            kept = self._add(draft, code or self._free(draft.service))
        else:
            self.known += 1
            self.completed += self._complete(kept, draft)
        self.rows[id(kept)] = draft
        self.by_text |= dict.fromkeys(texts, kept)

    def _add(self, draft: Draft, code: str) -> dict[str, Any]:
        made: dict[str, Any] = {"code": code, "service": draft.service, "sides": list(draft.sides)}
        made |= {"theme": draft.theme, "text": dict(draft.text), "checked": "C"}
        for name, given in (("hint", draft.hint), ("sounds", draft.sounds)):
            if given:
                made[name] = dict(given)
        if any(tag not in words for words in (draft.text, draft.hint) if words for tag in self.languages):
            made["untranslated"] = True
            self.warnings.append(faults.untranslated(draft, code))
        self.body["criteria"].append(made)
        self.by_code[code] = made
        self.new += 1
        self.changed = True
        return made

    def _free(self, service: str) -> str:
        numbers = [
            int(code.removeprefix(service))
            for code in self.by_code
            if code.startswith(service) and code.removeprefix(service).isdecimal()
        ]
        return f"{service}{max(numbers, default=0) + 1:02d}"

    def _complete(self, kept: dict[str, Any], draft: Draft) -> bool:
        """Give a known criterion what it lacks; never change what it says."""
        before = deepcopy(kept)
        if draft.sounds:
            kept["sounds"] = {**kept.get("sounds", {}), **draft.sounds}
        if draft.hint and not kept.get("hint"):
            kept["hint"] = dict(draft.hint)
            if any(tag not in draft.hint for tag in self.languages):
                kept["untranslated"] = True
        if kept.get("untranslated"):
            for name, given in (("text", draft.text), ("hint", draft.hint)):
                if kept.get(name):
                    kept[name] = {**given, **kept[name]}
            whole = [kept[name] for name in ("text", "hint") if kept.get(name)]
            if all(tag in words for words in whole for tag in self.languages):
                del kept["untranslated"]
        self.changed |= kept != before
        return kept != before

    def _take_points(self, found: Rows) -> None:
        for point in self.body["scale"].get("points", []):
            value = point["value"]
            if value not in found.points:
                continue
            row, sheet, name = found.names[value]
            if name and searchable(name) not in {searchable(text) for text in point["name"].values()}:
                self.warnings.append(faults.other_name(value, name, sheet, row))
            sounds = {**point.get("sounds", {}), **found.points[value]}
            if sounds and sounds != point.get("sounds"):
                point["sounds"] = sounds
                self.completed += 1
                self.known += 1
                self.changed = True
