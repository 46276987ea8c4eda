"""`make bench`: the product beside bare floors in one run; medians and ranges, conditions printed.

The nation (20,000 scorecards, 1.5 M ratings, 26,000 actions a year, three years) is made once by
`samleng load-scale` under SAMLENG_HOME/bench and kept; every run measures on a copy of it.
BENCH_SHARE makes a smaller nation for a quick try, BENCH_WINDOWS takes more windows, and
`python -m bench forms parcels` measures only these parts.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.site import Site

ROOT = Path(__file__).resolve().parent.parent
SHARE = os.environ.get("BENCH_SHARE", "1")
WINDOWS = max(5, int(os.environ.get("BENCH_WINDOWS", "5")))
HOME = Path(os.environ.get("SAMLENG_HOME", ROOT / "var")).resolve() / "bench"
DATABASE = "samleng.sqlite3"
PARTS = ("pages", "papers", "parcels", "writing", "forms", "answers", "open311", "map", "cases")
LATER = {
    "signed webhooks": "come with the talking doors",
    "national cross-tables and 10^8 facts": "come with the evidence engine",
    "half a million rows of open data as CSV": "comes with the open data",
    "bots and the phone": "come with the talking doors",
}


def main() -> int:
    began, parts = time.monotonic(), sys.argv[1:] or PARTS
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}")
    # The embedded engine on one copy of one nation: what every fresh clone can repeat.
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    nation = HOME / f"nation-{SHARE}"
    conditions(made(nation))
    run = HOME / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(nation, run)
    os.environ["SAMLENG_HOME"] = str(run)
    try:
        measure(run, parts)
    finally:
        shutil.rmtree(run, ignore_errors=True)
    print(f"\n# {time.monotonic() - began:.0f} seconds in all, load now {os.getloadavg()[0]:.1f}")
    return 0


def made(nation: Path) -> dict[str, int]:
    """The nation's size; made first where it is not there, going on where a former run stopped."""
    mark = nation / "size.json"
    if not mark.exists():
        print("# making the nation, once: this takes some minutes and goes on where it stopped", flush=True)
        command = [
            sys.executable,
            "-m",
            "samleng.doors.console.main",
            "load-scale",
            "--share",
            SHARE,
            "--json",
        ]
        env = {**os.environ, "SAMLENG_HOME": str(nation)}
        told = subprocess.run(
            command, check=True, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        ).stdout
        mark.write_text(told.splitlines()[-1])
    return dict(json.loads(mark.read_text()))


def conditions(size: dict[str, int]) -> None:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")
    print(
        f"# Python {platform.python_version()}, {os.cpu_count()} cores ({model}), "
        f"{platform.system()} {platform.release()}, load before {os.getloadavg()[0]:.1f}"
    )
    print("# " + ", ".join(f"{count:,} {name}" for name, count in size.items() if name != "seconds"))
    print(f"# SQLite, {WINDOWS} windows; site, floors and clients share the cores")
    print("# only ratios within one run count: absolute times move with the machine", flush=True)


def measure(run: Path, parts: Sequence[str]) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench import people, site, told

    call_command("migrate", verbosity=0, interactive=False)
    cookies = people.cookies()
    with site.serving(run) as served:
        for name, measured in measurers(served, cookies).items():
            if name in parts:
                measured()
        told.part("memory")
        resident, shared = served.memory()
        told.row(
            "everything that serves, after all of the above",
            f"{resident:.0f} MiB resident, {shared:.0f} MiB with shared pages counted once",
            "<= 400 MiB at 10^7 facts",
            resident <= 400,
        )
    told.part("not measured here")
    for name in PARTS:
        if name not in parts:
            print(f"- {name}: not asked for")
    for what, when in LATER.items():
        print(f"- {what}: {when}")


def measurers(served: Site, cookies: Mapping[str, str]) -> dict[str, Callable[[], None]]:
    """What measures each part, in the order of PARTS."""
    from bench import answers, cases, forms, maps, pages, papers, parcels, reports, writing

    return {
        "pages": lambda: pages.measure(served, WINDOWS, cookies),
        "papers": lambda: papers.measure(served, WINDOWS),
        "parcels": lambda: parcels.measure(served, WINDOWS),
        "writing": lambda: writing.measure(served, WINDOWS, cookies["facilitator"]),
        "forms": lambda: forms.measure(served, WINDOWS),
        "answers": lambda: answers.measure(served, WINDOWS, cookies["manager"]),
        "open311": lambda: reports.measure(served, WINDOWS, float(SHARE)),
        "map": lambda: maps.measure(served, WINDOWS, float(SHARE)),
        "cases": lambda: cases.measure(served, WINDOWS, float(SHARE)),
    }


if __name__ == "__main__":
    sys.exit(main())
