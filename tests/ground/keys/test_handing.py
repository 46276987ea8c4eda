"""Two custodians together hand an office's vault to its next holder; one alone cannot."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.ground.keys.models import Half, Handed, PersonKey, Vault
from samleng.ground.keys.verbs.handing import hand_over, take_up, waiting_for
from samleng.ground.keys.verbs.vaults import rotate
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.sealing.rules import (
    Unreadable,
    fresh_keypair,
    halves,
    joined,
    keypair_from,
    keypair_of,
    unwrap,
    wrap,
)
from samleng.kit.sealing.verbs import open_text, seal
from samleng.kit.words.refusals import Refusal


def hand(office, name, to="Next"):
    return hand_over(
        by=office.by(name), vault=office.vault, to=office.people[to], unlocked=office.unlocked(name)
    )


def test_it_lets_the_next_head_read_once_both_have_handed_over(office):
    sealed = seal("for the office", [office.vault.reader])
    hand(office, "Sophea")
    hand(office, "Chan")
    key = PersonKey.objects.of(office.people["Next"])
    assert waiting_for(key) == [office.vault]
    take_up(by=office.by("Next"), vault=office.vault, unlocked=office.unlocked("Next"))
    assert open_text(sealed, office.opener("Next")) == "for the office"
    assert waiting_for(key) == [] and not Handed.objects.exists()
    verbs = Entry.objects.filter(verb__in=["keys.hand_over", "keys.take_up"]).values_list("verb", flat=True)
    assert sorted(verbs) == ["keys.hand_over", "keys.hand_over", "keys.take_up"]


def test_it_gives_nothing_while_only_one_has(office):
    for _ in range(2):
        hand(office, "Sophea")
    assert waiting_for(PersonKey.objects.of(office.people["Next"])) == []
    with pytest.raises(Refusal) as refusal:
        take_up(by=office.by("Next"), vault=office.vault, unlocked=office.unlocked("Next"))
    assert refusal.value.code == "half"
    with pytest.raises(Denied):
        office.opener("Next")


def test_it_gives_nothing_when_the_two_mean_different_people(office):
    hand(office, "Sophea", "Next")
    hand(office, "Chan", "Vuthy")
    for name in ("Next", "Vuthy"):
        with pytest.raises(Refusal):
            take_up(by=office.by(name), vault=office.vault, unlocked=office.unlocked(name))


@pytest.mark.parametrize("name", ["Dara", "Next", "Vuthy", "Stranger"])
def test_it_is_for_custodians_of_this_vault_alone(office, name):
    with pytest.raises(Denied):
        hand(office, name, "Vuthy")


def test_it_goes_to_somebody_who_may_hold_it_and_never_to_oneself(office):
    for to, code in (("Stranger", "role"), ("Chan", "role"), ("Sophea", "self")):
        with pytest.raises(Refusal) as refusal:
            hand(office, "Sophea", to)
        assert refusal.value.code == code


def test_it_is_joined_by_nobody_but_the_one_it_was_handed_to(office):
    hand(office, "Sophea")
    hand(office, "Chan")
    with pytest.raises(Refusal):
        take_up(by=office.by("Vuthy"), vault=office.vault, unlocked=office.unlocked("Vuthy"))
    with pytest.raises(Denied):
        take_up(by=office.by("Vuthy"), vault=office.vault, unlocked=office.unlocked("Next"))


def test_it_is_over_when_the_vault_has_got_a_new_key(office):
    hand(office, "Sophea")
    hand(office, "Chan")
    rotate(by=office.by("Dara"), vault=office.vault, opener=office.opener("Dara"))
    with pytest.raises(Denied):
        take_up(
            by=office.by("Next"),
            vault=Vault.objects.get(pk=office.vault.pk),
            unlocked=office.unlocked("Next"),
        )


def test_it_leaves_one_custodian_with_the_whole_database_nothing(office):
    """Whoever has every row and one custodian's private key can build the vault's key from no two of them."""
    vault_public = bytes(office.vault.public)
    hand(office, "Sophea")
    sophea = office.unlocked("Sophea").private
    rows = [bytes(one.sealed) for one in (*Half.objects.all(), *Handed.objects.all())]
    rows += [bytes(one.sealed) for one in office.vault.shares.all()]
    found = []
    for row in rows:
        try:
            found.append(unwrap(row, sophea))
        except Unreadable:
            continue
    assert len(found) == 1
    pieces = [*found, sophea, vault_public]
    tried = [*pieces, *(joined(a, b) for a, b in combinations(pieces, 2))]
    assert all(keypair_of(one).public != vault_public for one in tried)


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_it_takes_both_halves_whoever_of_the_two_comes_first(seed, turned):
    vault, first, second, heir = keypair_from(seed), fresh_keypair(), fresh_keypair(), fresh_keypair()
    parts = halves(vault.private)
    kept = [wrap(part, one.public) for part, one in zip(parts, (first, second), strict=True)]
    handed = [
        wrap(unwrap(one, key.private), heir.public) for one, key in zip(kept, (first, second), strict=True)
    ]
    got = [unwrap(one, heir.private) for one in (reversed(handed) if turned else handed)]
    assert joined(*got) == vault.private
    for alone in got:
        assert keypair_of(alone).public != vault.public
    for mine, other in ((first, kept[1]), (second, kept[0])):
        with pytest.raises(Unreadable):
            unwrap(other, mine.private)
