"""The present second-step code of a demo account; no other account's secret can be read."""

from __future__ import annotations

import argparse

from samleng.doors.console.demo import secret_of
from samleng.doors.web.signin.accounts import totp_now
from samleng.kit.words.refusals import Refusal


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="sign-in name of a demo account")


def run(given: argparse.Namespace) -> int:
    secret = secret_of(given.name)
    if secret is None:
        raise Refusal(
            "There is no demo account of this name.",
            field="name",
            remedy="`samleng demo --no-serve` lists them.",
        )
    print(totp_now(secret))
    return 0
