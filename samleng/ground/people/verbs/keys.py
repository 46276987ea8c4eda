"""How people get in: invitations and passwords, slips and PINs, phones enrolled and revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.models import Device, Enrolment, Invitation, Person, Pin
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import (
    INVITATION_DAYS,
    LOCK_MINUTES,
    PIN_TRIES,
    SLIP_DAYS,
    SeatFact,
    is_system,
    may_manage,
    may_see,
    seats_for,
    weak_pin,
)
from samleng.ground.people.sealing import fresh_pin, fresh_token, pin_fits, pin_hash, token_hash, typed_pin
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.codes import make_receipt, valid_receipt
from samleng.kit.words.refusals import Refusal

SLIP_CODE = 16


@dataclass(frozen=True, kw_only=True)
class Invited:
    """A link to hand over now: its token is nowhere else."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What is printed for one phone: its code and PIN are nowhere else."""

    enrolment: Enrolment
    code: str
    pin: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A phone just enrolled and the token that it keeps."""

    device: Device
    token: str


def require_keys_of(by: Actor, person: Person, verb_name: str, seats: tuple[SeatFact, ...]) -> None:
    """Raise Denied unless every seat that these keys would open is the actor's to give."""
    if is_system(by):
        return
    if not seats_for(by, verb_name) or not may_manage(by, seats):
        raise Denied


@verb
def invite(*, by: Actor, person: Person) -> Invited:
    """Make a link, good once and for seven days, by which a staff member sets a password.

    Earlier links of the person stop working.
    """
    require_keys_of(by, person, "people.invite", person.seat_facts())
    return fresh_invitation(by, person)


def fresh_invitation(by: Actor, person: Person) -> Invited:
    """The link itself, for a verb that has asked for permission; earlier links stop working."""
    now = timezone.now()
    person.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    token = fresh_token()
    invitation = Invitation.objects.create(
        person=person, token_hash=token_hash(token), expires_at=now + timedelta(days=INVITATION_DAYS)
    )
    record(by=by, verb="people.invite", thing=person, facts={"invitation": str(invitation.pk)}, tell=())
    return Invited(invitation=invitation, token=token)


def invitation_of(token: str) -> Invitation | None:
    """The open invitation of a link, or None: used, withdrawn, expired or never made."""
    return (
        Invitation.objects.select_related("person")
        .filter(
            token_hash=token_hash(token),
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=timezone.now(),
            person__is_active=True,
        )
        .first()
    )


def accept_invitation(*, token: str, password: str, via: str = "web") -> Person:
    """Set the password by an invitation's link; of two who open it at once only one succeeds.

    Whoever was signed in under the old password is signed out. Refusal: code "gone" for a link that
    is used or over, code "password" for a password that is too easy.
    """
    invitation = invitation_of(token)
    if invitation is None:
        raise gone_link()
    person = invitation.person
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refusal(
            " ".join(weak.messages),
            field="password",
            remedy=_("Choose another password. Four words are easy to keep in mind."),
            code="password",
        ) from weak
    with transaction.atomic():
        open_ones = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
        if not open_ones.update(used_at=timezone.now()):
            raise gone_link()
        person.set_password(password)
        person.save(update_fields=["password"])
        record(
            by=Actor(key=person.key, via=via),
            verb="people.accept_invitation",
            thing=person,
            facts={"invitation": str(invitation.pk)},
            tell=(),
        )
    return person


def gone_link() -> Refusal:
    return Refusal(
        _("This link was already used or has expired."),
        remedy=_("Ask the person who invited you for a new one."),
        code="gone",
    )


@verb
def enrol(*, by: Actor, person: Person, keep_earlier: bool = False) -> Slip:
    """Make a slip for one phone; slips of the person not yet opened stop working unless kept."""
    field_seats = tuple(seat for seat in person.seat_facts() if not seat.rights.staff)
    require_keys_of(by, person, "people.enrol", field_seats)
    if not field_seats:
        raise no_field_role()
    now = timezone.now()
    if not keep_earlier:
        person.enrolments.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    slip = fresh_slip(person, now)
    slip.enrolment.save(force_insert=True)
    record(
        by=by,
        verb="people.enrol",
        thing=person,
        owner=field_seats[0].owner,
        facts={"enrolment": str(slip.enrolment.pk)},
        tell=(),
    )
    return slip


