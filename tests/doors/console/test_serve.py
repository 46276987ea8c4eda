"""The site is served at an address of its own, or not at all."""

from __future__ import annotations

import socket

import pytest

from samleng.doors.console.serve import ask_for
from samleng.kit.words.refusals import Refusal
from tests.doors.console.test_backup import samleng
from tests.journeys.test_nothing_is_lost import site

__all__ = ["site"]


def test_it_is_refused_where_another_is_served_already(site: dict[str, str]) -> None:
    # As the web server itself listens: two of them would share the address.
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in (("serve",), ("demo",)):
            told = samleng(site, *command, "--port", str(port))
            assert told.returncode == 2 and str(port) in told.stderr and "PORT=" in told.stderr, told.stderr


def test_it_takes_an_address_that_was_left_a_moment_ago() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            # The side that closes first keeps the connection's address for a minute.
            other.accept()[0].close()
    ask_for("127.0.0.1", port)


@pytest.mark.parametrize("port", [70_000, 0, -1])
def test_it_says_so_of_an_address_that_there_is_not(port: int) -> None:
    with pytest.raises(Refusal) as refused:
        ask_for("127.0.0.1", port)
    assert refused.value.field == "port"
