"""Whoever takes the disk, or a backup, or both with every setting, reads nothing that people said."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from samleng.kit.sealing.rules import fresh_keypair, wrap
from tests.doors.console.test_backup import samleng
from tests.journeys.test_nothing_is_lost import site

__all__ = ["site"]
# Keys that might lie about: 32 bytes as they are, in hex, or in either base64.
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def all_bytes(env: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Everything of the site: every file of its home, and every row of its database."""
    for path in sorted(Path(env["SAMLENG_HOME"]).rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    if "DATABASE_URL" in env:
        yield from postgres_tables(env)


def postgres_tables(env: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(env["DATABASE_URL"]) as line:
        tables = line.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with line.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                yield table, b"".join(bytes(block) for block in copy)


def backup_bytes(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as tar:
        for member in tar:
            if (file := tar.extractfile(member)) is not None:
                yield member.name, file.read()


def forms_of(text: str) -> list[bytes]:
    """A text as it might lie on a disk."""
    return [text.encode(), text.encode("utf-16-le"), text.encode().hex().encode()]


def values_of(env: dict[str, str], sql: str) -> list[tuple]:
    if "DATABASE_URL" in env:
        with psycopg.connect(env["DATABASE_URL"]) as line:
            return line.execute(sql).fetchall()
    with sqlite3.connect(Path(env["SAMLENG_HOME"]) / "samleng.sqlite3") as line:
        return line.execute(sql).fetchall()


@pytest.fixture
def spoken(site: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    command = [sys.executable, "-m", "tests.journeys.secrets_said"]
    made = subprocess.run(command, env=site, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout.splitlines()[-1])
    assert "ZEBRA" not in made.stderr
    return site, told


def test_it_shows_no_word_name_number_or_receipt_to_who_takes_disk_and_backup(
    spoken: tuple[dict[str, str], dict[str, list[str]]], tmp_path: Path
):
    env, told = spoken
    target = tmp_path / "kept.tar"
    assert samleng(env, "backup", target).returncode == 0
    wanted = [form for text in told["secrets"] for form in forms_of(text)]
    wanted += [form for one in told["receipts"] for form in forms_of(one) + forms_of(one.replace(" ", ""))]
    found, seen = [], 0
    for name, content in [*all_bytes(env), *backup_bytes(target)]:
        seen += len(content)
        found += [f"{name}: {form[:24]!r}" for form in wanted if form in content]
    assert not found
    assert seen > 500_000, "hardly anything was looked at: this run proved nothing"
    names = [name for name, _content in backup_bytes(target)]
    assert sum("sealed/" in name for name in names) >= 6


def test_it_opens_nothing_with_any_key_that_lies_on_the_disk_or_in_the_settings(
    spoken: tuple[dict[str, str], dict[str, list[str]]],
):
    env, _told = spoken
    left_about = fresh_keypair()
    (Path(env["SAMLENG_HOME"]) / "keys" / "left-about").write_bytes(left_about.private)
    planted = wrap(b"k" * 32, left_about.public)
    assert any(opens(planted, key) for key in candidates(env)), "a key that lies about would not be found"
    wraps = [bytes(one) for (one,) in values_of(env, "SELECT wrapped FROM sealing_wrap")]
    wraps += [bytes(one) for (one,) in values_of(env, "SELECT sealed FROM keys_share")]
    keys = candidates(env)
    assert len(wraps) >= 20 and len(keys) > 50
    assert not [1 for one in wraps for key in keys if opens(one, key)]


def candidates(env: dict[str, str]) -> set[bytes]:
    """Everything of 32 bytes that is written down in rows, key files or settings."""
    found: set[bytes] = set()
    for column in (
        "public FROM keys_vault", "public FROM keys_personkey", "locked FROM keys_personkey",
        "public_key FROM reports_report", "lookup FROM reports_report", "digest FROM reports_report",
    ):  # fmt: skip
        for (value,) in values_of(env, f"SELECT {column}"):
            raw = value.encode() if isinstance(value, str) else bytes(value)
            found |= {raw[at : at + 32] for at in range(len(raw) - 31)}
            if isinstance(value, str) and HEX.fullmatch(raw):
                found.add(bytes.fromhex(value))
    # As they are, too: what begins or ends a key of raw bytes may look like a space.
    files = [path.read_bytes() for path in (Path(env["SAMLENG_HOME"]) / "keys").iterdir()]
    secrets = [*files, *(raw.strip() for raw in files)]
    secrets += [value.encode() for name, value in os.environ.items() if "KEY" in name or "SECRET" in name]
    for raw in secrets:
        found |= {raw[at : at + 32] for at in range(max(0, len(raw) - 31))}
    return {one for one in found if len(one) == 32}


def opens(wrapped: bytes, key: bytes) -> bool:
    try:
        SealedBox(PrivateKey(key)).decrypt(wrapped)
    except (CryptoError, ValueError):
        return False
    return True
