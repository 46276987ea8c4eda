"""The bridge to Django by the standard (PEP 3333), before a site that does what Django never would."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.served import ROOT, free_port, wait_for

pytestmark = pytest.mark.once
HEAD = re.compile(rb"HTTP/1\.1 (\d+) [^\r]*\r\n((?:[^\r\n]+\r\n)*)\r\n")


class Line:
    """A connection, and what is said on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.came = b""

    def say(self, text: str | bytes) -> Line:
        self.socket.sendall(text.encode() if isinstance(text, str) else text)
        return self

    def ask(self, method: str, path: str, *headers: str, body: bytes = b"") -> tuple[int, str, bytes]:
        said = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
        if body:
            said.append(f"Content-Length: {len(body)}")
        self.say("\r\n".join(said) + "\r\n\r\n").say(body)
        return self.answer(bodiless=method == "HEAD")

    def answer(self, *, bodiless: bool = False) -> tuple[int, str, bytes]:
        """The next answer on this line: status, headers in small letters, body."""
        while not (head := HEAD.match(self.came)):
            self.more()
        self.came = self.came[head.end() :]
        status, headers = int(head[1]), head[2].decode("latin-1").lower()
        if status == 100:
            return self.answer(bodiless=bodiless)
        if bodiless or status in (204, 304):
            return status, headers, b""
        if "transfer-encoding: chunked" in headers:
            while b"0\r\n\r\n" not in self.came:
                self.more()
            body, self.came = self.came.split(b"0\r\n\r\n", 1)
            return status, headers, body
        length = re.search(r"content-length: (\d+)", headers)
        size = int(length[1]) if length else 0
        while len(self.came) < size:
            self.more()
        body, self.came = self.came[:size], self.came[size:]
        return status, headers, body

    def more(self) -> None:
        part = self.socket.recv(65536)
        if not part:
            raise EOFError(self.came)
        self.came += part

    def ended(self) -> bool:
        """Whether the site has ended the connection, after whatever else it said."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.more()
        return True


class Site:
    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def line(self) -> Line:
        return Line(self.port)

    def ask(self, method: str, path: str, *headers: str, body: bytes = b"") -> tuple[int, str, bytes]:
        return self.line().ask(method, path, *headers, body=body)

    def echo(self, *headers: str, path: str = "/echo", body: bytes = b"", method: str = "POST") -> Any:
        status, _headers, told = self.ask(method, path, *headers, body=body)
        assert status == 200
        return json.loads(told)

    def state(self) -> Any:
        return json.loads(self.ask("GET", "/state")[2].strip().splitlines()[-1])

    def until(self, what: Callable[[], bool], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port, log = free_port(), tmp_path_factory.mktemp("front") / "log"
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port), "--workers", "1"]
    command += ["--log-level", "warning", "tests.doors.field.strange:application"]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/state", process)
            yield Site(port, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_it_lets_no_header_pass_for_another(site: Site) -> None:
    told = site.echo("X-Forwarded-Proto: http", "X_Forwarded_Proto: https", "Content_Length: 9")["environ"]
    assert told["HTTP_X_FORWARDED_PROTO"] == "http" and told["CONTENT_LENGTH"] == "0"
    told = site.echo("Cookie: a=1", "Cookie: b=2", "Accept-Language: km", "Accept-Language: en")["environ"]
    assert told["HTTP_COOKIE"] == "a=1;b=2" and told["HTTP_ACCEPT_LANGUAGE"] == "km,en"


def test_it_says_where_and_by_whom_it_is_asked(site: Site) -> None:
    told = site.echo(path="/echo/%E1%9E%80%2F%25?q=%41", method="GET")["environ"]
    assert told["PATH_INFO"].encode("latin-1").decode() == "/echo/ក/%" and told["QUERY_STRING"] == "q=%41"
    assert told["SERVER_NAME"] == told["REMOTE_ADDR"] == "127.0.0.1"
    assert told["SERVER_PORT"] == str(site.port) and told["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert site.echo(path="/echo/%FF%FE", method="GET")["environ"]["PATH_INFO"].startswith("/echo/")
    told = site.echo(path="http://elsewhere.example/echo", method="GET")["environ"]
    assert told["HTTP_HOST"] == "elsewhere.example", "a whole address goes before the header"
    old = site.line().say("GET /echo HTTP/1.0\r\n\r\n")
    assert old.ended() and b'"SERVER_PROTOCOL": "HTTP/1.0"' in old.came


def test_it_hands_over_a_body_in_chunks_with_its_length(site: Site) -> None:
    head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = site.line().say(head + "5\r\nhello\r\n").say("6\r\n world\r\n0\r\n\r\n")
    told = json.loads(line.answer()[2])
    assert (told["size"], told["start"], told["environ"]["CONTENT_LENGTH"]) == (11, "hello world", "11")
    large = site.echo(body=b"z" * 3_000_000)
    assert large["size"] == 3_000_000, "from the disk"
    # A body that broke off is no body, however it was to come.
    for begun in (
        head + "5\r\nhello\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello",
    ):
        line = site.line().say(begun)
        line.socket.shutdown(socket.SHUT_WR)
        assert line.ended() and b'"hello"' not in line.came


def test_it_answers_before_a_body_is_sent_that_is_too_large(site: Site) -> None:
    waiting = site.line().say(
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    )
    waiting.more()
    assert waiting.came.startswith(b"HTTP/1.1 100 ")
    assert json.loads(waiting.say("hello").answer()[2])["size"] == 5
    line = site.line()
    status, _headers, body = line.ask("POST", "/echo", "Expect: 100-continue", f"Content-Length: {1 << 40}")
    assert (status, b"too large" in body) == (413, True)
    assert line.ended(), "what it may still send is not taken for the next request"


def test_it_answers_what_is_asked_together_one_after_the_other(site: Site) -> None:
    one = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
    two = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
    line = site.line().say(one + two + one.replace("slow", "nobody") + two)
    assert line.answer()[2].count(b"a line") == 5
    assert json.loads(line.answer()[2])["start"] == "two"
    assert line.answer()[0] == 204
    assert json.loads(line.answer()[2])["start"] == "two"


def test_it_sends_no_body_where_none_belongs(site: Site) -> None:
    line = site.line()
    status, headers, _none = line.ask("HEAD", "/echo")
    assert status == 200 and int(re.search(r"content-length: (\d+)", headers)[1]) > 0  # type: ignore[index]
    status, headers, _none = line.ask("HEAD", "/long")
    assert status == 200 and "content-length: 0" not in headers
    status, headers, _none = line.ask("GET", "/nobody")
    assert status == 204 and "content-length" not in headers
    assert line.ask("GET", "/same")[0] == 304
    assert json.loads(line.ask("GET", "/echo")[2])["size"] == 0, "nothing of them was left on the line"
    assert site.state()["open"] == [], "they were closed without being asked for their parts"


def test_it_answers_500_and_writes_down_whatever_goes_wrong(site: Site) -> None:
    line = site.line()
    for path, why in (
        ("/raising", "this ends no site"),
        ("/raising-late", "broke on the way"),
        ("/lying", "5 bytes says that it has 10"),
        ("/unstarted", "is started before"),
    ):
        status, _headers, body = line.ask("GET", path)
        assert (status, b"written down" in body) == (500, True), path
        assert why in site.log.read_text() and f"Not answered: GET {path}" in site.log.read_text()
    assert line.ask("GET", "/started-twice")[::2] == (503, b"better")
    assert line.ask("GET", "/written")[2] == b"the old way, and the new"
    assert "x-name: caf?" in line.ask("GET", "/latin")[1]
    assert site.state()["open"] == []


def test_it_takes_no_more_than_a_head_may_have(site: Site) -> None:
    assert len(site.echo(f"X-Long: {'x' * 50_000}")["environ"]["HTTP_X_LONG"]) == 50_000
    line = site.line()
    with contextlib.suppress(OSError):
        line.say(f"GET /echo HTTP/1.1\r\nHost: a\r\nX-Long: {'x' * 2_000_000}\r\n\r\n")
    assert line.ended() and b" 200 " not in line.came
    assert site.ask("GET", "/echo")[0] == 200


def test_it_sends_what_is_slow_as_it_comes_and_what_is_long_whole(site: Site) -> None:
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/slow", timeout=15) as answer:
        assert answer.read(6) == b"a line" and time.monotonic() - began < 0.9
        assert answer.read() == b"\n" + b"a line\n" * 4
    for path in ("/long", "/known"):
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{path}", timeout=30) as answer:
            assert sum(len(part) for part in iter(lambda a=answer: a.read(1 << 20), b"")) == 200_000_000
    site.until(lambda: site.state()["open"] == [])


def test_it_keeps_no_long_answer_in_memory_for_those_who_do_not_read(site: Site) -> None:
    before = site.state()["kb"]
    waiting = [site.line().say(f"GET /{name} HTTP/1.1\r\nHost: a\r\n\r\n") for name in ("long", "known") * 3]
    site.until(lambda: site.state()["open"] == ["known", "long"])
    time.sleep(0.5)
    # Two threads work here, and six are held up: they have lent their places.
    state = site.state()
    assert state["kb"] - before < 60_000, "of a thousand megabytes"
    for line in waiting:
        line.socket.close()
    site.until(lambda: site.state()["open"] == [])
