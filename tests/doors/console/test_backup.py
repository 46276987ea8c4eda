"""A site comes back on an empty machine, kept while it was being written to."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_nothing_is_lost import phone, site, whole

__all__ = ["site"]
# More than a phone sends while a site is kept, at its pace: as many lines as a card holds.
LINES, PICTURES = 2000, 20_000
# A database on SQLite is a file that takes some room itself; PostgreSQL's lies elsewhere.
ROOM = 400_000 if os.environ.get("SAMLENG_TEST_DB", "sqlite") == "sqlite" else 20_000


def samleng(env: dict[str, str], *words: object, **given: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "samleng.doors.console.main", *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=180, **given)


@pytest.fixture
def empty(site: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], dict[str, str]]]:
    """Makes an empty machine of the same engine: nothing in its home, nothing in its database."""

    def made() -> dict[str, str]:
        if "DATABASE_URL" in site:
            empty_postgres(site)
        return {**site, "SAMLENG_HOME": str(tmp_path / "fresh")}

    yield made


def kept_under_load(site: dict[str, str], target: Path, pictures: int) -> dict[str, set[str]]:
    """A backup taken while two phones write; what each had acknowledged before it began, and in all.

    They write until it is done, however long that takes here; the second at least `pictures` first.
    """
    stop = target.with_name("stop")
    busy = {**site, "PHONE_STOP": str(stop)}
    writers = {"photos": phone(busy, "photos", 5, PICTURES)}
    early = {writers["photos"].stdout.readline().strip() for _n in range(pictures)}
    writers["lines"] = phone(busy, "send", 3, LINES)
    before = {name: one.stdout.readline().strip() for name, one in writers.items()}
    made = samleng(site, "backup", target, "--json")
    assert made.returncode == 0, made.stderr
    still = {name: one.poll() is None for name, one in writers.items()}
    assert all(still.values()), "a phone was done before the backup: this run proved nothing"
    stop.touch()
    rest = {
        name: {line.strip() for line in one.communicate()[0].splitlines()} for name, one in writers.items()
    }
    return {
        **{f"{name}_before": {first} for name, first in before.items()},
        **{name: rest[name] | {first} for name, first in before.items()},
        "early": early,
        "digest": {json.loads(made.stdout)["ledger"]["digest"]},
    }


def test_it_brings_a_site_back_that_was_kept_under_load(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    comes_back(site, empty, tmp_path, pictures=20)


@pytest.mark.soak
def test_it_brings_it_back_again_and_again(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    comes_back(site, empty, tmp_path, pictures=3000)


def comes_back(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path, *, pictures: int
) -> None:
    whole(site, "build")
    kept = tmp_path / "site.tar"
    sent = kept_under_load(site, kept, pictures)
    with tarfile.open(kept) as tar:
        names = tar.getnames()
        # Of keys there are only those that are themselves under a passphrase, as rows.
        assert not [name for name in names if "keys" in Path(name).parts]
        pictures_in = {name.rsplit("/", 1)[-1] for name in names if name.startswith("media/")}

    fresh = empty()
    back = samleng(fresh, "restore", kept, "--json")
    assert back.returncode == 0, back.stderr
    found = json.loads(whole(fresh, "count"))
    assert sent["lines_before"] <= set(found["uids"]) <= sent["lines"]
    assert sorted(found["told"]) == sorted(found["uids"])
    assert sent["photos_before"] | sent["early"] <= pictures_in <= sent["photos"] | sent["early"]
    # Reads every kept file and compares its hash.
    checked = json.loads(samleng(fresh, "check", "--files", "--json").stdout)
    assert {checked["ledger_digest"]} == sent["digest"]
    assert not [one for one in checked["wrong"] if "files" in one]

    again = samleng(fresh, "restore", kept)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    # The site goes on: every line is sent again and counted once.
    whole(fresh, "send", 3, len(sent["lines"]))
    assert set(json.loads(whole(fresh, "count"))["uids"]) == sent["lines"]


def test_it_refuses_a_damaged_backup_and_changes_nothing(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    whole(site, "build")
    whole(site, "photos", 5, 3)
    kept = tmp_path / "site.tar"
    assert samleng(site, "backup", kept).returncode == 0
    good, fresh = kept.read_bytes(), empty()
    with tarfile.open(kept) as tar:
        members = {member.name: member for member in tar.getmembers()}
    picture = next(one for name, one in members.items() if name.startswith("media/"))
    database = max(members.values(), key=lambda one: one.size)
    damages = {
        "nothing but zeros": b"\0" * 4096 + b"not a tar",
        "cut in the middle": good[: len(good) // 2],
        "a picture changed": flipped(good, picture.offset_data + 20),
        "the database changed": flipped(good, database.offset_data + database.size // 2),
        "without its manifest": with_manifest(kept, None),
        "empty": b"",
    }
    for name, data in damages.items():
        (tmp_path / f"bad {name}").write_bytes(data)
    files = [str(tmp_path / f"bad {name}") for name in damages] + [str(tmp_path / "nowhere.tar")]
    for name, (code, left) in zip([*damages, "not there"], tried(fresh, files), strict=True):
        assert (code, left) == (2, []), name
    assert samleng(fresh, "restore", kept).returncode == 0


def test_it_refuses_another_ledger_than_the_one_kept_and_leaves_no_file_behind(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    whole(site, "build")
    whole(site, "photos", 5, 3)
    kept, other = tmp_path / "site.tar", tmp_path / "other.tar"
    assert samleng(site, "backup", kept).returncode == 0
    other.write_bytes(with_manifest(kept, lambda told: told["ledger"].update(digest="0" * 64)))
    fresh = empty()
    refused = samleng(fresh, "restore", other, "--json")
    assert refused.returncode == 2, refused.stderr
    assert [one["code"] for one in json.loads(refused.stdout)["refused"]] == ["ledger"]
    assert kept_files(fresh) == []
    assert samleng(fresh, "restore", kept).returncode == 0
    assert kept_files(fresh)


def tried(env: dict[str, str], files: list[str]) -> list[list[object]]:
    """The exit code of restoring each file, and what then stands on the machine; in one process."""
    code = (
        "import json, sys, pathlib\n"
        "from samleng.doors.console.main import main\n"
        "found = []\n"
        "for file in sys.argv[1:]:\n"
        "    code = main(['restore', file])\n"
        "    from django.conf import settings\n"
        "    from django.db import connection\n"
        "    left = [one.name for one in pathlib.Path(settings.MEDIA_ROOT).rglob('*') if one.is_file()]\n"
        "    left += set(connection.introspection.table_names()) & {'ledger_entry'}\n"
        "    found.append((code, left))\n"
        "print(json.dumps(found))"
    )
    return json.loads(inside(env, code, *files).splitlines()[-1])


def test_it_leaves_nothing_half_done_when_the_disk_is_full(
    site: dict[str, str], empty: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    whole(site, "build")
    whole(site, "photos", 5, 3)
    kept = tmp_path / "site.tar"
    full = samleng(site, "backup", kept, preexec_fn=no_room)
    assert full.returncode == 1
    assert "could not be written" in full.stderr and "Traceback" not in full.stderr
    assert list(tmp_path.glob("site.tar*")) == []
    assert left_over(site) == []

    assert samleng(site, "backup", kept).returncode == 0
    fresh = empty()
    full = samleng(fresh, "restore", kept, preexec_fn=no_room)
    assert full.returncode == 1, full.stderr
    assert "nothing was changed" in full.stderr and "Traceback" not in full.stderr
    assert nothing_in(fresh)
    assert left_over(fresh) == []
    assert samleng(fresh, "restore", kept).returncode == 0


def no_room() -> None:
    """No file may grow beyond ROOM bytes, as on a disk that is almost full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def left_over(env: dict[str, str]) -> list[str]:
    """What a cut command would have left beside the site's own files."""
    home = Path(env["SAMLENG_HOME"])
    return [one.name for one in home.iterdir() if one.name.startswith("tmp") or ".restored" in one.name]


