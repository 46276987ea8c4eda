"""`samleng outside set|list|try|on|off`: offices' own systems, to which public reports are sent."""

from __future__ import annotations

import argparse
import json
import os
from datetime import date

from django.utils.translation import gettext as _

from samleng.doors.exchange.models import HandedOver, OutsideSystem
from samleng.doors.exchange.outside.verbs.tending import Wanted, connect_system, switch_system
from samleng.doors.exchange.outside.verbs.trying import try_system
from samleng.ground.offices.models import Office
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal

# Where the key is read from: what stands in a command line, everybody on the machine can read.
KEY = "SAMLENG_OUTSIDE_KEY"
Row = dict[str, str | int]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("set", "list", "try", "on", "off"))
    parser.add_argument("--office", default="", help="code of the office whose system it is")
    parser.add_argument("--name", default="", help="what the system is called, in quotes")
    parser.add_argument("--address", default="", help="what stands before /requests.xml")
    parser.add_argument("--form", default="xml", choices=("xml", "json"))
    parser.add_argument("--jurisdiction", default="")
    parser.add_argument("--service", action="append", default=[], help="OURS=THEIRS, once for each category")
    parser.add_argument("--photos", default="file", choices=OutsideSystem.Photos.values)
    parser.add_argument("--number-field", default="external_id")
    parser.add_argument("--takes-once", action="store_true", help="our number is taken only once there")
    parser.add_argument(
        "--since", type=date.fromisoformat, default=None, help="YYYY-MM-DD; today unless given"
    )


def run(given: argparse.Namespace) -> int:
    acts = {"set": named, "list": listed, "try": attempted, "on": switched, "off": switched}
    rows = acts[given.act](given)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print("  ".join(f"{name}={value}" for name, value in row.items()))
    return 1 if any(row.get("trouble") for row in rows if given.act == "try") else 0


def office_of(given: argparse.Namespace) -> Office:
    found = Office.objects.filter(code=given.office).first()
    if found is None:
        raise Refusal(_("There is no such office."), field="--office", code="missing")
    return found


def system_of(given: argparse.Namespace) -> OutsideSystem:
    found = OutsideSystem.objects.select_related("office").filter(office=office_of(given)).first()
    if found is None:
        raise Refusal(
            _("This office has no system of its own here."), field="--office", code="missing",
            remedy=_("`samleng outside set` names one."),
        )  # fmt: skip
    return found


def named(given: argparse.Namespace) -> list[Row]:
    pairs = [pair.partition("=") for pair in given.service]
    if not all(equals for _ours, equals, _theirs in pairs):
        raise Refusal(_("Write OURS=THEIRS."), field="--service")
    wanted = Wanted(
        name=given.name, address=given.address, form=given.form, jurisdiction=given.jurisdiction,
        services={ours: theirs for ours, _equals, theirs in pairs}, photos=given.photos,
        number_field=given.number_field, takes_once=given.takes_once, since=given.since,
        key=os.environ.get(KEY),
    )  # fmt: skip
    return [described(connect_system(by=SYSTEM, office=office_of(given), wanted=wanted))]


def listed(given: argparse.Namespace) -> list[Row]:
    return [described(one) for one in OutsideSystem.objects.select_related("office").order_by("office__code")]


def described(one: OutsideSystem) -> Row:
    handed = HandedOver.objects.filter(system=one)
    return {
        "office": one.office.code,
        "name": one.name,
        "address": one.address,
        "on": "yes" if one.on else "no",
        "there": handed.filter(state=HandedOver.HELD).count(),
        "to_decide": handed.waiting_for_a_person().count(),
        "fails": one.fails,
        "trouble": one.trouble,
    }


def attempted(given: argparse.Namespace) -> list[Row]:
    found = try_system(by=SYSTEM, system=system_of(given))
    news = "by time" if found.tells_news else "case by case"
    lacking = ",".join(found.lacking)
    return [{"trouble": found.trouble, "services": len(found.services), "lacking": lacking, "news": news}]


def switched(given: argparse.Namespace) -> list[Row]:
    return [described(switch_system(by=SYSTEM, system=system_of(given), on=given.act == "on"))]
