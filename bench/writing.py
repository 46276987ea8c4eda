"""Scorecards sent in through the browser's door, against a bare writer that commits in groups."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from bench.people import TOKEN, cards, facilitator, lines
from bench.site import Drive, Site, drive, floor, post
from bench.told import middle, p95, part, ratio, row, spread

AT_ONCE = {8: 24, 32: 48}
FLOOR_TIMES = 20


def measure(site: Site, windows: int, cookie: str) -> None:
    part("a scorecard is written: its lines, twice (the verb behind every page of the room)")
    held = cards(windows * sum(AT_ONCE.values()) + windows * 4)
    written_twice(held, windows)
    part("a scorecard is sent in (last post of the room: lines read, counted, sheet, results, ledger row)")
    print("   (a page, through Django; what phones send whole goes by the lane, and is held to bounds)")
    used = 0
    for clients, count in AT_ONCE.items():
        sent_in(site, windows, cookie, clients, held[used : used + windows * count])
        used += windows * count
    part("freshness: from the answer to a figure in the entitled tables (marked as submitted)")
    freshness(site, cookie, held[used:])


def written_twice(held: list[Any], windows: int) -> None:
    from samleng.voices.scorecards.models import Line
    from samleng.voices.scorecards.verbs.writing import write

    by = facilitator()
    before = Line.objects.count()
    whole = [(card, lines(card)) for card in held]
    first, again = [], []
    size = len(whole) // windows + 1
    for start in range(0, len(whole), size):
        for times in (first, again):
            times.append([])
            for card, sent in whole[start : start + size]:
                began = time.perf_counter()
                write(by=by, scorecard=card, lines=sent)
                times[-1].append((time.perf_counter() - began) * 1000)
            if times is first:
                once = Line.objects.count()
        if Line.objects.count() != once:
            raise RuntimeError("the same lines sent again added rows")
    row(f"{len(whole[0][1])} lines, {len(json.dumps(whole[0][1])) / 1000:.1f} kB, first time", spread(first))
    row("the same lines again", spread(again))
    added = Line.objects.count() - before - sum(len(sent) for _card, sent in whole)
    row("rows added by the second time", str(added), "0", added == 0)


def sent_in(site: Site, windows: int, cookie: str, clients: int, held: list[Any]) -> None:
    count = len(held) // windows
    ours: list[Drive] = []
    theirs: list[Drive] = []
    with tempfile.TemporaryDirectory() as folder, floor("writer", "asgi", Path(folder)) as bare:
        for window in range(windows):
            some = held[window * count : (window + 1) * count]
            ours.append(drive(site.port, [finish(card, cookie) for card in some], clients))
            theirs.append(drive(bare, [document() for _n in range(count * FLOOR_TIMES)], clients))
        with sqlite3.connect(Path(folder) / "floor.sqlite3") as kept:
            in_floor = kept.execute("SELECT count(*) FROM document").fetchone()[0]
    told(f"{clients} clients", ours, theirs, 302, bound=False)
    counted(held, sum(one.statuses.get(302, 0) for one in ours))
    if in_floor != sum(one.statuses.get(201, 0) for one in theirs):
        raise RuntimeError("the floor lost documents")


def told(name: str, ours: list[Drive], theirs: list[Drive], status: int, *, bound: bool = True) -> None:
    """Our windows beside the bare writer's; `status` is what ours answer when it is done.

    With `bound` they are held against what the design asks of a scorecard that is submitted.
    """
    rates, bare = [one.rate(status) for one in ours], [one.rate(201) for one in theirs]
    mine, other = [one.spent for one in ours], [one.spent for one in theirs]
    row(
        f"{name}: per second",
        f"{min(rates):.0f}-{max(rates):.0f}, bare writer {min(bare):.0f}-{max(bare):.0f}",
    )
    share = ratio(rates, bare)
    least = (">= 0.35", float(share.split()[0]) >= 0.35) if bound else ()
    row("  share of the bare group-commit writer", share, *least)
    row("  time to the answer", spread(mine))
    row("  time of the bare writer", spread(other))
    late = p95(mine) / p95(other)
    row("  p95, times the bare writer's", f"{late:.1f}", *(("<= 4", late <= 4) if bound else ()))


def counted(held: list[Any], acknowledged: int) -> None:
    """What was answered is there, once: sheets and ledger rows."""
    from samleng.kit.ledger.models import Entry
    from samleng.voices.scorecards.models import Sheet

    ids = [card.pk for card in held]
    sheets = Sheet.objects.filter(scorecard_id__in=ids).count()
    rows = Entry.objects.filter(verb="scorecards.submit", thing_id__in=map(str, ids)).count()
    whole = acknowledged == sheets == rows == len(held)
    row(
        "  acknowledged, sheets, ledger rows", f"{acknowledged}, {sheets}, {rows}", f"{len(held)} each", whole
    )


def finish(card: Any, cookie: str) -> bytes:
    body = f"csrfmiddlewaretoken={TOKEN}&token={uuid.uuid4()}".encode()
    address = f"/en/scorecards/{card.pk}/room/finish/"
    return post(address, body, "application/x-www-form-urlencoded", {"Cookie": cookie})


def document() -> bytes:
    """A whole card as one document of 2.8 kB."""
    whole = {"uid": str(uuid.uuid4()), "rows": [{"person": n, "scores": [3, 4, 2, 5]} for n in range(65)]}
    return post("/", json.dumps(whole).encode(), "application/json")


def freshness(site: Site, cookie: str, held: list[Any]) -> None:
    from samleng.insight.evidence.models import ScoreFact

    waited = []
    for card in held:
        drive(site.port, [finish(card, cookie)], 1)
        began = time.perf_counter()
        while not ScoreFact.objects.filter(scorecard_id=card.pk, standing="submitted").exists():
            if time.perf_counter() - began > 20:
                raise RuntimeError("a submitted card never reached the tables")
            time.sleep(0.01)
        waited.append((time.perf_counter() - began) * 1000)
        time.sleep(0.15)
    late = p95([waited])
    row(
        "answer to figure",
        f"{middle([waited]):.0f} ms, p95 {late:.0f} (n {len(waited)})",
        "p95 <= 1 s",
        late <= 1000,
    )
