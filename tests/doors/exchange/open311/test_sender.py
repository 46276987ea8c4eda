"""A whole city's requests come by Open311 POST, then their statuses: all counted, none twice, all shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from django.test import Client

from samleng.answers.cases.models import Case
from samleng.doors.exchange.models import Posting
from samleng.doors.exchange.open311.verbs import give_key
from samleng.ground.places.models import Boundary
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from samleng.voices.reports.models import Report
from tests.clients.sender import Sender, rows_of
from tests.doors.exchange.past.files import BOSTON, OPEN, row, written
from tests.served import served
from tests.town import Town, build_town

# The Boston that the file knows: from west to east, from south to north.
WEST, SOUTH, EAST, NORTH = -71.3, 42.1, -70.8, 42.5


@pytest.fixture
def town(transactional_db: None) -> Town:
    """The town, with Boston's own outline around its commune."""
    town = build_town()
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    Boundary.objects.create(
        place=town.commune, geometry={"type": "Polygon", "coordinates": [ring]}, source="drawn for the test",
        west=WEST, south=SOUTH, east=EAST, north=NORTH,
    )  # fmt: skip
    return town


def sent(town: Town, rows: Iterable[Mapping[str, str]]) -> Sender:
    token = give_key(by=SYSTEM, owner=town.sweepers, label="Boston").token
    with served() as address:
        sender = Sender(address, token)
        print("\n" + "\n".join(sender.send(rows)))
        print("sent again:", dict(sender.sent.again))
    return sender


def counted(sender: Sender, total: int, ended: int) -> None:
    """Everything that was sent is there once, in its state, and whoever asks is told so."""
    assert sender.sent.answers == {("requests", 200): total, ("updates", 200): total}
    assert len(set(sender.sent.numbers.values())) == total
    assert Case.objects.count() == Report.objects.count() == total
    assert Posting.objects.exclude(reference="").count() == total
    assert Case.objects.filter(state="answered").count() == ended
    assert Case.objects.filter(state="acknowledged").count() == total - ended
    assert Entry.objects.filter(verb="cases.answer").count() == ended
    follow_all()
    assert Pin.objects.count() == total


@pytest.mark.once
def test_it_takes_some_hundreds_with_their_statuses(town: Town, tmp_path: Path) -> None:
    some = [row(case_enquiry_id=str(n), **({} if n % 5 else OPEN_ONE)) for n in range(200)]
    path = BOSTON if BOSTON.exists() else written(tmp_path, *some)
    rows = list(rows_of(path, 200))
    sender = sent(town, rows)
    counted(sender, 200, sum(one["case_status"] == "Closed" for one in rows))
    first = next(one for one in rows if one["case_status"] == "Closed")
    number = sender.sent.numbers[first["case_enquiry_id"]]
    (shown,) = json.loads(Client().get(f"/open311/v2/requests/{number}.json?extensions=true").content)
    # Sent by a system, it waits for somebody's look as everything does; what the office said does not.
    assert shown["description"] is None and shown["service_code"] == "dump"
    news = json.loads(Client().get("/open311/v2/servicerequestupdates.json?page_size=1000").content)
    assert any(first["closure_reason"].strip() in one["description"] for one in news)
    report = Posting.objects.get(theirs=first["case_enquiry_id"]).report
    told = json.loads(open_text(report.words, town.opener(town.boss, town.sweepers)))["words"]
    assert told.startswith(first["case_title"])


OPEN_ONE = {name: value for name, value in OPEN.items() if name != "case_enquiry_id"}


@pytest.mark.soak
@pytest.mark.skipif(not BOSTON.exists(), reason="the file of another system is not at hand")
def test_it_takes_all_of_boston_with_its_statuses(town: Town) -> None:
    counted(sent(town, rows_of(BOSTON)), 41_827, 39_368)
