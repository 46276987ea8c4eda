"""Half a million records of a programme's own form, taken out as CSV while they are read."""

from __future__ import annotations

import csv
import http.client
import io
import os
import time
from collections.abc import Iterator
from typing import Any

from bench.site import Site
from bench.told import part, ratio, row

RECORDS = int(os.environ.get("BENCH_RECORDS", "500000"))
AT_ONCE = 5000
PIECE = 64 * 1024
MIB_GROWN, FIRST_MS, OF_THE_FLOOR = 64, 1000, 0.5
ANSWERS = {
    "name": "អណ្ដូងទឹកនៅក្បែរសាលា",
    "visit": {"on": "2026-11-25", "depth": "42.5", "clean": "yes", "users": "120", "note": "ទឹកថ្លា"},
    "point": "11.55 104.9 12.0 4.5",
}
XFORM = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
    '<h:title>Taken</h:title><model><instance><data id="taken" version="1"><name/><visit><on/><depth/>'
    "<clean/><users/><note/></visit><point/><meta><instanceID/></meta></data></instance>"
    '<bind nodeset="/data/point" type="geopoint"/></model></h:head><h:body/></h:html>'
)


def measure(site: Site, windows: int, cookie: str) -> None:
    part(f"{RECORDS:,} records of a form as CSV (signed in, within one's area, as a spreadsheet opens it)")
    form = filled()
    address = f"/en/programmes/{form.programme_id}/forms/{form.pk}/answers/0.csv"
    first, ours, floors, grown = [], [], [], 0.0
    for _window in range(windows):
        began = time.perf_counter()
        floors.append(RECORDS / bare(form))
        at_first, seconds, lines, more = taken(site, address, cookie)
        assert lines == RECORDS + 1, f"{lines} lines"
        first.append(at_first)
        ours.append(RECORDS / seconds)
        grown = max(grown, more)
        print(f"  # {time.perf_counter() - began:.0f} s", flush=True)
    late = max(first)
    row("first byte, the latest", f"{late:.0f} ms", f"< {FIRST_MS} ms", late < FIRST_MS)
    row("memory of all that serves grew by", f"{grown:.0f} MiB", f"<= {MIB_GROWN} MiB", grown <= MIB_GROWN)
    row("rows a second", f"{min(ours):,.0f}-{max(ours):,.0f}")
    middle = sorted(a / b for a, b in zip(ours, floors, strict=True))[windows // 2]
    demand = f">= {OF_THE_FLOOR} x a bare csv writer over the same rows"
    row("  times a bare csv writer", ratio(ours, floors), demand, middle >= OF_THE_FLOOR)


def filled() -> Any:
    """The form with its records, written past the verbs: what is measured is how they leave."""
    from samleng.ground.offices.models import Programme
    from samleng.ground.places.models import Place
    from samleng.kit.ledger.rules import SYSTEM, fresh_id
    from samleng.voices.forms.models import Submission
    from samleng.voices.forms.verbs.publishing import bring, open_form

    programme = Programme.objects.get(code="scale")
    draft = bring(by=SYSTEM, programme=programme, data=XFORM.encode(), filename="taken.xml")
    form = open_form(by=SYSTEM, form=draft.form)
    villages = list(Place.objects.current().order_by("-level").values_list("pk", flat=True)[:2000])
    for start in range(0, RECORDS, AT_ONCE):
        Submission.objects.bulk_create(
            Submission(
                id=fresh_id(),
                form=form,
                version=draft,
                instance_id=f"uuid:{start + number}",
                payload_hash="",
                xml=b"",
                answers=ANSWERS,
                place_id=villages[number % len(villages)],
            )
            for number in range(min(AT_ONCE, RECORDS - start))
        )
    return form


def taken(site: Site, address: str, cookie: str) -> tuple[float, float, int, float]:
    """Milliseconds to the first byte, seconds and lines in all, MiB by which the site grew meanwhile."""
    before, most = site.memory()[1], 0.0
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=600)
    began = time.perf_counter()
    line.request("GET", address, headers={"Cookie": cookie})
    answer = line.getresponse()
    at_first, lines, pieces = 0.0, 0, 0
    while piece := answer.read(PIECE):
        at_first = at_first or (time.perf_counter() - began) * 1000
        lines += piece.count(b"\n")
        pieces += 1
        if pieces % 100 == 1:
            most = max(most, site.memory()[1])
    seconds = time.perf_counter() - began
    assert answer.status == 200, answer.status
    return at_first, seconds, lines, max(0.0, most - before)


def bare(form: Any) -> float:
    """Seconds a bare writer takes: the same rows by the database's own cursor, parsed and written."""
    out = io.StringIO()
    writer = csv.writer(out)
    began = time.perf_counter()
    for count, cells in enumerate(rows(form), start=1):
        writer.writerow(cells)
        if count % AT_ONCE == 0:
            out.getvalue().encode()
            out.seek(0)
            out.truncate()
    return time.perf_counter() - began


def rows(form: Any) -> Iterator[list[str]]:
    import orjson
    from django.db import connection

    wanted = "SELECT instance_id, received_at, answers FROM forms_submission WHERE form_id = %s ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(wanted, [form.pk.hex])
        while some := cursor.fetchmany(AT_ONCE):
            for instance, at, said in some:
                told = orjson.loads(said)
                yield [str(at), told["name"], *told["visit"].values(), *told["point"].split(), instance]
