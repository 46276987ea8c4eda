"""Papers of an office about cases: whole, in both languages, Khmer broken between words, and kept nowhere."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from samleng.doors.exchange.papers.content import Paper, given, state_head
from samleng.doors.exchange.papers.draw import draw_paper, qr_svg
from samleng.doors.web.counter.papers import invitation, reply, settlement, slip
from samleng.doors.web.counter.register import Entry, table
from samleng.ground.offices.models import Office
from tests.town import Town, town

__all__ = ["town"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
LONG = "រដ្ឋបាលខណ្ឌពោធិ៍សែនជ័យទទួលបន្ទុកការងារអនាម័យបរិស្ថាននិងសណ្តាប់ធ្នាប់សាធារណៈប្រចាំរាជធានី"
DIGITS = "012 345 678 901 234 567"


def pages(paper: Paper, name: str = "") -> list[Any]:
    """The paper as pictures, one a page."""
    drawn = draw_paper(paper, "png")
    made = [Image.open(io.BytesIO(one)) for one in (drawn if isinstance(drawn, list) else [drawn])]
    if (folder := os.environ.get("SAMLENG_SHOTS")) and name:
        for number, one in enumerate(made, 1):
            one.save(Path(folder) / f"paper-{name}-{number}.png")
    return made


def within(page: Any) -> bool:
    """Whether something is drawn, and nothing reaches the very edge of the sheet."""
    dark = page.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    return dark is not None and dark[0] > 8 and dark[1] > 8 and dark[2] < page.width - 8


def named_long(town: Town) -> Office:
    town.ombudsman.name = {"km": LONG, "en": "District office for hygiene, environment and public order"}
    town.ombudsman.save(update_fields=["name"])
    return town.ombudsman


def plain(value: Any) -> str:
    return (value if isinstance(value, str) else " ".join(map(plain, value))).replace("\u200b", "")


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_draws_every_paper_within_its_sheet(town: Town, language: str):
    office = named_long(town)
    case = town.file("conduct", about=town.hall, place=town.commune).case
    case.office = office
    with translation.override(language):
        papers = {
            "invitation": invitation(
                case, {"to": "complainant", "on": date(2026, 12, 7), "at": "៨:៣០", "where": LONG,
                       "language": language}, ""),
            "settlement": settlement(
                case, {"parties": ["complainant", "companion", "office", "mediator"], "agreed": "",
                       "on": date(2026, 12, 7), "language": language}, ""),
            "reply": reply(case, {"words": (LONG + "។ ") * 9, "language": language}, ""),
            "receipt": slip(case, DIGITS, language),
        }  # fmt: skip
    for name, paper in papers.items():
        drawn = pages(paper, f"{name}-{language}")
        # Four who sign, with lines to write on, need a second sheet.
        assert len(drawn) <= (2 if name == "settlement" else 1), (name, language, len(drawn))
        assert all(within(one) for one in drawn)
        assert draw_paper(paper).startswith(b"%PDF")


def test_it_says_under_whose_state_and_office_it_stands(town: Town):
    office = named_long(town)
    case = town.file("conduct", about=town.hall).case
    case.office = office
    with translation.override("km"):
        said = given(reply(case, {"words": "ចម្លើយ", "language": "km"}, ""))
    assert plain(said["head"]) == plain(state_head("km")) and len(said["head"]) == 2
    assert plain(said["office"][-1]) == LONG and said["office"][-1] != LONG
    assert said["number"] == case.reference and "ចម្លើយ" in plain(said["paragraphs"])


def test_it_shows_six_groups_and_the_way_to_follow_but_not_the_matter(town: Town):
    case = town.file("conduct", about=town.hall).case
    said = given(slip(case, DIGITS, "en"))
    assert said["groups"] == DIGITS.split(" ") and "<svg" in said["qr"]
    texts = plain([*said["facts"], *said["paragraphs"], said["note"], said["title"]])
    assert case.of.name["en"] not in texts and "follow/" in texts
    assert f"{case.resolve_by:%d/%m/%Y}" in texts


def test_it_fills_a_register_over_its_pages_and_says_when_nothing_came(town: Town):
    case = town.file("dump").case
    heads, rows = table([Entry(case, named=True, here=True)])
    assert rows[0][0] == case.reference and rows[0][3] == case.of.name["en"]
    for count, sheets in ((0, 1), (60, 3)):
        paper = Paper(
            layout="register", office=town.sweepers, language="km", title="បញ្ជី", heads=heads,
            rows=[[*row[:3], LONG, *row[4:]] for row in rows] * count, signatures=("អ្នកកាន់បញ្ជី", "ប្រធាន"),
            day=date(2026, 11, 30), sample=True,
        )  # fmt: skip
        drawn = pages(paper, f"register-{count}")
        assert len(drawn) >= sheets and all(within(one) for one in drawn)


def test_it_marks_a_demonstration_s_paper(town: Town):
    case = town.file("conduct", about=town.hall).case
    case.sample = True
    assert given(slip(case, DIGITS, "en"))["sample"] == "SAMPLE"
    assert "<svg" in qr_svg("https://example.org/#1")