def no_field_role() -> Refusal:
    return Refusal(
        _("This person has no role that works with a phone and a PIN."),
        remedy=_("Give them a role as facilitator first, or invite them by a link."),
        code="role",
    )


def fresh_slip(person: Person, now: datetime) -> Slip:
    """A slip for one phone of the person, not yet kept."""
    code, pin = make_receipt(SLIP_CODE), fresh_pin()
    enrolment = Enrolment(
        person=person,
        code_hash=token_hash(code),
        secret=pin_hash(pin),
        made_at=now,
        expires_at=now + timedelta(days=SLIP_DAYS),
    )
    return Slip(enrolment=enrolment, code=code, pin=pin)


def open_enrolment(*, code: str, pin: str, label: str = "", via: str = "web") -> Opened:
    """Open a slip with its PIN: the phone becomes the person's, the PIN theirs from now on.

    Of two phones at once only one succeeds. Refusal: code "gone" for a slip that is used, withdrawn,
    too old or mistyped; "pin" for a wrong PIN; "locked" after ten.
    """
    plain = valid_receipt(code, SLIP_CODE)
    now = timezone.now()
    with transaction.atomic():
        found = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(code_hash=token_hash(plain or ""), used_at=None, withdrawn_at=None)
            .filter(expires_at__gt=now, person__is_active=True)
            .first()
        )
        refusal = gone_slip() if found is None else tried(found, pin, now)
        if found is not None and refusal is None:
            return opened(found, label, via, now)
    # Outside the transaction, so that the count of tries stays although this is refused.
    raise refusal or gone_slip()


def opened(enrolment: Enrolment, label: str, via: str, now: datetime) -> Opened:
    """The slip is used, its PIN is the person's, the phone is theirs."""
    # The condition decides between two phones also where the database has no row locks.
    if not Enrolment.objects.filter(pk=enrolment.pk, used_at=None).update(used_at=now):
        raise gone_slip()
    person = enrolment.person
    Pin.objects.update_or_create(
        person=person,
        defaults={"secret": enrolment.secret, "failed": 0, "locked_until": None, "set_at": now},
    )
    token = fresh_token()
    device = Device.objects.create(
        person=person,
        token_hash=token_hash(token),
        label=label.strip()[:80],
        enrolled_at=now,
        last_used_on=timezone.localdate(now),
    )
    record(
        by=Actor(key=person.key, via=via),
        verb="people.open_enrolment",
        thing=person,
        facts={"enrolment": str(enrolment.pk), "device": str(device.pk)},
        tell=(),
    )
    return Opened(device=device, token=token)


def tried(kept: Enrolment | Pin, pin: str, now: datetime) -> Refusal | None:
    """Count one try of a PIN against what was kept; None when it fits. Call it inside a transaction."""
    if kept.locked_until and kept.locked_until > now:
        return locked()
    rows = type(kept)._default_manager.filter(pk=kept.pk)
    if pin_fits(kept.secret, pin):
        rows.update(failed=0, locked_until=None)
        return None
    # A lock that has run out starts a new count.
    failed = (0 if kept.locked_until else kept.failed) + 1
    over = failed >= PIN_TRIES
    rows.update(failed=failed, locked_until=now + timedelta(minutes=LOCK_MINUTES) if over else None)
    if over:
        return locked()
    left = PIN_TRIES - failed
    return Refusal(
        _("This PIN is not right."),
        field="pin",
        remedy=_("Try again; %(left)d tries are left.") % {"left": left},
        code="pin",
    )


