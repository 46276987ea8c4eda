"""What lasts of a card: every vote counted in one cell, and in the room."""

from __future__ import annotations

from hypothesis import given

from samleng.ground.frameworks.rules import AgeBand, Profile, Sex
from samleng.voices.scorecards.rules import statistics
from samleng.voices.scorecards.rules.lines import Line, fold
from samleng.voices.scorecards.rules.tally import (
    ROOM,
    Counting,
    by_door,
    participation,
    raised_order,
    tallies,
    tally,
    told_apart,
    voters_left,
    votes_on,
)
from tests.voices.scorecards.rules.drawn import CRITERIA, ballot, cards, made, person

FIVE = Counting(values=(1, 2, 3, 4, 5))


@given(cards(60))
def test_it_puts_every_vote_in_exactly_one_cell(lines):
    card = fold(lines)
    for criterion in CRITERIA:
        found = tally(card, criterion, FIVE)
        assert statistics.add([0] * 5, *found.cells.values()) == found.histogram
        assert statistics.add([0] * 5, *found.by_group.values()) == found.histogram
        assert all(statistics.size(h) <= found.n for h in found.special.values())


@given(cards(60))
def test_it_counts_no_ballot_twice_nor_one_of_somebody_not_counted(lines):
    card = fold(lines)
    for criterion in CRITERIA:
        allowed = [
            b for b in card.ballots.values()
            if criterion in b.scores and (b.person not in card.people or card.people[b.person].counted)
        ]  # fmt: skip
        typed = sum(sum(c.counts) for c in card.counts if c.criterion == criterion)
        assert tally(card, criterion, FIVE).n <= len(allowed) + typed


@given(cards(60))
def test_it_counts_heads_that_add_up(lines):
    card = fold(lines)
    heads = sum(card.setup.pop("heads", {}).get("cells", {}).values())
    found, more = participation(card), participation(fold(lines))
    # Who is on the card by a ticket's ballot alone is one of the heads.
    by_ticket = sum(1 for p in card.people.values() if p.counted and p.door == "qr") if heads else 0
    assert more.people == sum(more.cells.values()) == found.people - by_ticket + heads
    assert sum(found.cells.values()) == found.people == sum(found.groups.values())
    assert all(n <= found.people for n in found.special.values())


def test_it_lets_typed_counts_stand_for_a_group_s_ballots():
    lines = [
        person(1, group="women"), person(2, group="youth"),
        ballot(1, {"c1": 5}), ballot(2, {"c1": 4}),
        made("counts", 9, criterion="c1", group="women", counts=[3, 0, 0, 0, 0]),
    ]  # fmt: skip
    found = tally(fold(lines), "c1", FIVE)
    assert (found.histogram, found.by_group) == (
        [3, 0, 0, 1, 0],
        {"youth": [0, 0, 0, 1, 0], "women": [3, 0, 0, 0, 0]},
    )


def test_it_adds_up_tables_of_which_one_voted_by_counts():
    def at(table, line):
        return type(line)(line.uid, line.kind, {**line.body, "table": table}, line.written_at)

    lines = [
        *(at("t1", person(n)) for n in (1, 2)),
        *(at("t1", ballot(n, {"c1": 5})) for n in (1, 2)),
        made("counts", 8, criterion="c1", group="", counts=[3, 0, 0, 0, 0], table="t2"),
        # The second table wrote down two voters by name of their number before it counted hands.
        *(at("t2", ballot(n, {"c1": 4})) for n in (3, 4)),
    ]
    assert tally(fold(lines), "c1", FIVE).histogram == [3, 0, 0, 0, 2]


@given(cards(60))
def test_it_never_counts_the_week_in_the_room_nor_the_room_in_the_week(lines):
    room = [line for line in lines if line.door != "week"]
    both, alone = fold(lines), fold([*room, *gone(lines)])
    assert (tallies(both, FIVE), participation(both)) == (tallies(alone, FIVE), participation(alone))
    assert all(b.door == "week" for b in both.week.ballots.values())
    assert sum(by_door(both).values()) == len(both.ballots) + len(both.week.ballots)


