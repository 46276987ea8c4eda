"""The site as it is really served, over the database of the test: other people's clients meet no stand-in."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from samleng.doors.console.serve import way

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the database that the test uses."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


def environment(deployed: bool) -> dict[str, str]:
    """What the site's process is told; `deployed` takes away all that is different under test."""
    env = {**os.environ, "DATABASE_URL": database_url(), "SAMLENG_HOME": str(settings.HOME)}
    if deployed:
        env.pop("SAMLENG_TESTING", None)
        collected(env)
    return env


def collected(env: dict[str, str]) -> None:
    """Static files as a deployed site has them: compressed, and named by what is in them."""
    done = Path(settings.HOME) / "collected"
    with (Path(settings.HOME) / "collecting").open("w") as lock:
        # Several workers share one home.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0", "-i", "look"]
            env = {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
            subprocess.run(command, cwd=ROOT, env=env, check=True)
            done.touch()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(*, deployed: bool = False, port: int = 0) -> Iterator[str]:
    """The address of the site in a process of its own, stopped at the end; use it with `transactional_db`.

    `deployed` serves static files as a real site does; `port` is a site's that was stopped and comes back.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "granian", "--port", str(port), "--workers", "1"]
    command += ["--log-level", "warning", *way(4)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(deployed))
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            # It still waits for somebody who never ends what they send.
            process.kill()
            process.wait(timeout=30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
