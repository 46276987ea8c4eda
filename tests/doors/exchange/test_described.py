"""The description for programs is true: whatever schemathesis makes of it, the site answers as it says.

In `make test` it tries for two minutes; SAMLENG_FUZZ_SECONDS gives longer, and `make soak` an hour. Without
a key it runs as anybody would start it, with every check it has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from samleng.doors.exchange.described.pages import description
from samleng.doors.exchange.open311.verbs import give_key
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.people.land import Land
from tests.insight.pinned import hours, public_land, put
from tests.served import served
from tests.town import build_town

SECONDS = int(os.environ.get("SAMLENG_FUZZ_SECONDS", "120"))
# The same tries every time, so that a change is judged by what it changed; who asks for longer gets others.
SEED = [] if "SAMLENG_FUZZ_SECONDS" in os.environ else ["--seed=311"]
# Which places and services there are no schema says, so that a sound report with a good key may be refused.
WITH_KEY = "[checks]\npositive_data_acceptance.enabled = false\n"


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


# What is generated as sound is sent with a key that holds; what is to be refused stays as it was made.
HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, *more):
    made = case.meta.generation.mode if case.meta else None
    if made is not None and made.is_positive and isinstance(case.body, dict) and "api_key" in case.body:
        case.body["api_key"] = "{token}"
"""


def fuzz(address: str, folder: Path, seconds: int, token: str = "", seed: Sequence[str] = SEED) -> None:
    """Let schemathesis try for so long, with a key where one is given; its report is the failure's text."""
    config = folder / "schemathesis.toml"
    config.write_text(WITH_KEY if token else "")
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += [f"--config-file={config}", "run", f"{address}/api/v1/openapi.json", f"--max-time={seconds}"]
    command += ["--generation-database=none", "--continue-on-failure", "--no-color", *seed]
    env = {**os.environ}
    if token:
        (folder / "sent_with_key.py").write_text(HOOKS.replace("{token}", token))
        env |= {"SCHEMATHESIS_HOOKS": "sent_with_key", "PYTHONPATH": str(folder)}
        command += ["--include-method=POST"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 300, cwd=folder, env=env)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.once
def test_it_answers_schemathesis_as_described(address: str, tmp_path: Path) -> None:
    fuzz(address, tmp_path, SECONDS * 2 // 3)


@pytest.mark.once
def test_it_answers_schemathesis_that_holds_a_key(transactional_db: None, tmp_path: Path) -> None:
    town = build_town()
    key = give_key(by=SYSTEM, owner=town.sweepers, label="schemathesis")
    with served() as address:
        fuzz(address, tmp_path, SECONDS // 3, key.token)
    key.key.refresh_from_db()
    assert key.key.last_used_on is not None


@pytest.mark.soak
def test_it_answers_schemathesis_for_an_hour(address: str, tmp_path: Path) -> None:
    fuzz(address, tmp_path, int(os.environ.get("SAMLENG_SOAK_SECONDS", "3600")), seed=())
