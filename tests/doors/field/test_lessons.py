"""The lessons of the site's pack travel with a meeting, so that they can be read and heard with no signal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doors.field.phones import opened
from tests.world import World

pytestmark = pytest.mark.django_db


def test_it_takes_the_pack_s_lessons_along(world: World, settings: Any) -> None:
    settings.COUNTRY_PACK = "demo"
    answer = opened(world.sophea).get("field_pack", world.plan_card().pk).json()
    codes = [lesson["code"] for lesson in answer["lessons"]]
    assert codes == ["screen-lock", "photos", "asked"]
    card = answer["lessons"][0]["cards"][0]
    assert card["text"]["km"] and card["text"]["en"] and card["sounds"] == {}
