"""A person's own key and the passphrase that opens it; none of these can be sent twice under one number.

A request's arguments are kept as a plain hash (`ledger.Receipt`), which a passphrase must never become, so
these are no `@verb`s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.keys.models import PersonKey, Share, Vault
from samleng.ground.keys.rules import (
    HOLDS,
    LOCK_MINUTES,
    SHORTEST,
    TRIES,
    lock_after,
    plain_phrase,
    tries_after,
    weak_phrase,
)
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied, require
from samleng.ground.people.rules import seats_for
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record
from samleng.kit.sealing.receipts import TURNS, cost
from samleng.kit.sealing.rules import (
    Opener,
    Unreadable,
    WrongPassphrase,
    fresh_keypair,
    lock,
    unwrap,
)
from samleng.kit.sealing.rules import (
    unlock as opened_lock,
)
from samleng.kit.words.refusals import Refusal


@dataclass(frozen=True, repr=False)
class Unlocked:
    """A person's private key at hand, for as long as this lives; it shows itself nowhere."""

    key: UUID
    private: bytes
    by: Actor

    def __repr__(self) -> str:
        return f"Unlocked({self.key})"

    def content_digest(self) -> str:
        return str(self.key)

    def opener(self, vault: Vault) -> Opener:
        """The vault's key; Denied for who does not hold it, or no longer sits where it may be held."""
        require(self.by, HOLDS[vault.purpose], owner=vault.owner_key)
        share = Share.objects.filter(vault=vault, key=self.key, key__retired_at=None).first()
        if share is None:
            raise Denied
        try:
            return Opener(key=vault.reader_key, private=unwrap(bytes(share.sealed), self.private))
        except Unreadable as error:
            raise Denied from error


def require_own(by: Actor, person: Person) -> None:
    """Raise Denied unless it is one's own key, and one sits where sealed things are read or kept."""
    if by.key != person.key or not may_have_key(by):
        raise Denied


def may_have_key(by: Actor) -> bool:
    """Whether somebody has any use for a key of their own."""
    return any(seats_for(by, verb) for verb in (*HOLDS.values(), "keys.hand_over"))


def choose_passphrase(*, by: Actor, person: Person, passphrase: str, anew: bool = False) -> PersonKey:
    """Make a person's own key under a passphrase of theirs.

    `anew` gives up a key whose passphrase was forgotten: whatever it opened must be handed to them again.
    """
    require_own(by, person)
    plain = sound_phrase(person, passphrase)
    made = fresh_keypair()
    with TURNS.turn():
        locked = lock(made.private, plain, cost())
    with transaction.atomic():
        # The person's row decides between two browsers.
        Person.objects.select_for_update().get(pk=person.pk)
        before = PersonKey.objects.filter(person=person, retired_at=None).first()
        if before and not anew:
            raise has_one()
        if before:
            retire(before)
        key = PersonKey.objects.create(person=person, public=made.public, locked=locked)
        facts = {"anew": before is not None}
        record(by=by, verb="keys.choose_passphrase", thing=key, facts=facts, tell=())
    return key


def retire(key: PersonKey) -> None:
    """A key is given up: nothing that was sealed to it stays."""
    key.shares.all().delete()
    key.halves.all().delete()
    key.handed.all().delete()
    key.locked, key.retired_at = b"", timezone.now()
    key.save(update_fields=["locked", "retired_at"])


def change_passphrase(*, by: Actor, person: Person, old: str, new: str) -> PersonKey:
    """Put one's key under another passphrase; all that it opens stays open to it."""
    require_own(by, person)
    plain = sound_phrase(person, new, field="new")
    key = own_key(person)
    private = tried_lock(by, key, old, "keys.change_passphrase", field="old")
    with TURNS.turn():
        locked = lock(private, plain, cost())
    with transaction.atomic():
        if not PersonKey.objects.filter(pk=key.pk, retired_at=None).update(locked=locked):
            raise Denied
    key.refresh_from_db()
    return key


