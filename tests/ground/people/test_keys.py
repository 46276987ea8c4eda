"""Getting in and being shut out: invitations, slips, PINs, phones."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from samleng.ground.people.models import Device, Enrolment, Invitation, Person, Pin
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import PIN_TRIES
from samleng.ground.people.verbs.accounts import seat
from samleng.ground.people.verbs.keys import (
    accept_invitation,
    change_pin,
    device_of,
    enrol,
    invitation_of,
    invite,
    open_enrolment,
    revoke_all,
    revoke_device,
    sign_in_with_pin,
)
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land, make_land


@pytest.fixture
def sophea(land: Land) -> Person:
    return land.somebody(
        "Sophea", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
    )[0]


def wrong(pin: str) -> str:
    return pin[:-1] + str((int(pin[-1]) + 1) % 10)


def khmer(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))


def test_it_keeps_nothing_of_a_slip_that_could_open_it(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    opened = open_enrolment(code=slip.code, pin=slip.pin, label="Phone")
    everything = " ".join(
        str(list(model.objects.values())) for model in (Enrolment, Pin, Device, Entry, Person, Invitation)
    )
    for secret in (slip.code, slip.code.replace("-", ""), slip.pin, opened.token):
        assert secret not in everything


def test_it_opens_a_slip_once_and_accepts_khmer_digits_and_small_letters(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    opened = open_enrolment(code=slip.code.lower().replace("-", " "), pin=khmer(slip.pin))
    assert device_of(opened.token) == opened.device
    with pytest.raises(Refusal) as refused:
        open_enrolment(code=slip.code, pin=slip.pin)
    assert refused.value.code == "gone"
    assert sophea.devices.count() == 1


def test_it_refuses_a_slip_that_is_old_withdrawn_or_of_a_closed_account(sophea: Person):
    first, second = enrol(by=SYSTEM, person=sophea), enrol(by=SYSTEM, person=sophea)
    third = enrol(by=SYSTEM, person=sophea, keep_earlier=True)
    with pytest.raises(Refusal, match="already used"):
        open_enrolment(code=first.code, pin=first.pin)
    Enrolment.objects.filter(pk=second.enrolment.pk).update(expires_at=timezone.now())
    with pytest.raises(Refusal, match="has expired"):
        open_enrolment(code=second.code, pin=second.pin)
    Person.objects.filter(pk=sophea.pk).update(is_active=False)
    with pytest.raises(Refusal):
        open_enrolment(code=third.code, pin=third.pin)


def test_it_locks_a_slip_after_ten_wrong_pins(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    for _try in range(PIN_TRIES - 1):
        with pytest.raises(Refusal) as refused:
            open_enrolment(code=slip.code, pin=wrong(slip.pin))
        assert refused.value.code == "pin"
    with pytest.raises(Refusal, match="too many"):
        open_enrolment(code=slip.code, pin=wrong(slip.pin))
    with pytest.raises(Refusal, match="too many"):
        open_enrolment(code=slip.code, pin=slip.pin)


def test_it_locks_a_phone_for_fifteen_minutes_and_no_longer(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    token = open_enrolment(code=slip.code, pin=slip.pin).token
    assert sign_in_with_pin(token=token, pin=slip.pin).person == sophea
    for _try in range(PIN_TRIES):
        with pytest.raises(Refusal):
            sign_in_with_pin(token=token, pin=wrong(slip.pin))
    with pytest.raises(Refusal) as refused:
        sign_in_with_pin(token=token, pin=slip.pin)
    assert refused.value.code == "locked"
    Pin.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal, match="not right"):
        sign_in_with_pin(token=token, pin=wrong(slip.pin))
    assert Pin.objects.get().failed == 1
    assert sign_in_with_pin(token=token, pin=slip.pin).person == sophea
    assert Pin.objects.get().failed == 0


def test_it_counts_only_tries_in_a_row(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    token = open_enrolment(code=slip.code, pin=slip.pin).token
    for _round in range(3):
        for _try in range(PIN_TRIES - 1):
            with pytest.raises(Refusal):
                sign_in_with_pin(token=token, pin=wrong(slip.pin))
        sign_in_with_pin(token=token, pin=slip.pin)


def test_it_lets_a_pin_do_nothing_without_the_phone(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    open_enrolment(code=slip.code, pin=slip.pin)
    for token in ("", "x" * 43):
        with pytest.raises(Refusal, match="not enrolled"):
            sign_in_with_pin(token=token, pin=slip.pin)
    assert authenticate(RequestFactory().post("/"), username=sophea.username, password=slip.pin) is None


def test_it_shuts_out_a_lost_phone_and_no_other(land: Land, sophea: Person):
    tokens = []
    for _phone in range(2):
        slip = enrol(by=SYSTEM, person=sophea, keep_earlier=True)
        tokens.append(open_enrolment(code=slip.code, pin=slip.pin).token)
    lost = device_of(tokens[0])
    _p, officer = land.somebody(
        "Officer", "implementer_officer", programme=land.roads, area=land.north, implementer=land.friends
    )
    revoke_device(by=officer, device=lost)
    assert device_of(tokens[0]) is None
    with pytest.raises(Refusal):
        sign_in_with_pin(token=tokens[0], pin=slip.pin)
    assert sign_in_with_pin(token=tokens[1], pin=slip.pin).person == sophea


def test_it_lets_nobody_else_revoke_or_enrol(land: Land, sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    device = open_enrolment(code=slip.code, pin=slip.pin).device
    strangers = [
        land.somebody("Wells", "programme_admin", programme=land.wells, area=land.country)[1],
        land.somebody(
            "Others", "implementer_officer", programme=land.roads, area=land.north, implementer=land.others
        )[1],
        land.somebody(
            "Colleague", "facilitator", programme=land.roads, area=land.hill, implementer=land.friends
        )[1],
        land.somebody("Head", "office_head", office=land.offices["hill"])[1],
    ]
    for by in strangers:
        for attempt in (
            lambda by=by: revoke_device(by=by, device=device),
            lambda by=by: revoke_all(by=by, person=sophea),
            lambda by=by: enrol(by=by, person=sophea),
            lambda by=by: invite(by=by, person=sophea),
        ):
            with pytest.raises(Denied):
                attempt()
    device.refresh_from_db()
    assert device.revoked_at is None
    assert revoke_device(by=sophea.acting(), device=device).revoked_at


def test_it_ends_everything_at_once(land: Land, sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    token = open_enrolment(code=slip.code, pin=slip.pin).token
    waiting, link = enrol(by=SYSTEM, person=sophea), invite(by=SYSTEM, person=sophea)
    before = sophea.get_session_auth_hash()
    revoke_all(by=SYSTEM, person=sophea)
    assert device_of(token) is None
    assert invitation_of(link.token) is None
    with pytest.raises(Refusal):
        open_enrolment(code=waiting.code, pin=waiting.pin)
    assert Person.objects.get(pk=sophea.pk).get_session_auth_hash() != before


def test_it_gives_no_slip_to_somebody_who_needs_a_password(land: Land):
    person, _ = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    with pytest.raises(Refusal, match="no role"):
        enrol(by=SYSTEM, person=person)


def test_it_changes_the_pin_for_who_knows_the_old_one(sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    token = open_enrolment(code=slip.code, pin=slip.pin).token
    me = sophea.acting()
    for old, new, code in (
        (wrong(slip.pin), "493817", "pin"),
        (slip.pin, "123456", "weak"),
        (slip.pin, "49", "weak"),
    ):
        with pytest.raises(Refusal) as refused:
            change_pin(by=me, person=sophea, old=old, new=new)
        assert refused.value.code == code
    change_pin(by=me, person=sophea, old=slip.pin, new=khmer("493817"))
    assert sign_in_with_pin(token=token, pin="493817").person == sophea
    with pytest.raises(Refusal):
        sign_in_with_pin(token=token, pin=slip.pin)
    with pytest.raises(Denied):
        change_pin(by=SYSTEM, person=sophea, old="493817", new="493818")


def test_it_accepts_an_invitation_once(land: Land):
    person, _ = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    _a, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    link = invite(by=admin, person=person)
    with pytest.raises(Refusal) as weak:
        accept_invitation(token=link.token, password="password")
    assert weak.value.field == "password"
    assert accept_invitation(token=link.token, password="seven elephants swim").has_usable_password()
    with pytest.raises(Refusal) as again:
        accept_invitation(token=link.token, password="eight elephants swim")
    assert again.value.code == "gone"
    person.refresh_from_db()
    assert person.check_password("seven elephants swim")


def test_it_lets_an_invitation_end_after_seven_days_or_by_a_newer_one(land: Land):
    person, _ = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    first, second = invite(by=SYSTEM, person=person), invite(by=SYSTEM, person=person)
    assert invitation_of(first.token) is None
    Invitation.objects.filter(pk=second.invitation.pk).update(expires_at=timezone.now())
    with pytest.raises(Refusal):
        accept_invitation(token=second.token, password="seven elephants swim")


def test_it_does_not_hand_one_programme_the_keys_to_another(land: Land):
    """Somebody who works for two programmes is invited anew by neither of them alone."""
    person, _ = land.somebody("Both", "officer", programme=land.roads, area=land.north)
    seat(by=SYSTEM, person=person, role="officer", programme=land.wells, area=land.north)
    _a, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    with pytest.raises(Denied):
        invite(by=admin, person=person)


def test_it_does_not_let_a_small_role_take_over_a_greater_one(land: Land):
    manager, _ = land.somebody(
        "Manager", "programme_admin", programme=land.roads, area=land.north, implementer=land.friends
    )
    _o, officer = land.somebody(
        "Officer", "implementer_officer", programme=land.roads, area=land.north, implementer=land.friends
    )
    for verb in (invite, enrol):
        with pytest.raises((Denied, Refusal)):
            verb(by=officer, person=manager)
    assert not Invitation.objects.exists()
    assert not Enrolment.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["slip", "invitation"])
def test_it_lets_only_one_of_two_win_at_the_same_moment(what: str):
    land = make_land()
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    slip, link = enrol(by=SYSTEM, person=person), invite(by=SYSTEM, person=person)
    together, outcomes = Barrier(2), []

    def attempt(number: int) -> None:
        together.wait()
        try:
            if what == "slip":
                open_enrolment(code=slip.code, pin=slip.pin, label=str(number))
            else:
                accept_invitation(token=link.token, password=f"{number} elephants swim")
            outcomes.append("won")
        except Refusal as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=attempt, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "won"]
    assert Device.objects.count() == (1 if what == "slip" else 0)
