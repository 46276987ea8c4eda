"""The sheets of a meeting on paper: whole, in the meeting's language, no names, and quick to make."""

from __future__ import annotations

import time
from typing import Any

import pytest

from samleng.doors.exchange.sheets.content import SHEETS, Wanted, content
from samleng.doors.exchange.sheets.draw import MOST_CARDS, draw_sheets
from samleng.ground.frameworks.models import Framework
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.planning import open_round
from samleng.voices.scorecards.verbs.writing import write
from tests.world import World, line

pytestmark = pytest.mark.django_db
LONG = "ការផ្តល់សេវាព្យាបាលជំងឺជូនស្ត្រីមានផ្ទៃពោះនិងកុមារក្រោមប្រាំឆ្នាំនៅតាមភូមិដាច់ស្រយាលឱ្យបានទៀងទាត់"


def held(world: World) -> Scorecard:
    card = world.running_card()
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card))
    return Scorecard.objects.with_context().get(pk=card.pk)


def pages(card: Scorecard, sheet: str, **more: Any) -> list[bytes]:
    """PNG images, one a page."""
    drawn = draw_sheets([card], Wanted(sheets=(sheet,), language="km", **more), "png")
    return drawn if isinstance(drawn, list) else [drawn]


def plain(text: str) -> str:
    return text.replace("\u200b", "")


def test_it_prints_all_criteria_and_empty_lines_before_anything_is_chosen(world: World) -> None:
    card = world.plan_card()
    given = content(card, Wanted(language="en"))
    listed = card.round.framework.method.criteria_for(card.service.code, card.side, card.place.kind.code)
    assert [one["text"] for one in given["criteria"]] == [c.text["en"] for c in listed]
    assert given["blanks"] == [str(len(listed) + n) for n in (1, 2, 3)]


def test_it_prints_what_the_room_chose_once_it_has(world: World) -> None:
    card = held(world)
    given = content(card, Wanted(language="en"))
    known = {c.code: c.text["en"] for c in card.round.framework.method.criteria}
    chosen = [known[code] for code in card.lines.get(kind="priorities").body["order"]]
    assert [one["text"] for one in given["criteria"]] == chosen and given["blanks"] == []


def test_it_leaves_no_lines_for_own_criteria_where_the_method_has_none(world: World) -> None:
    framework = Framework.objects.get(code="demo-range")
    round = open_round(by=SYSTEM, programme=world.programme, framework=framework, year=2027)
    given = content(world.plan_card(round=round), Wanted())
    assert given["blanks"] == [] and not given["scale"]["ticked"] and given["scale"]["span"] == "០ – ១០០"


def test_it_speaks_the_meeting_s_language_with_a_second_one_beneath_where_wished(world: World) -> None:
    card = world.plan_card()
    khmer = content(card, Wanted(language="km", also="en"))
    assert plain(khmer["consent"]["text"]) == plain(card.round.framework.method.consent["km"])
    assert khmer["consent"]["beneath"] == card.round.framework.method.consent["en"]
    assert khmer["numbers"][:3] == ["១", "២", "៣"]
    alone = content(card, Wanted(language="en"))
    assert alone["consent"]["beneath"] == "" and alone["numbers"][0] == "1"
    assert content(card, Wanted(language="xx"))["language"] == "km"


def test_it_holds_nothing_about_anybody(world: World) -> None:
    card = held(world)
    told = str(content(card, Wanted(language="km", also="en")))
    assert world.sophea.name not in told
    assert not any(str(uid) in told for uid in card.lines.values_list("uid", flat=True))


def test_it_has_a_column_for_everything_asked_about_a_person(world: World) -> None:
    card = world.plan_card()
    method = card.round.framework.method
    profile = content(card, Wanted(language="en"))["profile"]
    assert [len(profile[kind]) for kind in ("sexes", "bands", "special", "groups")] == [
        len(method.profile.sexes),
        len(method.profile.age_bands),
        len(method.specials_for("community")),
        len(method.groups_for("community")),
    ]


