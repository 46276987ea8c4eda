import pytest
from django.utils import timezone

from samleng.ground.keys.models import Share, Vault
from samleng.ground.keys.verbs import vaults
from samleng.ground.keys.verbs.vaults import (
    add_holder,
    catch_up,
    name_custodians,
    open_vault,
    remove_holder,
    rotate,
)
from samleng.ground.people.models import Seat
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.models import Wrap
from samleng.kit.sealing.rules import Opener, fresh_keypair
from samleng.kit.sealing.verbs import NotReadable, open_text, seal
from samleng.kit.words.refusals import Refusal

TEXT = "They asked for 20,000 riel."


def test_it_opens_for_its_holder_and_for_nobody_else(office):
    sealed = seal(TEXT, [office.vault.reader])
    assert open_text(sealed, office.opener("Dara")) == TEXT
    for name in ("Vuthy", "Next", "Sophea", "Stranger"):
        with pytest.raises(Denied):
            office.opener(name)


def test_it_is_the_office_s_one_vault_in_use_for_its_purpose(office, land):
    hill, coast = land.offices["hill"], land.offices["coast"]
    assert Vault.objects.of(hill, "cases") == office.vault
    assert Vault.objects.of(hill, "identity") is None and Vault.objects.of(coast) is None
    with pytest.raises(Refusal) as refusal:
        open_vault(by=office.by("Dara"), office=hill, purpose="cases", holders=[office.people["Next"]])
    assert refusal.value.code == "conflict"


@pytest.mark.parametrize("name", ["Vuthy", "Sophea", "Stranger"])
def test_it_is_opened_by_the_office_s_head_alone(office, land, name):
    with pytest.raises(Denied):
        open_vault(
            by=office.by(name),
            office=land.offices["hill"],
            purpose="identity",
            holders=[office.people["Sophea"]],
        )


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"holders": []}, "holders", "missing"),
        ({"holders": ["Stranger"]}, "holders", "role"),
        ({"holders": ["Dara"]}, "holders", "role"),
        ({"holders": ["Sophea"], "custodians": ["Chan"]}, "custodians", "two"),
        ({"holders": ["Sophea"], "custodians": ["Chan", "Chan"]}, "custodians", "two"),
        ({"holders": ["Sophea"], "custodians": ["Chan", "Dara"]}, "custodians", "role"),
        ({"holders": ["New"]}, "holders", "missing"),
        ({"holders": ["Sophea"], "purpose": "gold"}, "purpose", "choice"),
    ],
)
def test_it_says_who_cannot_hold_identities_and_why(office, land, given, field, code):
    office.people["New"], _by = land.somebody("New", "custodian", office=land.offices["hill"])
    people = {name: [office.people[one] for one in given.get(name, [])] for name in ("holders", "custodians")}
    with pytest.raises(Refusal) as refusal:
        open_vault(
            by=office.by("Dara"),
            office=land.offices["hill"],
            purpose=given.get("purpose", "identity"),
            **people,
        )
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert Vault.objects.count() == 1


def test_it_gives_identities_to_custodians_whom_only_custodians_choose(office, land):
    chan = office.people["Chan"]
    vault = open_vault(
        by=office.by("Dara"),
        office=land.offices["hill"],
        purpose="identity",
        holders=[office.people["Sophea"]],
    )
    sealed = seal(TEXT, [vault.reader])
    opener = office.opener("Sophea", vault)
    with pytest.raises(Denied):
        add_holder(by=office.by("Dara"), vault=vault, person=chan, opener=opener)
    add_holder(by=office.by("Sophea"), vault=vault, person=chan, opener=opener)
    assert open_text(sealed, office.opener("Chan", vault)) == TEXT
    with pytest.raises(Denied):
        office.opener("Dara", vault)


def test_it_is_shared_with_one_more_by_who_holds_it(office):
    by, vuthy = office.by("Dara"), office.people["Vuthy"]
    add_holder(by=by, vault=office.vault, person=vuthy, opener=office.opener("Dara"))
    add_holder(by=by, vault=office.vault, person=vuthy, opener=office.opener("Dara"))
    assert office.opener("Vuthy").private == office.opener("Dara").private
    rows = Entry.objects.filter(verb="keys.add_holder")
    assert [row.facts for row in rows] == [{"person": str(vuthy.pk)}]
    with pytest.raises(Denied):
        add_holder(by=office.by("Vuthy"), vault=office.vault, person=vuthy, opener=office.opener("Vuthy"))


def test_it_takes_no_key_but_its_own(office):
    wrong = Opener(office.vault.reader_key, fresh_keypair().private)
    for opener in (wrong, Opener("vault:other", office.opener("Dara").private)):
        with pytest.raises(Denied):
            add_holder(by=office.by("Dara"), vault=office.vault, person=office.people["Vuthy"], opener=opener)
        with pytest.raises(Denied):
            rotate(by=office.by("Dara"), vault=office.vault, opener=opener)


