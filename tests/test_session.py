"""The tests' own footing: the engine asked for, a home apart, no network, a browser that draws Khmer."""

import os
import socket
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.browser import overflow, serious_issues, visit
from tests.session import NetworkBlocked


def test_it_runs_on_the_engine_asked_for(db):
    wanted = {"sqlite": "sqlite", "postgres": "postgresql"}
    engine = os.environ["SAMLENG_TEST_DB"]
    assert connection.vendor == wanted.get(engine, connection.vendor)


def test_it_keeps_its_home_apart_from_the_site_in_the_clone():
    assert settings.ROOT not in Path(settings.HOME).parents


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_it_blocks_every_connection_beyond_this_machine(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(NetworkBlocked):
        sock.connect((host, 80))


def test_it_blocks_looking_up_names_and_whatever_stands_on_that():
    with pytest.raises(NetworkBlocked):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_it_lets_loopback_through():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


PAGE = """<!doctype html><html lang="km"><title>សំឡេង</title><main><h1>សំឡេងប្រជាពលរដ្ឋ</h1>{}</main></html>"""


def test_it_sees_what_a_page_does_wrong(browser):
    with visit(browser, size="phone") as page:
        page.set_content(PAGE.format("<p>ទឹកស្អាត</p>"))
        assert (overflow(page), serious_issues(page)) == (0, [])
        page.set_content(PAGE.format('<p style="width:500px">ទឹក</p><img src="data:,">'))
        assert overflow(page) > 0
        assert any(issue.startswith("image-alt") for issue in serious_issues(page))
