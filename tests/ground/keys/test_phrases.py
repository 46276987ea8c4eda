import pytest

from samleng.ground.keys.models import PersonKey
from samleng.ground.keys.verbs import phrases
from samleng.ground.keys.verbs.phrases import change_passphrase, choose_passphrase, unlock
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry, Receipt
from samleng.kit.sealing.receipts import Turns
from samleng.kit.sealing.rules import cost_of, keypair_of
from samleng.kit.words.refusals import Refusal
from tests.ground.keys.conftest import PHRASE

MINE = PHRASE.format(name="Dara")


@pytest.fixture
def dara(land):
    return land.somebody("Dara", "office_head", office=land.offices["hill"])


@pytest.fixture
def key(dara):
    person, by = dara
    return choose_passphrase(by=by, person=person, passphrase=MINE)


def refused(**given):
    with pytest.raises(Refusal) as refusal:
        unlock(**given)
    return refusal.value


def test_it_opens_one_s_key_with_the_passphrase(dara, key):
    person, by = dara
    opened = unlock(by=by, person=person, passphrase=f" {MINE.replace(' ', '  ')}\u200b")
    assert keypair_of(opened.private).public == bytes(key.public)
    assert repr(opened) == f"Unlocked({key.pk})"


def test_it_keeps_neither_passphrase_nor_private_key_anywhere(dara, key):
    person, by = dara
    private = unlock(by=by, person=person, passphrase=MINE).private
    for one in PersonKey.objects.values_list():
        assert private not in b"".join(bytes(part) for part in one if isinstance(part, bytes | memoryview))
    assert MINE not in str(list(Entry.objects.values_list())) and not Receipt.objects.exists()


def test_it_locks_at_the_cost_the_site_asks(dara, settings):
    person, by = dara
    settings.ARGON2_COST = (2, 1)
    made = choose_passphrase(by=by, person=person, passphrase=MINE)
    assert cost_of(bytes(made.locked)).mib == 2


def test_it_is_one_s_own_key_and_only_for_who_has_use_for_one(land, dara):
    person, _by = dara
    _, other = land.somebody("Other", "office_head", office=land.offices["hill"])
    facilitator, by = land.somebody("Fac", "facilitator", programme=land.roads, area=land.hill)
    for who, whose in ((other, person), (by, facilitator)):
        with pytest.raises(Denied):
            choose_passphrase(by=who, person=whose, passphrase=MINE)


@pytest.mark.parametrize("phrase", ["1234567890123456", "too short", "qwertyuiop"])
def test_it_refuses_what_is_easy_to_guess(dara, phrase):
    person, by = dara
    with pytest.raises(Refusal) as refusal:
        choose_passphrase(by=by, person=person, passphrase=phrase)
    assert (refusal.value.code, refusal.value.field) == ("weak", "passphrase")


def test_it_refuses_the_password_by_which_one_signs_in(dara):
    person, by = dara
    person.set_password("river lamp seven goat")
    person.save()
    with pytest.raises(Refusal) as refusal:
        choose_passphrase(by=by, person=person, passphrase="river lamp seven goat")
    assert refusal.value.code == "same"


def test_it_locks_after_ten_wrong_tries_and_puts_each_on_record(dara, key, monkeypatch):
    person, by = dara
    said = [refused(by=by, person=person, passphrase=f"not this one {n}") for n in range(10)]
    assert [one.code for one in said] == ["passphrase"] * 9 + ["locked"]
    assert "1 tries" in str(said[8].remedy)
    # The right one opens nothing now, and costs nothing to turn away.
    monkeypatch.setattr(phrases, "opened_lock", lambda *_: pytest.fail("it was tried"))
    assert refused(by=by, person=person, passphrase=MINE).code == "locked"
    seen = Entry.objects.filter(verb="keys.unlock", actor=by.key).order_by("id")
    assert [one.facts["refused"] for one in seen] == ["passphrase"] * 9 + ["locked"] * 2


def test_it_counts_anew_when_the_lock_has_run_out_or_the_right_one_came(dara, key):
    person, by = dara
    for n in range(9):
        refused(by=by, person=person, passphrase=f"not this one {n}")
    unlock(by=by, person=person, passphrase=MINE)
    assert refused(by=by, person=person, passphrase="not this one").code == "passphrase"
    PersonKey.objects.update(failed=10, locked_until=key.made_at)
    assert unlock(by=by, person=person, passphrase=MINE).key == key.pk
    key.refresh_from_db()
    assert (key.failed, key.locked_until) == (0, None)


def test_it_says_so_when_none_was_chosen_or_too_many_ask(dara, monkeypatch):
    person, by = dara
    assert refused(by=by, person=person, passphrase=MINE).code == "missing"
    choose_passphrase(by=by, person=person, passphrase=MINE)
    turns = Turns(at_once=1, waiting=0)
    monkeypatch.setattr(phrases, "TURNS", turns)
    with turns.turn():
        assert refused(by=by, person=person, passphrase=MINE).code == "busy"
    # Whoever was told to come again has used up no try.
    assert PersonKey.objects.get().failed == 0


def test_it_changes_the_passphrase_and_keeps_the_key(dara, key):
    person, by = dara
    with pytest.raises(Refusal) as refusal:
        change_passphrase(by=by, person=person, old="not the old one", new="other four words entirely")
    assert refusal.value.field == "old"
    change_passphrase(by=by, person=person, old=MINE, new="other four words entirely")
    assert refused(by=by, person=person, passphrase=MINE).code == "passphrase"
    opened = unlock(by=by, person=person, passphrase="other four words entirely")
    assert keypair_of(opened.private).public == bytes(key.public)


def test_it_gives_up_a_forgotten_key_only_when_told_and_all_that_was_sealed_to_it(office):
    dara, by = office.people["Dara"], office.by("Dara")
    with pytest.raises(Refusal) as refusal:
        choose_passphrase(by=by, person=dara, passphrase="a second key of mine")
    assert refusal.value.code == "conflict"
    made = choose_passphrase(by=by, person=dara, passphrase="a second key of mine", anew=True)
    old = PersonKey.objects.get(person=dara, retired_at__isnull=False)
    assert bytes(old.locked) == b"" and not old.shares.exists() and PersonKey.objects.of(dara) == made
    opened = unlock(by=by, person=dara, passphrase="a second key of mine")
    with pytest.raises(Denied):
        opened.opener(office.vault)