def gone(lines):
    """Voids of what the week's lines replace: in that alone they reach further."""
    week = [line for line in lines if line.door == "week" and line.body.get("replaces")]
    return [made("void", 90_000 + n, line=line.body["replaces"]) for n, line in enumerate(week)]


@given(cards(60))
def test_it_gives_the_figures_that_one_phone_would_give(lines):
    """People and ballots written at several tables come to what they come to on a single phone."""
    lines = [line for line in lines if line.kind in ("person", "ballot", "priorities", "void")]
    alone = [
        Line(line.uid, line.kind, {k: v for k, v in line.body.items() if k != "table"}, line.written_at)
        for line in lines
    ]
    many, one = fold(lines), fold(alone)
    assert (tallies(many, FIVE), participation(many)) == (tallies(one, FIVE), participation(one))


def test_it_tallies_the_week_of_tickets_by_itself():
    lines = [
        made("priorities", 1, order=["c1"]),
        person(1), ballot(1, {"c1": 2}),
        person(2, door="week"), ballot(2, {"c1": 5}, door="week"),
        made("ballot", 9, scores={"c1": 4}, door="week"),
    ]  # fmt: skip
    card = fold(lines)
    assert [t.histogram for t in tallies(card, FIVE)] == [[0, 1, 0, 0, 0]]
    assert [t.histogram for t in tallies(card, FIVE, door="week")] == [[0, 0, 0, 1, 1]]
    assert (participation(card).people, participation(card, door="week").people) == (1, 2)
    assert by_door(card) == {"room": 1, "week": 2}


def test_it_takes_the_profile_that_a_voter_gave_with_the_ballot():
    said = {"cell": "female/31+", "special": ["minority"]}
    lines = [
        made("ballot", n, scores={"c1": n}, door=door, profile=said)
        for n, door in enumerate(["qr", "week"], 1)
    ]
    card = fold(lines)
    found = tally(card, "c1", FIVE)
    assert (found.cells, found.special) == (
        {"female/31+": [1, 0, 0, 0, 0]},
        {"minority": [1, 0, 0, 0, 0]},
    )
    assert participation(card, door="week").cells == {"female/31+": 1}
    assert participation(card).people == 0


def test_it_counts_a_person_with_two_special_groups_in_both_but_once_in_the_room():
    lines = [person(1, special=["disability", "minority"]), ballot(1, {"c1": 2})]
    found = tally(fold(lines), "c1", FIVE)
    assert (found.n, found.special) == (1, {"disability": [0, 1, 0, 0, 0], "minority": [0, 1, 0, 0, 0]})


def test_it_keeps_counts_of_the_whole_room_under_all():
    found = tally(fold([made("counts", 1, criterion="c1", group="", counts=[1, 2, 3, 4, 5])]), "c1", FIVE)
    assert (found.cells, found.n, found.centre) == ({ROOM: [1, 2, 3, 4, 5]}, 15, 4)


def test_it_gives_one_tally_for_each_priority_in_their_order():
    card = fold(
        [made("priorities", 1, order=["c3", "c1"]), person(1), ballot(1, {"c1": 2, "c2": 1, "c3": 5})]
    )
    assert [(t.criterion, t.centre) for t in tallies(card, FIVE)] == [("c3", 5), ("c1", 2)]


def test_it_combines_groups_as_the_framework_says():
    lines = [
        made("counts", 1, criterion="c1", group="women", counts=[9, 1, 0, 0, 0]),
        made("counts", 2, criterion="c1", group="youth", counts=[0, 0, 0, 1, 2]),
    ]
    pooled = tally(fold(lines), "c1", FIVE)
    apart = tally(fold(lines), "c1", Counting(values=(1, 2, 3, 4, 5), combine="median_of_medians"))
    assert (pooled.centre, apart.centre) == (1, 3)


