"""What tests of the app's door share."""

from __future__ import annotations

import pytest

from samleng.doors.field import intake, parcels
from samleng.doors.field.parcels import Gate
from samleng.kit.commit.known import Known
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed, deliver_together
from tests.doors.field.node import node

__all__ = ["node"]


class Here:
    """The writer in the test's own thread and transaction; the queue itself is tested in test_at_once.py."""

    def ask(self, handed: Handed) -> Delivered | Refusal:
        with parcels.whole():
            return deliver_together(handed=[handed])[0]


@pytest.fixture
def door_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that has seen nobody yet, and a writer that knows nothing of the test before."""
    monkeypatch.setattr(parcels, "GATE", Gate())
    monkeypatch.setattr(parcels, "KNOWN", Known())
    monkeypatch.setattr(intake, "writer", Here)