@pytest.mark.parametrize("people", [1, 24, 33])
def test_it_makes_a_ballot_and_a_number_for_everybody(world: World, people: int) -> None:
    card = held(world)
    # Three criteria leave room for eight ballots on a page.
    assert len(pages(card, "ballots", people=people)) == -(-people // 8)
    assert len(content(card, Wanted(people=people))["numbers"]) == people


def test_it_prints_a_page_for_each_criterion_to_think_about(world: World) -> None:
    assert len(pages(held(world), "reflection")) == 3


@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("code", ["demo-five", "demo-range", "demo-counted"])
def test_it_draws_every_sheet_of_every_kind_of_scale(world: World, code: str, paper: str) -> None:
    framework = Framework.objects.get(code=code)
    round = open_round(by=SYSTEM, programme=world.programme, framework=framework, year=2027)
    drawn = draw_sheets([world.plan_card(round=round)], Wanted(also="en", paper=paper))
    assert drawn.startswith(b"%PDF")


def test_it_takes_the_longest_khmer_texts_without_a_page_more(world: World) -> None:
    card = world.running_card()
    own = [line("custom", {"code": f"own-{n}", "text": {"km": LONG * (n + 1)}}) for n in range(6)]
    order = line("priorities", {"order": [f"own-{n}" for n in range(6)]})
    write(by=world.by(world.sophea), scorecard=card, lines=[*own, order])
    assert [len(pages(card, sheet, people=4)) for sheet in SHEETS] == [1, 1, 1, 6]
    texts = [plain(one["text"]) for one in content(card, Wanted(language="km"))["criteria"]]
    assert max(map(len, texts)) <= 400 and texts[-1].endswith("…") and texts[0] == LONG


def test_it_marks_every_page_of_a_demonstration(world: World) -> None:
    card = world.plan_card()
    plainly = [pages(card, sheet, people=4) for sheet in SHEETS]
    world.programme.sample = True
    world.programme.save(update_fields=["sample"])
    card = Scorecard.objects.with_context().get(pk=card.pk)
    for before, now in zip(plainly, [pages(card, sheet, people=4) for sheet in SHEETS], strict=True):
        assert len(before) == len(now) and not any(a == b for a, b in zip(before, now, strict=True))
    assert content(card, Wanted(language="km"))["sample"].endswith("SAMPLE")


def test_it_puts_the_kits_of_several_meetings_into_one_file(world: World) -> None:
    cards = [world.plan_card(), world.plan_card("provider")]
    one = draw_sheets(cards[:1], Wanted(sheets=("reflection",)), "png")
    assert len(draw_sheets(cards, Wanted(sheets=("reflection",)), "png")) == 2 * len(one)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sheets": ()}, "sheets"),
        ({"sheets": ("names",)}, "sheets"),
        ({"paper": "a0"}, "sheets"),
        ({"also": "xx"}, "sheets"),
        ({"people": 121}, "people"),
    ],
)
def test_it_refuses_what_cannot_be_printed(world: World, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        draw_sheets([world.plan_card()], Wanted(**given))
    assert refused.value.field == field


def test_it_prints_for_so_many_meetings_and_no_more(world: World) -> None:
    card = world.plan_card()
    with pytest.raises(Refusal) as refused:
        draw_sheets([card] * (MOST_CARDS + 1), Wanted())
    assert refused.value.code == "too_many"


def test_it_draws_a_page_quickly(world: World) -> None:
    card = held(world)
    for sheet in SHEETS:
        wanted = Wanted(sheets=(sheet,), language="km", also="en", people=24)
        count = len(pages(card, sheet, also="en", people=24))
        draw_sheets([card], wanted)
        assert min(timed(card, wanted) for _ in range(5)) / count < 0.15, sheet


def timed(card: Scorecard, wanted: Wanted) -> float:
    start = time.perf_counter()
    draw_sheets([card], wanted)
    return time.perf_counter() - start
