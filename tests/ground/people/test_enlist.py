"""A programme's list taken in as one: nobody doubled, nothing given that is not the actor's to give."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from samleng.ground.people.models import Badge, Contact, Person, Seat, Training
from samleng.ground.people.permission import Denied
from samleng.ground.people.verbs.accounts import number, seat
from samleng.ground.people.verbs.roster import Enlisted, Listed, enlist
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals
from tests.ground.people.land import Land


def row(land: Land, n: int = 2, name: str = "Dara", **how: Any) -> Listed:
    given = {"role": "facilitator", "base": land.hill, "areas": (land.hill,)}
    return Listed(row=n, name=name, **(given | how))


def take(land: Land, *rows: Listed, **how: Any) -> Enlisted:
    return enlist(**({"by": SYSTEM, "programme": land.roads, "listed": rows} | how))


def codes(refused: Any) -> list[tuple[int | None, str]]:
    return [(one.row, one.code) for one in refused.value]


def test_it_makes_account_seat_number_contact_and_training(land: Land):
    done = take(
        land,
        row(
            land,
            code="F1",
            sex="female",
            implementer=land.friends,
            areas=(land.hill, land.river),
            contacts={"phone": "+85512345678"},
            modules={"M1": None, "M3": date(2026, 3, 1)},
        ),
    )
    assert (done.made, done.changed, done.unchanged) == (1, 0, 0)
    person = done.people[2]
    assert (person.name, person.sex, person.base) == ("Dara", "female", land.hill)
    assert {(s.area, s.implementer) for s in person.seats.all()} == {
        (land.hill, land.friends),
        (land.river, land.friends),
    }
    assert person.badges.get().code == "F1" and person.contacts.count() == 1
    assert {t.module: t.passed_on for t in person.trainings.all()} == {"M1": None, "M3": date(2026, 3, 1)}
    assert Entry.objects.get(verb="people.enlist").facts["made"] == 1
    assert b"12345678" not in bytes(Contact.objects.get().sealed)
    assert "12345678" not in str(list(Entry.objects.values()))


def test_it_changes_nothing_the_second_time(land: Land):
    rows = [
        row(land, 2, code="F1"),
        row(land, 3, "Lida", contacts={"phone": "+85511222333"}, modules={"M1": None}),
        row(land, 4, "Boran"),
    ]
    take(land, *rows)
    before = [model.objects.count() for model in (Person, Seat, Badge, Contact, Training, Entry)]
    done = take(land, *rows)
    assert (done.made, done.changed, done.unchanged) == (0, 0, 3)
    assert [model.objects.count() for model in (Person, Seat, Badge, Contact, Training, Entry)] == before


def test_it_finds_by_number_even_under_another_name_and_place(land: Land):
    first = take(land, row(land, code="F1")).people[2]
    done = take(land, row(land, name="Dara Sok", code="F1", base=land.river, areas=(land.river,)))
    assert done.people[2] == first and done.changed == 1
    first.refresh_from_db()
    assert (first.name, first.base) == ("Dara Sok", land.river)
    # The old area is theirs still: a list takes nothing away.
    assert {s.area for s in Seat.objects.live().filter(person=first)} == {land.hill, land.river}


def test_it_gives_a_number_to_whom_it_finds_by_contact_and_name(land: Land):
    phone = {"phone": "+85511222333"}
    first = take(land, row(land, contacts=phone)).people[2]
    assert take(land, row(land, contacts=phone, code="F9")).people[2] == first
    assert first.badges.get().code == "F9"
    # Another number on a shared phone is another person.
    assert take(land, row(land, name="Lida", contacts=phone, code="F10")).people[2] != first


def test_it_refuses_what_could_be_two_people(land: Land):
    for code in ("A", "B"):
        take(land, row(land, code=code))
    Badge.objects.all().delete()
    with pytest.raises(Refusals) as refused:
        take(land, row(land, 7))
    assert codes(refused) == [(7, "ambiguous")]


def test_it_refuses_the_same_person_twice_in_one_list(land: Land):
    with pytest.raises(Refusals) as refused:
        take(land, row(land, 2), row(land, 3), row(land, 4, "Lida", code="X"), row(land, 5, code="X"))
    assert codes(refused) == [(3, "duplicate"), (5, "duplicate")]
    assert not Person.objects.exists()


def test_it_finds_nobody_of_another_programme(land: Land):
    other = enlist(
        by=SYSTEM, programme=land.wells, listed=[row(land, code="F1", contacts={"phone": "+85511222333"})]
    ).people[2]
    mine = take(land, row(land, code="F1", contacts={"phone": "+85511222333"})).people[2]
    assert mine != other and Person.objects.count() == 2


def test_it_gives_nothing_beyond_what_the_actor_may_give(land: Land):
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    _p, ngo = land.somebody(
        "Ngo", "implementer_officer", programme=land.roads, area=land.north, implementer=land.friends
    )
    before = Person.objects.count()
    rows = [
        row(land, 2, "A"),
        row(land, 3, "B", areas=(land.hill, land.coast)),
        row(land, 4, "C", role="officer"),
        row(land, 5, "D", implementer=land.others),
    ]
    with pytest.raises(Refusals) as refused:
        take(land, *rows, by=officer)
    assert codes(refused) == [(3, "denied"), (4, "denied")]
    with pytest.raises(Refusals) as refused:
        take(land, *rows, by=ngo)
    assert codes(refused) == [(2, "denied"), (3, "denied"), (4, "denied"), (5, "denied")]
    assert Person.objects.count() == before
    assert take(land, row(land, 2, "E", implementer=land.friends), by=ngo).made == 1


def test_it_is_closed_to_who_seats_nobody(land: Land):
    _p, colleague = land.somebody("Colleague", "facilitator", programme=land.roads, area=land.hill)
    _p, auditor = land.somebody("Auditor", "auditor", programme=land.roads, area=land.country)
    _p, stranger = land.somebody("Wells", "programme_admin", programme=land.wells, area=land.country)
    for by in (colleague, auditor):
        with pytest.raises(Denied):
            take(land, row(land), by=by)
    with pytest.raises(Refusals) as refused:
        take(land, row(land), by=stranger)
    assert codes(refused) == [(2, "denied")]


def test_it_does_not_rename_somebody_the_actor_may_not_see(land: Land):
    person, _by = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.coast)
    number(by=SYSTEM, person=person, programme=land.roads, code="F1")
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    with pytest.raises(Refusals) as refused:
        take(land, row(land, name="Somebody else", code="F1"), by=officer)
    assert codes(refused) == [(2, "denied")]
    person.refresh_from_db()
    assert person.name == "Sophea"


def test_it_moves_a_seat_to_another_implementer_only_for_who_may_give_it(land: Land):
    person = take(land, row(land, code="F1", implementer=land.others)).people[2]
    _p, ngo = land.somebody(
        "Ngo", "implementer_officer", programme=land.roads, area=land.north, implementer=land.friends
    )
    with pytest.raises(Refusal):
        take(land, row(land, code="F1", implementer=land.friends), by=ngo)
    assert person.seats.get().implementer == land.others
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    assert take(land, row(land, code="F1", implementer=land.friends), by=officer).changed == 1
    assert person.seats.get().implementer == land.friends


def test_it_takes_back_by_number_who_had_left(land: Land):
    person = take(land, row(land, code="F1")).people[2]
    Seat.objects.update(since=date(2026, 1, 1), until=date(2026, 2, 1))
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    assert take(land, row(land, code="F1"), by=officer).people[2] == person
    assert Seat.objects.live().get(role="facilitator").person == person


def test_it_keeps_who_holds_another_programmes_seat_apart_from_its_keys(land: Land):
    person = take(land, row(land, code="F1")).people[2]
    seat(by=SYSTEM, person=person, role="officer", programme=land.wells, area=land.country)
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    done = take(land, row(land, name="Dara S.", code="F1"), by=officer)
    assert done.changed == 1
    assert not person.invitations.exists() and not person.has_usable_password()
