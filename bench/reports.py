"""Open311 over fifty thousand public reports: GET by area and by time, and POST, beside a bare server."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench import maps
from bench.floors import fields
from bench.site import Site, drive, fetch, floor, post
from bench.told import part, ratio, row, spread

REPORTS = 50_000
SENT, CLIENTS = 24, 8
FORM = "application/x-www-form-urlencoded"
GET_LEAST, POST_LEAST = 0.4, 0.3
WORDS = {"km": "គំនរសំរាមធំនៅជិតផ្សារ ក្លិនស្អុយខ្លាំង សូមជួយប្រមូល", "en": "A heap of rubbish near the market"}


@dataclass(frozen=True)
class Asking:
    """A kind of GET: how many at a time, and one such query drawn by chance."""

    name: str
    times: int
    query: Callable[[random.Random], str]


def askings() -> list[Asking]:
    """Areas and times that hold what a page takes; without a page the specification's thousand."""
    return [
        Asking("by area, page of 100", 240, lambda chance: by_area(chance, 0.01, 100)),
        Asking("by time, page of 100", 240, lambda chance: by_time(chance, 3, 100)),
        Asking("by area, page of 50", 240, lambda chance: by_area(chance, 0.01, 50)),
        Asking("by area, no page", 60, lambda chance: by_area(chance, 0.03, None)),
        Asking("by time, no page", 60, lambda chance: by_time(chance, 60, None)),
        Asking("by area, a street", 480, lambda chance: by_area(chance, 0.002, 100)),
    ]


def measure(site: Site, windows: int, _share: float) -> None:
    part(f"Open311 over {REPORTS:,} public reports, XML and JSON by turns ({CLIENTS} clients)")
    print(
        "# floor: granian (WSGI), one process as the site on SQLite has; SQLite with an R-tree and an index\n"
        "# by time; orjson, a template for XML; the same rows and words, nothing checked or looked up"
    )
    ready = made(REPORTS)
    try:
        with tempfile.TemporaryDirectory() as folder:
            copied(site, Path(folder) / "requests.sqlite3")
            with floor("requests", "wsgi", Path(folder)) as bare:
                for asking in askings():
                    asked(site, bare, windows, asking)
                sent(site, bare, windows, ready)
    finally:
        taken_off()


def asked(site: Site, bare: int, windows: int, asking: Asking) -> None:
    """Each window first there and then here, and by turns the other way round."""
    chance = random.Random(5)
    ours: list[float] = []
    theirs: list[float] = []
    spent: list[list[float]] = []
    size = rows = 0
    for window in range(windows + 1):
        queries = [asking.query(chance) for _n in range(asking.times)]
        paths = [f"requests.{('json', 'xml')[n % 2]}?{one}" for n, one in enumerate(queries)]
        calls = [
            (bare, [get(f"/{one}") for one in paths]),
            (site.port, [get(f"/open311/v2/{one}") for one in paths]),
        ]
        driven = {port: drive(port, some, CLIENTS) for port, some in calls[:: 1 if window % 2 else -1]}
        there, here = driven[bare], driven[site.port]
        assert here.statuses == there.statuses == {200: asking.times}, (here.statuses, there.statuses)
        counted, bare_rows = told_in(here.bodies), told_in(there.bodies)
        # An R-tree keeps its sides roughly: a report at the very edge may lie outside for one of the two.
        assert abs(counted - bare_rows) <= 0.03 * bare_rows + 5, (counted, bare_rows)
        if window:
            ours.append(here.rate(200))
            theirs.append(there.rate(200))
            spent.append(here.spent)
        size, rows = sum(map(len, here.bodies)) // asking.times, counted // asking.times
    told(f"GET {asking.name} ({rows} rows, {size / 1024:.0f} KiB each)", ours, theirs, GET_LEAST)
    row("  milliseconds here", spread(spent))


def told_in(bodies: Sequence[bytes]) -> int:
    """How many requests these answers tell of."""
    return sum(one.count(b'"service_request_id"') + one.count(b"<service_request_id>") for one in bodies)