def kept_files(env: dict[str, str]) -> list[Path]:
    """The files that people brought, as they lie on the machine."""
    return [one for one in (Path(env["SAMLENG_HOME"]) / "media").rglob("*") if one.is_file()]


def nothing_in(env: dict[str, str]) -> bool:
    """Whether the machine is still empty: no ledger and no kept file."""
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "print('ledger_entry' in connection.introspection.table_names())"
    )
    return not kept_files(env) and inside(env, code) == "False"


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def with_manifest(kept: Path, change: Callable[[dict[str, Any]], None] | None) -> bytes:
    """The backup with its manifest changed, or without one."""
    out = io.BytesIO()
    with tarfile.open(kept) as tar, tarfile.open(fileobj=out, mode="w") as other:
        for member in tar.getmembers():
            if member.name != "manifest.json":
                other.addfile(member, tar.extractfile(member))
            elif change is not None:
                told = json.loads(tar.extractfile(member).read())
                change(told)
                data = json.dumps(told).encode()
                member.size = len(data)
                other.addfile(member, io.BytesIO(data))
    return out.getvalue()


def inside(env: dict[str, str], code: str, *words: str) -> str:
    """What a few lines print in a process of that site."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**env, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def empty_postgres(env: dict[str, str]) -> None:
    inside(
        env,
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as c: c.execute('DROP SCHEMA public CASCADE; CREATE SCHEMA public')",
    )
