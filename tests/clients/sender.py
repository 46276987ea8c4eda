"""Another city's system as it sends: its past requests by Open311 POST, then how each of them stands.

`python -m tests.clients.sender ADDRESS KEY FILE [COUNT]` sends a file of Boston's 311 to any site.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import local
from urllib.parse import urlencode, urlsplit

# How Boston's statuses are said in FixMyStreet's; what is open there has been confirmed at least.
STATUSES = {"Closed": "closed", "Open": "investigating"}

# What may be sent again, and after how many seconds.
NOT_NOW, PAUSES = (0, 429, 500, 502, 503, 504), (1, 5, 30, 65, 120)


@dataclass
class Sent:
    """What became of it: their number and ours, answers by status, and seconds for each call."""

    numbers: dict[str, str] = field(default_factory=dict)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    # What had to be sent again: it was not answered (0), or came at a bad moment.
    again: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"requests": [], "updates": []})

    def said(self, call: str, whole: float) -> str:
        took = sorted(self.seconds[call])
        middle, most = took[len(took) // 2], took[int(len(took) * 0.95)]
        return (
            f"{call}: {len(took)} in {whole:.1f} s, {len(took) / whole:.0f}/s, "
            f"p50 {middle * 1000:.0f} ms, p95 {most * 1000:.0f} ms"
        )


class Sender:
    """A client that keeps its connections, one to a thread."""

    def __init__(self, address: str, key: str, service: str = "dump", threads: int = 4) -> None:
        self.host, self.key, self.service, self.threads = urlsplit(address).netloc, key, service, threads
        self.mine, self.sent = local(), Sent()

    def post(self, call: str, path: str, given: Mapping[str, str]) -> list[dict[str, str]]:
        """Sent until it is answered: under its own number it counts there once."""
        for pause in (*PAUSES, None):
            try:
                status, body = self.once(call, path, given)
            except (OSError, HTTPException):
                del self.mine.line
                status, body = 0, b""
            if pause is None or status not in NOT_NOW:
                break
            self.sent.again[call, status] += 1
            time.sleep(pause)
        self.sent.answers[call, status] += 1
        found: list[dict[str, str]] = json.loads(body or b"[{}]")
        return found

    def once(self, call: str, path: str, given: Mapping[str, str]) -> tuple[int, bytes]:
        if not hasattr(self.mine, "line"):
            self.mine.line = HTTPConnection(self.host, timeout=60)
        begun = time.monotonic()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.mine.line.request("POST", path, urlencode({"api_key": self.key, **given}), headers)
        answer = self.mine.line.getresponse()
        body = answer.read()
        self.sent.seconds[call].append(time.monotonic() - begun)
        return answer.status, body

    def request(self, row: Mapping[str, str]) -> None:
        """One report, under the number that it has there."""
        theirs = row["case_enquiry_id"]
        (one,) = self.post(
            "requests",
            "/open311/v2/requests.json",
            {
                "service_code": self.service,
                "lat": row["latitude"],
                "long": row["longitude"],
                "address_string": row["location"],
                "description": row["case_title"],
                "attribute[external_id]": theirs,
            },
        )
        self.sent.numbers[theirs] = one.get("service_request_id", "")

    def update(self, row: Mapping[str, str]) -> None:
        """How it stands, with the office's own words."""
        self.post(
            "updates",
            "/open311/v2/servicerequestupdates.json",
            {
                "service_request_id": self.sent.numbers[row["case_enquiry_id"]],
                "update_id": f"{row['case_enquiry_id']}-1",
                "status": STATUSES[row["case_status"]],
                "description": row["closure_reason"] if row["case_status"] == "Closed" else "",
            },
        )

    def send(self, rows: Iterable[Mapping[str, str]]) -> list[str]:
        """All of them, then all their statuses; what was measured, in two lines."""
        rows, lines = list(rows), []
        with ThreadPoolExecutor(self.threads) as pool:
            for call, one in (("requests", self.request), ("updates", self.update)):
                begun = time.monotonic()
                list(pool.map(one, rows))
                lines.append(self.sent.said(call, time.monotonic() - begun))
        return lines


def rows_of(path: Path, count: int | None = None) -> Iterator[dict[str, str]]:
    """The first rows of the file, packed or not."""
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number == count:
                return
            yield row


if __name__ == "__main__":
    address, key, file, *count = sys.argv[1:]
    sender = Sender(address, key)
    print("\n".join(sender.send(rows_of(Path(file), int(count[0]) if count else None))))
    print(dict(sender.sent.answers), "sent again:", dict(sender.sent.again))
