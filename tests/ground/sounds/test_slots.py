"""Which texts of a method are heard, and when a recording still says the same; no database."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from samleng.ground.frameworks.folder import bodies
from samleng.ground.frameworks.rules import Method, Wording
from samleng.ground.materials.rules import read_lessons
from samleng.ground.sounds.rules import (
    HEAVY_LANGUAGE,
    State,
    next_undone,
    progress,
    slot_at,
    slots_at,
    slots_of,
)
from tests.world import DEMO


@pytest.fixture(scope="module")
def methods() -> dict[str, Method]:
    return {one["code"]: Method.parse(one) for one in bodies(DEMO)}


def test_it_hears_the_consent_each_face_each_criterion_and_each_card_of_a_lesson(
    methods: dict[str, Method],
) -> None:
    lessons = read_lessons(tomllib.loads(Path(DEMO / "lessons.toml").read_text()), ["km", "en"])
    found = slots_of(methods["demo-five"], lessons)
    codes = [one.code for one in found]
    assert codes[:6] == ["consent", "point-1", "point-2", "point-3", "point-4", "point-5"]
    assert "criterion-CL01" in codes
    assert codes[-1] == "lesson-asked-4"
    assert len(set(codes)) == len(codes)
    assert {one.about for one in found if one.kind == "lesson"} == {""}


def test_it_hears_no_points_where_a_number_is_typed(methods: dict[str, Method]) -> None:
    assert not [one for one in slots_of(methods["demo-range"], ()) if one.kind == "point"]


def test_it_reads_the_hint_with_the_text(methods: dict[str, Method]) -> None:
    slot = slot_at(methods["demo-five"], "CL01", "")
    assert slot is not None
    assert slot.words("en") == ("Friendly staff", "How do staff receive you?")


def test_it_shows_the_method_s_own_words_to_who_speaks_a_language_without_a_script(
    methods: dict[str, Method],
) -> None:
    method = replace(methods["demo-five"], audio_languages=("km", "cmo"))
    slot = slot_at(method, "CL01", "")
    assert slot is not None
    assert slot.written_in("cmo") == "km"
    assert slot.words("cmo") == slot.words("km")


def test_it_takes_blanks_and_invisible_signs_for_no_change(methods: dict[str, Method]) -> None:
    slot = slot_at(methods["demo-five"], "CL01", "")
    assert slot is not None
    text = slot.texts[0]["en"]
    same = replace(slot, texts=({"en": f" {text[:4]}\u200b{text[4:]}  "}, *slot.texts[1:]))
    other = replace(slot, texts=({"en": f"{text}?"}, *slot.texts[1:]))
    assert same.digest("en") == slot.digest("en") != other.digest("en")


def test_it_has_a_slot_of_its_own_for_the_words_of_other_kinds_of_place(methods: dict[str, Method]) -> None:
    method = methods["demo-five"]
    first = replace(
        method.criteria[0], wordings=(Wording(place_kinds=("quarter",), text={"en": "Friendly people"}),)
    )
    method = replace(method, criteria=(first, *method.criteria[1:]))
    usual, urban = slot_at(method, first.code, "parish"), slot_at(method, first.code, "quarter")
    assert usual and urban
    assert (usual.code, urban.code) == (f"criterion-{first.code}", f"criterion-{first.code}~quarter")
    assert urban.words("en") == ("Friendly people", "How do staff receive you?")
    assert urban in slots_of(method, ()) and usual in slots_of(method, ())
    asked = slots_at(method, first.service, "community", "quarter")
    assert urban in asked and usual not in asked


def test_it_goes_on_with_the_next_missing_one_and_begins_again_at_the_end(methods: dict[str, Method]) -> None:
    states = [
        State(one, "km", "missing" if number in (1, 4) else "recorded", size=HEAVY_LANGUAGE)
        for number, one in enumerate(slots_of(methods["demo-five"], ())[:6])
    ]
    codes = [one.slot.code for one in states]
    after = {code: next_undone(states, code) for code in codes}
    assert [after[code].slot.code for code in codes] == [codes[i] for i in (1, 4, 4, 4, 1, 1)]
    assert next_undone(states[2:4]) is None
    summed = progress(states)
    assert (summed.done, summed.all, summed.heavy) == (4, 6, True)