def unlock(*, by: Actor, person: Person, passphrase: str) -> Unlocked:
    """The person's key, opened with their passphrase; ten wrong ones lock it, and each try is on record.

    Refusal: code "passphrase" for a wrong one, "locked" after ten, "missing" when none was chosen,
    "busy" when too many are tried at once.
    """
    require_own(by, person)
    key = own_key(person)
    return Unlocked(key=key.pk, private=tried_lock(by, key, passphrase, "keys.unlock"), by=by)


def own_key(person: Person) -> PersonKey:
    key = PersonKey.objects.of(person)
    if key is None:
        raise Refusal(
            _("You have not chosen a passphrase yet."),
            field="passphrase",
            remedy=_("Choose one first; it opens what is sealed to your office."),
            code="missing",
        )
    return key


def tried_lock(by: Actor, key: PersonKey, passphrase: str, verb: str, field: str = "passphrase") -> bytes:
    """One try at a lock, counted before it is made, so that many at once are not more than ten."""
    # The turn comes first: who is told to come again has not tried yet.
    with TURNS.turn():
        tries = begun(by, key, verb)
        if tries is None:
            raise locked_out(field)
        try:
            private = opened_lock(bytes(key.locked), plain_phrase(passphrase))
        except WrongPassphrase:
            private = None
    refusal = None if private is not None else wrong(tries, field)
    with transaction.atomic():
        if private is not None:
            PersonKey.objects.filter(pk=key.pk).update(failed=0, locked_until=None)
        record(by=by, verb=verb, thing=key, facts={"refused": refusal.code if refusal else ""}, tell=())
    if private is None:
        raise refusal or wrong(tries, field)
    return private


def begun(by: Actor, key: PersonKey, verb: str) -> int | None:
    """Count a try that now begins; None while the key is locked, which is on record too."""
    now = timezone.now()
    with transaction.atomic():
        kept = PersonKey.objects.select_for_update().get(pk=key.pk)
        tries = tries_after(kept.failed, kept.locked_until, now)
        if tries is None:
            record(by=by, verb=verb, thing=key, facts={"refused": "locked"}, tell=())
        else:
            kept.failed, kept.locked_until = tries, lock_after(tries, now)
            kept.save(update_fields=["failed", "locked_until"])
    return tries


def wrong(tries: int, field: str) -> Refusal:
    if tries >= TRIES:
        return locked_out(field)
    return Refusal(
        _("This passphrase is not right."),
        field=field,
        remedy=_("Try again; %(left)d tries are left.") % {"left": TRIES - tries},
        code="passphrase",
    )


def locked_out(field: str) -> Refusal:
    return Refusal(
        _("There were too many wrong passphrases."),
        field=field,
        remedy=_("Wait %(minutes)d minutes and try once more.") % {"minutes": LOCK_MINUTES},
        code="locked",
    )


def has_one() -> Refusal:
    return Refusal(
        _("You have chosen a passphrase already."),
        field="passphrase",
        remedy=_("Change it with the old one, or say that you have forgotten it."),
        code="conflict",
    )


@cache
def common() -> CommonPasswordValidator:
    """The list of what everybody tries first, read once."""
    return CommonPasswordValidator()


def sound_phrase(person: Person, passphrase: str, field: str = "passphrase") -> str:
    """The passphrase in its plain form; a Refusal when it is easy to guess, or opens the account as well."""
    plain = plain_phrase(passphrase)
    try:
        common().validate(plain)
        weak = weak_phrase(plain)
    except ValidationError:
        weak = True
    if weak:
        raise Refusal(
            _("This passphrase is too easy to guess."),
            field=field,
            remedy=_("Choose at least %(least)d letters. Four words that do not belong together are good.")
            % {"least": SHORTEST},
            code="weak",
        )
    typed = {passphrase, plain} if person.has_usable_password() else ()
    if any(person.check_password(one) for one in typed):
        raise Refusal(
            _("This is the password by which you sign in."),
            field=field,
            remedy=_("Choose another one: whoever learns one of them must not have both."),
            code="same",
        )
    return plain
