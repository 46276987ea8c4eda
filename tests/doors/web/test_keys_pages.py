"""The key pages: a passphrase chosen and asked for, the key at hand in one browser, an office's vaults."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from samleng.doors.web import unlocked as opened
from samleng.doors.web.signin.accounts import give_totp
from samleng.doors.web.unlocked import OPEN_COOKIE, opener_for
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.verbs.phrases import choose_passphrase, unlock
from samleng.ground.people.models import Person
from samleng.kit.ledger.models import Entry
from samleng.kit.sealing.verbs import open_text, seal
from tests.world import World, someone

PHRASE = "river lamp seven goat {name}"


@dataclass
class Desk:
    """People of the clinic's office in their browsers, each with a key."""

    world: World
    people: dict[str, Person]
    browsers: dict[str, Client] = field(default_factory=dict)

    def at(self, name: str) -> Client:
        if name not in self.browsers:
            self.browsers[name] = Client()
            self.browsers[name].force_login(
                self.people[name], backend="django.contrib.auth.backends.ModelBackend"
            )
        return self.browsers[name]

    def see(self, name: str, page: str, *given: Any) -> Any:
        return self.at(name).get(reverse(page, args=given))

    def send(self, name: str, page: str, *given: Any, **sent: Any) -> Any:
        return self.at(name).post(reverse(page, args=given), sent)

    def unlock(self, name: str, **more: Any) -> Any:
        return self.send(name, "keys_unlock", passphrase=PHRASE.format(name=name), **more)

    def open_vault(self, **more: Any) -> Vault:
        names = {"holders": ["Vuthy"], "custodians": ["Sok", "Chan"]} | more
        sent = {key: [str(self.people[one].pk) for one in some] for key, some in names.items()}
        self.send("Vuthy", "keys_open", self.world.clinic_office.pk, "cases", **sent)
        vault = Vault.objects.of(self.world.clinic_office)
        assert vault is not None
        return vault

    def request(self, name: str) -> Any:
        """A request as that person's browser would make it now."""
        client = self.at(name)
        request = RequestFactory().get("/")
        request.COOKIES = {key: one.value for key, one in client.cookies.items()}
        request.session = client.session
        request.user = Person.objects.get(pk=self.people[name].pk)
        return request


ROLES = {"Next": "office_head", "Clerk": "clerk", "Sok": "custodian", "Chan": "custodian"}


@pytest.fixture
def desk(world: World) -> Desk:
    people = {"Vuthy": world.vuthy, "Chief": world.chief, "Sophea": world.sophea}
    for name, role in ROLES.items():
        people[name] = someone(name, role, office=world.clinic_office)
    for name, person in people.items():
        if name == "Sophea":
            continue
        give_totp(person)
        phrase = PHRASE.format(name=name)
        choose_passphrase(by=person.acting(), person=person, passphrase=phrase)
    return Desk(world, people)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_lets_a_new_officer_choose_a_passphrase(world):
    give_totp(world.vuthy)
    desk = Desk(world, {"Vuthy": world.vuthy})
    assert "You have no key yet" in said(desk.see("Vuthy", "keys"))
    assert desk.see("Vuthy", "keys_unlock").url == reverse("keys_choose")
    wrong = desk.send("Vuthy", "keys_choose", passphrase="river lamp seven goat", again="river lamp")
    assert wrong.status_code == 422 and "river lamp seven" not in said(wrong)
    short = desk.send("Vuthy", "keys_choose", passphrase="river", again="river")
    assert "too easy to guess" in said(short)
    done = desk.send(
        "Vuthy", "keys_choose", passphrase="river lamp seven goat", again="river lamp seven goat"
    )
    assert done.url == reverse("keys") and PersonKey.objects.of(world.vuthy)


def test_it_opens_nothing_to_who_reads_nothing_sealed(desk):
    for page in ("keys", "keys_choose", "keys_unlock", "keys_change", "keys_forgotten"):
        assert desk.see("Sophea", page).status_code == 404
    assert "Keys of what is sealed" not in said(desk.see("Sophea", "desk"))
    assert "Keys of what is sealed" in said(desk.see("Vuthy", "desk"))
    assert Client().get(reverse("keys")).status_code == 302


