"""`samleng import KIND FILE`: somebody else's file, taken in whole, in part or not at all."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from samleng.doors.exchange.report import Report
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal

# Each kind: the importer and the options it takes.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "places": ("places.import_places", ("country",)),
    "boundaries": ("boundaries.import_boundaries", ("level",)),
    "criteria": ("criteria.import_criteria", ("framework", "version")),
    "facilities": ("facilities.import_facilities", ("service",)),
    "offices": ("offices.import_offices", ("programme",)),
    "people": ("people.import_people", ("programme", "slips")),
    "plan": ("plan_import.import_plan", ("programme", "place", "year")),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    parser.add_argument("--only-good", action="store_true", help="load the good rows although others are bad")
    parser.add_argument("--programme", help="code of the programme")
    parser.add_argument("--place", help="code of the place, e.g. 010101")
    parser.add_argument("--year", type=int)
    parser.add_argument("--service", help="code of the service, e.g. HC")
    parser.add_argument("--framework", help="code of the framework")
    parser.add_argument("--version", help="the new version's number")
    parser.add_argument("--country", help="the pack that the places belong to")
    parser.add_argument("--level", type=int)
    parser.add_argument("--slips", type=Path, help="write the printed enrolment slips (PDF) here")


def run(given: argparse.Namespace) -> int:
    report = take_in(given)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(report)
    return 0


def take_in(given: argparse.Namespace) -> Report:
    if not given.file.is_file():
        raise Refusal(
            _("The file is not there."), field=str(given.file), remedy=_("Check its name."), code="missing"
        )
    name, options = KINDS[given.kind]
    module, function = name.split(".")
    importer: Callable[..., Report] = getattr(import_module(f"samleng.doors.exchange.{module}"), function)
    more: dict[str, Any] = {option: named(option, getattr(given, option)) for option in options}
    more = {option: value for option, value in more.items() if value is not None}
    if given.only_good:
        more["only_good"] = True
    if sys.stderr.isatty():
        more["progress"] = bar
    return importer(by=SYSTEM, path=given.file, dry_run=given.dry_run, **more)


def named(option: str, value: Any) -> Any:
    """The row that a code on the command line names, or a Refusal naming the option."""
    if value is None:
        return None
    found: Any = value
    if option == "programme":
        found = Programme.objects.filter(code=value).first()
    elif option == "place":
        found = Place.objects.current().filter(code=value).first()
    elif option == "service":
        found = Service.objects.filter(code=value).first()
    elif option == "framework":
        found = Framework.objects.filter(code=value).order_by("-published_at").first()
    if found is None:
        raise Refusal(_("There is none with this code."), field=f"--{option} {value}", code="missing")
    return found


def bar(done: int, total: int) -> None:
    """Progress at the terminal, one line that fills."""
    width = 30
    filled = width * done // max(total, 1)
    print(f"\r[{'#' * filled}{'.' * (width - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)
    if done >= total:
        print(file=sys.stderr)


def show(report: Report) -> None:
    if report.dry_run:
        print(_("Nothing was changed: this was a dry run."))
    print(
        _("loaded %(loaded)d, unchanged %(unchanged)d, refused %(refused)d")
        % {"loaded": report.loaded, "unchanged": report.unchanged, "refused": len(report.rejected)}
    )
    for name, number in report.counts.items():
        print(f"  {name}: {number}")
    for title, rows in ((_("Refused:"), report.rejected), (_("To look at:"), report.warnings)):
        if rows:
            print(title)
            for one in rows:
                print(f"  {one}")
