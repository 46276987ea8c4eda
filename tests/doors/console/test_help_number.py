"""The site enters its numbers of help at the terminal; what is missing is said, and nothing is invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from samleng.doors.console.main import main
from samleng.ground.channels.verbs import load
from samleng.ground.frameworks.verbs import load as load_frameworks
from samleng.kit.ledger.rules import SYSTEM

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def channel(db: None) -> None:
    load_frameworks(by=SYSTEM, folder=Path(settings.PACKS) / "demo")
    load(by=SYSTEM, folder=Path(settings.PACKS) / "demo")


def test_it_says_what_is_not_yet_entered(capsys: Said):
    assert main(["--language", "en", "help-number"]) == 0
    told = capsys.readouterr().out
    assert "violence: Violence" in told and told.count("not yet entered") > 10


def test_it_enters_a_number_and_takes_it_out(capsys: Said):
    assert main(["help-number", "violence", "police", "012 345 678", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["violence"]["police"] == "012345678"
    assert main(["help-number", "violence", "police", "", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["violence"]["police"] == ""


@pytest.mark.parametrize("words", [["violence", "nobody", "012345678"], ["violence", "police", "soon"]])
def test_it_refuses_another_entry_and_what_is_no_number(capsys: Said, words: list[str]):
    assert main(["help-number", *words]) == 2
    assert capsys.readouterr().err
