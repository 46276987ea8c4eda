"""Getting in through the pages: staff by two steps, everybody else by an enrolled phone and a PIN."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from samleng.doors.door import DEVICE_COOKIE
from samleng.doors.web.signin.accounts import (
    drop_second_step,
    give_totp,
    has_second_step,
    totp_address,
    totp_now,
)
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.verbs.accounts import seat
from samleng.ground.people.verbs.keys import device_of, enrol, invite, revoke_device
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.people.land import Land, make_land

PASSWORD = "seven elephants swim"


@pytest.fixture
def land(db: None) -> Land:
    cache.clear()
    return make_land()


@pytest.fixture
def officer(land: Land) -> Person:
    person, _ = land.somebody(
        "Officer",
        "officer",
        programme=land.roads,
        area=land.north,
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def sophea(land: Land) -> Person:
    return land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)[0]


def at(name: str, *args: object, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def sign_in(client: Client, username: str, password: str = PASSWORD):
    return client.post(at("account_login"), {"login": username, "password": password})


def enrolled(client: Client, person: Person) -> str:
    slip = enrol(by=SYSTEM, person=person, keep_earlier=True)
    answer = client.post(at("enrol"), {"code": slip.code, "pin": slip.pin})
    assert answer.status_code == 302, answer.content.decode()
    return slip.pin


def test_it_sends_staff_without_a_second_step_to_set_one_up(client: Client, officer: Person):
    sign_in(client, officer.username)
    for page in ("desk", "me", "account_change_password"):
        answer = client.get(at(page))
        assert (answer.status_code, answer.url) == (302, at("second_step"))
    assert client.get(at("second_step")).status_code == 200
    assert client.get(at("mfa_activate_totp")).status_code == 200


def test_it_gives_staff_without_a_second_step_no_right_at_all(rf, officer: Person):
    from samleng.doors.web.signin.accounts import acting_for

    request = rf.get("/")
    request.user, request.session = officer, {}
    assert acting_for(request).seats == ()
    give_totp(officer)
    del request._acting
    assert len(acting_for(request).seats) == 1


def test_it_sets_up_an_app_and_then_asks_for_its_code(client: Client, officer: Person):
    sign_in(client, officer.username)
    shown = client.get(at("mfa_activate_totp"))
    secret = shown.context["form"].secret
    answer = client.post(at("mfa_activate_totp"), {"code": totp_now(secret)})
    assert answer.status_code == 302
    assert has_second_step(officer)
    assert secret not in str(Authenticator.objects.values())
    assert client.get(at("me")).status_code == 200
    again = Client()
    answer = sign_in(again, officer.username)
    assert answer.url == at("mfa_authenticate")
    assert again.get(at("me")).status_code == 302
    assert again.post(at("mfa_authenticate"), {"code": "000000"}).status_code == 200


def test_it_opens_the_desk_to_password_and_code_together(client: Client, officer: Person):
    secret = give_totp(officer)
    assert "otpauth://" in totp_address(officer, secret)
    sign_in(client, officer.username)
    code = totp_now(secret)
    answer = client.post(at("mfa_authenticate"), {"code": code})
    assert answer.url == at("desk", language=officer.language)
    assert client.get(at("me")).status_code == 200
    # The same code a second time: somebody looked over the shoulder.
    other = Client()
    sign_in(other, officer.username)
    assert other.post(at("mfa_authenticate"), {"code": code}).status_code == 200


def test_it_does_not_let_staff_remove_their_only_second_step(client: Client, officer: Person):
    secret = give_totp(officer)
    sign_in(client, officer.username)
    client.post(at("mfa_authenticate"), {"code": totp_now(secret)})
    client.post(at("mfa_deactivate_totp"))
    assert has_second_step(officer)


def test_it_locks_a_password_out_after_ten_tries(client: Client, officer: Person):
    for _try in range(settings.AXES_FAILURE_LIMIT):
        cache.clear()
        answer = sign_in(client, officer.username, "wrong")
    assert answer.status_code == 429
    cache.clear()
    answer = sign_in(client, officer.username)
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "page", ["account_signup", "account_reset_password", "account_set_password", "account_email"]
)
def test_it_opens_no_account_to_strangers(client: Client, land: Land, page: str):
    before = Person.objects.count()
    client.get(at(page))
    client.post(
        at(page),
        {
            "username": "stranger",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "email": "stranger@example.org",
        },
    )
    assert Person.objects.count() == before
    assert "_auth_user_id" not in client.session


def test_it_takes_up_an_invitation_once_and_asks_nothing_of_a_look(client: Client, officer: Person):
    link = invite(by=SYSTEM, person=officer)
    for _look in range(2):
        assert client.get(at("invited", link.token)).status_code == 200
    weak = client.post(at("invited", link.token), {"password": "password", "again": "password"})
    assert weak.status_code == 200 and "error" in weak.content.decode()
    unlike = client.post(at("invited", link.token), {"password": "nine elephants swim", "again": PASSWORD})
    assert unlike.status_code == 200
    new = {"password": "nine elephants swim", "again": "nine elephants swim"}
    assert client.post(at("invited", link.token), new).status_code == 302
    assert client.post(at("invited", link.token), new).status_code == 410
    assert client.get(at("invited", link.token)).status_code == 410
    officer.refresh_from_db()
    assert officer.check_password("nine elephants swim")


def test_it_enrols_a_phone_and_signs_in_by_pin_from_then_on(client: Client, sophea: Person):
    pin = enrolled(client, sophea)
    cookie = client.cookies[DEVICE_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert client.get(at("me")).status_code == 200
    client.post(at("leave"))
    assert client.get(at("me")).status_code == 302
    assert client.get(at("account_login")).url.startswith(at("pin"))
    page = client.get(at("pin")).content.decode()
    assert "Sophea" in page
    assert client.post(at("pin"), {"pin": "000000"}).status_code == 200
    answer = client.post(at("pin"), {"pin": pin, "next": at("me")})
    assert answer.url == at("me")
    assert client.get(at("me")).status_code == 200


def test_it_asks_for_no_pin_on_a_phone_that_is_not_enrolled(client: Client, sophea: Person):
    enrolled(Client(), sophea)
    page = client.get(at("pin")).content.decode()
    assert 'name="pin"' not in page and "Sophea" not in page


def test_it_opens_a_scanned_slip_only_with_its_pin(client: Client, sophea: Person):
    slip = enrol(by=SYSTEM, person=sophea)
    page = client.get(at("enrol_code", slip.code)).content.decode()
    assert slip.code in page and "Sophea" not in page
    assert client.post(at("enrol"), {"code": slip.code, "pin": "000000"}).status_code == 200
    assert client.post(at("enrol"), {"code": slip.code, "pin": slip.pin}).status_code == 302
    second = Client()
    assert second.post(at("enrol"), {"code": slip.code, "pin": slip.pin}).status_code == 200
    assert sophea.devices.count() == 1


def test_it_ends_the_session_of_a_phone_the_moment_it_is_revoked(client: Client, sophea: Person):
    enrolled(client, sophea)
    assert client.get(at("me")).status_code == 200
    revoke_device(by=SYSTEM, device=device_of(client.cookies[DEVICE_COOKIE].value))
    assert client.get(at("me")).url.endswith("/pin/")
    assert "_auth_user_id" not in client.session


def test_it_opens_no_staff_seat_by_pin(client: Client, land: Land, sophea: Person):
    seat(by=SYSTEM, person=sophea, role="programme_admin", programme=land.wells, area=land.country)
    enrolled(client, sophea)
    answer = client.get(at("me"))
    assert answer.status_code == 200
    assert [one.role for one in answer.context["acting"].seats] == ["facilitator"]


def test_it_leads_nowhere_else_after_signing_in(client: Client, sophea: Person):
    pin = enrolled(client, sophea)
    client.post(at("leave"))
    answer = client.post(at("pin"), {"pin": pin, "next": "https://elsewhere.example/"})
    assert answer.url == at("desk", language="km")


def test_it_lets_people_revoke_their_own_phone_and_nobody_elses(client: Client, land: Land, sophea: Person):
    other, _ = land.somebody("Other", "facilitator", programme=land.roads, area=land.hill)
    enrolled(Client(), other)
    enrolled(client, sophea)
    theirs = other.devices.get()
    assert client.post(at("me_revoke_device", theirs.pk)).status_code == 404
    assert client.post(at("me_revoke_device", uuid4())).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
    client.post(at("me_revoke_device", sophea.devices.get().pk))
    assert sophea.devices.get().revoked_at


def test_it_signs_out_everywhere(client: Client, sophea: Person):
    elsewhere = Client()
    enrolled(elsewhere, sophea)
    enrolled(client, sophea)
    client.post(at("me_revoke_all"))
    for browser in (client, elsewhere):
        assert browser.get(at("me")).status_code == 302


def test_it_changes_language_and_pin(client: Client, sophea: Person):
    pin = enrolled(client, sophea)
    answer = client.post(at("me_language"), {"language": "en"})
    assert answer.url == at("me")
    assert client.post(at("me_pin"), {"old": "000000", "new": "482915"}).status_code == 422
    assert client.post(at("me_pin"), {"old": pin, "new": "111111"}).status_code == 422
    assert client.post(at("me_pin"), {"old": pin, "new": "482915"}).status_code == 302
    client.post(at("leave"))
    assert client.post(at("pin"), {"pin": "482915"}).status_code == 302


def test_it_leaves_by_post_only(client: Client, sophea: Person):
    enrolled(client, sophea)
    assert client.get(at("leave")).status_code == 405
    answer = client.post(at("leave"))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get(at("me")).status_code == 302


def test_it_drops_a_lost_second_step_only_for_who_holds_the_keys(land: Land, officer: Person):
    give_totp(officer)
    _a, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    _o, other = land.somebody("Other", "programme_admin", programme=land.wells, area=land.country)
    for by in (other, officer.acting()):
        with pytest.raises(Denied):
            drop_second_step(by=by, person=officer)
    drop_second_step(by=admin, person=officer)
    assert not has_second_step(officer)
    assert Entry.objects.filter(verb="people.drop_second_step", actor=admin.key).exists()


@pytest.mark.parametrize("page", ["account_change_password", "account_reauthenticate", "mfa_reauthenticate"])
def test_it_speaks_of_nothing_that_this_site_has_not(officer: Person, page: str) -> None:
    # The library's own hints offer a reset by mail and speak English to everybody.
    give_totp(officer)
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(at(page, language="km")).content.decode()
    foreign = (
        "Forgot your password?",
        "Use your password",
        "Use authenticator app or code",
        "password/reset",
    )
    assert [text for text in foreign if text in html] == []
