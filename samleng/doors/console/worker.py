"""The worker: what the ledger says becomes figures and notices, and clocks are kept."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connections
from django.db.models import Max

from samleng.answers.cases.verbs.forgetting import forget_due
from samleng.answers.cases.verbs.lapsing import lapse
from samleng.answers.cases.verbs.moving import climb
from samleng.answers.plans.verbs.taking import tell_ends
from samleng.doors.console.prepare import count_rows
from samleng.doors.exchange.outside.rounds import visit_outside
from samleng.doors.postman.verbs.alerting import forget_unconfirmed
from samleng.doors.postman.verbs.lettering import send_letters
from samleng.doors.postman.verbs.matching import match_broadcasts, match_reports
from samleng.doors.postman.verbs.nudging import send_nudges
from samleng.doors.postman.verbs.pushing import send_pushes
from samleng.doors.postman.verbs.telling import remind, tell
from samleng.doors.telegram.sending import send_messages
from samleng.doors.telegram.verbs import forget_updates
from samleng.insight.disclosure.verbs.following import follow_cases
from samleng.insight.disclosure.verbs.pinning import turn_pins
from samleng.insight.disclosure.verbs.rhythm import release_due, sums_due
from samleng.insight.evidence.verbs import project
from samleng.kit.ledger.models import Entry
from samleng.kit.media.verbs import forget_stale
from samleng.kit.sealing.verbs import scrub_due, sweep
from samleng.voices.scorecards.verbs.laying import lay_left_behind
from samleng.voices.scorecards.verbs.opening import open_again, open_parcels
from samleng.voices.scorecards.verbs.review import complete_idle, erase_due

log = logging.getLogger("samleng.worker")


class OnceMoved:
    """Does something when the ledger has grown since, and now and then all the same.

    Rows may be committed in another order than their ids, and days pass without a row.
    """

    def __init__(self, work: Callable[[], object], at_least: float = 60.0) -> None:
        self.work, self.at_least, self.__name__ = work, at_least, work.__name__
        self.last, self.seen = float("-inf"), -1

    def __call__(self) -> None:
        newest = Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
        if newest == self.seen and time.monotonic() - self.last < self.at_least:
            return
        self.work()
        self.seen, self.last = newest, time.monotonic()


class Aside:
    """Does something that waits for others in a thread of its own, so that nothing here waits with it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work, self.__name__ = work, work.__name__
        self.thread: threading.Thread | None = None

    def __call__(self) -> None:
        if self.thread is None or not self.thread.is_alive():
            # Ended with the worker at any moment: what is done so must bear that.
            self.thread = threading.Thread(target=self.run, name=self.__name__, daemon=True)
            self.thread.start()

    def run(self) -> None:
        try:
            self.work()
        except Exception:
            log.exception("%s failed", self.__name__)
        finally:
            connections.close_all()


# What is done how often, in seconds.
ROUNDS: tuple[tuple[Callable[[], object], float], ...] = (
    (open_parcels, 0.2),
    (project, 0.3),
    (follow_cases, 0.3),
    (OnceMoved(release_due), 2.0),
    (tell_ends, 2.0),
    (tell, 2.0),
    (send_nudges, 2.0),
    (match_reports, 1.0),
    (match_broadcasts, 2.0),
    (send_letters, 2.0),
    (forget_unconfirmed, 3600.0),
    (forget_updates, 86400.0),
    (open_again, 600.0),
    (sums_due, 3600.0),
    (turn_pins, 60.0),
    (climb, 600.0),
    (lapse, 3600.0),
    (forget_due, 86400.0),
    (remind, 3600.0),
    (complete_idle, 3600.0),
    (erase_due, 3600.0),
    (lay_left_behind, 60.0),
    (forget_stale, 3600.0),
    (sweep, 3600.0),
    (scrub_due, 3600.0),
    (count_rows, 3600.0),
    (Aside(send_pushes), 2.0),
    (Aside(send_messages), 2.0),
    (Aside(visit_outside), 5.0),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do each thing once and stop")


def run(given: argparse.Namespace) -> int:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    due = dict.fromkeys(range(len(ROUNDS)), 0.0)
    while not stopping:
        for number, (work, every) in enumerate(ROUNDS):
            if time.monotonic() < due[number] and not given.once:
                continue
            due[number] = time.monotonic() + every
            try:
                # Once means that it is done when the command ends.
                (work.work if given.once and isinstance(work, Aside) else work)()
            except Exception:
                # One broken round must not stop the others; it is tried again at its next time.
                log.exception("%s failed", getattr(work, "__name__", work))
                close_old_connections()
        if given.once:
            return 0
        time.sleep(0.1)
    return 0
