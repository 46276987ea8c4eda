"""Who may give which seat, and who sees whom."""

from __future__ import annotations

from datetime import date

import pytest

from samleng.ground.people.models import Person, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import scope_of
from samleng.ground.people.verbs.accounts import choose_language, correct, number, seat, unseat, welcome
from samleng.ground.places.models import Place, Succession
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land, place


def officer(land: Land):
    return land.somebody(
        "Officer", "implementer_officer", programme=land.roads, area=land.north, implementer=land.friends
    )[1]


def seen(by, *people: Person) -> list[bool]:
    found = set(Person.objects.seen_in(scope_of(by, "people.see")))
    return [person in found for person in people]


def test_it_gives_a_seat_once_and_writes_who_gave_it(land: Land):
    by = officer(land)
    person = welcome(by=by, name="សុភា")
    give = {"role": "facilitator", "programme": land.roads, "area": land.hill, "implementer": land.friends}
    first, again = seat(by=by, person=person, **give), seat(by=by, person=person, **give)
    assert first == again
    rows = Entry.objects.filter(verb="people.seat", thing_id=str(first.pk))
    assert [row.actor for row in rows] == [by.key]
    assert "សុភា" not in str(list(Entry.objects.values()))


def test_it_refuses_a_seat_that_is_not_theirs_to_give(land: Land):
    by = officer(land)
    person = welcome(by=by, name="Dara")
    for role, where, implementer in (
        ("facilitator", land.coast, land.friends),
        ("facilitator", land.hill, land.others),
        ("programme_admin", land.hill, land.friends),
    ):
        with pytest.raises(Denied):
            seat(by=by, person=person, role=role, programme=land.roads, area=where, implementer=implementer)
    assert not Seat.objects.filter(person=person).exists()


def test_it_does_not_let_a_seat_be_widened_through_the_back_door(land: Land):
    """The same seat named again with another implementer would hand over another's facilitator."""
    by = officer(land)
    person, _acting = land.somebody(
        "Theirs", "facilitator", programme=land.roads, area=land.hill, implementer=land.others
    )
    with pytest.raises(Denied):
        seat(
            by=by,
            person=person,
            role="facilitator",
            programme=land.roads,
            area=land.hill,
            implementer=land.friends,
        )


def test_it_refuses_what_does_not_belong_together(land: Land):
    person = welcome(by=SYSTEM, name="Dara")
    with pytest.raises(Refusal, match="belongs to an office"):
        seat(by=SYSTEM, person=person, role="clerk", programme=land.roads, area=land.hill)
    with pytest.raises(Refusal, match="belongs to a programme"):
        seat(by=SYSTEM, person=person, role="officer", office=land.offices["hill"])
    with pytest.raises(Refusal, match="does not work for"):
        seat(
            by=SYSTEM,
            person=person,
            role="facilitator",
            programme=land.wells,
            area=land.hill,
            implementer=land.friends,
        )
    with pytest.raises(Refusal, match="not a role"):
        seat(by=SYSTEM, person=person, role="king", programme=land.wells, area=land.hill)
    with pytest.raises(Refusal, match="area is missing"):
        seat(by=SYSTEM, person=person, role="officer", programme=land.wells)


def test_it_lets_who_opens_programmes_seat_the_first_manager_only(land: Land):
    _person, registrar = land.somebody(
        "Registrar", "registrar", office=land.offices["north"], area=land.country
    )
    first, second = welcome(by=registrar, name="First"), welcome(by=registrar, name="Second")
    give = {"role": "programme_admin", "programme": land.wells, "area": land.country}
    seat(by=registrar, person=first, **give)
    with pytest.raises(Denied):
        seat(by=registrar, person=second, **give)


def test_it_ends_a_seat_today_and_the_person_may_do_nothing_more(land: Land):
    person, acting = land.somebody(
        "Sophea", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
    )
    assert acting.may("scorecards.submit", owner=land.roads.owner_key, path=land.hill.path)
    unseat(by=officer(land), seat=person.seats.get())
    assert not person.acting().seats
    again = seat(
        by=SYSTEM,
        person=person,
        role="facilitator",
        programme=land.roads,
        area=land.hill,
        implementer=land.friends,
    )
    assert person.acting().seats and again.until is None


