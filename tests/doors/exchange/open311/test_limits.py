"""What one key may send: a system that runs wild is told to slow down, and no other key feels it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from samleng.answers.cases.models import Case
from samleng.doors.exchange.open311 import limits
from samleng.doors.exchange.open311.verbs import give_key
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.limits.rules import Rate
from tests.doors.exchange.open311.test_post_request import post
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_an_hour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(limits, "SHARE", Rate(burst=3, an_hour=3))
    limits.gate.cache_clear()
    yield
    limits.gate.cache_clear()


def test_it_holds_one_key_to_its_share_and_says_when_to_come_again(town: Town) -> None:
    mine = give_key(by=SYSTEM, owner=town.sweepers, label="City").token
    other = give_key(by=SYSTEM, owner=town.shire, label="Shire").token
    found = [post(mine) for _ in range(5)]
    assert [one.status_code for one in found] == [200, 200, 200, 429, 429]
    assert found[-1]["Retry-After"] == "1200"
    (fault,) = json.loads(found[-1].content)
    assert fault["code"] == 429 and "slowly" in fault["description"]
    assert post(other).status_code == 200 and Case.objects.count() == 4


def test_it_counts_nothing_for_a_key_that_does_not_hold(town: Town) -> None:
    assert {post("nonsense").status_code for _ in range(6)} == {403}
