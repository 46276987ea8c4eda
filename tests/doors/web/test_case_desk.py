"""The desk of cases: what is due first, filters kept by name, many at once, a table to take away."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.timing import calendar
from samleng.answers.cases.verbs.answering import acknowledge, assign
from samleng.answers.cases.verbs.urging import mark_urgent
from samleng.doors.postman.verbs.telling import tell
from samleng.doors.web.models import SavedFilter
from samleng.insight.disclosure.verbs.following import rebuild_pins
from samleng.kit.ledger.models import Entry
from samleng.kit.words.clock import add_working_days
from tests.doors.web.agreed import page
from tests.doors.web.facilitated import at, client_of
from tests.town import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def listed(client: Client, query: str = "") -> list[str]:
    """The references of the list, in its order."""
    answer = client.get(f"{at('cases')}?{query}")
    assert answer.status_code == 200
    return re.findall(r'<th scope="row">\s*<a href="[^"]+">([\d-]+)</a>', answer.content.decode())


def bulk(client: Client, do: str, *cases: Case, **fields: Any) -> Any:
    return client.post(at("cases_bulk"), {"do": do, "case": [str(one.pk) for one in cases], **fields})


def due(case: Case, days: int) -> Case:
    """Give it a day so many working days from now."""
    day = add_working_days(timezone.localdate(), days, calendar())
    Case.objects.filter(pk=case.pk).update(next_due=day)
    return case


def test_it_lists_what_is_due_first_and_counts_what_waits(town: Town) -> None:
    late, soon = due(town.file("dump").case, -2), due(town.file("dump").case, 3)
    client = client_of(town.boss)
    assert listed(client) == [late.reference, soon.reference]
    html = page(client, "cases")
    counts = re.findall(r'<span class="figure">(\d+)</span>', html)
    assert counts == ["0", "1", "1", "2", "0", "2"]
    assert listed(client, "due=overdue") == [late.reference]
    assert listed(client, "due=week") == [soon.reference]
    assert "2 working days over" in html
    assert "3 working days left" in html


@pytest.mark.parametrize("days", [-4, 6])
def test_it_says_the_clocks_own_days_and_the_same_everywhere(town: Town, days: int) -> None:
    received = town.file("dump")
    case = due(received.case, days)
    n, word = abs(days), "over" if days < 0 else "left"
    boss = client_of(town.boss)
    assert f"{n} working days {word}" in page(boss, "cases")
    assert f"{n} working days {word}" in page(boss, "case", case.pk)
    assert f"{n} working days {word}" in page(boss, "counter_register")
    head, row = (line.split(",") for line in table(boss)[1:])
    told = dict(zip(head, row, strict=True))
    assert told[f"working_days_{word}"] == str(n)
    assert told["working_days_left" if days < 0 else "working_days_over"] == ""
    if days < 0:
        phone = Client()
        answer = phone.post(at("follow"), {"receipt": town.receipts[received.report.pk]}, follow=True)
        assert f"The office is {n} working days late." in answer.content.decode()
        rebuild_pins()
        assert f"{n} working days ago" in page(phone, "map_report", case.reference)


def test_it_goes_on_where_the_page_ended(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("samleng.doors.web.cases.queue.A_PAGE", 2)
    cases = [due(town.file("dump").case, n) for n in range(3)]
    client = client_of(town.boss)
    html = client.get(at("cases")).content.decode()
    following = re.search(r'rel="next" href="\?([^"]+)"', html)
    assert listed(client) == [one.reference for one in cases[:2]]
    assert following
    assert listed(client, following[1]) == [cases[2].reference]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=slow", "slow"), ("kind=complaint", "slow"), ("exposure=public", "dump"),
        ("assigned=nobody", "dump"), ("state=received", "dump"), ("review=yes", "dump"),
    ],
)  # fmt: skip
def test_it_narrows_by_what_is_asked(town: Town, query: str, found: str) -> None:
    cases = {"dump": town.file("dump").case, "slow": town.file("slow").case}
    slow = acknowledge(by=town.by(town.boss), case=cases["slow"])
    assign(by=town.by(town.boss), case=slow, person=town.sweeper)
    assert listed(client_of(town.boss), query) == [cases[found].reference]


def test_it_finds_a_number_typed_in_khmer_and_bears_nonsense(town: Town) -> None:
    case = town.file("dump").case
    client = client_of(town.boss)
    khmer = case.reference.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    assert listed(client, f"reference={khmer}") == [case.reference]
    for query in ("place=x", "place=999999999999999999999", "assigned=zz", "state=zz", "after=zz.9", "due=1"):
        assert client.get(f"{at('cases')}?{query}").status_code == 200, query


def test_it_keeps_a_view_for_one_person_under_its_name(town: Town) -> None:
    client = client_of(town.boss)
    given = {"name": "ហួសពេល", "due": "overdue", "assigned": "me", "after": "x"}
    for _time in range(2):
        assert client.post(at("cases_save"), given).status_code == 302
    kept = SavedFilter.objects.get()
    assert kept.query == "assigned=me&due=overdue"
    assert "ហួសពេល" in page(client, "cases")
    other = client_of(town.sweeper)
    assert "ហួសពេល" not in page(other, "cases")
    other.post(at("cases_forget", kept.pk))
    assert SavedFilter.objects.count() == 1
    client.post(at("cases_forget", kept.pk))
    assert not SavedFilter.objects.exists()
    assert "ហួសពេល" not in str(list(Entry.objects.values_list("facts")))


def test_it_confirms_and_gives_many_at_once_and_names_those_refused(town: Town) -> None:
    cases = [town.file("dump").case for _n in range(3)]
    acknowledge(by=town.by(town.boss), case=cases[0])
    client = client_of(town.boss)
    answer = client.get(bulk(client, "acknowledge", *cases)["Location"])
    html = answer.content.decode()
    assert "2 cases were done." in html
    assert f"{cases[0].reference}: Receipt was confirmed already." in html
    bulk(client, "assign", *cases, person=str(town.sweeper.pk))
    assert Case.objects.filter(assigned=town.sweeper).count() == 3
    bulk(client, "assign", *cases, person="")
    assert not Case.objects.filter(assigned=town.sweeper).exists()


def test_it_comes_back_to_the_filters_and_the_page_and_to_nothing_else(town: Town) -> None:
    case = town.file("dump").case
    back = bulk(
        client_of(town.boss), "acknowledge", case, back="due=week&after=20261201.x&next=//evil&state="
    )
    assert back["Location"] == f"{at('cases')}?due=week&after=20261201.x"


def test_it_makes_one_of_many_after_asking_which_stays(town: Town) -> None:
    first, second = town.file("dump").case, town.file("dump").case
    client = client_of(town.boss)
    asked = client.get(bulk(client, "merge", first, second)["Location"])
    assert first.reference in asked.content.decode()
    both = [str(first.pk), str(second.pk)]
    answer = client.post(at("cases_merge"), {"case": both, "stays": str(first.pk)})
    assert answer["Location"] == at("case", first.pk)
    assert town.again(second).merged_into_id == first.pk


def test_it_touches_no_case_that_somebody_may_not_see(town: Town) -> None:
    sealed = town.file("slow").case
    client = client_of(town.other_sweeper)
    assert listed(client, "state=all") == []
    html = client.get(bulk(client, "acknowledge", sealed)["Location"]).content.decode()
    assert "No case was chosen" in html
    assert sealed.reference not in html
    assert town.again(sealed).acknowledged_on is None
    assert client_of(town.stranger).get(at("cases")).status_code == 404


def table(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{at('cases_csv')}?{query}")
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]


def test_it_lets_a_table_go_that_tells_of_sealed_cases_only_codes_and_days(town: Town) -> None:
    public, sealed = town.file("dump").case, town.file("slow").case
    Case.objects.filter(pk=public.pk).update(public_words="=HYPERLINK(1)")
    lines = table(client_of(town.boss))
    assert lines[0].startswith("\ufeffNOT FOR PUBLICATION")
    rows = {line.partition(",")[0]: line for line in lines[2:]}
    assert "'=HYPERLINK(1)" in rows[public.reference]
    assert "dump" in rows[public.reference]
    row = rows[sealed.reference]
    assert row.split(",")[4] == ""
    assert town.commune.code not in row.replace(sealed.reference, "").split(",")
    entry = Entry.objects.get(verb="cases.export")
    assert (entry.actor, entry.facts["cases"]) == (town.boss.key, 2)


def test_it_lets_no_table_go_to_whoever_may_only_answer(town: Town) -> None:
    town.file("dump")
    assert client_of(town.sweeper).get(at("cases_csv")).status_code == 404
    assert not Entry.objects.filter(verb="cases.export").exists()


def test_it_writes_a_table_of_many_without_holding_it(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("samleng.doors.web.cases.export.A_TIME", 2)
    cases = [town.file("dump").case for _n in range(5)]
    lines = table(client_of(town.boss))
    assert [line.partition(",")[0] for line in lines[2:]] == [one.reference for one in cases]


def test_what_is_urgent_stands_first_among_what_waits_and_is_told_at_once(town: Town) -> None:
    first, second = (town.file("dump").case for _n in range(2))
    Case.objects.filter(pk=first.pk).update(opened_on=timezone.localdate() - timedelta(days=9))
    for case in (first, second):
        assign(by=town.by(town.boss), case=town.again(case), person=town.sweeper)
    Case.objects.filter(pk=first.pk).update(next_due=timezone.localdate() - timedelta(days=4))
    mark_urgent(by=town.by(town.boss), case=second, why="grows")
    mine = page(client_of(town.sweeper), "desk")
    assert mine.index(at("case", second.pk)) < mine.index(at("case", first.pk))
    assert "Work on an urgent case" in mine
    tell()
    assert "A case was marked as urgent." in page(client_of(town.sweeper), "notices")
    assert ",grows," in "".join(table(client_of(town.boss)))


def test_it_stands_among_what_waits_for_whoever_has_it(town: Town) -> None:
    first, second = town.file("dump").case, town.file("dump").case
    assign(by=town.by(town.boss), case=first, person=town.sweeper)
    mine = page(client_of(town.sweeper), "desk")
    assert at("case", first.pk) in mine
    assert at("case", second.pk) not in mine
    theirs = page(client_of(town.boss), "desk")
    assert f"{at('cases')}?assigned=nobody" in theirs
    assert at("case", first.pk) not in theirs
