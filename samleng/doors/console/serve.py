"""Serve the site: one web process on SQLite (one writer), and the worker beside it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import sys
from typing import NoReturn

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.console.prepare import prepare, progress
from samleng.doors.console.welcome import first_steps
from samleng.kit.words.refusals import Refusal

ANOTHER = _("Stop what runs there, or choose another port: PORT=8001.")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--workers", type=int, default=0, help="0: one on SQLite, two otherwise")


def run(given: argparse.Namespace) -> int:
    ask_for(given.host, given.port)
    prepare(progress)
    if words := first_steps():
        progress(f"\n{words}\n")
    return serve(given.host, given.port, given.threads, given.workers)


def ask_for(host: str, port: int) -> None:
    """Refuse an address where somebody listens already.

    The web server would share it without a word, and every other request would reach the other site.
    """
    if not 0 < port < 65536:
        raise Refusal(
            _("There is no port %(port)s.") % {"port": port}, remedy=ANOTHER, field="port", code="unreadable"
        )
    # Asked as a client asks: to bind it would also fail where a site was stopped a moment ago.
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2):
        raise Refusal(
            _("Something else is served at %(host)s:%(port)s.") % {"host": host, "port": port},
            remedy=ANOTHER,
            field="port",
            code="in_use",
        )


def way(threads: int) -> list[str]:
    """The lane for phones in front of Django's threads; or Django alone, where the lane is switched off."""
    if os.environ.get("SAMLENG_LANE") == "off":
        return ["--interface", "wsgi", "--blocking-threads", str(threads), "config.wsgi:application"]
    os.environ["SAMLENG_THREADS"] = str(threads)
    return ["--interface", "rsgi", "config.front:application"]


def serve(host: str, port: int, threads: int = 4, workers: int = 0) -> NoReturn:
    """Serve until stopped; the worker stops with it. This process becomes their keeper."""
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    worker = [sys.executable, "-m", "samleng.doors.console.main", "worker"]
    address = f"http://{host}:{port}/"
    progress(f"Samleng is at {address}  (stop with Ctrl-C)")
    command = [
        sys.executable,
        "-m",
        "granian",
        *way(threads),
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers or (1 if on_sqlite else 2)),
        "--log-level",
        "warning",
    ]
    # Each thread would otherwise keep a store of its own of what pictures once took, and give nothing back.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    sys.stdout.flush()
    # What has prepared the site makes room: from here on a process without Django keeps the two running.
    keeper = [sys.executable, "-m", "samleng.doors.console.keeper"]
    os.execv(sys.executable, [*keeper, json.dumps({"web": command, "worker": worker})])  # noqa: S606
