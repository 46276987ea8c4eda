"""`samleng api-key give|list|revoke`: keys by which other systems send reports (Open311)."""

from __future__ import annotations

import argparse
import json

from django.utils.translation import gettext as _

from samleng.doors.exchange.models import ApiKey
from samleng.doors.exchange.open311.verbs import give_key, revoke_key
from samleng.ground.offices.models import Office, Programme
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("give", "list", "revoke"))
    parser.add_argument("--office", default="", help="code of the office whose system it is")
    parser.add_argument("--programme", default="", help="code of the programme whose system it is")
    parser.add_argument("--label", default="", help="which system it is, in quotes")
    parser.add_argument(
        "--only", choices=("send", "answer"), default="",
        help="send: reports and what their reporters say; answer: the office's own system moves its cases",
    )  # fmt: skip
    parser.add_argument("--key", default="", help="number of the key to take back, as the list shows it")


def run(given: argparse.Namespace) -> int:
    rows = {"give": give, "list": listed, "revoke": taken_back}[given.act](given)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print("  ".join(str(part) for part in row.values()))
    return 0


def owner(given: argparse.Namespace) -> Office | Programme:
    """The office or programme that was named."""
    found: Office | Programme | None = None
    if given.office and not given.programme:
        found = Office.objects.filter(code=given.office).first()
    elif given.programme and not given.office:
        found = Programme.objects.filter(code=given.programme).first()
    if found is None:
        raise Refusal(
            _("There is no such office or programme."),
            field="--office, --programme",
            remedy=_("Give the code of one of the two."),
            code="missing",
        )
    return found


def give(given: argparse.Namespace) -> list[dict[str, str]]:
    whose = owner(given)
    answers = given.only == "answer" or (not given.only and isinstance(whose, Office))
    made = give_key(by=SYSTEM, owner=whose, label=given.label, sends=given.only != "answer", answers=answers)
    # The only time that it can be seen.
    return [{"key": str(made.key.pk), "token": made.token}]


def listed(given: argparse.Namespace) -> list[dict[str, str]]:
    rows = ApiKey.objects.live().select_related("office", "programme").order_by("made_at")
    return [
        {
            "key": str(row.pk),
            "owner": (row.office or row.programme).code,
            "label": row.label,
            "may": "+".join(word for word, may in (("send", row.sends), ("answer", row.answers)) if may),
            "last_used_on": str(row.last_used_on or "-"),
        }
        for row in rows
    ]


def taken_back(given: argparse.Namespace) -> list[dict[str, str]]:
    key = next((key for key in ApiKey.objects.live() if str(key.pk) == given.key), None)
    if key is None:
        raise Refusal(
            _("There is no such key."), field="--key", remedy=_("`samleng api-key list` shows them.")
        )
    return [{"revoked": str(revoke_key(by=SYSTEM, key=key).pk)}]
