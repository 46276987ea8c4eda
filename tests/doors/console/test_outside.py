"""`samleng outside`: an office's own system named, listed, tried and switched from the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from samleng.doors.console.main import main
from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.outside.keyed import opened
from tests.doors.exchange.outside.city import City, city_on_loopback
from tests.town import Town, town

__all__ = ["town"]


@pytest.fixture
def city(settings: Any) -> Iterator[City]:
    settings.OUTSIDE_PRIVATE = True
    with city_on_loopback() as city:
        yield city


def test_it_names_tries_and_switches(
    town: Town, city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMLENG_OUTSIDE_KEY", "a secret")
    named = ["outside", "set", "--office", "sweep-1", "--name", "City", "--address", city.address]
    assert main([*named, "--service", "dump=RUBBISH", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["office"] == "sweep-1" and row["on"] == "yes"
    assert opened(OutsideSystem.objects.get().key) == "a secret"
    assert main(["outside", "try", "--office", "sweep-1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["trouble"] == "not_there"
    city.says["GET /services.xml"] = (200, "<services/>")
    assert main(["outside", "try", "--office", "sweep-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["lacking"] == "RUBBISH"
    assert main(["outside", "off", "--office", "sweep-1"]) == 0
    assert main(["outside", "list"]) == 0 and "on=no" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    (["--office", "nobody"], ["--service", "slow=X"], ["--service", "dump"], ["--address", "ftp://x"]),
)
def test_it_refuses_what_cannot_be(town: Town, city: City, wrong: list[str]) -> None:
    given = ["outside", "set", "--office", "sweep-1", "--name", "City", "--address", city.address]
    assert main([*given, *wrong]) == 2 and not OutsideSystem.objects.exists()
