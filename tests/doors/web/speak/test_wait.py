"""Whoever comes too often waits or works, and loses nothing; in quiet times nobody is asked for anything."""

from __future__ import annotations

import re

import pytest

from samleng.answers.cases.models import Case
from samleng.doors.web.speak import gate
from samleng.kit.limits.gates import Gate
from samleng.kit.limits.rules import Policy, Rate, solve
from samleng.kit.words.codes import make_receipt_digits
from tests.doors.web.speak.test_way import dumped
from tests.doors.web.speak.walker import Walker, at
from tests.town import Town

pytestmark = pytest.mark.django_db
NOTHING = Rate(burst=1, an_hour=1)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site on which one caller soon comes too often."""
    for name in ("SENDING", "RECEIPTS", "RATINGS"):
        site = Rate(burst=8, an_hour=1)
        policy = Policy(name=name, caller=NOTHING, caller_busy=NOTHING, site=site, bits=4, bits_attack=6)
        for module in ("pages", "follow", "rating"):
            monkeypatch.setattr(f"samleng.doors.web.speak.{module}.{name}", Gate(policy), raising=False)


def hidden(walker: Walker) -> dict[str, str]:
    """What the waiting page carries."""
    form = walker.page[walker.page.index("data-wait") :]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_it_asks_nobody_for_anything_in_quiet_times(town: Town) -> None:
    for place in (town.commune, town.other_commune):
        walker = dumped(town, place=place)
        walker.post("send")
        assert walker.status == 200


def test_it_carries_the_report_until_the_work_is_done(town: Town, narrow: None) -> None:
    dumped(town).post("send")
    walker = dumped(town, place=town.other_commune)
    walker.post("send")
    assert walker.status == 429 and int(walker.answer["Retry-After"]) >= 1
    assert "is not lost" in walker.page and Case.objects.count() == 1
    fields = hidden(walker)
    fields["nonce"] = solve(fields["ticket"], 6)
    walker.saw(walker.client.post(at("speak_step"), fields))
    assert "Keep this receipt" in walker.page and Case.objects.count() == 2


def test_it_slows_who_guesses_receipts_but_counts_none_that_is_right(town: Town, narrow: None) -> None:
    received = town.file("dump")
    walker = Walker()
    for _n in range(2):
        right = {"receipt": town.receipts[received.report.pk]}
        assert walker.client.post(at("follow"), right).status_code == 303
    guesses = [walker.client.post(at("follow"), {"receipt": make_receipt_digits()}) for _n in range(3)]
    assert [one.status_code for one in guesses] == [422, 429, 429]
    mistyped = walker.client.post(at("follow"), {"receipt": "1"})
    assert mistyped.status_code == 422


def test_it_is_generous_to_a_village_behind_one_address() -> None:
    assert gate.SENDING.policy.caller.burst >= 40 and gate.RATINGS.policy.caller.burst >= 100
