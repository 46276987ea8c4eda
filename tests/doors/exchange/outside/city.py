"""Another system on loopback that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listening import Quiet, listening

XML = "text/xml; charset=utf-8"
# A script's answer: status, body, and headers that go with it.
Said = tuple[int, str | bytes] | tuple[int, str | bytes, dict[str, str]]


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    fields: dict[str, str]
    headers: Message
    body: bytes


@dataclass
class City:
    """What it was asked, and what it says to what: by method and the beginning of the path."""

    asked: list[Asked] = field(default_factory=list)
    says: dict[str, Said | Callable[[Asked], Said]] = field(
        default_factory=lambda: {"GET /servicerequestupdates": (200, "<service_request_updates/>")}
    )
    address: str = ""
    # Called with the raw handler before anything is said; True: it has said it itself.
    rude: Callable[[Any], bool] | None = None

    def of(self, start: str) -> list[Asked]:
        """The requests to one address of it, such as "POST /requests"."""
        method, _space, path = start.partition(" ")
        return [one for one in self.asked if one.method == method and one.path.startswith(path)]

    def answer(self, one: Asked) -> Said:
        for start, said in sorted(self.says.items(), key=lambda pair: -len(pair[0])):
            method, _space, path = start.partition(" ")
            if one.method == method and one.path.startswith(path):
                return said(one) if callable(said) else said
        return 404, "<errors><error><code>404</code><description>Nothing here</description></error></errors>"


def number(text: str) -> str:
    inside = f"<request><service_request_id>{text}</service_request_id></request>"
    return f"<service_requests>{inside}</service_requests>"


def updates(*rows: dict[str, str]) -> str:
    """Their list of news."""
    inside = "".join(
        "<request_update>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</request_update>"
        for row in rows
    )
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f"{head}<service_request_updates>{inside}</service_request_updates>"


@contextmanager
def city_on_loopback() -> Iterator[City]:
    city = City()

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def run(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            form = "urlencoded" in (self.headers.get("Content-Type") or "")
            given = parse_qs(body.decode() if form else parts.query)
            fields = {name: values[0] for name, values in given.items()}
            one = Asked(str(self.command), parts.path, fields, self.headers, body)
            city.asked.append(one)
            if city.rude and city.rude(self):
                return
            status, text, *more = city.answer(one)
            data = text.encode() if isinstance(text, str) else text
            (self.send_response_only if more and "Date" in more[0] else self.send_response)(status)
            headers = {"Content-Type": XML, "Content-Length": str(len(data)), **(more[0] if more else {})}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = run

    with listening(Handler) as city.address:
        yield city
