from dataclasses import replace
from datetime import date

import pytest

from samleng.ground.places.models import Place, Succession
from samleng.ground.places.search import place_at
from samleng.ground.places.verbs import load_tree, name_kinds, raise_place
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.ground.places.land import DAY, KINDS, TREE, at, branch, plant

pytestmark = pytest.mark.django_db


def test_it_loads_a_tree_whatever_the_order_of_its_rows():
    loaded = plant(list(reversed(TREE)))
    assert loaded.made == len(TREE)
    village = at("01010101")
    assert [place.code for place in Place.objects.above(village)] == ["XX", "01", "0101", "010101"]
    assert village.ancestor_ids[-1] == village.pk
    assert {place.code for place in Place.objects.under(at("0101"))} == {
        "0101", "010101", "010102", "01010101", "01010102", "01010201",
    }  # fmt: skip


def test_it_changes_nothing_when_the_same_tree_comes_again():
    plant()
    before, entries = list(Place.objects.values()), Entry.objects.count()
    again = plant()
    assert (again.made, again.unchanged, again.changes) == (0, len(TREE), 0)
    assert list(Place.objects.values()) == before
    assert Entry.objects.count() == entries


def test_it_writes_one_ledger_row_for_a_load():
    plant()
    entry = Entry.objects.get(verb="load_tree")
    assert entry.facts["made"] == len(TREE)


def test_it_loads_nothing_when_a_row_is_at_fault():
    bad = [*TREE, branch("01010103", "phum", "019999", "ឃ", "Lost", row=12)]
    with pytest.raises(Refusals) as caught:
        plant(bad)
    assert [(one.row, one.field, one.code) for one in each(caught.value)] == [(12, "parent", "orphan")]
    assert not Place.objects.exists()


def test_it_loads_the_sound_rows_and_reports_the_others_when_asked():
    bad = [
        *TREE,
        branch("019901", "khum", "0199", "ក", "Orphan", row=20),
        branch("01990101", "phum", "019901", "ខ", "Child of an orphan", row=21),
        branch("01010101", "phum", "010101", "គ", "Same code", row=22),
        branch("0101020-", "phum", "010102", "ឃ", "Placeholder", row=23),
        branch("01010202", "hamlet", "010102", "ង", "Unknown kind", row=24),
        branch("01010203", "phum", "010102", "", " ", row=25),
        branch("", "phum", "010102", "ច", "No code", row=26),
        branch("01019999", "phum", "010102", "ឆ", "Other parent", row=27),
        branch("0109", "srok", "010101", "ជ", "Upside down", row=28),
    ]
    loaded = plant(bad, only_good=True, prefixed=True, digits={1: 2, 2: 4, 3: 6, 4: 8})
    assert loaded.made == len(TREE)
    assert {fault.branch.row: fault.code for fault in loaded.faults} == {
        20: "orphan",
        21: "orphan",
        22: "duplicate",
        23: "bad_code",
        24: "unknown_kind",
        25: "no_name",
        26: "no_code",
        27: "not_under_parent",
        28: "not_under_parent",
    }


def test_it_refuses_a_parent_that_is_not_above():
    with pytest.raises(Refusals) as caught:
        plant([*TREE, branch("0109", "srok", "010101", "ជ", "Upside down", row=9)])
    assert caught.value.many[0].code == "wrong_level"


def test_it_takes_a_later_name_for_a_new_version_and_keeps_the_old_one():
    plant()
    later = date(2026, 6, 1)
    load_tree(
        by=SYSTEM,
        country="xx",
        branches=[branch("0101", "srok", "01", "ស្រុកទឹក", "Srok Tuek", valid_from=later)],
        on=later,
    )
    assert at("0101").name["en"] == "Srok Tuek"
    assert place_at("0101", date(2026, 5, 31), country="xx").name["en"] == "Srok Thmey"
    assert place_at("0101", later, country="xx").name["en"] == "Srok Tuek"
    # What lies in it is carried along, so that a subtree is one prefix again.
    assert [p.code for p in Place.objects.above(at("01010101"))] == ["XX", "01", "0101", "010101"]
    assert Place.objects.above(at("01010101")).last().parent_id == at("0101").pk
    assert place_at("010101", DAY, country="xx").pk != at("010101").pk
    assert Succession.objects.filter(how="renamed").count() == 1
    assert Succession.objects.filter(how="carried").count() == 5


def test_it_corrects_a_spelling_in_the_version_itself():
    plant()
    pk = at("010102").pk
    tree = [
        replace(one, name={**one.name, "en": "Bat Trong"}) if one.code == "010102" else one for one in TREE
    ]
    loaded = plant(tree)
    assert (loaded.corrected, loaded.made, loaded.unchanged) == (1, 0, len(TREE) - 1)
    assert at("010102").pk == pk
    assert "bat trong" in at("010102").search


def test_it_never_uses_a_code_again():
    plant()
    Place.objects.filter(code="01010201").update(valid_to=date(2025, 6, 1))
    with pytest.raises(Refusals) as caught:
        load_tree(by=SYSTEM, country="xx", branches=[TREE[9]], on=date(2026, 1, 1))
    assert caught.value.many[0].code == "reused"


def test_it_is_for_those_who_keep_the_site():
    stranger = Actor(key="person:1", owner="programme:1")
    with pytest.raises(Refusal) as caught:
        load_tree(by=stranger, country="xx", branches=TREE, on=DAY)
    assert caught.value.code == "forbidden"
    with pytest.raises(Refusal):
        name_kinds(by=stranger, country="xx", kinds=KINDS)
    assert not Place.objects.exists()


def test_it_raises_one_place_once():
    plant()
    new = branch("01010202", "phum", "010102", "ថ្មី", "Thmei")
    first = raise_place(by=SYSTEM, country="xx", branch=new, on=DAY)
    again = raise_place(by=SYSTEM, country="xx", branch=new, on=DAY)
    assert first.pk == again.pk
    assert Entry.objects.filter(verb="raise_place").count() == 1


def test_it_shows_how_far_it_is():
    told = []
    plant(progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(TREE), len(TREE))