def test_it_adds_heads_counted_at_set_up_to_the_people_listed():
    heads = {"cells": {"female/15-30": 12, "male/31+": 8}, "special": {"disability": 2}}
    found = participation(fold([made("setup", 1, held_on="2026-03-04", heads=heads), person(1)]))
    assert (found.people, found.cells["female/15-30"], found.women("female")) == (21, 13, 13)


def test_it_orders_criteria_by_how_often_they_were_raised():
    lines = [made("raise", n, criterion=c) for n, c in enumerate(["c2", "c1", "c2", "c3", "c1"], 1)]
    assert raised_order(fold(lines)) == [("c1", 2), ("c2", 2), ("c3", 1)]


def test_it_says_who_has_not_voted_on_everything_yet():
    lines = [
        person(3),
        person(1),
        person(2, counted=False),
        ballot(3, {"c1": 1}),
        ballot(1, {"c1": 1, "c2": 2}),
    ]
    assert [p.number for p in voters_left(fold(lines), ["c1", "c2"])] == [3]


def test_it_tells_sexes_and_age_bands_apart_and_a_whole_room_is_of_neither():
    women, men = Sex(code="female", name={"en": "Women"}), Sex(code="male", name={"en": "Men"})
    young, old = AgeBand(code="15-30", name={"en": "Young"}), AgeBand(code="60+", name={"en": "Old"})
    profile = Profile(sexes=(women, men), age_bands=(young, old))
    cells = {"female/15-30": [1, 0], "female/60+": [0, 2], "male/15-30": [0, 4], ROOM: [8, 8]}
    by_sex, by_age = told_apart(profile, cells)
    assert by_sex == [(women.name, [[1, 0], [0, 2]]), (men.name, [[0, 4]])]
    assert by_age == [(young.name, [[1, 0], [0, 4]]), (old.name, [[0, 2]])]


@given(cards(60))
def test_it_gives_no_votes_other_than_those_it_says_keep_a_card(lines):
    card = fold(lines)
    for criterion in CRITERIA:
        assert votes_on(card, criterion) == tally(card, criterion, FIVE).n


def test_it_counts_a_room_s_heads_once_before_and_after_a_vote_by_ticket():
    heads = made("setup", 1, heads={"cells": {"female/15-30": 9, "male/31+": 4}})
    # Nobody had counted the room: who votes with a ticket says sex and age, and is on the card by that.
    came = [person(n, door="qr", special=["minority"]) for n in (1, 2)]
    cast = [ballot(n, {"c1": n}, door="qr") for n in (1, 2)]
    listed = person(3, sex="male", band="31+")
    assert participation(fold([*came, *cast, listed])).people == 3
    for lines in ([heads, *came, *cast, listed], [*came, *cast, listed, heads]):
        found = participation(fold(lines))
        assert (found.people, found.cells) == (14, {"female/15-30": 9, "male/31+": 5})
        # Only heads speak of the groups of those who were counted as heads.
        assert found.special == {}
    # Heads that were emptied again count nobody.
    emptied = made("setup", 9, heads={"cells": {}, "special": {}})
    assert participation(fold([heads, *came, *cast, listed, emptied])).people == 3


def test_it_never_lets_counts_stand_for_a_ballot_with_a_ticket():
    lines = [
        made("priorities", 1, order=["c1"]),
        ballot(1, {"c1": 5}, door="qr", group="women"),
        ballot(2, {"c1": 4}, group="women"),
        made("counts", 2, criterion="c1", group="women", counts=[0, 3, 0, 0, 0]),
    ]
    # Those who stood at a face have no phone: the one spoken ballot is among them, the ticket's is not.
    assert tally(fold(lines), "c1", FIVE).histogram == [0, 3, 0, 0, 1]
