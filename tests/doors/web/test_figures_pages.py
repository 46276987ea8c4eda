"""Exact figures for a programme's own staff: as the statistics module has them, each look on record."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from samleng.doors.web.figures.reading import bars
from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.frameworks.models import Framework
from samleng.ground.people.models import Person
from samleng.ground.people.rules import scope_of
from samleng.insight.evidence.models import ScoreCell
from samleng.insight.evidence.rules import Scale
from samleng.insight.evidence.verbs import by_group, project_all
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.models import Result
from samleng.voices.scorecards.rules import statistics
from samleng.voices.scorecards.verbs.review import submit
from samleng.voices.scorecards.verbs.writing import write
from tests.world import World, place, someone

VOTES = {"CL02": [1, 1, 2, 3, 3, 3, 4, 4, 5, 5, 5, 2, 1, 4], "CL03": [2] * 7 + [4] * 7}


def signed(person: Person) -> Client:
    if person.acting().staff:
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def scored(world: World) -> World:
    """One completed card of the clinic, projected."""
    world.held_card("community", votes=VOTES)
    project_all()
    return world


def at(world: World, code: str = "010101", **query: str) -> str:
    address = reverse("figures_at", args=[world.programme.pk, place(code).pk])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def looks(world: World) -> list[Entry]:
    return list(Entry.objects.filter(verb="evidence.looked", owner=world.programme.owner_key).order_by("id"))


def test_it_shows_exact_counts_and_writes_each_look_down(scored: World) -> None:
    client = signed(scored.officer)
    told = client.get(at(scored))
    assert told.status_code == 200
    assert "no-store" in told["Cache-Control"]
    text = told.content.decode()
    assert "Not for publication" in text
    # The histogram of CL02, 3 2 3 3 3, and its median.
    cell = ScoreCell.objects.get(place=place("010101"), criterion="CL02")
    assert cell.histogram == [3, 2, 3, 3, 3]
    assert ">14<" in text
    assert ">3<" in text
    entry = looks(scored)[0]
    assert (entry.actor, entry.thing_id) == (scored.officer.key, str(place("010101").pk))
    client.get(at(scored))
    assert len(looks(scored)) == 2


def test_it_leads_down_from_ones_own_area_and_no_further_up(scored: World) -> None:
    local = someone("មន្ត្រីស្រុក", "officer", programme=scored.programme, area=place("0101"))
    client = signed(local)
    begin = client.get(reverse("figures", args=[scored.programme.pk]))
    assert begin.url == at(scored, "0101")
    inside = client.get(begin.url).content.decode()
    assert reverse("figures_at", args=[scored.programme.pk, scored.commune.pk]) in inside
    assert reverse("figures_at", args=[scored.programme.pk, place("01").pk]) not in inside
    for code in ("01", "S", "0201"):
        assert client.get(at(scored, code)).status_code == 404
    assert {entry.thing_id for entry in looks(scored)} == {str(place("0101").pk)}


@pytest.mark.parametrize("name", ["figures_at", "figures_csv"])
def test_it_gives_strangers_and_other_programmes_nothing(scored: World, name: str) -> None:
    address = reverse(name, args=[scored.programme.pk, scored.commune.pk])
    reviewer = someone("អ្នកពិនិត្យ", "reviewer", programme=scored.programme, area=place("S"))
    for person in (scored.stranger, scored.vuthy, scored.sophea, reviewer):
        answer = signed(person).get(address)
        assert answer.status_code == 404
        assert "CL02" not in answer.content.decode()
    assert Client().get(address).status_code == 302
    assert looks(scored) == []
    theirs = reverse(name, args=[scored.other_programme.pk, scored.commune.pk])
    assert "CL02" not in signed(scored.stranger).get(theirs).content.decode()


def test_it_narrows_to_a_year_a_service_and_a_side(scored: World) -> None:
    client = signed(scored.officer)
    link = reverse(
        "figures_criterion", args=[scored.programme.pk, scored.commune.pk, "CL", "community", "CL02"]
    )
    assert link in client.get(at(scored, service="CL", side="community", year="2026")).content.decode()
    for narrower in ({"service": "SC"}, {"side": "provider"}):
        assert link not in client.get(at(scored, **narrower)).content.decode()
    assert [entry.facts["service"] for entry in looks(scored)] == ["CL", "SC", ""]
    # What is no year, service or side of this programme is passed over or empty, never a fault.
    for odd in ({"year": "1999"}, {"year": "x"}, {"side": "both"}, {"service": "'"}):
        assert client.get(at(scored, **odd)).status_code == 200


def criterion(world: World, **query: str) -> str:
    given = [world.programme.pk, world.commune.pk, "CL", "community", "CL02"]
    return reverse("figures_criterion", args=given)


def test_it_tells_a_criterion_apart_by_group_as_the_statistics_module_does(scored: World) -> None:
    told = by_group(
        by=scored.by(scored.officer),
        scope=scope_of(scored.by(scored.officer), "disclosure.see_exact"),
        place=place("01"),
        year=2026,
        service="CL",
        side="community",
        criterion="CL02",
    )
    result = Result.objects.get(criterion="CL02")
    assert len(told) == 1
    assert {code: list(h) for code, h in told[0].cells.items()} == result.cells
    assert {code: list(h) for code, h in told[0].groups.items()} == result.groups
    women = statistics.add(*(h for code, h in result.cells.items() if code.startswith("female")))
    text = signed(scored.officer).get(criterion(scored)).content.decode()
    mean = statistics.mean(women, told[0].scale.values)
    assert isinstance(mean, Fraction)
    assert f"{float(mean):.2f}".rstrip("0").rstrip(".") in text
    assert "By age" in text
    # Both the histogram and the groups are looks, and both are on record.
    assert [bool(entry.facts.get("by_group")) for entry in looks(scored)] == [True, False, True]


def test_it_refuses_a_criterion_nobody_scored_and_anybody_elses(scored: World) -> None:
    nothing = [scored.programme.pk, scored.commune.pk, "CL", "provider", "CL02"]
    assert signed(scored.officer).get(reverse("figures_criterion", args=nothing)).status_code == 404
    assert signed(scored.stranger).get(criterion(scored)).status_code == 404
    by = scored.by(scored.stranger)
    given = {"year": 2026, "service": "CL", "side": "community", "criterion": "CL02"}
    told = by_group(by=by, scope=scope_of(by, "disclosure.see_exact"), place=place("01"), **given)
    assert told == []
    by = scored.by(scored.vuthy)
    with pytest.raises(Denied):
        by_group(by=by, scope=scope_of(by, "disclosure.see_exact"), place=place("01"), **given)


def test_it_marks_what_is_sent_in_and_not_completed(world: World) -> None:
    card = world.running_card()
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card, VOTES))
    submit(by=world.by(world.sophea), scorecard=card)
    project_all()
    client = signed(world.officer)
    assert "not completed yet" in client.get(at(world)).content.decode()
    assert "not completed yet" in client.get(criterion(world)).content.decode()


def test_it_gives_the_figures_as_a_file_that_says_what_it_is(scored: World) -> None:
    answer = signed(scored.officer).get(
        reverse("figures_csv", args=[scored.programme.pk, place("01").pk]) + "?year=2026&service=CL"
    )
    assert "not-for-publication" in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["criterion_code"] for row in rows] == ["CL02", "CL03"]
    assert {row["note"] for row in rows} == {"NOT FOR PUBLICATION"}
    assert (rows[0]["counts"], rows[0]["people"], rows[0]["middle_score"]) == (
        "3 | 2 | 3 | 3 | 3",
        "14",
        "3.0",
    )
    assert rows[0]["place_code"] == "01"
    assert len(looks(scored)) == 1


def test_it_shows_an_empty_place_and_a_programme_without_rounds(world: World) -> None:
    assert "No scorecard of this choice" in signed(world.officer).get(at(world)).content.decode()
    none = reverse("figures_at", args=[world.other_programme.pk, place("S").pk])
    assert signed(world.stranger).get(none).status_code == 200


def test_it_asks_no_more_of_the_database_for_more_criteria(
    scored: World, django_assert_max_num_queries
) -> None:
    client = signed(scored.officer)
    client.get(at(scored))
    one = ScoreCell.objects.filter(place=scored.commune).first()
    fields = {
        f.name: getattr(one, f.name) for f in ScoreCell._meta.fields if f.name not in ("id", "criterion")
    }
    ScoreCell.objects.bulk_create([ScoreCell(**fields, criterion=f"X{n}") for n in range(30)])
    with django_assert_max_num_queries(24):
        client.get(at(scored))


def test_it_tells_a_ruler_of_a_hundred_points_in_its_wider_classes(world: World) -> None:
    kept = Framework.objects.get(code="demo-range").method
    ruler = replace(kept, scale=replace(kept.scale, low=0, high=100, step=1))
    scale = Scale(ruler.aggregate, tuple(ruler.scale.values))
    assert len(scale.values) == 101
    counts = [0] * len(scale.values)
    counts[0], counts[-1] = 4, 9
    told = bars(counts, scale, ruler)
    assert len(told) == len(ruler.scale.classes)
    assert (told[0][1], told[-1][1], sum(n for _name, n in told)) == (4, 9, 13)
    # Without its framework nobody can say what the classes are; the numbers in the table still stand.
    assert bars(counts, scale, None) == ()
