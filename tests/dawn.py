"""Half past six in the morning in the land of packs/demo, while UTC still has the day before."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

AT = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
TODAY = date(2026, 11, 30)


@pytest.fixture
def dawn(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is early; ask for it before `world`, so that the world is made on this morning too."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return AT