def locked() -> Refusal:
    return Refusal(
        _("There were too many wrong PINs."),
        field="pin",
        remedy=_("Wait %(minutes)d minutes, or ask for a new slip.") % {"minutes": LOCK_MINUTES},
        code="locked",
    )


def gone_slip() -> Refusal:
    return Refusal(
        _("This slip was already used or has expired, or its code is mistyped."),
        field="code",
        remedy=_("Check the code, or ask the person who gave it to you for a new slip."),
        code="gone",
    )


def device_of(token: str) -> Device | None:
    """The enrolled phone that keeps this token, or None when unknown or revoked."""
    if not token:
        return None
    return (
        Device.objects.select_related("person")
        .filter(token_hash=token_hash(token), revoked_at=None, person__is_active=True)
        .first()
    )


def sign_in_with_pin(*, token: str, pin: str, via: str = "web") -> Device:
    """The enrolled phone of whoever holds its token and PIN; ten wrong PINs lock for fifteen minutes."""
    now = timezone.now()
    with transaction.atomic():
        device = device_of(token)
        kept = Pin.objects.select_for_update().filter(person=device.person).first() if device else None
        if device is None or kept is None:
            refusal: Refusal | None = unknown_phone()
        else:
            refusal = tried(kept, pin, now)
            record(
                by=Actor(key=device.person.key, via=via),
                verb="people.sign_in_with_pin",
                thing=device,
                facts={"refused": refusal.code if refusal else ""},
                tell=(),
            )
            Device.objects.filter(pk=device.pk).update(last_used_on=timezone.localdate(now))
    if refusal is not None or device is None:
        raise refusal or unknown_phone()
    return device


def unknown_phone() -> Refusal:
    return Refusal(
        _("This phone is not enrolled."),
        remedy=_("Ask the person who manages your programme for a new slip."),
        code="gone",
    )


def change_pin(*, by: Actor, person: Person, old: str, new: str) -> Pin:
    """A person chooses another PIN; wrong tries of the old one count like those at sign-in."""
    if by.key != person.key:
        raise Denied
    plain = typed_pin(new)
    with transaction.atomic():
        kept = Pin.objects.select_for_update().filter(person=person).first()
        if kept is None:
            raise unknown_phone()
        refusal = tried(kept, old, timezone.now())
        if refusal is None and plain and not weak_pin(plain):
            kept.refresh_from_db()
            kept.secret, kept.set_at = pin_hash(plain), timezone.now()
            kept.save(update_fields=["secret", "set_at"])
            record(by=by, verb="people.change_pin", thing=person, tell=())
            return kept
    raise refusal or Refusal(
        _("This PIN is too easy to guess, or does not have six digits."),
        field="new",
        remedy=_("Choose six digits that are not all alike and not in a row."),
        code="weak",
    )


@verb
def revoke_device(*, by: Actor, device: Device) -> Device:
    """A phone is lost or given away: it opens nothing from now on."""
    require_revoking(by, device.person)
    if device.revoked_at is None:
        device.revoked_at = timezone.now()
        device.save(update_fields=["revoked_at"])
        record(
            by=by, verb="people.revoke_device", thing=device, facts={"person": str(device.person_id)}, tell=()
        )
    return device


@verb
def revoke_all(*, by: Actor, person: Person) -> Person:
    """End everything by which a person gets in: phones, slips, links and open sessions."""
    require_revoking(by, person)
    now = timezone.now()
    devices = person.devices.filter(revoked_at=None).update(revoked_at=now)
    slips = person.enrolments.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    links = person.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    Person.objects.filter(pk=person.pk).update(turn=F("turn") + 1)
    person.refresh_from_db(fields=["turn"])
    record(
        by=by,
        verb="people.revoke_all",
        thing=person,
        facts={"devices": devices, "slips": slips, "links": links},
        tell=(),
    )
    return person


def require_revoking(by: Actor, person: Person) -> None:
    """One's own phones, or those of somebody who sits where one may revoke."""
    if by.key != person.key and not may_see(by, person.seat_facts(), "people.revoke"):
        raise Denied