def test_it_shows_people_only_to_their_programme_their_implementer_and_their_area(land: Land):
    mine, _ = land.somebody(
        "Mine", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
    )
    others, _ = land.somebody(
        "Others", "facilitator", programme=land.roads, area=land.river, implementer=land.others
    )
    elsewhere, _ = land.somebody("Elsewhere", "facilitator", programme=land.wells, area=land.hill)
    clerk, _ = land.somebody("Clerk", "clerk", office=land.offices["hill"])
    everyone = (mine, others, elsewhere, clerk)
    assert seen(officer(land), *everyone) == [True, False, False, False]
    _p, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    assert seen(admin, *everyone) == [True, True, False, False]
    _p, other_admin = land.somebody("Wells Admin", "programme_admin", programme=land.wells, area=land.country)
    assert seen(other_admin, *everyone) == [False, False, True, False]
    _p, head = land.somebody("Head", "office_head", office=land.offices["hill"])
    assert seen(head, *everyone) == [False, False, False, True]
    _p, other_head = land.somebody("Coast Head", "office_head", office=land.offices["coast"])
    assert seen(other_head, *everyone) == [False, False, False, False]


def test_it_shows_a_colleague_without_that_duty_nobody_at_all(land: Land):
    """Same office, same programme, same commune: sitting beside somebody opens nothing."""
    mine, _ = land.somebody(
        "Mine", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
    )
    head, _ = land.somebody("Head", "office_head", office=land.offices["hill"])
    _c, clerk = land.somebody("Clerk", "clerk", office=land.offices["hill"])
    _f, colleague = land.somebody(
        "Colleague", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
    )
    _n, nobody = land.somebody("Nobody")
    for by in (clerk, colleague, nobody):
        assert seen(by, mine, head) == [False, False]
        for verb in (correct, seat):
            with pytest.raises(Denied):
                if verb is correct:
                    correct(by=by, person=mine, name="Changed")
                else:
                    seat(
                        by=by,
                        person=mine,
                        role="ambassador",
                        programme=land.roads,
                        area=land.hill,
                        implementer=land.friends,
                    )
    with pytest.raises(Denied):
        welcome(by=colleague, name="Somebody")


def test_it_follows_an_area_that_got_a_new_version(land: Land):
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    Place.objects.filter(pk=land.hill.pk).update(valid_to=date(2026, 1, 1))
    left, right = place("11a", 2, land.north), place("11b", 2, land.north)
    for after in (left, right):
        Succession.objects.create(before=land.hill, after=after, on=date(2026, 1, 1), how="split")
    by = person.acting()
    for where in (land.hill, left, right):
        assert by.may("scorecards.submit", owner=land.roads.owner_key, path=where.path)
    assert not by.may("scorecards.submit", owner=land.roads.owner_key, path=land.river.path)


def test_it_gives_an_account_that_was_closed_no_seats(land: Land):
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    assert person.acting().seats == ()


def test_it_acts_in_the_name_asked_for_if_it_is_theirs(land: Land):
    person, _ = land.somebody("Both", "facilitator", programme=land.roads, area=land.hill)
    seat(by=SYSTEM, person=person, role="facilitator", programme=land.wells, area=land.hill)
    assert person.acting(owner=land.wells.owner_key).owner == land.wells.owner_key
    assert person.acting(owner="programme:nobody").owner == land.roads.owner_key


def test_it_finds_people_in_khmer_and_by_number(land: Land):
    person = welcome(by=SYSTEM, name="ចាន់ សុភា")
    seat(by=SYSTEM, person=person, role="facilitator", programme=land.roads, area=land.hill)
    number(by=SYSTEM, person=person, programme=land.roads, code="CAF-7")
    for words in ("សុភា", "caf-7", "CAF-៧"):
        assert list(Person.objects.called(words, [land.roads.pk])) == [person], words
    assert person not in Person.objects.called("ដារ៉ា", [land.roads.pk])
    assert person not in Person.objects.called("caf-7", [land.wells.pk])


def test_it_keeps_a_number_once_in_a_programme(land: Land):
    one, other = welcome(by=SYSTEM, name="One"), welcome(by=SYSTEM, name="Other")
    number(by=SYSTEM, person=one, programme=land.roads, code="7")
    number(by=SYSTEM, person=other, programme=land.wells, code="7")
    with pytest.raises(Refusal, match="has this number"):
        number(by=SYSTEM, person=other, programme=land.roads, code="7")


def test_it_refuses_a_sign_in_name_that_is_taken_or_none(land: Land):
    welcome(by=SYSTEM, name="Dara", username="Dara@Example.org")
    with pytest.raises(Refusal, match="taken"):
        welcome(by=SYSTEM, name="Dara", username="dara@example.org")
    with pytest.raises(Refusal, match="cannot be"):
        welcome(by=SYSTEM, name="Dara", username="ដារ៉ា ")
    with pytest.raises(Refusal) as refused:
        welcome(by=SYSTEM, name="Dara", schooling="university")
    assert refused.value.field == "schooling"


def test_it_lets_people_choose_only_their_own_language(land: Land):
    person, by = land.somebody("Dara")
    assert choose_language(by=by, person=person, language="en").language == "en"
    other, _ = land.somebody("Other")
    with pytest.raises(Denied):
        choose_language(by=by, person=other, language="en")
