"""A plan as PDF, Word, Excel and JSON: whole, in Khmer, marked when it is a sample, and never a formula."""

from __future__ import annotations

import io
import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from docx import Document as read_word

from samleng.answers.plans.models import Plan
from samleng.answers.plans.verbs.planning import adopt, agree, carry_over
from samleng.doors.exchange.plans import pdf
from samleng.doors.exchange.plans.document import document_of, shown
from samleng.doors.exchange.plans.files import FORMATS, draw_plan
from samleng.doors.exchange.plans.verbs import give_out
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.answers.land import Land, make_land, some_terms

LONG = "ដាក់ប្រព័ន្ធលូបង្ហូរទឹកតាមភូមិនិងសាងសង់ជម្រាលជនពិការនិងបន្ទប់ទឹកជនពិការ" * 6
EVIL = '=HYPERLINK("http://evil","click")'


@pytest.fixture
def land(db: None, settings: Any, tmp_path: Path) -> Land:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_land()


def filled(land: Land, n: int = 4, *, sample: bool = True) -> Plan:
    land.programme.sample = sample
    land.programme.save(update_fields=["sample"])
    plan = land.plan(number="12/26")
    for i in range(n):
        agree(
            by=SYSTEM,
            plan=plan,
            office=land.offices[("parish", "clinic", "school")[i % 3]],
            facility=land.clinic if i % 2 else None,
            terms=some_terms(
                part="A" if i % 3 == 0 else "B",
                text={"km": LONG if i == 0 else f"សកម្មភាព {i}", "en": f"Activity {i}"},
                proposer=EVIL,
                quantity="2.5",
                unit="+1",
                beneficiaries=12500,
                beneficiaries_women=7250,
                cost=48_000_000,
                partners="@SUM(A1)",
            ),
        )
    return Plan.objects.with_context().get(pk=plan.pk)


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


@pytest.mark.parametrize("n", [0, 1, 60])
@pytest.mark.parametrize("language", ["km", "en"])
def test_it_makes_every_form_of_an_empty_a_short_and_a_long_plan(land: Land, n: int, language: str) -> None:
    plan = filled(land, n)
    for form in FORMATS:
        made = draw_plan(plan, form, language)
        start = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "json": b"{"}[form]
        assert made.data.startswith(start)
        assert made.name == f"SAMPLE-plan-010101-{plan.year}-{language}.{form}"


def test_it_prints_sixty_actions_over_several_pages(land: Land) -> None:
    document = document_of(filled(land, 60), "km")
    data = json.dumps(pdf.given(document), ensure_ascii=False)
    pages = pdf.compiler().compile(format="svg", sys_inputs={"data": data})
    assert isinstance(pages, list) and len(pages) > 3
    assert len(document.columns) == 13


def test_it_lays_out_two_parts_and_groups_the_second_by_provider(land: Land) -> None:
    document = document_of(filled(land, 6), "en")
    first, second = document.sections
    assert (first.code, first.sign, first.count, first.cost) == ("A", "A", 2, 96_000_000)
    assert [group.name for group in first.groups] == [""]
    assert [group.name for group in second.groups] == ["Clinic", "School"]
    assert [line.number for line in second.groups[0].lines] == ["1", "2"]
    assert (document.count, document.cost) == (6, 288_000_000)


def test_it_counts_in_khmer_digits_and_names_parts_by_khmer_letters(land: Land) -> None:
    document = document_of(filled(land, 2), "km")
    assert [section.sign for section in document.sections] == ["ក", "ខ"]
    assert document.sections[0].groups[0].lines[0].number == "១"
    assert document.columns[0].name == "ល.រ"
    assert document.columns[5].under == "លទ្ធផល"


