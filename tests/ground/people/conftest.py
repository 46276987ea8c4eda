import pytest

from tests.ground.people.land import Land, make_land


@pytest.fixture
def land(db: None) -> Land:
    return make_land()
