"""`samleng import KIND FILE`: somebody else's file, taken in whole, in part or not at all."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from samleng.doors.console.prepare import bar, ground, pack_folder, progress
from samleng.doors.console.said import said
from samleng.doors.exchange.implementers import is_list_of_implementers
from samleng.doors.exchange.report import Report
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

# Each kind: the importer, the options it takes, and those it cannot do without. docs/imports.md tells more.
KINDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "places": ("places.import_places", ("country",), ()),
    "boundaries": ("boundaries.import_boundaries", ("country", "level"), ()),
    "criteria": ("criteria.import_criteria", ("framework", "version"), ()),
    "facilities": ("facilities.import_facilities", ("country", "service"), ("service",)),
    "offices": ("offices.import_offices", ("country", "programme"), ()),
    "implementers": ("implementers.import_implementers", ("country", "programme"), ("programme",)),
    "channels": ("channels.import_channels", (), ()),
    "people": ("people.import_people", ("programme", "slips"), ("programme",)),
    "reports": ("past.load.import_reports", ("mapping",), ("mapping",)),
    "plan": ("plan_import.import_plan", ("programme", "place", "year"), ("programme",)),
}
# What a country's pack can say itself, so that no file need be named.
OF_THE_PACK = {
    "places": Path("country.toml"),
    "offices": Path("country.toml"),
    "channels": Path("channels") / "catalogue.toml",
}
# What the options name, where they name something of the site.
NAMED: dict[str, Callable[[], Any]] = {
    "programme": lambda: Programme.objects.order_by("code"),
    "place": lambda: Place.objects.current().order_by("code"),
    "service": lambda: Service.objects.order_by("code"),
    "framework": lambda: Framework.objects.order_by("-published_at"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="for places, offices and channels the pack's own, unless one is named",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    parser.add_argument("--only-good", action="store_true", help="load the good rows although others are bad")
    parser.add_argument("--programme", help="code of the programme; may be left out where there is one only")
    parser.add_argument("--place", help="code of the place, e.g. 010101")
    parser.add_argument("--year", type=int)
    parser.add_argument("--service", help="code of the service, e.g. HC")
    parser.add_argument("--framework", help="code of the framework")
    parser.add_argument("--version", help="the new version's number")
    parser.add_argument("--country", help="the pack that the places belong to")
    parser.add_argument("--level", type=int, help="level of the outlines: 1 province, 2 district, 3 commune")
    parser.add_argument("--mapping", type=Path, help="says how another system's reports are read (TOML)")
    parser.add_argument("--slips", type=Path, help="write the printed enrolment slips (PDF) here")


def run(given: argparse.Namespace) -> int:
    report = take_in(given)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(report)
    return 0


def take_in(given: argparse.Namespace) -> Report:
    path = the_file(given)
    ready(given.kind)
    name, options, needed = KINDS[given.kind]
    module, function = name.rsplit(".", 1)
    importer: Callable[..., Report] = getattr(import_module(f"samleng.doors.exchange.{module}"), function)
    more: dict[str, Any] = {option: named(option, getattr(given, option)) for option in options}
    more = {option: value for option, value in more.items() if value is not None}
    if missing := [option for option in needed if option not in more]:
        raise Refusals([lacking(option) for option in missing])
    if given.kind == "people" and is_list_of_implementers(path):
        raise other_kind("implementers")
    if given.only_good:
        more["only_good"] = True
    if sys.stderr.isatty():
        more["progress"] = bar
    try:
        return importer(by=SYSTEM, path=path, dry_run=given.dry_run, **more)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error


def the_file(given: argparse.Namespace) -> Path:
    """The file that was named and can be opened; for places, offices and channels the pack's own."""
    path: Path | None = given.file
    if path is None and given.kind in OF_THE_PACK:
        path = pack_folder(given.country) / OF_THE_PACK[given.kind]
    if path is None:
        raise Refusal(
            _("No file was named."), field="FILE", remedy=_("Write its name after the kind."), code="no_file"
        )
    try:
        if path.is_dir():
            raise Refusal(
                filled(_("%(name)s is a folder."), name=str(path)),
                field="file",
                remedy=_("Name the file in it."),
                code="folder",
            )
        if not path.is_file():
            raise Refusal(
                filled(_("There is no file %(name)s."), name=str(path)),
                field="file",
                remedy=_("Check the name and the folder."),
                code="no_file",
            )
        path.open("rb").close()
    except (OSError, ValueError) as error:
        raise unreadable(path, str(getattr(error, "strerror", "") or error)) from error
    return path


def other_kind(kind: str) -> Refusal:
    return Refusal(
        _("This is a list of organisations and their target places, not of people."),
        field="KIND",
        remedy=filled(_("Use: samleng import %(kind)s FILE"), kind=kind),
        code="other_kind",
    )


def unreadable(path: Path, why: str) -> Refusal:
    return Refusal(
        filled(_("%(name)s cannot be read: %(why)s."), name=str(path), why=why),
        field="file",
        remedy=_("Let this account read it, or copy it to another folder."),
        code="unreadable",
    )


def ready(kind: str) -> None:
    """On a new site: make the tables, and lay the pack's ground, which places may themselves be."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    pack = settings.COUNTRY_PACK
    known = Place.objects.filter(country=pack).exists() and Framework.objects.filter(country=pack).exists()
    if kind != "places" and not known and (pack_folder() / "country.toml").is_file():
        ground(progress)


def named(option: str, value: Any) -> Any:
    """The row that a code on the command line names, or a Refusal naming the option."""
    if option not in NAMED:
        return value
    if value is None:
        # One programme only: whose else could it be?
        some = list(NAMED[option]()[:2]) if option == "programme" else []
        return some[0] if len(some) == 1 else None
    found = NAMED[option]().filter(code=value).first()
    if found is None:
        raise Refusal(
            filled(_("There is none with the code “%(code)s”."), code=value),
            field=f"--{option}",
            remedy=known_codes(option),
            code="missing",
        )
    # An importer that takes a service takes its code.
    return value if option == "service" else found


def lacking(option: str) -> Refusal:
    return Refusal(
        filled(_("This needs the option --%(option)s."), option=option),
        field=f"--{option}",
        remedy=known_codes(option),
        code="missing",
    )


def known_codes(option: str) -> Any:
    """What may be written behind an option, where that is few enough to say."""
    if option == "mapping":
        return _("Name a TOML file that says which column is what (docs/imports.md).")
    codes = list(dict.fromkeys(NAMED[option]().values_list("code", flat=True)[:21]))
    if option == "programme" and not codes:
        return _("Open a programme first, on the site or with: samleng welcome.")
    if len(codes) > 20:
        return _("Look its code up on the site.")
    return filled(_("Use one of: %(choices)s."), choices=", ".join(codes) or "–")


def show(report: Report) -> None:
    """The report for people: the sums, then every row refused and every row to look at."""
    if report.dry_run:
        print(_("Nothing was changed: this was a dry run."))
    print(
        _("%(kind)s: loaded %(loaded)d, unchanged %(unchanged)d, refused %(refused)d")
        % {
            "kind": report.kind,
            "loaded": report.loaded,
            "unchanged": report.unchanged,
            "refused": len(report.rejected),
        }
    )
    for name, number in report.counts.items():
        print(f"  {name}: {number}")
    for title, rows in ((_("Refused:"), report.rejected), (_("To look at:"), report.warnings)):
        if rows:
            print(title)
            for one in rows:
                print(f"  {said(one)}")
