"""What leaves the site as a paper, a picture or a table."""

from __future__ import annotations

import csv
import http.client
import io
import time
from typing import Any

from bench.site import Site
from bench.told import middle, part, row, spread


def measure(site: Site, windows: int) -> None:
    part("papers and pictures")
    plan(windows)
    pictures(windows)
    table(site)


def plan(windows: int) -> None:
    from samleng.answers.plans.models import Plan
    from samleng.doors.exchange.plans.verbs import give_out
    from samleng.kit.ledger.rules import SYSTEM

    some = list(Plan.objects.filter(programme__code="scale").order_by("-year", "number")[: windows * 4])
    began = time.perf_counter()
    give_out(by=SYSTEM, plan=some[0], form="pdf", language="km")
    row("printed plan, the first of a process", f"{(time.perf_counter() - began) * 1000:.0f} ms")
    for form in ("pdf", "docx", "xlsx"):
        took: list[list[float]] = []
        for window in range(windows):
            took.append([])
            for one in some[window * 4 : window * 4 + 4]:
                began = time.perf_counter()
                give_out(by=SYSTEM, plan=one, form=form, language="km")
                took[-1].append((time.perf_counter() - began) * 1000)
        must = {"must": "<= 150 ms", "held": middle(took) <= 150} if form == "pdf" else {}
        row(f"plan of 16 promises in Khmer as {form}", spread(took), **must)


def pictures(windows: int) -> None:
    from samleng.doors.web.look import charts, drawing

    def chart(number: int) -> Any:
        statuses = [
            ("kept", {"en": "Kept"}, number),
            ("late", {"en": "Late"}, 7),
            ("open", {"en": "Open"}, 9),
        ]
        return charts.promises({"en": f"Promises {time.time_ns()}", "km": "ការសន្យា"}, statuses)

    charts.svg(chart(1))
    fresh, kept = [], []
    for window in range(windows):
        fresh.append([])
        kept.append([])
        for number in range(6):
            one = chart(window * 6 + number)
            for times in (fresh, kept):
                began = time.perf_counter()
                charts.svg(one)
                times[-1].append((time.perf_counter() - began) * 1000)
    drawing.child.end()
    row("picture, drawn", spread(fresh), "<= 60 ms", middle(fresh) <= 60)
    row("picture, kept", spread(kept))


def table(site: Site) -> None:
    """The whole country's released figures as CSV, against the bare csv module writing the same rows."""
    from samleng.ground.places.models import Place

    root = Place.objects.current().filter(level=0).get()
    before = site.memory()[0]
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
    connection.request("GET", f"/en/places/{root.code}/figures.csv")
    answer = connection.getresponse()
    first = answer.read(1)
    to_first = (time.perf_counter() - began) * 1000
    whole = (first + answer.read()).decode("utf-8-sig")
    spent = (time.perf_counter() - began) * 1000
    rows = list(csv.reader(io.StringIO(whole)))
    began = time.perf_counter()
    csv.writer(io.StringIO()).writerows(rows)
    bare = (time.perf_counter() - began) * 1000
    grown = site.memory()[0] - before
    row(
        f"figures of the country as CSV, {len(rows)} rows",
        f"first byte {to_first:.0f} ms, whole {spent:.0f} ms, bare csv {bare:.1f} ms, +{grown:.0f} MiB",
        "first byte < 1 s, <= 64 MiB",
        to_first < 1000 and grown <= 64,
    )
