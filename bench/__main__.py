"""`make bench`: the product beside bare floors in one run; medians and ranges, conditions printed.

The nation (20,000 scorecards, 1.5 M ratings, 26,000 actions a year, three years) is made once under
BENCH_HOME by `samleng load-scale` and kept; BENCH_SHARE makes a smaller one for a quick try.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("BENCH_HOME", ROOT / "var" / "bench")).resolve()
SHARE = os.environ.get("BENCH_SHARE", "1")
WINDOWS = int(os.environ.get("BENCH_WINDOWS", "5"))


def main() -> int:
    os.environ["SAMLENG_HOME"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    conditions()
    if not (HOME / "loaded").exists():
        command = [sys.executable, "-m", "samleng.doors.console.main", "load-scale", "--share", SHARE]
        subprocess.run(command, check=True, cwd=ROOT)
        (HOME / "loaded").write_text(SHARE)
    import django

    django.setup()
    from bench import pages, papers, writing

    for part in (pages, papers, writing):
        part.measure(WINDOWS)
    untouched()
    return 0


def conditions() -> None:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")
    print(
        f"# Python {platform.python_version()}, {os.cpu_count()} cores ({model}), "
        f"load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}, "
        f"share {SHARE}, {WINDOWS} windows"
    )
    print("# ratios within one run count; absolute times move with the machine")


def untouched() -> None:
    print("\n## not measured here (built by later issues)")
    for name in (
        "the ingest lane and a phone's queue",
        "ODK forms",
        "Open311 and webhooks",
        "maps of reports",
        "desk list of cases",
        "national cross-tab engine",
        "bots and phone",
    ):
        print(f"- {name}")


if __name__ == "__main__":
    sys.exit(main())