def test_it_unlocks_for_this_browser_and_goes_on_where_it_was_needed(desk):
    vault = desk.open_vault()
    sealed = seal("for the office", [vault.reader])
    assert opener_for(desk.request("Vuthy"), desk.world.clinic_office) is None
    answer = desk.unlock("Vuthy", next=reverse("desk"))
    assert answer.url == reverse("desk")
    cookie = answer.cookies[OPEN_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    opener = opener_for(desk.request("Vuthy"), desk.world.clinic_office)
    assert opener and open_text(sealed, opener) == "for the office"
    assert opener_for(desk.request("Vuthy"), desk.world.hall_office) is None


def test_it_never_leads_to_another_site(desk):
    assert desk.unlock("Vuthy", next="https://elsewhere.example/").url == reverse("keys")


def test_it_keeps_no_key_in_the_session_that_the_cookie_does_not_open(desk):
    desk.unlock("Vuthy")
    private = unlock(
        by=desk.people["Vuthy"].acting(),
        person=desk.people["Vuthy"],
        passphrase=PHRASE.format(name="Vuthy"),
    ).private
    session = desk.at("Vuthy").session
    kept = str(dict(session.items())) + Session.objects.get(pk=session.session_key).session_data
    assert base64.b64encode(private).decode() not in kept and private.hex() not in kept
    assert PHRASE.format(name="Vuthy") not in kept
    desk.at("Vuthy").cookies.pop(OPEN_COOKIE)
    assert "Your key is locked" in said(desk.see("Vuthy", "keys"))


@pytest.mark.parametrize("cookie", ["", "x", base64.urlsafe_b64encode(bytes(32)).decode()])
def test_it_is_locked_under_any_other_cookie(desk, cookie):
    desk.unlock("Vuthy")
    desk.at("Vuthy").cookies[OPEN_COOKIE] = cookie
    assert "Your key is locked" in said(desk.see("Vuthy", "keys"))


def test_it_locks_again_when_told_and_after_half_an_hour_without_use(desk, monkeypatch):
    desk.unlock("Vuthy")
    assert "Your key is open" in said(desk.see("Vuthy", "keys"))
    desk.send("Vuthy", "keys_lock")
    assert "Your key is locked" in said(desk.see("Vuthy", "keys"))
    desk.unlock("Vuthy")
    now = opened.time.time()
    for minutes, is_open in ((29, True), (58, True), (89, False), (1, False)):
        monkeypatch.setattr(opened.time, "time", lambda at=now + minutes * 60: at)
        assert ("Your key is open" in said(desk.see("Vuthy", "keys"))) == is_open


def test_it_is_locked_after_signing_out_and_for_whoever_signs_in_next(desk):
    desk.unlock("Vuthy")
    browser = desk.at("Vuthy")
    browser.logout()
    browser.force_login(desk.people["Clerk"], backend="django.contrib.auth.backends.ModelBackend")
    assert "Your key is locked" in said(browser.get(reverse("keys")))


def test_it_counts_wrong_passphrases_and_never_shows_them(desk):
    for n in range(10):
        answer = desk.send("Vuthy", "keys_unlock", passphrase=f"wrong words of mine {n}")
        assert answer.status_code == 422 and "wrong words" not in said(answer)
    assert "too many wrong passphrases" in said(answer)
    assert "too many wrong passphrases" in said(desk.unlock("Vuthy"))
    assert Entry.objects.filter(verb="keys.unlock").count() == 11


def test_it_keeps_no_passphrase_of_a_session_that_has_ended(desk):
    client = Client()
    client.post(reverse("keys_unlock"), {"passphrase": PHRASE.format(name="Vuthy")})
    assert PHRASE.format(name="Vuthy") not in str([one.get_decoded() for one in Session.objects.all()])


def test_it_changes_a_passphrase_and_gives_up_a_forgotten_one(desk):
    new = "other words entirely so"
    desk.send("Vuthy", "keys_change", old=PHRASE.format(name="Vuthy"), new=new)
    assert desk.send("Vuthy", "keys_unlock", passphrase=new).status_code == 302
    assert "opens nothing until another holder" in said(desk.see("Vuthy", "keys_forgotten"))
    desk.send("Vuthy", "keys_forgotten", passphrase=new, again=new)
    assert "Your key is locked" in said(desk.see("Vuthy", "keys"))
    assert PersonKey.objects.filter(person=desk.people["Vuthy"]).count() == 2


def test_it_opens_an_office_s_vault_and_says_who_has_no_passphrase_yet(desk):
    late = someone("Late", "clerk", office=desk.world.clinic_office)
    page = said(desk.see("Vuthy", "keys_open", desk.world.clinic_office.pk, "cases"))
    assert late.name in page.partition("<form")[2].partition('method="post" class="form"')[0]
    vault = desk.open_vault()
    assert {one.key.person.name for one in vault.halves.all()} == {"Sok", "Chan"}
    for name in ("Clerk", "Chief", "Sok"):
        assert desk.see(name, "keys_office", desk.world.clinic_office.pk).status_code == 404
    assert desk.see("Chief", "keys_vault", vault.pk).status_code == 404
    assert desk.see("Vuthy", "keys_open", desk.world.clinic_office.pk, "gold").status_code == 404


def test_it_says_what_lacks_where_nobody_can_hold_a_key_yet(desk):
    desk.people["Other"] = someone("Other", "office_head", office=desk.world.shire_office)
    give_totp(desk.people["Other"])
    for purpose, words in (("cases", "begin with yourself"), ("identity", "opened by custodians alone")):
        page = said(desk.see("Other", "keys_open", desk.world.shire_office.pk, purpose))
        assert "Nobody can hold it yet" in page and words in page


def test_it_refuses_one_custodian_at_its_field(desk):
    sent = {"holders": [str(desk.people["Vuthy"].pk)], "custodians": [str(desk.people["Sok"].pk)]}
    answer = desk.send("Vuthy", "keys_open", desk.world.clinic_office.pk, "cases", **sent)
    assert answer.status_code == 422 and "Choose two different people" in said(answer)


def test_it_asks_for_the_passphrase_before_anything_that_needs_the_key(desk):
    vault = desk.open_vault()
    clerk = {"person": str(desk.people["Clerk"].pk)}
    answer = desk.send("Vuthy", "keys_add", vault.pk, **clerk)
    assert answer.url.startswith(reverse("keys_unlock"))
    assert vault.shares.count() == 1
    assert "Give them the key" not in said(desk.see("Vuthy", "keys_vault", vault.pk))
    desk.unlock("Vuthy")
    assert "Give them the key" in said(desk.see("Vuthy", "keys_vault", vault.pk))
    desk.send("Vuthy", "keys_add", vault.pk, **clerk)
    assert vault.shares.count() == 2
    desk.send("Vuthy", "keys_remove", vault.pk, **clerk)
    assert vault.shares.count() == 1
    assert "only person who holds" in said(
        desk.send("Vuthy", "keys_remove", vault.pk, person=str(desk.people["Vuthy"].pk))
    )


def test_it_gives_the_vault_a_new_key_and_leads_to_it(desk):
    vault = desk.open_vault()
    desk.unlock("Vuthy")
    answer = desk.send("Vuthy", "keys_rotate", vault.pk)
    new = Vault.objects.of(desk.world.clinic_office)
    assert answer.url == reverse("keys_vault", args=[new.pk]) and new.pk != vault.pk
    assert desk.see("Vuthy", "keys_vault", vault.pk).status_code == 404


def test_it_hands_the_key_to_the_next_head_by_two_custodians(desk):
    vault = desk.open_vault()
    to = str(desk.people["Next"].pk)
    for name in ("Sok", "Chan"):
        desk.unlock(name)
        assert "Hand over my half" in said(desk.see(name, "keys_vault", vault.pk))
        desk.send(name, "keys_hand", vault.pk, to=to)
        desk.unlock("Next")
        page = said(desk.see("Next", "keys_vault", vault.pk))
        assert ("Take up the key" in page) == (name == "Chan")
    assert "has handed their half to Next" in said(desk.see("Sok", "keys_vault", vault.pk))
    assert "Waits for you" in said(desk.see("Next", "keys"))
    desk.send("Next", "keys_take", vault.pk)
    assert opener_for(desk.request("Next"), desk.world.clinic_office) is not None
    assert opener_for(desk.request("Sok"), desk.world.clinic_office) is None


def test_it_lets_no_one_hand_over_who_is_no_custodian(desk):
    vault = desk.open_vault()
    desk.unlock("Clerk")
    assert "Hand over my half" not in said(desk.see("Clerk", "keys_vault", vault.pk))
    assert desk.send("Clerk", "keys_hand", vault.pk, to=str(desk.people["Next"].pk)).status_code == 404


def test_it_names_other_custodians(desk):
    vault = desk.open_vault(custodians=[])
    assert "No two custodians are named" in said(desk.see("Vuthy", "keys_vault", vault.pk))
    desk.unlock("Vuthy")
    both = [str(desk.people[name].pk) for name in ("Sok", "Chan")]
    one = desk.send("Vuthy", "keys_custodians", vault.pk, custodians=both[:1])
    assert one.status_code == 422
    desk.send("Vuthy", "keys_custodians", vault.pk, custodians=both)
    assert vault.halves.count() == 2


def test_it_says_on_the_desk_what_of_keys_waits(desk, monkeypatch):
    words = "Make the key of your office"
    assert words not in said(desk.see("Vuthy", "desk"))
    monkeypatch.setattr(CatalogueVersion.objects.__class__, "current", lambda self: object())
    assert words in said(desk.see("Vuthy", "desk")) and words not in said(desk.see("Clerk", "desk"))
    vault = desk.open_vault()
    assert words not in said(desk.see("Vuthy", "desk"))
    for name in ("Sok", "Chan"):
        desk.unlock(name)
        desk.send(name, "keys_hand", vault.pk, to=str(desk.people["Next"].pk))
    assert "Take up the key of your office" in said(desk.see("Next", "desk"))
    PersonKey.objects.filter(person=desk.people["Clerk"]).delete()
    assert "Choose a passphrase for what is sealed" in said(desk.see("Clerk", "desk"))
    assert "passphrase" not in said(desk.see("Sophea", "desk"))
