"""The `samleng` command. Exit 0 done, 2 bad input (nothing changed), 1 anything else."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

COMMANDS = {
    "serve": "Prepare the site and serve it until stopped",
    "welcome": "Let the site's administrator or a programme's manager in by a link",
    "worker": "Project the ledger, tell people, keep the clocks",
    "demo": "Walk the loop once with a plainly labelled demo programme, then serve",
    "code": "Show the present second-step code of a demo account",
    "api-key": "Give, list and take back the keys by which other systems send reports",
    "help-number": "Enter the telephone numbers of help, or see which are not yet entered",
    "telegram": "Tell Telegram where this site's bot is called, or no longer, and look how it stands",
    "outside": "Name, try and switch offices' own systems, to which public reports are sent",
    "import": "Take in somebody else's file",
    "export": "Give out a plan or the figures that are public",
    "load-scale": "Fill the site with a nation's worth of made-up data, to measure",
    "backup": "Write the whole site to one file",
    "restore": "Bring a site back from a backup, checked against its ledger",
    "rebuild-pins": "Make the map of public reports and its counts anew from the cases",
    "check": "Look whether the site is whole: settings, data, ledger, files",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the console script's entry."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    parser = argparse.ArgumentParser(prog="samleng", description=__doc__)
    parser.add_argument("--json", action="store_true", help="say it for machines")
    parser.add_argument("--language", help="en unless the terminal speaks another of the site's languages")
    subs = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        sub = subs.add_parser(name, help=text, description=text)
        sub.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        sub.add_argument("--language", default=argparse.SUPPRESS)
        module(name).arguments(sub)
    return run(parsed(parser, subs.choices, sys.argv[1:] if argv is None else argv))


def parsed(
    parser: argparse.ArgumentParser, subs: Mapping[str, argparse.ArgumentParser], argv: list[str]
) -> argparse.Namespace:
    """The command line; a file may stand behind an option too, which argparse takes only when told."""
    given, left = parser.parse_known_args(argv)
    if not left:
        return given
    known = argparse.Namespace(command=given.command, json=given.json, language=given.language)
    try:
        return subs[given.command].parse_intermixed_args(argv[argv.index(given.command) + 1 :], known)
    except TypeError:  # It has commands of its own.
        parser.error(f"unrecognized arguments: {' '.join(left)}")


def module(name: str):  # type: ignore[no-untyped-def]
    """The module of a command: one file each, with `arguments(parser)` and `run(given) -> int`."""
    return import_module(f"samleng.doors.console.{name.replace('-', '_').replace('import', 'take_in')}")


def run(given: argparse.Namespace) -> int:
    from django.utils import translation

    from samleng.doors.console.said import language_of, said
    from samleng.kit.words.refusals import Refusal, each

    given.language = given.language or language_of(os.environ)
    translation.activate(given.language)
    command: Callable[[argparse.Namespace], int] = module(given.command).run
    try:
        return command(given)
    except Refusal as refusal:
        refusals = each(refusal)
        if given.json:
            print(json.dumps({"refused": [one.as_json() for one in refusals]}, ensure_ascii=False))
        else:
            for one in refusals:
                print(said(one), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