def sent(site: Site, bare: int, windows: int, ready: dict[str, str]) -> None:
    """Reports by another system with its key, each durable before its answer.

    The bare server checks nothing, seals nothing, and commits one row for each report.
    """
    from samleng.answers.cases.models import Case

    before, number, worked = Case.objects.count(), 0, site.cpu()
    ours: list[float] = []
    theirs: list[float] = []
    for window in range(windows + 1):
        forms = []
        for _n in range(SENT):
            number += 1
            forms.append(urlencode({**ready, "attribute[external_id]": f"B-{number}"}).encode())
        there = drive(bare, [post("/requests.json", one, FORM) for one in forms], CLIENTS)
        here = drive(site.port, [post("/open311/v2/requests.json", one, FORM) for one in forms], CLIENTS)
        assert here.statuses == there.statuses == {200: SENT}, (here.statuses, here.bodies[:1])
        if window:
            ours.append(here.rate(200))
            theirs.append(there.rate(200))
    told("POST (sealed, routed, clocked, in the ledger)", ours, theirs, POST_LEAST)
    # What a machine that does other things as well cannot blur.
    row("  processor time of the site for each", f"{(site.cpu() - worked) * 1000 / number:.1f} ms")
    kept = Case.objects.count() - before
    row("  cases counted afterwards", f"{kept:,}", f"{number:,}", kept == number)


