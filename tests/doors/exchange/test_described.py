"""The description for programs is true: whatever schemathesis makes of it, the site answers as it says.

In `make test` it tries for some seconds; SAMLENG_FUZZ_SECONDS gives it longer, and `make soak` an hour.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from samleng.doors.exchange.described.pages import description
from tests.ground.people.land import Land
from tests.insight.pinned import hours, public_land, put
from tests.served import served

SECONDS = int(os.environ.get("SAMLENG_FUZZ_SECONDS", "40"))
# Which two times are more than ninety days apart no schema says, so that a sound call may still be refused.
NOT_ASKED = "positive_data_acceptance"


@pytest.mark.django_db
def test_it_describes_addresses_that_there_are() -> None:
    told = json.loads(Client().get("/api/v1/openapi.json").content)
    assert told["openapi"] == "3.1.0" and told == json.loads(json.dumps(description()))
    for path in told["paths"]:
        match = resolve(path.format(service_code="a", service_request_id="b", token="c"))
        assert match.kwargs.get("rest") is None, path
    with pytest.raises(Resolver404):
        resolve("/api/v1/nothing")


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    land: Land = public_land()
    put(land, 1)
    put(land, 2, closed_at=hours(-2), updated_at=hours(-2), state="closed", outcome="fixed")
    with served() as address:
        yield address


def fuzz(address: str, folder: Path, seconds: int) -> None:
    """Let schemathesis try for so long; its own report is the failure's text."""
    config = folder / "schemathesis.toml"
    config.write_text(f"[checks]\n{NOT_ASKED}.enabled = false\n")
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += [f"--config-file={config}", "run", f"{address}/api/v1/openapi.json", f"--max-time={seconds}"]
    command += ["--max-examples=100000", "--generation-database=none", "--continue-on-failure", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 300, cwd=folder)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.once
def test_it_answers_schemathesis_as_described(address: str, tmp_path: Path) -> None:
    fuzz(address, tmp_path, SECONDS)


@pytest.mark.soak
def test_it_answers_schemathesis_for_an_hour(address: str, tmp_path: Path) -> None:
    fuzz(address, tmp_path, int(os.environ.get("SAMLENG_SOAK_SECONDS", "3600")))
