"""What often goes wrong in an XLSForm: told with sheet, row, column and what to do."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from samleng.kit.words.refusals import Refusal, each
from samleng.voices.forms.conversion import drawn_from
from samleng.voices.forms.rules.pitfalls import balanced
from samleng.voices.forms.verbs.publishing import bring
from samleng.voices.forms.wording import PITFALLS, pitfall
from tests.voices.forms.asked import opened, xform
from tests.world import World

Rows = list[list[Any]]
PLAIN: Rows = [["type", "name", "label"], ["text", "a", "A"]]
SETTINGS: Rows = [["form_id", "version"], ["f", "1"]]
TWO = ["type", "name", "label::ខ្មែរ (km)", "label::English (en)"]
LISTS = ["list_name", "name", "label"]


def workbook(survey: Rows, choices: Rows | None = None, settings: Rows | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made["Sheet"])
    for name, rows in (("survey", survey), ("choices", choices or []), ("settings", settings or SETTINGS)):
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def warned(*sheets: Any) -> list[tuple[str, str, int, str, str]]:
    drawn = drawn_from(workbook(*sheets), "f.xlsx")
    own = [one for one in drawn.warnings if "own" in one]
    for one in own:
        told = pitfall(one)
        assert str(told.message) and str(told.remedy) and told.row == one["row"]
    return [(one["own"], one["sheet"], one["row"], one["column"], one["value"]) for one in own]


def refused(*sheets: Any) -> list[Refusal]:
    with pytest.raises(Refusal) as caught:
        drawn_from(workbook(*sheets), "f.xlsx")
    return list(each(caught.value))


def test_it_finds_nothing_in_a_sound_form() -> None:
    settings = [["form_id", "version", "default_language"], ["f", "2026112501", "ខ្មែរ (km)"]]
    survey = [TWO, ["select_one c", "a", "ក", "A"], ["begin repeat", "r", "ខ", "B"], ["text", "t", "គ", "C"]]
    survey += [["end repeat", "", "", ""], ["calculate", "n", "", ""]]
    survey = [[*row, "calculation" if not at else ""] for at, row in enumerate(survey)]
    survey[-1][-1] = "count(${t}) + string-length(‘(’)"
    choices = [["list_name", "name", *TWO[2:]], ["c", "0101", "ក", "A"], ["c", "1201", "ខ", "B"]]
    assert warned(survey, choices, settings) == []


def test_it_tells_of_languages_without_a_code_without_a_name_or_without_text() -> None:
    found = warned(
        [["type", "name", "label", "label::English", "label::ខ្មែរ (km)"], ["text", "a", "A", "A", ""]]
    )
    assert [one[:4] for one in found] == [
        ("unnamed_label", "survey", 1, "label"),
        ("no_code", "survey", 1, "label::English"),
        ("no_default", "settings", 2, "default_language"),
        ("no_label", "survey", 2, "label::ខ្មែរ (km)"),
    ]
    survey = [TWO, ["select_one c", "a", "ក", "A"], ["text", "b", "", "B"]]
    choices = [["list_name", "name", *TWO[2:]], ["c", "x", "ក", "A"], ["c", "y", "ខ", ""]]
    assert [one for one in warned(survey, choices) if one[0] == "no_label"] == [
        ("no_label", "survey", 3, TWO[2], "ខ្មែរ (km)"),
        ("no_label", "choices", 3, TWO[3], "English (en)"),
    ]


def test_it_tells_at_most_ten_of_a_kind() -> None:
    rows = [TWO, *[["text", f"q{n}", "ក", ""] for n in range(50)]]
    assert len([one for one in warned(rows) if one[0] == "no_label"]) == 10


def test_it_tells_of_a_form_without_a_version_and_a_list_without_a_question() -> None:
    assert ("no_version", "settings", 2, "version", "") in warned(PLAIN, None, [["form_id"], ["f"]])
    assert warned(PLAIN, [LISTS, ["yn", "y", "Y"], ["yn", "n", "N"]]) == [
        ("unused", "choices", 2, "list_name", "yn")
    ]


def test_it_tells_of_noughts_that_were_eaten() -> None:
    ask = [*PLAIN, ["select_one d", "d", "D"], ["select_one c", "c", "C"]]
    choices = [[*LISTS, "district"], ["d", "0101", "X", None], ["d", "1201", "Y", None]]
    choices += [["c", 10101, "A", 101], ["c", 120101, "B", 1201]]
    assert warned(ask, choices) == [
        ("nought", "choices", 4, "name", "10101"),
        ("nought", "choices", 4, "district", "101"),
    ]
    numbers = [LISTS, *[["d", n, "X"] for n in range(1, 12)]]
    assert warned([*PLAIN, ["select_one d", "d", "D"]], numbers) == [], "counting is no mistake"


def test_it_tells_of_a_question_asked_for_outside_of_its_repeat() -> None:
    survey = [
        ["type", "name", "label", "calculation"],
        ["begin repeat", "r", "R", ""],
        ["integer", "x", "X", ""],
    ]
    survey += [["calculate", "y", "", "${x} * 2"], ["end repeat", "", "", ""]]
    survey += [["calculate", "all", "", "sum(${x})"], ["calculate", "one", "", "${x} + 1"]]
    assert warned(survey) == [("outside", "survey", 7, "calculation", "x")]


def test_it_shows_signs_that_are_not_seen() -> None:
    survey = [
        ["type", "name", "label", "relevant"],
        ["text", "a", "ក\u200bខ", ""],
        ["text", "b", "B", "${a}\u200b = 'x'"],
    ]
    assert warned(survey) == [("hidden", "survey", 3, "relevant", "${a}␣ = 'x'")]
    for name, code in (("a\u00a0b", "spaced_name"), ("a\u200b", "hidden")):
        told = refused([PLAIN[0], ["text", name, "A"]])
        assert [one.code for one in told] == ["xlsform", code]
        assert told[1].row == 2 and "“a" in str(told[1].message)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("relevant", "(1 = 1", "open_bracket"),
        ("relevant", "1 = 1)", "open_bracket"),
        ("constraint", ". = 'yes", "open_quote"),
        ("constraint", ". = ‘yes", "open_quote"),
        ("constraint", ". < ១០", "digits"),
    ],
)
def test_it_tells_of_formulas_that_nothing_could_read(column: str, cell: str, code: str) -> None:
    row = {"type": "integer", "name": "a", "label": "A"} | {column: cell}
    ((found, *where),) = warned([list(row), list(row.values())])
    assert (found, where[:3]) == (code, ["survey", 2, column])


def test_it_refuses_names_in_letters_that_no_record_could_be_read_with() -> None:
    (told,) = refused([PLAIN[0], ["text", "ឈ្មោះ", "A"]])
    assert (told.code, told.field, told.row) == ("letters", "survey", 2) and str(told.remedy)
    assert warned([PLAIN[0], ["text", "prénom", "A"]]) == []


def test_it_names_the_row_of_a_value_with_a_space_and_of_a_list_that_is_not_there() -> None:
    told = refused([*PLAIN, ["select_multiple yn", "m", "M"]], [LISTS, ["yn", "n", "N"], ["yn", "y y", "Y"]])
    assert [(one.code, one.field, one.row) for one in told][1] == ("spaced", "choices", 3)
    (told,) = refused([*PLAIN, ["select_one zz", "m", "M"]], [LISTS, ["yn", "n", "N"]])
    assert (told.field, told.row) == ("survey", 3)


def test_it_tells_when_the_version_was_not_changed(world: World) -> None:
    opened(world)
    bring_it = {"by": world.by(world.admin), "programme": world.programme, "filename": "wells.xml"}
    changed = bring(data=xform("1", **{"<age/>": "<age/><sex/>"}), **bring_it)  # type: ignore[arg-type]
    (told,) = changed.warnings
    assert (told["own"], told["value"]) == ("version_used", "1")
    assert bring(data=xform("2"), **bring_it).warnings == []  # type: ignore[arg-type]
    assert bring(data=xform("1"), **bring_it).warnings == [], "the same is the same"  # type: ignore[arg-type]


def test_it_knows_what_to_say_of_each() -> None:
    for code in PITFALLS:
        told = pitfall({"own": code, "sheet": "survey", "row": 2, "column": "name", "value": "50 %"})
        assert "50 %" in str(told.message) + str(told.remedy) or code in ("unnamed_label", "no_version")


def test_it_counts_brackets() -> None:
    assert balanced("a(b[c]())") and not balanced("(]") and not balanced(")(") and not balanced("((")
