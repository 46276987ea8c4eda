"""A phone with Safari's engine: WebKitGTK on a screen of its own, spoken to in plain WebDriver."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from tests.served import free_port

TAB = Path(__file__).resolve().parent / "webkit_tab.py"
# The one of Debian, whatever Python the tests run on.
PYTHON = "/usr/bin/python3"
PATIENCE = 30.0
# How WebDriver names an element in what it answers and is sent.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def missing() -> str:
    """What this machine lacks for WebKit, in words; empty when there is everything."""
    for command, package in (("WebKitWebDriver", "webkit2gtk-driver"), ("Xvfb", "xvfb")):
        if shutil.which(command) is None:
            return f"no {command} (apt-get install {package})"
    bound = [PYTHON, "-c", "import gi; gi.require_version('WebKit2', '4.1')"]
    if not os.access(PYTHON, os.X_OK) or subprocess.run(bound, capture_output=True).returncode:
        return "no bindings (apt-get install python3-gi gir1.2-webkit2-4.1)"
    return ""


@contextmanager
def screen() -> Iterator[str]:
    """The number of a screen that nobody sees; skips the test where WebKit cannot run."""
    if lacks := missing():
        reason = f"SAFARI'S ENGINE IS NOT RUN: {lacks}"
        if os.environ.get("SAMLENG_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        process.terminate()
        process.wait(timeout=30)


class WebDriverError(Exception):
    """What the driver answered instead."""


class WebKitPhone:
    """A browser with its storage in `folder`, which outlives its being killed."""

    def __init__(self, display: str, folder: Path) -> None:
        self.display, self.folder = display, folder
        folder.mkdir(exist_ok=True)
        self.begin()

    def begin(self) -> None:
        folders = {"HOME": "", "XDG_DATA_HOME": "share", "XDG_CACHE_HOME": "cached"}
        shown = {"DISPLAY": self.display, "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
        env = {**os.environ, **shown, **{name: str(self.folder / part) for name, part in folders.items()}}
        port = free_port()
        self.driver = subprocess.Popen(
            ["WebKitWebDriver", "-p", str(port)],
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"binary": PYTHON, "args": [str(TAB), str(self.folder)]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.base += "/" + str(self.until(lambda: self.asked("POST", "", wanted))["sessionId"])

    def kill(self) -> None:
        """The browser with all its processes dies where it stands, and is started anew."""
        self.end()
        self.begin()

    def end(self) -> None:
        os.killpg(self.driver.pid, signal.SIGKILL)
        self.driver.wait()

    def asked(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, kind, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise WebDriverError(error.read().decode()) from None

    def until(self, work: Callable[[], Any]) -> Any:
        """What `work` answers as soon as that is something; its last error, or none, when patience ends."""
        last: Exception | None = None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if found := work():
                    return found
            except (WebDriverError, OSError) as error:
                last = error
            time.sleep(0.05)
        raise AssertionError(f"waited in vain, {last or 'for what never came'}: {self.shown()}")

    def shown(self) -> str:
        try:
            return str(self.js("return location.href + '\\n' + document.body.innerText")[:2000])
        except (WebDriverError, OSError):
            return "(nothing)"

    def js(self, script: str, *args: object) -> Any:
        return self.asked("POST", "/execute/sync", {"script": script, "args": args})

    def goto(self, address: str) -> None:
        self.asked("POST", "/url", {"url": address})

    def there(self, css: str) -> None:
        self.until(lambda: self.js("return document.querySelector(arguments[0]) !== null", css))

    def count(self, css: str) -> int:
        return int(self.js("return document.querySelectorAll(arguments[0]).length", css))

    def text(self, css: str) -> str:
        return str(self.until(lambda: self.js("return document.querySelector(arguments[0])?.innerText", css)))

    def element(self, css: str, number: int) -> str:
        found = self.asked("POST", "/elements", {"using": "css selector", "value": css})
        if not found:
            raise WebDriverError(f"no {css}")
        return str(found[number][ELEMENT])

    def tap(self, css: str, number: int = 0) -> None:
        """A real click in the middle of the element of that number (-1 is the last), once it takes one."""

        def once() -> bool:
            found = self.element(css, number)
            if not self.asked("GET", f"/element/{found}/enabled"):
                return False
            self.asked("POST", f"/element/{found}/click", {})
            return True

        self.until(once)

    def type(self, css: str, text: str, number: int = 0) -> None:
        def once() -> bool:
            self.asked("POST", f"/element/{self.element(css, number)}/value", {"text": text})
            return True

        self.until(once)

    # What a facilitator does.
    def open(self, address: str, pin: str) -> None:
        self.goto(address)
        self.type("#pin", pin)
        self.tap("main button[type=submit]")
        self.there("main#room, main:not(:has(#pin))")

    def at(self, card: str, *parts: object) -> None:
        way = "/".join(str(part) for part in parts)
        address = f"#/card/{card}/{way}"
        if self.js("return location.hash") != address:
            self.js("document.activeElement?.blur(); location.hash = arguments[0]", address)
        self.came(str(parts[0]))

    def came(self, step: str) -> None:
        """Wait for a step, whose heading then has the focus."""
        heading = "return document.activeElement === document.querySelector(arguments[0])"
        self.until(lambda: self.js(heading, f"main[data-step='{step}'] h1"))

    def vote(self, given: Sequence[Sequence[int]]) -> None:
        """Everybody votes in turn, `given` one list of scores a voter."""
        self.tap(".next a.button")
        for scores in given:
            self.there("form.ballot")
            heading = self.text("h1")
            for asked, score in enumerate(scores):
                self.tap(f"label:has(input[name=vote-{asked}])", score - 1)
                self.until(lambda asked=asked: self.count(f"input[name=vote-{asked}]:checked"))
            self.tap(".onward button", -1)
            self.until(lambda heading=heading: self.text("h1") != heading)


@contextmanager
def in_hand(folder: Path) -> Iterator[WebKitPhone]:
    """A phone whose storage lies in `folder`, with the app built; it ends with the test."""
    look.build()
    field.build()
    with screen() as display:
        phone = WebKitPhone(display, folder)
        try:
            yield phone
        finally:
            phone.end()