def test_it_marks_a_sample_in_every_form_and_nothing_else(land: Land) -> None:
    plan = filled(land, 2)
    document = document_of(plan, "km")
    assert "SAMPLE" in document.sample
    word = read_word(io.BytesIO(draw_plan(plan, "docx", "km").data))
    assert "SAMPLE" in word.sections[0].header.paragraphs[0].text
    sheet = sheet_of(draw_plan(plan, "xlsx", "km").data)
    assert "SAMPLE" in sheet["A1"].value and "SAMPLE" in sheet.oddHeader.center.text
    assert "SAMPLE" in json.loads(draw_plan(plan, "json", "km").data)["sample"]
    real = filled(land, 0, sample=False)
    assert document_of(real, "km").sample == ""
    assert "SAMPLE" not in draw_plan(real, "json", "en").name
    assert len(draw_plan(plan, "pdf", "en").data) > len(draw_plan(real, "pdf", "en").data)


def test_it_writes_typed_cells_and_no_formula(land: Land) -> None:
    sheet = sheet_of(draw_plan(filled(land, 3), "xlsx", "en").data)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == EVIL and cell.data_type == "s"]
    row = next(row for row in sheet.iter_rows() if row[1].value == "Activity 0")
    assert row[5].value == 2.5 and row[9].value == 12500
    assert row[7].is_date and row[7].value.date() == some_terms().starts_on
    assert row[11].value == 48_000_000 and "៛" in row[11].number_format


def test_it_makes_a_real_word_table_with_a_repeated_heading_and_a_khmer_font(land: Land) -> None:
    word = read_word(io.BytesIO(draw_plan(filled(land, 3), "docx", "km").data))
    table = word.tables[0]
    assert len(table.columns) == 13
    xml = table._tbl.xml
    assert xml.count("w:tblHeader") == 2 and 'w:cs="Khmer OS Siemreap"' in xml
    assert word.sections[0].page_width > word.sections[0].page_height
    assert EVIL in [cell.text.replace("\u200b", "") for row in table.rows for cell in row.cells]


def test_it_gives_machines_the_figures_as_they_are(land: Land) -> None:
    body = json.loads(draw_plan(filled(land, 1), "json", "en").data)
    (line,) = body["sections"][0]["groups"][0]["lines"]
    assert line["cells"]["cost"] == 48_000_000 and line["cells"]["quantity"] == "2.50"
    assert date.fromisoformat(line["cells"]["starts_on"]) == some_terms().starts_on


def test_it_says_when_it_was_adopted_and_from_which_year_an_action_comes(land: Land) -> None:
    plan = filled(land, 1)
    adopt(by=SYSTEM, plan=plan, scan=land.scan(), adopted_on=timezone.localdate(land.plan().opened_at))
    following = carry_over(by=SYSTEM, plan=plan)
    assert document_of(Plan.objects.get(pk=plan.pk), "en").adopted_on
    (line,) = document_of(following, "en").sections[0].groups[0].lines
    assert line.carried_from == plan.year
    drawn = pdf.given(document_of(following, "en"))
    assert f"(carried over from {plan.year})" in drawn["sections"][0]["groups"][0]["lines"][0][1]
    assert drawn["sections"][0]["total"] == "Total of this part: 1 action"
    assert drawn["words"]["page"] == "Page {page} of {pages}"


def test_it_lets_out_only_to_those_who_may_see_and_writes_it_down(land: Land) -> None:
    plan = filled(land, 1)
    with pytest.raises(Denied):
        give_out(by=land.stranger, plan=plan, form="pdf", language="km")
    give_out(by=land.clerk, plan=plan, form="pdf", language="km")
    assert Entry.objects.get(verb="plans.give_out").facts["form"] == "pdf"
    with pytest.raises(Refusal):
        give_out(by=land.clerk, plan=plan, form="exe", language="km")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("2.50"), "2.5"),
        (Decimal("1200.00"), "1,200"),
        (0, "0"),
        (date(2023, 1, 9), "09/01/2023"),
    ],
)
def test_it_writes_cells_as_people_do(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]


def test_it_draws_a_plan_of_usual_length_quickly(land: Land) -> None:
    document = document_of(filled(land, 16), "km")
    pdf.draw(document)
    best = min(timed(lambda: pdf.draw(document)) for _ in range(5))
    assert best < 0.15


def timed(call: Any) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
