"""`samleng rebuild-pins`: the map, its signposts and its counts made anew from the cases, the same.

It may be stopped at any time: called again it goes on where it stopped, while the site serves.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from samleng.doors.console.prepare import bar
from samleng.insight.disclosure.verbs.following import rebuild_pins

MARK = "rebuild-pins.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from-start", action="store_true", help="begin anew, although one that was stopped could go on"
    )


def run(given: argparse.Namespace) -> int:
    mark = Path(settings.HOME) / MARK
    if given.from_start:
        mark.unlink(missing_ok=True)

    def progress(done: int, total: int, after: str) -> None:
        mark.write_text(json.dumps({"after": after}))
        if sys.stderr.isatty():
            bar(done, total)

    count = rebuild_pins(after=stopped_at(mark), progress=progress)
    mark.unlink(missing_ok=True)
    print(json.dumps({"cases": count}) if given.json else _("Cases gone through: %(n)s") % {"n": count})
    return 0


def stopped_at(mark: Path) -> str:
    """Where a former run was stopped; "" to begin at the start, also when its mark cannot be read."""
    try:
        return str(UUID(json.loads(mark.read_text())["after"]))
    except (OSError, ValueError, KeyError, TypeError):
        return ""
