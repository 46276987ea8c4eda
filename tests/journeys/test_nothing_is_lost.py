"""Cut by kill -9 at any moment, sent by two phones at once, sent again: everything counts once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.phone import lines
from tests.sites import site_in

COUNT = 60


@pytest.fixture
def site(tmp_path: Path, engine: str) -> Iterator[dict[str, str]]:
    """The environment of a site of its own, on the engine under test."""
    with site_in(tmp_path) as env:
        yield env


@pytest.fixture
def fresh_site(tmp_path: Path, engine: str) -> Iterator[dict[str, str]]:
    """The same before anything was ever started on it: not even its tables stand."""
    with site_in(tmp_path, fresh=True) as env:
        yield env


def phone(env: dict[str, str], *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.journeys.phone", *map(str, words)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def whole(env: dict[str, str], *words: object) -> str:
    out, _err = (process := phone(env, *words)).communicate(timeout=120)
    assert process.returncode == 0
    return out


def test_it_loses_nothing_acknowledged_and_counts_nothing_twice(site: dict[str, str]) -> None:
    whole(site, "build")
    acknowledged: set[str] = set()
    chance = random.Random(7)
    for _kill in range(3):
        # Two phones send the same lines at once; each is killed somewhere on the way.
        phones = [phone(site, "send", 1, COUNT) for _n in range(2)]
        for one in phones:
            acknowledged.add(one.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 0.25))
        for one in phones:
            os.kill(one.pid, signal.SIGKILL)
            acknowledged |= {
                line.strip() for line in one.stdout.read().splitlines() if len(line.strip()) == 36
            }
            one.wait()
            one.stdout.close()
    after_kills = json.loads(whole(site, "count"))
    assert acknowledged <= set(after_kills["uids"])

    whole(site, "send", 1, COUNT)
    found = json.loads(whole(site, "count"))
    sent = {str(line["uid"]) for line in lines(1, COUNT)}
    assert sorted(found["uids"]) == sorted(sent)
    assert sorted(found["told"]) == sorted(sent), "each line stands once in the ledger"
    assert found["people"] == COUNT
