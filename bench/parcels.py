"""Scorecards that phones send whole, through the lane, against a bare writer that commits in groups."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from bench.people import cards, lines, phones
from bench.site import Drive, Site, cut, drive, floor, post
from bench.told import middle, part, ratio, row
from bench.writing import document, told

# Clients -> whole scorecards in each window.
AT_ONCE = {8: 240, 32: 480}
QUEUED, AGAIN = 200, 40
# What the app puts into one request (sync/send.ts).
LETTERS = 64_000
# What ODK Central answered a single client with, in requests a second (field/performance.md 2.1).
CENTRAL = 110
# As large as the scorecard of the goal: 2.8 kB.
PEOPLE, CRITERIA = 3, 3
RATES: list[float] = []


def measure(site: Site, windows: int) -> None:
    part("a scorecard sent whole by a phone (the lane: validated, once for its uid, ledger row, durable)")
    cookies = phones(max(AT_ONCE))
    held = cards(windows * (sum(AT_ONCE.values()) + QUEUED))
    size = len(parcel(held[0], cookies[0])[1])
    print(f"   requests of {size / 1000:.1f} kB; the bare writer's of {len(document()) / 1000:.1f} kB")
    used = 0
    for clients, count in AT_ONCE.items():
        sent_whole(site, windows, held[used : used + windows * count], clients, cookies)
        used += windows * count
    part(f"a phone drains {QUEUED} queued scorecards, {AGAIN} of them sent again, its link cut once")
    drained(site, windows, held[used:], cookies)
    part("opened: from kept parcels to sheets in review, by the worker")
    put_on_cards(held)


def parcel(card: Any, cookie: str) -> tuple[str, bytes]:
    """A whole meeting of some people as one request, with its uid."""
    uid = str(uuid.uuid4())
    body = as_json(content(card, uid="")).encode()
    return uid, post(f"/app/parcels/{uid}", body, "application/json", {"Cookie": cookie})


def content(card: Any, *, uid: str | None = None) -> dict[str, Any]:
    """What a parcel says, with a uid of its own unless one (or none) is given."""
    named = {"uid": str(uuid.uuid4())} if uid is None else {}
    return {**named, "card": str(card.pk), "lines": lines(card, PEOPLE, CRITERIA), "submit": True}


def as_json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def bundles(queued: list[dict[str, Any]], cookie: str) -> list[bytes]:
    """The requests in which the app sends what waits: as many parcels together as one of them carries."""
    together: list[list[str]] = [[]]
    room = LETTERS // 2
    for one in map(as_json, queued):
        if together[-1] and sum(map(len, together[-1])) + len(one) > room:
            room = LETTERS
            together.append([])
        together[-1].append(one)
    return [
        post(
            "/app/parcels/",
            f'{{"parcels":[{",".join(some)}]}}'.encode(),
            "application/json",
            {"Cookie": cookie},
        )
        for some in together
    ]


def told_apart(bodies: list[bytes]) -> tuple[int, int]:
    """How many parcels were kept now, and how many were known, by the answers to bundles."""
    statuses = Counter(one["status"] for body in bodies for one in json.loads(body)["answers"])
    if set(statuses) - {200, 201}:
        raise RuntimeError(f"parcels were answered {dict(statuses)}")
    return statuses[201], statuses[200]


def sent_whole(site: Site, windows: int, held: list[Any], clients: int, cookies: list[str]) -> None:
    count = len(held) // windows
    ours: list[Drive] = []
    theirs: list[Drive] = []
    with tempfile.TemporaryDirectory() as folder, floor("writer", "asgi", Path(folder)) as bare:
        for window in range(windows):
            some = held[window * count : (window + 1) * count]
            made = [parcel(card, cookies[n % clients])[1] for n, card in enumerate(some)]
            theirs.append(drive(bare, [document() for _n in range(count * 3)], clients))
            ours.append(drive(site.port, made, clients))
            opened()
        with sqlite3.connect(Path(folder) / "floor.sqlite3") as kept:
            in_floor = kept.execute("SELECT count(*) FROM document").fetchone()[0]
    if in_floor != sum(one.statuses.get(201, 0) for one in theirs):
        raise RuntimeError("the floor lost documents")
    told(f"{clients} clients", ours, theirs, 201)
    counted(held, sum(one.statuses.get(201, 0) for one in ours))


def counted(held: list[Any], acknowledged: int) -> None:
    """What was answered is there, once: parcels and ledger rows."""
    from samleng.kit.ledger.models import Entry
    from samleng.voices.scorecards.models import Parcel

    ids = [card.pk for card in held]
    kept, rows = 0, 0
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        kept += Parcel.objects.filter(scorecard_id__in=some).count()
        rows += Entry.objects.filter(verb="scorecards.deliver", thing_id__in=map(str, some)).count()
    whole = acknowledged == kept == rows == len(held)
    row("  acknowledged, parcels, ledger rows", f"{acknowledged}, {kept}, {rows}", f"{len(held)} each", whole)


def drained(site: Site, windows: int, held: list[Any], cookies: list[str]) -> None:
    """A phone in each window sends bundles, one after the other; then everything once more."""
    ours: list[float] = []
    theirs: list[float] = []
    acknowledged = 0
    with tempfile.TemporaryDirectory() as folder, floor("writer", "asgi", Path(folder)) as bare:
        for window in range(windows):
            some = held[window * QUEUED : (window + 1) * QUEUED]
            queued = [content(card) for card in some]
            made = bundles(queued, cookies[window])
            half = len(made) // 2
            resent = bundles(queued[:AGAIN], cookies[window])
            began = time.perf_counter()
            first = drive(site.port, made[:half], 1)
            cut(site.port, made[half])
            rest = drive(site.port, made[half:] + resent, 1)
            ours.append((QUEUED + AGAIN) / (time.perf_counter() - began))
            kept, known = told_apart(first.bodies + rest.bodies)
            if known != AGAIN:
                raise RuntimeError(f"{known} of {AGAIN} sent again were known")
            acknowledged += kept
            again = told_apart(drive(site.port, made, 1).bodies)
            if again != (0, QUEUED):
                raise RuntimeError(f"a full replay was answered {again}")
            opened()
            theirs.append(drive(bare, [document() for _n in range(QUEUED + AGAIN)], 1).rate(201))
    row(
        "scorecards a second",
        f"{min(ours):.0f}-{max(ours):.0f}, bare writer {min(theirs):.0f}-{max(theirs):.0f}",
    )
    row("  share of the bare writer with one client", ratio(ours, theirs))
    times = middle([ours]) / CENTRAL
    row(
        "  times ODK Central's 110/s (not attached: a figure of the field notes)",
        f"{times:.1f}",
        ">= 8",
        times >= 8,
    )
    counted(held, acknowledged)


def opened() -> None:
    """Wait until the worker has opened what came: nothing of it may run while the floor is measured."""
    from samleng.voices.scorecards.models import Parcel

    waiting, began = Parcel.objects.filter(opened_at=None), time.perf_counter()
    first = waiting.count()
    while waiting.exists():
        if time.perf_counter() - began > 600:
            raise RuntimeError("parcels were never opened")
        time.sleep(0.1)
    if first:
        RATES.append(first / (time.perf_counter() - began))


def put_on_cards(held: list[Any]) -> None:
    from samleng.voices.scorecards.models import Parcel, Sheet

    row("cards a second, with the second for which it waits first", f"{min(RATES):.0f}-{max(RATES):.0f}")
    refused = Parcel.objects.refused().count()
    ids = [card.pk for card in held]
    parts = [ids[start : start + 500] for start in range(0, len(ids), 500)]
    sheets = sum(Sheet.objects.filter(scorecard_id__in=some).count() for some in parts)
    whole = (sheets, refused) == (len(held), 0)
    row("sheets, parcels refused", f"{sheets}, {refused}", f"{len(held)}, 0", whole)
