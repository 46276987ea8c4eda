"""Open311 over fifty thousand public reports: GET by area and by time, and POST, beside a bare server."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from bench import maps
from bench.floors import fields
from bench.site import Site, drive, floor, post
from bench.told import part, ratio, row

REPORTS = 50_000
TIMES, SENT, CLIENTS = 80, 24, 4
FORM = "application/x-www-form-urlencoded"
GET_LEAST, POST_LEAST = 0.4, 0.3
WORDS = {"km": "គំនរសំរាមធំនៅជិតផ្សារ ក្លិនស្អុយខ្លាំង សូមជួយប្រមូល", "en": "A heap of rubbish near the market"}


def measure(site: Site, windows: int, share: float) -> None:
    many = max(2000, int(REPORTS * share))
    part(f"Open311 over {many:,} public reports, pages of 50, XML and JSON by turns ({CLIENTS} clients)")
    ready = made(many)
    try:
        with tempfile.TemporaryDirectory() as folder:
            copied(Path(folder) / "requests.sqlite3")
            with floor("requests", "wsgi", Path(folder)) as bare:
                asked(site, bare, windows)
                sent(site, bare, windows, ready)
    finally:
        taken_off()


def asked(site: Site, bare: int, windows: int) -> None:
    """By area and by time, each window first there and then here."""
    chance = random.Random(5)
    for name, query in (("by area", by_area), ("by time", by_time)):
        ours: list[float] = []
        theirs: list[float] = []
        size = 0
        for window in range(windows + 1):
            queries = [query(chance) for _n in range(TIMES)]
            paths = [f"requests.{('json', 'xml')[n % 2]}?{one}" for n, one in enumerate(queries)]
            there = drive(bare, [get(f"/{one}") for one in paths], CLIENTS)
            here = drive(site.port, [get(f"/open311/v2/{one}") for one in paths], CLIENTS)
            assert here.statuses == there.statuses == {200: TIMES}, (here.statuses, there.statuses)
            if window:
                ours.append(here.rate(200))
                theirs.append(there.rate(200))
            size = sum(map(len, here.bodies)) // TIMES
        told(f"GET {name} ({size / 1024:.0f} KiB each)", ours, theirs, GET_LEAST)


def sent(site: Site, bare: int, windows: int, ready: dict[str, str]) -> None:
    """Reports by another system with its key, each durable before its answer."""
    from samleng.answers.cases.models import Case

    before, number = Case.objects.count(), 0
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
    kept = Case.objects.count() - before
    row("  cases counted afterwards", f"{kept:,}", f"{number:,}", kept == number)


def told(name: str, ours: Sequence[float], theirs: Sequence[float], least: float) -> None:
    middle = sorted(a / b for a, b in zip(ours, theirs, strict=True))[len(ours) // 2]
    rates = f"{min(ours):,.0f}-{max(ours):,.0f}/s, bare {min(theirs):,.0f}-{max(theirs):,.0f}/s"
    row(name, rates)
    row("  times the bare server", ratio(ours, theirs), f">= {least} x", middle >= least)


def get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n\r\n".encode()


def by_area(chance: random.Random) -> str:
    """Some streets of the capital, whenever it was reported there."""
    lat = maps.CAPITAL[0] + chance.uniform(-0.06, 0.06)
    lon = maps.CAPITAL[1] + chance.uniform(-0.06, 0.06)
    box = f"{lon - 0.01:.5f},{lat - 0.01:.5f},{lon + 0.01:.5f},{lat + 0.01:.5f}"
    return f"bbox={box}&page_size=50&updated_after=2000-01-01T00:00:00Z"


def by_time(chance: random.Random) -> str:
    """Two days of the last three years."""
    from django.utils import timezone

    start = timezone.now() - timedelta(hours=chance.randrange(48, 3 * 365 * 24))
    end = start + timedelta(days=2)
    moments = (one.strftime("%Y-%m-%dT%H:%M:%SZ") for one in (start, end))
    return "start_date={}&end_date={}&page_size=50".format(*map(quote, moments))


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


def copied(file: Path) -> None:
    """The same reports in the bare server's table."""
    from samleng.insight.disclosure.models import Pin
    from samleng.insight.disclosure.rules.blurring import E5

    columns = ", ".join(fields.FIELDS)
    kept = sqlite3.connect(file)
    kept.executescript(
        f"PRAGMA journal_mode=WAL; CREATE TABLE request ({columns});"
        "CREATE TABLE sent (id INTEGER PRIMARY KEY, body TEXT);"
    )
    rows = (
        [
            *(one.reference, "open" if one.closed_at is None else "closed", one.state, "Rubbish"),
            *(one.category, WORDS["en"], "An office", None, one.requested_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
            *(one.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"), None, "A village, a commune, a district"),
            *("01020304", None, one.lat_e5 / E5, one.lon_e5 / E5, None),
        ]
        for one in Pin.objects.iterator(chunk_size=5000)
    )
    marks = ", ".join("?" * len(fields.FIELDS))
    kept.executemany(f"INSERT INTO request VALUES ({marks})", rows)
    kept.executescript(
        "CREATE INDEX by_time ON request (requested_datetime); CREATE INDEX by_area ON request (lat, long);"
        "ANALYZE;"
    )
    kept.commit()
    kept.close()


def taken_off() -> None:
    """The map measures over reports of its own."""
    from samleng.ground.channels.models import CatalogueVersion
    from samleng.insight.disclosure.models import MapCount, OfficeCount, Pin

    for model in (Pin, MapCount, OfficeCount):
        model.objects.all().delete()
    # The cases that came in keep theirs; it is in force no more.
    since = datetime(2000, 1, 1).astimezone()
    CatalogueVersion.objects.filter(code="bench").update(code="reports", in_force_since=since)
