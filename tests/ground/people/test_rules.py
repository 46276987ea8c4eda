"""Roles, permissions and scopes, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.ground.people.models import RoleName
from samleng.ground.people.rules import (
    FIELD,
    ROLES,
    STAFF,
    VERBS,
    Acting,
    SeatFact,
    may,
    may_give,
    may_manage,
    may_see,
    missing_modules,
    scope_of,
    weak_pin,
)
from samleng.kit.ledger.rules import SYSTEM, Actor

P, Q = "programme:p", "programme:q"


def acting(*seats: SeatFact) -> Acting:
    return Acting(key="person:1", person="1", seats=seats)


def sits(role: str, area: str = "/1/", implementer: str | None = None, **owner: str) -> SeatFact:
    return SeatFact(role=role, area_path=area, implementer=implementer, **(owner or {"programme": "p"}))


def test_it_lets_a_facilitator_work_in_the_area_and_nowhere_else():
    by = acting(sits("facilitator", "/1/12/"))
    assert may(by, "scorecards.submit", owner=P, path="/1/12/140/")
    assert not may(by, "scorecards.submit", owner=P, path="/1/13/140/")
    assert not may(by, "scorecards.submit", owner=Q, path="/1/12/140/")
    assert not may(by, "scorecards.plan", owner=P, path="/1/12/140/")


def test_it_does_not_take_a_longer_number_for_a_place_within():
    assert not may(acting(sits("facilitator", "/1/12/")), "scorecards.submit", owner=P, path="/1/129/")


def test_it_never_mixes_the_role_of_one_seat_with_the_area_of_another():
    by = acting(sits("facilitator", "/1/"), sits("programme_admin", "/1/12/", programme="q"))
    assert not may(by, "scorecards.plan", owner=P, path="/1/12/")
    assert not may(by, "scorecards.plan", owner=Q, path="/1/13/")
    assert may(by, "scorecards.plan", owner=Q, path="/1/12/")


def test_it_keeps_one_implementer_from_the_cards_of_another():
    by = acting(sits("implementer_officer", implementer="a"))
    assert may(by, "scorecards.complete", owner=P, path="/1/", implementer="a")
    assert may(by, "scorecards.complete", owner=P, path="/1/", implementer=None)
    assert not may(by, "scorecards.complete", owner=P, path="/1/", implementer="b")


def test_it_takes_any_of_several_owners():
    by = acting(sits("office_head", office="o"))
    assert may(by, "actions.claim", owner=(P, "office:o"), path="/1/2/")
    assert not may(by, "actions.claim", owner=(P, "office:x"), path="/1/2/")


def test_it_leaves_the_registers_to_those_who_keep_them():
    assert may(acting(sits("registrar", office="o")), "frameworks.publish", owner="")
    assert not may(acting(sits("programme_admin")), "frameworks.publish", owner="")
    assert may(acting(sits("programme_admin")), "frameworks.publish", owner=P)


def test_it_lets_the_system_do_everything_and_a_plain_actor_nothing():
    link = Actor(key="link:1", owner=P)
    for verb in VERBS:
        assert may(SYSTEM, verb, owner=P)
        assert not may(link, verb, owner=P)
        assert not link.may(verb, owner=P)
    assert scope_of(SYSTEM).everything
    assert not scope_of(link).grants


def test_it_finds_a_misspelt_verb_even_for_the_system():
    with pytest.raises(ValueError, match=r"people\.sea"):
        may(SYSTEM, "people.sea", owner=P)


def test_it_names_every_role_and_no_other():
    assert set(RoleName.values) == set(ROLES)


def test_it_lets_nobody_give_a_role_with_more_rights_than_their_own():
    for code, role in ROLES.items():
        if role.registry or code in ("office_head", "district_officer"):
            continue
        for given_role in role.seats:
            assert ROLES[given_role].verbs <= role.verbs, (code, given_role)


def test_it_asks_a_second_step_of_everybody_who_may_read_people_or_contacts():
    for code in FIELD:
        assert code not in STAFF
        assert not any(verb.startswith(("people.", "exchange.", "disclosure.")) for verb in ROLES[code].verbs)


def test_it_keeps_claiming_and_confirming_with_two_parties():
    for code, role in ROLES.items():
        assert not {"actions.claim", "actions.confirm"} <= role.verbs, code


def test_it_lets_roles_be_given_only_inside_what_is_theirs():
    officer = acting(sits("implementer_officer", "/1/12/", "a"))
    assert may_give(officer, sits("facilitator", "/1/12/3/", "a"))
    assert not may_give(officer, sits("facilitator", "/1/13/", "a"))
    assert not may_give(officer, sits("facilitator", "/1/12/3/", "b"))
    assert not may_give(officer, sits("facilitator", "/1/12/3/"))
    assert not may_give(officer, sits("officer", "/1/12/3/", "a"))
    assert not may_give(officer, sits("facilitator", "/1/12/3/", "a", programme="q"))
    assert not may_give(officer, sits("king", "/1/12/3/", "a"))


def test_it_gives_nobody_the_keys_of_a_person_who_also_sits_elsewhere():
    admin = acting(sits("programme_admin"))
    here, there = sits("facilitator", "/1/2/"), sits("facilitator", "/1/2/", programme="q")
    assert may_manage(admin, [here])
    assert not may_manage(admin, [here, there])
    assert may_see(admin, [here, there])


def test_it_shows_implementers_only_their_own_people():
    officer = acting(sits("implementer_officer", implementer="a"))
    assert may_see(officer, [sits("facilitator", "/1/2/", "a")])
    assert not may_see(officer, [sits("facilitator", "/1/2/", "b")])
    assert not may_see(officer, [sits("programme_admin", "/1/2/")])
    assert not may_see(acting(sits("facilitator")), [sits("facilitator", "/1/2/")])


def test_it_drops_staff_seats_from_a_session_opened_by_pin():
    by = acting(sits("programme_admin"), sits("facilitator", "/1/2/", programme="q")).on_device()
    assert [seat.role for seat in by.seats] == ["facilitator"]
    assert by.owner == Q
    assert not by.staff


def test_it_makes_a_scope_of_exactly_the_seats_that_hold_the_verb():
    by = acting(sits("facilitator"), sits("programme_admin", programme="q"))
    assert scope_of(by).programmes == {"p", "q"}
    assert scope_of(by, "people.see").programmes == {"q"}


def test_it_lists_missing_modules_in_order():
    assert missing_modules({"M4", "M1"}) == ("M2", "M3")
    assert missing_modules({"M1", "M2", "M3", "M4"}) == ()


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "890123", "121212", "111222", "123123", "135791"]
)
def test_it_knows_the_first_pins_anybody_would_try(pin: str):
    assert weak_pin(pin)


def test_it_leaves_most_pins_free():
    assert sum(weak_pin(f"{n:06d}") for n in range(0, 1_000_000, 97)) / (1_000_000 / 97) < 0.01


@given(st.text("/0123456789", max_size=12), st.text("/0123456789", max_size=12))
def test_it_opens_a_path_only_below_the_area(area: str, path: str):
    by = acting(SeatFact(role="facilitator", programme="p", area_path=area))
    assert may(by, "scorecards.see", owner=P, path=path) == path.startswith(area)


def test_it_keeps_mediating_and_redacting_apart_from_whoever_is_complained_of():
    for code in ("office_head", "clerk", "district_officer", "operator"):
        assert not {"cases.mediate", "cases.redact"} & ROLES[code].verbs, code
    assert {"cases.mediate", "cases.redact", "cases.triage"} <= ROLES["ombudsman"].verbs


def test_it_opens_no_case_to_a_programme():
    for code, role in ROLES.items():
        if role.owner == "programme" or role.registry:
            assert not any(verb.startswith("cases.") for verb in role.verbs), code


def test_it_lets_a_clerk_write_down_and_answer_but_not_decide_whose_a_case_is():
    assert {"cases.see", "cases.answer", "cases.note", "cases.intake"} <= ROLES["clerk"].verbs
    assert not {"cases.triage", "cases.assign", "cases.export"} & ROLES["clerk"].verbs
