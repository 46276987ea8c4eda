"""Lessons are a pack's data: read in order, in all its languages, and every fault told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from samleng.ground.materials.lessons import lessons, lessons_in
from samleng.ground.materials.rules import Unsound, read_lessons


def lesson(**how: Any) -> dict[str, Any]:
    card = {"text": {"km": "ក", "en": "A"}, "sounds": {}}
    return {"code": "one", "title": {"km": "ក", "en": "One"}, "cards": [card]} | how


def faults(*given: Any) -> list[str]:
    with pytest.raises(Unsound) as unsound:
        read_lessons({"lessons": list(given)}, ["km", "en"])
    return [path for path, _what in unsound.value.faults]


def test_it_reads_lessons_in_their_order() -> None:
    found = read_lessons({"lessons": [lesson(code="b"), lesson(code="a")]}, ["km", "en"])
    assert [one.code for one in found] == ["b", "a"] and found[0].cards[0].text["en"] == "A"
    assert read_lessons({}, ["km"]) == ()


def test_it_tells_every_fault_with_its_place() -> None:
    assert faults(lesson(), lesson()) == ["lessons[1].code"]
    assert faults(lesson(code="Ö", title={"km": "ក"}, picture="x")) == [
        "lessons[0].code",
        "lessons[0].picture",
        "lessons[0].title.en",
    ]
    assert faults(lesson(cards=[])) == ["lessons[0].cards"]
    long = {"text": {"km": "ក" * 241, "en": " "}, "sounds": {"km": 1}}
    assert faults(lesson(cards=[long])) == [
        "lessons[0].cards[0].text.km",
        "lessons[0].cards[0].text.en",
        "lessons[0].cards[0].sounds",
    ]
    assert faults("nothing", lesson(cards=["x"])) == ["lessons[0]", "lessons[1].cards[0]"]


def test_it_has_none_where_the_pack_has_none(settings: Any, tmp_path: Any) -> None:
    assert lessons_in(tmp_path) == ()
    settings.PACKS, settings.COUNTRY_PACK = tmp_path, "nowhere"
    assert lessons() == ()
