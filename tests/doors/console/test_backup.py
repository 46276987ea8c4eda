"""A site comes back on an empty machine, kept while it was being written to."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.journeys.test_nothing_is_lost import phone, site, whole

__all__ = ["site"]


def samleng(env: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "samleng.doors.console.main", *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=180)


def test_it_brings_a_site_back_that_was_kept_under_load(site: dict[str, str], tmp_path: Path) -> None:
    whole(site, "build")
    busy = phone(site, "send", 3, 80)
    first = busy.stdout.readline().strip()
    kept = tmp_path / "site.tar"
    made = samleng(site, "backup", kept, "--json")
    rest = {line.strip() for line in busy.communicate()[0].splitlines()}
    assert made.returncode == 0, made.stderr
    manifest = json.loads(made.stdout)
    with tarfile.open(kept) as tar:
        assert not [name for name in tar.getnames() if "keys" in name]

    if "DATABASE_URL" in site:
        empty_postgres(site)
    fresh = {**site, "SAMLENG_HOME": str(tmp_path / "fresh")}
    back = samleng(fresh, "restore", kept, "--json")
    assert back.returncode == 0, back.stderr
    found = json.loads(whole(fresh, "count"))
    assert first in found["uids"]
    assert set(found["uids"]) <= rest | {first}
    assert sorted(found["told"]) == sorted(found["uids"])
    checked = json.loads(samleng(fresh, "check", "--json").stdout)
    assert checked["ledger_digest"] == manifest["ledger"]["digest"]

    again = samleng(fresh, "restore", kept)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    # The site goes on: a line is written and counted.
    whole(fresh, "send", 3, 80)
    assert len(json.loads(whole(fresh, "count"))["uids"]) == 80


def test_it_refuses_a_damaged_backup_and_changes_nothing(site: dict[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    bad.write_bytes(b"\0" * 4096 + b"not a tar")
    refused = samleng(site, "restore", bad)
    assert refused.returncode == 2
    assert "whole backup" in refused.stderr


def empty_postgres(env: dict[str, str]) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as c: c.execute('DROP SCHEMA public CASCADE; CREATE SCHEMA public')"
    )
    subprocess.run(
        [sys.executable, "-c", code], env={**env, "DJANGO_SETTINGS_MODULE": "config.settings"}, check=True
    )
