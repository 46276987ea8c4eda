from collections.abc import Iterator
from typing import Any

import pytest

from samleng.doors.telegram import rules
from tests.doors.telegram.bot_api import Api, bot_api, with_a_bot
from tests.town import town

__all__ = ["town"]


@pytest.fixture
def api(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The site has a bot, at a server of this machine; nobody waits for the pace of a country."""
    monkeypatch.setattr(rules, "BETWEEN_IN_A_CHAT", 0.0)
    with bot_api() as api:
        with_a_bot(settings, api.address)
        yield api
