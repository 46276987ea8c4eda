"""A client made by others that cannot be fetched is named, with the reason, and hinders no other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.clients import fetch

# Stands for npm: fails in a folder named so, as npm does when a lock is old.
NPM = """
import pathlib, sys
here = pathlib.Path.cwd()
if here.name == "broken":
    print("npm error code EUSAGE\\nnpm error\\nnpm error Missing: a-part@1.0 from lock file", file=sys.stderr)
    sys.exit(1)
(here / "node_modules").mkdir()
(here / "node_modules" / ".package-lock.json").touch()
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name in ("broken", "whole"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package-lock.json").touch()
    monkeypatch.setattr(fetch, "CLIENTS", {name: tmp_path / name for name in ("broken", "whole")})
    (tmp_path / "npm.py").write_text(NPM)
    return [sys.executable, str(tmp_path / "npm.py")]


def test_it_names_what_is_missing_and_why_and_fetches_the_rest(
    npm: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "commands", lambda: (["node"], npm))
    assert fetch.main() == 1
    said = capsys.readouterr().err
    assert "!!! broken could not be fetched" in said and "Missing: a-part@1.0 from lock file" in said
    assert "whole" not in said and (fetch.CLIENTS["whole"] / "node_modules").is_dir()


def test_it_fetches_once(npm: list[str]) -> None:
    assert set(fetch.missing(npm)) == {"broken"}
    assert set(fetch.missing(["false"])) == {"broken"}, "what is there is not asked for again"
    assert fetch.missing(["false"])["broken"] == "npm ended with 1."
