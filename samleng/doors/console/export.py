"""`samleng export PLACE --year YEAR --form pdf`: a commune's plan as a file to print or to work on."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils.translation import gettext as _

from samleng.answers.plans.models import Plan
from samleng.doors.exchange.plans.verbs import give_out
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal

FORMS = ("pdf", "docx", "xlsx", "json")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", help="code of the commune")
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--programme", help="code of the programme, where several have a plan there")
    parser.add_argument("--form", choices=FORMS, default="pdf")
    parser.add_argument("--to", type=Path, help="where to write; named after the plan when left out")


def run(given: argparse.Namespace) -> int:
    plans = Plan.objects.filter(place__code=given.place, year=given.year)
    if given.programme:
        plans = plans.filter(programme__code=given.programme)
    found = list(plans[:2])
    if len(found) != 1:
        raise Refusal(
            _("There is no such plan, or more than one."),
            field=f"{given.place} {given.year}",
            remedy=_("Check the code and the year, and name the programme with --programme."),
            code="missing",
        )
    file = give_out(by=SYSTEM, plan=found[0], form=given.form, language=given.language)
    target = given.to or Path(file.name)
    target.write_bytes(file.data)
    print(target)
    return 0
