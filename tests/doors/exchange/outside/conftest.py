from collections.abc import Iterator

import pytest

from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.outside.verbs.tending import Wanted, connect_system
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.exchange.outside.city import City, city_on_loopback
from tests.town import Town, town

__all__ = ["town"]


@pytest.fixture
def city(settings: object) -> Iterator[City]:
    """The sweepers' own system; addresses of this machine are allowed."""
    settings.OUTSIDE_PRIVATE = True  # type: ignore[attr-defined]
    with city_on_loopback() as city:
        yield city


@pytest.fixture
def system(town: Town, city: City) -> OutsideSystem:
    return connected(town, city)


def connected(town: Town, city: City, **given: object) -> OutsideSystem:
    facts = {"name": "City", "address": city.address, "services": {"dump": "RUBBISH"}, "key": "a secret"}
    return connect_system(by=SYSTEM, office=town.sweepers, wanted=Wanted(**{**facts, **given}))  # type: ignore[arg-type]
