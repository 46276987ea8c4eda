from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting
from samleng.doors.console import load_scale
from samleng.doors.console.main import main
from samleng.ground.offices.models import Office, OfficeKind
from samleng.insight.disclosure.models import Release
from samleng.insight.evidence.models import PromiseFact, ScoreFact
from samleng.kit.ledger.models import Due
from samleng.voices.scorecards.models import Scorecard, Sheet
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prepared(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small world's own land and method in place of the pack's."""
    monkeypatch.setattr(load_scale, "prepare", lambda say: None)
    return world


def made() -> dict[str, int]:
    models = (Scorecard, Sheet, Meeting, Action, Release, ScoreFact, PromiseFact)
    return {model.__name__: model.objects.count() for model in models}


def test_it_makes_a_nation_that_is_counted_and_public(prepared: World, capsys: Any) -> None:
    # First by its code, and no administration of a place.
    OfficeKind.objects.create(code="a_depot", name={"en": "Depot"}, level=3)
    assert main(["load-scale", "--years", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scorecards"] == Scorecard.objects.count() > 0
    assert told["ratings"] > 10 * told["scorecards"]
    assert Office.objects.filter(code__startswith="scale-", kind__administers=True).exists()
    assert not Office.objects.filter(kind__code="a_depot").exists()
    sums = Release.objects.filter(kind="sums")
    assert sums.count() == 2
    closed = Meeting.objects.filter(closed_at__isnull=False, programme__code="scale")
    assert Release.objects.filter(kind="meeting").count() == closed.count()
    assert PromiseFact.objects.filter(settled=True).count() == Action.objects.count()
    assert not Due.objects.filter(reader="projector").exists()
    before = made()
    assert main(["load-scale", "--years", "2"]) == 0
    assert made() == before


def test_it_goes_on_where_it_was_stopped(
    prepared: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    steps = {"write": 2, "release_many": 1, "release_sums": 2}

    def stopping(name: str, do: Any) -> Any:
        def run(*args: Any, **given: Any) -> Any:
            steps[name] -= 1
            if steps[name] == 0:
                raise KeyboardInterrupt
            return do(*args, **given)

        return run

    monkeypatch.setattr(load_scale, "TOGETHER", 1)
    monkeypatch.setattr(load_scale, "MEETINGS", 3)
    monkeypatch.setattr(load_scale.Writer, "write", stopping("write", load_scale.Writer.write))
    for name in ("release_many", "release_sums"):
        monkeypatch.setattr(load_scale, name, stopping(name, getattr(load_scale, name)))
    for _stop in range(3):
        assert main(["load-scale", "--years", "2"]) == 1
    assert main(["load-scale", "--years", "2"]) == 0
    plain = Scorecard.objects.filter(programme__code="scale")
    assert plain.count() == plain.values("round", "facility", "side").distinct().count()
    assert Sheet.objects.filter(scorecard__in=plain).count() == plain.count()
    assert Release.objects.filter(kind="sums").count() == 2
    closed = Meeting.objects.filter(closed_at__isnull=False, programme__code="scale")
    assert Release.objects.filter(kind="meeting").count() == closed.count()


def test_it_refuses_another_size_than_the_one_that_stands(prepared: World) -> None:
    assert main(["load-scale", "--years", "1"]) == 0
    before = made()
    assert main(["load-scale", "--years", "1", "--share", "0.1"]) == 2
    assert main(["load-scale", "--years", "0"]) == 2
    assert made() == before
