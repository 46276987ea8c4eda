"""Public pages and the desk at national size, against a bare server that sends the same bytes."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.site import Site, fetch, floor
from bench.told import medians, middle, part, ratio, row, spread

TIMES = 10


def measure(site: Site, windows: int, cookies: dict[str, str]) -> None:
    part("public pages (one client; time from request to last byte, nothing cached on the server)")
    compared(site, windows, [(name, address, "") for name, address in public()], 50)
    weights(site)
    part("the desk (signed in)")
    wanted = ("desk", "scorecards", "plans", "meetings")
    rows = [
        (f"{page} of a {who}", f"/en/{page}/", cookie) for who, cookie in cookies.items() for page in wanted
    ]
    compared(site, windows, rows, 150)


def compared(site: Site, windows: int, pages: list[tuple[str, str, str]], must: float) -> None:
    """Each page beside a floor of the same bytes, window by window."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (_name, address, cookie) in enumerate(pages):
            fetch(site.port, address, cookie)
            Path(folder, str(number)).write_bytes(fetch(site.port, address, cookie)[1])
        ours: dict[int, list[list[float]]] = {}
        theirs: dict[int, list[list[float]]] = {}
        cpu: dict[int, list[list[float]]] = {}
        with floor("pages", "wsgi", Path(folder)) as bare:
            for _window in range(windows):
                for number, (_name, address, cookie) in enumerate(pages):
                    before = site.cpu()
                    took = [fetch(site.port, address, cookie)[0] for _n in range(TIMES)]
                    ours.setdefault(number, []).append(took)
                    cpu.setdefault(number, []).append([(site.cpu() - before) * 1000 / TIMES])
                    took = [fetch(bare, f"/{number}")[0] for _n in range(TIMES)]
                    theirs.setdefault(number, []).append(took)
    for number, (name, _address, _cookie) in enumerate(pages):
        found = ours[number]
        row(name, spread(found), f"<= {must} ms", middle(found) <= must)
        times = ratio(medians(found), medians(theirs[number]))
        row("  processor of the site; times a bare server", f"{middle(cpu[number]):.0f} ms; {times}")


def public() -> Iterator[tuple[str, str]]:
    """The pages measured: the front page, one place a level, one facility."""
    from samleng.ground.places.models import Place
    from samleng.insight.disclosure.models import Release

    yield "front page", "/en/"
    release = Release.objects.filter(kind="meeting").order_by("at").first()
    if release is None or release.place_id is None:
        raise RuntimeError("the made-up nation has no public figures")
    commune = Place.objects.get(pk=release.place_id)
    for step in Place.objects.filter(pk__in=commune.ancestor_ids).order_by("level"):
        yield f"place at level {step.level}", f"/en/places/{step.code}/"
    yield "facility", f"/en/facilities/{release.facility_id}/"
    yield "search for a village", "/en/search?q=phum"
    yield "map of reports with its list", "/en/map/"


def weights(site: Site) -> None:
    """Bytes a first visit transfers: the page and what it links to, compressed as the site sends it."""
    for name, address in public():
        body = fetch(site.port, address)[1]
        total, seen = len(gzip.compress(body)), set()
        waiting = re.findall(rb'(?:href|src)="(/static/[^"]+)"', body)
        while waiting:
            link = waiting.pop().decode()
            if link in seen:
                continue
            seen.add(link)
            content = fetch(site.port, link)[1]
            total += len(content) if link.endswith(("woff2", "png")) else len(gzip.compress(content))
            if link.endswith(".css"):
                inside = re.findall(rb"url\([\"']?([^\"')]+woff2)", content)
                waiting += [one if one.startswith(b"/") else beside(link, one) for one in inside]
        kilo = total / 1000
        row(f"weight of {name}", f"{kilo:.1f} kB with styles, script, fonts", "<= 150 kB", kilo <= 150)


def beside(link: str, name: bytes) -> bytes:
    """A name in a style sheet, seen from where that lies."""
    base = Path(link).parent
    for step in name.decode().split("/"):
        base = base.parent if step == ".." else base / step
    return str(base).encode()