def test_it_opens_no_more_for_who_left_the_office(office):
    unlocked = office.unlocked("Dara")
    Seat.objects.filter(person=office.people["Dara"]).update(until=timezone.localdate())
    from dataclasses import replace

    with pytest.raises(Denied):
        replace(unlocked, by=office.by("Dara")).opener(office.vault)


def test_it_keeps_its_last_holder(office):
    dara, vuthy = office.people["Dara"], office.people["Vuthy"]
    with pytest.raises(Refusal) as refusal:
        remove_holder(by=office.by("Dara"), vault=office.vault, person=dara)
    assert refusal.value.code == "last"
    add_holder(by=office.by("Dara"), vault=office.vault, person=vuthy, opener=office.opener("Dara"))
    remove_holder(by=office.by("Next"), vault=office.vault, person=dara)
    remove_holder(by=office.by("Next"), vault=office.vault, person=dara)
    with pytest.raises(Denied):
        office.opener("Dara")


def test_it_passes_everything_on_to_a_new_key_and_leaves_the_old_one_nothing(office, monkeypatch):
    monkeypatch.setattr(vaults, "AT_A_TIME", 2)
    texts = [seal(f"{TEXT} {n}", [office.vault.reader]) for n in range(5)]
    old = office.opener("Dara")
    new = rotate(by=office.by("Dara"), vault=office.vault, opener=old)
    assert Vault.objects.of(office.vault.office) == new and new.version == 2
    opener = office.opener("Dara", new)
    assert [open_text(one, opener) for one in texts] == [f"{TEXT} {n}" for n in range(5)]
    assert opener.private != old.private and new.halves.count() == 2
    assert not Wrap.objects.filter(reader=office.vault.reader_key).exists()
    assert not Share.objects.filter(vault=office.vault).exists()
    with pytest.raises(NotReadable):
        open_text(texts[0], old)
    with pytest.raises(Denied):
        rotate(by=office.by("Dara"), vault=Vault.objects.get(pk=office.vault.pk), opener=old)


def test_it_gives_the_new_key_to_those_who_still_sit_there(office):
    add_holder(
        by=office.by("Dara"),
        vault=office.vault,
        person=office.people["Vuthy"],
        opener=office.opener("Dara"),
    )
    gone = (office.people["Vuthy"], office.people["Chan"])
    Seat.objects.filter(person__in=gone).update(until=timezone.localdate())
    new = rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    assert [one.key.person for one in new.shares.all()] == [office.people["Dara"]]
    # One custodian has left, so nobody has a half until two are named again.
    assert not new.halves.exists()
    row = Entry.objects.get(verb="keys.rotate")
    assert row.facts["holders"] == [str(office.people["Dara"].pk)]


def test_it_begins_a_broken_off_change_of_keys_again(office, monkeypatch):
    sealed = seal(TEXT, [office.vault.reader])
    monkeypatch.setattr(vaults, "close", lambda vault: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    assert Vault.objects.of(office.vault.office) == office.vault
    assert open_text(sealed, office.opener("Dara")) == TEXT
    monkeypatch.undo()
    new = rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    assert open_text(sealed, office.opener("Dara", new)) == TEXT
    assert Wrap.objects.count() == 1 and Vault.objects.count() == 2


def test_it_loses_nothing_that_was_sealed_in_the_moment_of_the_change(office):
    new = rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    late = seal(TEXT, [office.vault.reader])
    opener = office.opener("Dara", new)
    catch_up(new, opener)
    assert open_text(late, opener) == TEXT and Wrap.objects.count() == 1
    catch_up(new, opener)


def test_it_names_other_custodians_and_the_former_have_nothing(office, land):
    third, by = land.somebody("Third", "custodian", office=land.offices["hill"])
    vaults_before = {bytes(one.sealed) for one in office.vault.halves.all()}
    from samleng.ground.keys.verbs.phrases import choose_passphrase

    choose_passphrase(by=by, person=third, passphrase="the third has words")
    name_custodians(
        by=office.by("Dara"),
        vault=office.vault,
        custodians=[office.people["Sophea"], third],
        opener=office.opener("Dara"),
    )
    kept = office.vault.halves.all()
    assert {one.key.person for one in kept} == {office.people["Sophea"], third}
    assert not vaults_before & {bytes(one.sealed) for one in kept}


def test_it_writes_no_name_and_no_key_into_the_ledger(office):
    rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    rows = Entry.objects.filter(verb__startswith="keys.")
    assert rows.count() > 5 and SYSTEM.key not in {row.actor for row in rows}
    said = str([row.facts for row in rows])
    assert not any(person.name in said for person in office.people.values())
