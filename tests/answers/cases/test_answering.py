"""An office answers, asks, stops its clock and takes more time; its reporter judges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Heard
from samleng.answers.cases.reading import Wanted, desk, near, near_in, thread
from samleng.answers.cases.verbs.answering import (
    acknowledge,
    answer,
    assign,
    decide,
    extend,
    note,
    pause,
    resume,
    take_answer_back,
    write_to,
)
from samleng.answers.cases.verbs.following import approve, judge, reply, still_there, withdraw
from samleng.answers.cases.verbs.moderating import open_identity, review
from samleng.answers.cases.verbs.moving import climb, escalate, merge, split, transfer
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.media.verbs import keep
from samleng.kit.sealing.verbs import open_file, open_text
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.rules.filing import Brought
from tests.answers.land import picture
from tests.town import ANYBODY, Town


def code_of(act, **given) -> str:
    with pytest.raises(Refusal) as refused:
        act(**given)
    return refused.value.code


def after(town: Town, case) -> list:
    return [keep(by=town.by(town.boss), file=picture(), kind="photo", owner=case.owner_key)]


def test_it_goes_from_received_to_fixed_and_its_reporter_closes_it(town: Town):
    received = town.file("dump")
    case = acknowledge(by=town.by(town.sweeper), case=received.case)
    assert (case.state, case.next_due) == ("acknowledged", case.resolve_by)
    case = answer(
        by=town.by(town.boss), case=case, outcome="fixed", said="Taken away", evidence=after(town, case)
    )
    assert (case.state, case.next_due) == ("answered", None)
    case = judge(by=town.reporter(received), verdict="fixed", stars=4)
    assert (case.state, case.verdict) == ("closed", "fixed")


def test_it_wants_a_picture_before_it_says_that_a_dump_is_gone(town: Town):
    case = town.file("dump").case
    assert code_of(answer, by=town.by(town.boss), case=case, outcome="fixed") == "evidence"


def test_it_wants_to_know_whose_a_complaint_is_before_it_is_answered(town: Town):
    case = town.file("conduct").case
    by = town.by(town.sokha)
    assert code_of(answer, by=by, case=case, outcome="settled", words="x") == "jurisdiction"
    decide(by=by, case=case, jurisdiction="ours")
    assert answer(by=by, case=case, outcome="settled", words="x").state == "answered"


def test_it_keeps_the_photos_of_a_sealed_case_sealed_and_takes_none_that_lie_open(town: Town):
    received = town.file("dump", exposure="confidential", point=None)
    case, by, shot = received.case, town.by(town.boss), Brought("photo", picture(), "image/png")
    with pytest.raises(Denied):
        answer(by=by, case=case, outcome="fixed", evidence=after(town, case))
    assert code_of(answer, by=by, case=case, outcome="fixed") == "evidence"
    answer(by=by, case=case, outcome="fixed", photos=[shot])
    assert not case.evidence.exists()
    (message,) = thread(Heard.of(received.report)).messages
    sealed = message.files.get().sealed
    assert open_file(sealed, town.reporter(received).opener) == (shot.data, "image/png")
    assert open_file(sealed, town.opener(town.boss, town.sweepers)) == (shot.data, "image/png")


def test_it_does_not_take_a_sealed_photo_for_one_that_everybody_may_see(town: Town):
    case = town.file("dump").case
    given = {"by": town.by(town.boss), "case": case, "photos": [Brought("photo", picture(), "image/png")]}
    assert code_of(answer, outcome="fixed", **given) == "evidence"


def test_it_comes_back_when_the_reporter_says_not_fixed(town: Town):
    received = town.file("dump")
    case = answer(
        by=town.by(town.boss), case=received.case, outcome="fixed", evidence=after(town, received.case)
    )
    case = judge(by=town.reporter(received), verdict="not", words="នៅដដែល")
    assert (case.state, case.reopened, case.outcome) == ("working", 1, "")
    assert case.next_due == case.resolve_by


def test_it_comes_back_when_a_neighbour_still_sees_it(town: Town):
    first = town.file("dump")
    second = town.file("dump", joins=first.case)
    answer(by=town.by(town.boss), case=first.case, outcome="fixed", evidence=after(town, first.case))
    assert still_there(by=town.reporter(second)).state == "working"


def test_it_cannot_be_judged_not_fixed_before_it_was_answered(town: Town):
    received = town.file("dump")
    assert code_of(judge, by=town.reporter(received), verdict="not") == "not_answered"
    assert judge(by=town.reporter(received), verdict="ignored").state == "received"


def test_it_asks_and_the_clock_stands_until_the_answer(town: Town):
    received = town.file("conduct")
    by = town.by(town.sokha)
    (message,) = write_to(by=by, case=received.case, words="តើនៅថ្ងៃណា?", waits=True)
    case = town.again(received.case)
    assert (case.state, case.pause_reason) == ("waiting", "reporter")
    me = town.reporter(received)
    assert open_text(message.sealed, me.opener) == "តើនៅថ្ងៃណា?"
    told = reply(by=me, words="ថ្ងៃអង្គារ")
    assert open_text(told.sealed, town.opener(town.sokha, town.ombudsman)) == "ថ្ងៃអង្គារ"
    assert town.again(case).paused_on is None
    assert len(thread(Heard.of(received.report)).messages) == 2


def test_it_stops_its_clock_only_for_a_reason_there_is(town: Town):
    case = town.file("dump").case
    by = town.by(town.boss)
    assert code_of(pause, by=by, case=case, reason="tired") == "no_such_reason"
    assert pause(by=by, case=case, reason="flood").state == "waiting"
    assert code_of(pause, by=by, case=case, reason="flood") == "stands_still"
    assert resume(by=by, case=case).state == "working"
    assert code_of(resume, by=by, case=case) == "not_paused"


def test_it_takes_more_time_once_and_says_why(town: Town):
    received = town.file("slow")
    by, before = town.by(town.boss), received.case.resolve_by
    assert code_of(extend, by=by, case=received.case, reason=" ") == "no_reason"
    assert extend(by=by, case=received.case, reason="Rain").resolve_by > before
    assert code_of(extend, by=by, case=received.case, reason="Rain again") == "used_up"


def test_it_keeps_notes_for_the_office_alone(town: Town):
    case = town.file("slow").case
    kept = note(by=town.by(town.boss), case=case, words="ហៅទូរស័ព្ទ")
    assert open_text(kept.sealed, town.opener(town.boss, town.sweepers)) == "ហៅទូរស័ព្ទ"
    assert thread(case.heard.get()).messages == []


def test_it_shows_a_sealed_case_to_who_triages_and_who_is_assigned_and_nobody_else(town: Town):
    case = town.file("slow").case
    rows = lambda person: [one.pk for one in desk(town.by(person), Wanted()).rows]  # noqa: E731
    assert rows(town.boss) == [case.pk]
    assert rows(town.sweeper) == rows(town.clerk) == rows(town.sokha) == rows(town.stranger) == []
    for act in (acknowledge, lambda **g: note(words="x", **g)):
        with pytest.raises(Denied):
            act(by=town.by(town.sweeper), case=case)
    assign(by=town.by(town.boss), case=case, person=town.sweeper)
    assert rows(town.sweeper) == [case.pk] and rows(town.other_sweeper) == []
    assert code_of(assign, by=town.by(town.boss), case=case, person=town.clerk) == "person"


def test_it_opens_an_identity_with_the_custodians_key_and_a_reason(town: Town):
    received = town.file("conduct", exposure="confidential", identity=ANYBODY)
    heard = Heard.of(received.report)
    key = town.opener(town.keeper, town.ombudsman, "identity")
    with pytest.raises(Denied):
        open_identity(by=town.by(town.sokha), heard=heard, reason="I want to", opener=key)
    by = town.by(town.keeper)
    assert code_of(open_identity, by=by, heard=heard, reason=" ", opener=key) == "words"
    assert ANYBODY.phone in open_identity(by=by, heard=heard, reason="The court asks", opener=key)
    assert Entry.objects.filter(verb="cases.look", actor=by.key).count() == 1


def test_it_shows_words_to_everyone_only_as_they_were_let_pass(town: Town):
    case = town.file("dump", words="ស៊ុន លួចបោះសំរាម").case
    assert case.public_words == ""
    case = review(by=town.by(town.boss), case=case, public_words="គំនរសំរាមធំ")
    assert (case.public_words, case.review_by) == ("គំនរសំរាមធំ", None)
    with pytest.raises(Denied):
        review(by=town.by(town.boss), case=town.file("slow").case, public_words="x")


def test_it_moves_up_by_itself_once_its_day_has_passed(town: Town):
    received = town.file("conduct", approved="នាយករងយកលុយ", may_climb=True)
    case = received.case
    assert climb(timezone.localdate()) == (0, 0)
    past(case)
    assert climb(timezone.localdate()) == (1, 0)
    case = town.again(case)
    assert (case.office, case.state, case.rung) == (town.high_ombudsman, "received", 1)
    approved = town.again(case).heard.get().report.approved
    assert open_text(approved, town.opener(town.chan, town.high_ombudsman)) == "នាយករងយកលុយ"
    assert case.resolve_by > timezone.localdate()


def past(case) -> None:
    """The case came so long ago that every day of its clock has passed."""
    long_ago = date(2025, 1, 6)
    type(case).objects.filter(pk=case.pk).update(
        clock_from=long_ago,
        acknowledge_by=long_ago,
        admit_by=long_ago,
        resolve_by=long_ago,
        next_due=long_ago,
    )


def test_it_stays_overdue_where_its_reporter_let_nothing_go_further(town: Town):
    case = town.file("conduct").case
    past(case)
    assert climb(timezone.localdate()) == (0, 1)
    assert town.again(case).overdue(timezone.localdate())


def test_it_goes_up_in_the_wording_approved_later(town: Town):
    received = town.file("conduct")
    past(received.case)
    approve(by=town.reporter(received), words="យកលុយលើសតម្លៃ")
    assert climb(timezone.localdate()) == (1, 0)


def test_it_is_handed_over_only_in_approved_wording_and_never_to_the_office_complained_of(town: Town):
    sealed = town.file("slow").case
    by = town.by(town.boss)
    assert code_of(transfer, by=by, case=sealed, to=town.ombudsman, reason="Theirs") == "not_approved"
    public = town.file("dump").case
    key = town.opener(town.boss, town.sweepers)
    assert code_of(transfer, by=by, case=public, to=town.sweepers, reason="x") == "same_office"
    moved = transfer(by=by, case=public, to=town.shire, reason="Theirs", opener=key)
    assert (moved.office, moved.assigned, moved.state) == (town.shire, None, "received")


def test_it_joins_cases_about_one_thing_and_parts_them_again(town: Town):
    first, second = town.file("dump"), town.file("dump")
    by = town.by(town.boss)
    case = merge(by=by, case=first.case, others=[second.case])
    assert case.reports == 2 and town.again(second.case).merged_into == case
    own = split(by=by, case=case, heard=[Heard.of(second.report)])
    assert own.split_from == case and town.again(case).reports == 1
    assert code_of(merge, by=by, case=first.case, others=[town.file("slow").case]) == "not_alike"


def test_it_joins_sealed_cases_only_in_wording_their_reporters_approved(town: Town):
    first, second = town.file("slow"), town.file("slow", approved="យឺត", may_climb=True)
    by = town.by(town.boss)
    assert code_of(merge, by=by, case=first.case, others=[second.case]) == "not_approved"
    approve(by=town.reporter(first), words="យឺតពេក")
    assert merge(by=by, case=first.case, others=[second.case]).reports == 2


def test_it_ends_when_its_only_reporter_takes_it_back(town: Town):
    received = town.file("slow", words="កុំឱ្យអ្នកណាដឹង")
    case = withdraw(by=town.reporter(received))
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    report = received.report.__class__.objects.get(pk=received.report.pk)
    assert bytes(report.words.body) == b"" and not report.words.wraps.exists()


def test_it_finds_what_lies_near_and_nothing_sealed(town: Town):
    case = town.file("dump").case
    town.file("slow")
    found = near("dump", case.latitude + 0.0003, case.longitude, 60)
    assert [(one.case, one.metres) for one in found] == [(case, 33)]
    assert near("dump", case.latitude + 0.01, case.longitude, 60) == []
    assert near("slow", case.latitude, case.longitude, 60) == []


def test_it_finds_what_was_told_of_the_same_place_where_nobody_has_a_point(town: Town):
    case = town.file("dump", point=None).case
    town.file("slow")
    assert [(one.case, one.metres) for one in near_in("dump", town.commune)] == [(case, None)]
    assert near_in("dump", town.other_commune) == near_in("slow", town.commune) == []


def test_it_lists_a_desk_page_by_page_what_is_due_first(town: Town):
    cases = [town.file("dump").case for _ in range(5)]
    for n, case in enumerate(cases):
        type(case).objects.filter(pk=case.pk).update(next_due=date(2026, 1, 9) - timedelta(days=n % 3))
    answer(by=town.by(town.boss), case=cases[0], outcome="not_upheld", said="no")
    seen, mark = [], ""
    while True:
        page = desk(town.by(town.boss), Wanted(after=mark), size=2)
        seen += [one.pk for one in page.rows]
        mark = page.after
        if not mark:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen[-1] == cases[0].pk


def test_it_climbs_only_where_there_is_a_higher_office(town: Town):
    received = town.file("conduct", approved="x", may_climb=True)
    escalate(by=town.by(town.sokha), case=received.case)
    assert code_of(escalate, by=town.by(town.chan), case=received.case) == "top"


def test_it_takes_its_own_answer_back_until_somebody_judged_it(town: Town):
    received = town.file("dump")
    by = town.by(town.boss)
    with pytest.raises(Refusal):
        take_answer_back(by=by, case=received.case)
    answer(by=by, case=received.case, outcome="refused", words="No road")
    with pytest.raises(Denied):
        take_answer_back(by=town.by(town.clerk), case=received.case)
    take_answer_back(by=by, case=received.case)
    found = town.again(received.case)
    assert (found.state, found.outcome, found.answered_on, found.reopened) == ("working", "", None, 0)
    assert found.next_due is not None
