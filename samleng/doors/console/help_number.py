"""Enter the telephone numbers of help that a site's lists show; without one, show what is not yet entered."""

from __future__ import annotations

import argparse
import json

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.channels.rules import Referral
from samleng.ground.channels.verbs import enter_help_number
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.text import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("list", nargs="?", help="code of the list, e.g. violence")
    parser.add_argument("entry", nargs="?", help="code of the entry, e.g. police")
    parser.add_argument("phone", nargs="?", default=None, help='the number; "" takes it out again')


def run(given: argparse.Namespace) -> int:
    if given.phone is not None:
        number = "".join(given.phone.split())
        enter_help_number(by=SYSTEM, referral=given.list, contact=given.entry, phone=number)
    current = CatalogueVersion.objects.current()
    lists = HelpNumber.objects.filled(current.catalogue) if current else ()
    shown = [one for one in lists if given.list in (None, one.code)]
    if given.json:
        print(json.dumps({one.code: {c.code: c.phone for c in one.contacts} for one in shown}))
    else:
        for one in shown:
            show(one)
    return 0


def show(one: Referral) -> None:
    language = get_language() or "en"
    print(f"{one.code}: {say(one.name, language)}")
    for contact in one.contacts:
        print(f"  {contact.code:22} {contact.phone or _('not yet entered'):16} {say(contact.name, language)}")
