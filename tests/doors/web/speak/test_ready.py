"""Who begins to speak gets a receipt that was worked out ahead, so that sending waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from samleng.answers.cases.models import Case
from samleng.doors.web.guard.doors import POLICIES, READY, open_anew
from samleng.doors.web.speak import draft
from samleng.kit.sealing import receipts
from samleng.kit.sealing.ahead import Ahead
from samleng.voices.reports.models import Report
from samleng.voices.reports.verbs import hearing
from tests.doors.web.speak.test_way import dumped
from tests.doors.web.speak.walker import Walker
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ahead]:
    store = Ahead(1, settings.RECEIPT_SALT.encode())
    monkeypatch.setattr(hearing, "ahead", lambda: store)
    store.fill()
    while not len(store):
        time.sleep(0.005)
    # And no other after it.
    store.most = 0
    yield store
    store.close()


def test_it_sends_without_working_anything_out_and_the_receipt_finds_the_report(
    town: Town, one_ready: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker = dumped(town)
    assert not len(one_ready), "nobody took it"
    with monkeypatch.context() as here:
        here.setattr(receipts, "worked_out", lambda *_: pytest.fail("it was worked out"))
        before = walker.draft
        walker.post("send")
        assert walker.status == 200, walker.page
        receipt = walker.receipt
        # Pressed twice it is the same report.
        walker.saw(walker.client.post("/en/speak/on/", {"draft": before, "step": "check", "do": "send"}))
        assert walker.status == 200 and walker.receipt == receipt
    report, slip = Report.objects.get(), hearing.slip_for(receipt)
    assert (report.lookup, bytes(report.public_key)) == (slip.lookup, slip.keys.public)
    assert Case.objects.count() == 1


def test_it_sends_as_well_where_none_was_ready(town: Town, one_ready: Ahead) -> None:
    Walker().begin("dump")
    walker = dumped(town)
    walker.post("send")
    assert walker.status == 200, walker.page
    assert Report.objects.get().lookup == hearing.slip_for(walker.receipt).lookup


def test_it_gives_whoever_takes_very_many_one_that_is_worked_out_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(draft, "slip_ready", lambda: taken.append(1))
    open_anew()
    taker, other = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="203.0.113.10")
    many = int(POLICIES[READY].caller.burst)
    for _ in range(many + 3):
        assert "draft" in Walker(client=taker).begin("dump")
    assert len(taken) == many
    assert "draft" in Walker(client=other).begin("dump")
    assert len(taken) == many + 1
    open_anew()
