"""Cases go to a plan together: sealed ones six or more, in wording their reporters let go."""

from __future__ import annotations

import pytest

from samleng.answers.cases.verbs.clustering import gather, take_back
from samleng.answers.cases.verbs.following import approve
from samleng.ground.people.permission import Denied
from tests.answers.cases.test_answering import code_of
from tests.town import Town

WORDS = "Papers take longer than the price list says"


def put(town: Town, cases: list, **given):
    facts = {"office": town.sweepers, "place": town.commune, "words": WORDS}
    return gather(by=town.by(town.boss), cases=cases, **{**facts, **given})


def test_it_puts_six_sealed_cases_together_and_no_fewer(town: Town):
    cases = [town.file("slow", approved="យឺត", may_climb=True).case for _n in range(6)]
    given = {"by": town.by(town.boss), "office": town.sweepers, "place": town.commune, "words": WORDS}
    assert code_of(gather, cases=cases[:5], **given) == "too_few"
    # The same one six times over is still one.
    assert code_of(gather, cases=[cases[0]] * 6, **given) == "too_few"
    cluster = put(town, cases)
    assert (cluster.people, cluster.cases.count(), cluster.words) == (6, 6, WORDS)


def test_it_takes_no_case_whose_reporter_let_nothing_go(town: Town):
    received = [town.file("slow", approved="យឺត", may_climb=True) for _n in range(5)]
    silent = town.file("slow")
    cases = [one.case for one in (*received, silent)]
    given = {"by": town.by(town.boss), "office": town.sweepers, "place": town.commune, "words": WORDS}
    assert code_of(gather, cases=cases, **given) == "not_approved"
    approve(by=town.reporter(silent), words="យឺត")
    assert put(town, cases).people == 6


def test_it_takes_public_cases_however_few(town: Town):
    assert put(town, [town.file("dump").case]).people == 1


def test_it_takes_only_the_offices_own_cases_of_the_place(town: Town):
    dump = town.file("dump").case
    with pytest.raises(Denied):
        put(town, [dump], place=town.other_commune)
    with pytest.raises(Denied):
        put(town, [town.file("conduct").case])
    with pytest.raises(Denied):
        gather(by=town.by(town.sweeper), office=town.sweepers, place=town.commune, cases=[dump], words=WORDS)


def test_it_is_taken_back_by_its_office(town: Town):
    cluster = put(town, [town.file("dump").case])
    with pytest.raises(Denied):
        take_back(by=town.by(town.mayor), cluster=cluster)
    assert take_back(by=town.by(town.boss), cluster=cluster).withdrawn_at