def told(name: str, ours: Sequence[float], theirs: Sequence[float], least: float) -> None:
    middle = sorted(a / b for a, b in zip(ours, theirs, strict=True))[len(ours) // 2]
    rates = f"{min(ours):,.0f}-{max(ours):,.0f}/s, bare {min(theirs):,.0f}-{max(theirs):,.0f}/s"
    row(name, rates)
    row("  times the bare server", ratio(ours, theirs), f">= {least} x", middle >= least)


def get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n\r\n".encode()


def by_area(chance: random.Random, half: float, size: int | None) -> str:
    """Some streets of the capital, whenever it was reported there."""
    lat = maps.CAPITAL[0] + chance.uniform(-0.06, 0.06)
    lon = maps.CAPITAL[1] + chance.uniform(-0.06, 0.06)
    box = f"{lon - half:.5f},{lat - half:.5f},{lon + half:.5f},{lat + half:.5f}"
    return f"bbox={box}{page(size)}&updated_after=2000-01-01T00:00:00Z"


def by_time(chance: random.Random, days: int, size: int | None) -> str:
    """Some days of the last three years."""
    from django.utils import timezone

    start = timezone.now() - timedelta(hours=chance.randrange(days * 24, 3 * 365 * 24))
    end = start + timedelta(days=days)
    moments = (one.strftime("%Y-%m-%dT%H:%M:%SZ") for one in (start, end))
    return "start_date={}&end_date={}".format(*map(quote, moments)) + page(size)


def page(size: int | None) -> str:
    return f"&page_size={size}" if size else ""


def made(many: int) -> dict[str, str]:
    """The reports, and what one more needs to be taken: a category, an office with a vault, a key."""
    from django.utils import timezone

    from samleng.ground.offices.models import Office
    from samleng.ground.places.models import Place
    from samleng.insight.disclosure.models import Pin

    maps.loaded(many)
    offices = list(Office.objects.order_by("code").values_list("pk", flat=True)[:50])
    places = list(Place.objects.current().order_by("-level", "code").values_list("pk", flat=True)[:200])
    first = Pin.objects.order_by("pk").values_list("pk", flat=True)[0]
    step = max(1, many // 100)
    for number in range(0, many, step):
        some = Pin.objects.filter(pk__gte=first + number, pk__lt=first + number + step)
        place = places[number // step * 7 % len(places)]
        some.update(
            words=WORDS, reviewed_at=timezone.now(), place=place,
            office_id=offices[number // step % len(offices)] if offices else None,
        )  # fmt: skip
    return opened()


def opened() -> dict[str, str]:
    """A public category with an office that answers in the whole land, and a form that says what it must."""
    from samleng.doors.exchange.open311.verbs import give_key
    from samleng.ground.channels.models import CatalogueVersion
    from samleng.ground.keys.models import PersonKey
    from samleng.ground.keys.verbs.vaults import open_vault
    from samleng.ground.offices.models import Office
    from samleng.ground.offices.verbs import give_duty
    from samleng.ground.places.models import Place
    from samleng.ground.services.models import Service
    from samleng.kit.ledger.rules import SYSTEM
    from samleng.kit.sealing.rules import Cost, fresh_keypair, lock
    from tests.world import someone

    service = Service.objects.order_by("code")[0]
    office = Office.objects.order_by("code")[0]
    place = Place.objects.current().order_by("-level", "code")[0]
    version = CatalogueVersion.objects.get(code="bench")
    category = version.data["categories"][0]
    category |= {"service": service.code, "questions": [], "near_metres": 0}
    CatalogueVersion.objects.filter(pk=version.pk).update(data=version.data)
    whole = Place.objects.whole_country() or place
    give_duty(by=SYSTEM, office=office, service=service, area=whole, since=date(2020, 1, 1))
    person = someone("Bench head of an office", "office_head", office=office)
    pair = fresh_keypair()
    locked = lock(pair.private, "a bench", Cost(mib=1, passes=1))
    PersonKey.objects.create(person=person, public=pair.public, locked=locked)
    open_vault(by=SYSTEM, office=office, purpose="cases", holders=[person])
    key = give_key(by=SYSTEM, owner=office, label="bench").token
    return {
        "api_key": key, "service_code": category["code"], "address_id": place.code,
        "description": WORDS["km"],
    }  # fmt: skip


def copied(site: Site, file: Path) -> None:
    """The same reports in the bare server's table, as the site itself tells them; times in UTC."""
    from samleng.insight.disclosure.models import Pin

    columns = ", ".join(fields.FIELDS)
    kept = sqlite3.connect(file)
    kept.executescript(
        f"PRAGMA journal_mode=WAL; CREATE TABLE request ({columns});"
        "CREATE VIRTUAL TABLE area USING rtree (id, south, north, west, east);"
        "CREATE TABLE sent (id INTEGER PRIMARY KEY, body TEXT);"
    )
    marks = ", ".join("?" * len(fields.FIELDS))
    references = list(Pin.objects.order_by("pk").values_list("reference", flat=True))
    for start in range(0, len(references), 200):
        ids = ",".join(references[start : start + 200])
        _took, body = fetch(site.port, f"/open311/v2/requests.json?service_request_id={ids}&locale=en")
        rows = [in_utc(one) for one in json.loads(body)]
        kept.executemany(f"INSERT INTO request VALUES ({marks})", rows)
    kept.executescript(
        "INSERT INTO area SELECT rowid, lat, lat, long, long FROM request WHERE lat IS NOT NULL;"
        "CREATE INDEX by_time ON request (requested_datetime); ANALYZE;"
    )
    kept.commit()
    counted = kept.execute("SELECT COUNT(*) FROM request").fetchone()[0]
    row("  in the bare server's table", f"{counted:,}", f"{len(references):,}", counted == len(references))
    kept.close()


def in_utc(one: dict[str, Any]) -> list[Any]:
    times = ("requested_datetime", "updated_datetime")
    moments = {name: datetime.fromisoformat(one[name]).astimezone(UTC) for name in times}
    written = {name: at.strftime("%Y-%m-%dT%H:%M:%SZ") for name, at in moments.items()}
    return [(one | written)[name] for name in fields.FIELDS]


def taken_off() -> None:
    """The map measures over reports of its own."""
    from samleng.ground.channels.models import CatalogueVersion
    from samleng.insight.disclosure.models import MapCount, OfficeCount, Pin

    for model in (Pin, MapCount, OfficeCount):
        model.objects.all().delete()
    # The cases that came in keep theirs; it is in force no more.
    since = datetime(2000, 1, 1).astimezone()
    CatalogueVersion.objects.filter(code="bench").update(code="reports", in_force_since=since)
