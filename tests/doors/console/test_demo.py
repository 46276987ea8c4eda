"""The demo walks the whole loop on an empty site, and every stop it prints opens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.doors.console.test_backup import samleng
from tests.journeys.test_nothing_is_lost import fresh_site, site

__all__ = ["fresh_site", "site"]


@pytest.mark.skipif(
    not (Path(settings.PACKS) / settings.COUNTRY_PACK / "demo").is_dir(), reason="no demo story"
)
def test_it_walks_the_loop_once_and_prints_each_stop(fresh_site: dict[str, str]) -> None:
    told = samleng(fresh_site, "demo", "--no-serve")
    assert told.returncode == 0, told.stderr
    stops = re.findall(r"http://127\.0\.0\.1:\d+(/en/\S*)", told.stdout)
    assert {part for stop in stops for part in stop.split("/")} >= {"meetings", "plans", "promises", "places"}
    assert "SAMPLE" in told.stdout
    kept = json.loads((Path(fresh_site["SAMLENG_HOME"]) / "demo.json").read_text())["staff"]
    # Whoever reads sealed things has a passphrase apart from the password; whoever does not, none.
    assert kept["ombudsman"]["passphrase"] in told.stdout and kept["operator"]["passphrase"]
    assert kept["ombudsman"]["passphrase"] != kept["ombudsman"]["password"]
    assert not kept["manager"]["passphrase"]
    # What people say is told too: on the map, and to be followed by the receipts that are printed.
    assert {"speak", "map", "answering", "cases", "follow"} <= {
        part for stop in stops for part in stop.split("/")
    }
    voices = json.loads((Path(fresh_site["SAMLENG_HOME"]) / "demo.json").read_text())
    assert len(voices["receipts"]) >= 2
    assert all(one["secret"] in told.stdout for one in voices["receipts"] + voices["crews"])
    # Told again it is the same story, not a second one.
    again = samleng(fresh_site, "demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    first = [stop for stop in stops if "enrol" not in stop]
    assert [
        s for s in re.findall(r"http://127\.0\.0\.1:\d+(/en/\S*)", again.stdout) if "enrol" not in s
    ] == first


def test_it_exits_with_two_and_says_where_for_a_bad_file(site: dict[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "places.csv"
    bad.write_text("code,nothing\n1,2\n")
    refused = samleng(site, "import", "places", bad, "--json")
    assert refused.returncode == 2, refused.stderr
    told = json.loads(refused.stdout)["refused"]
    assert {(one["row"], one["field"]) for one in told} >= {(1, "parent"), (1, "kind")}
    missing = samleng(site, "import", "places", tmp_path / "none.csv")
    assert missing.returncode == 2
    assert "There is no file" in missing.stderr
