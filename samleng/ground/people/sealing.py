"""What is kept instead of secrets: keyed hashes of PINs and tokens, sealed contacts, blind indexes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import tomllib
from functools import lru_cache
from pathlib import Path

import phonenumbers
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from nacl.secret import SecretBox

from samleng.ground.people.rules import PIN_LENGTH, weak_pin
from samleng.kit.words.codes import typed
from samleng.kit.words.refusals import Refusal

# A six-digit PIN falls to any amount of hashing; what guards it is the key outside the database, the
# device it is good on and the lock after ten tries. Argon2 stays small so that thousands of slips can
# be printed at once (docs/decisions/pins.md).
PIN_HASHER = PasswordHasher(time_cost=1, memory_cost=2048, parallelism=1)
# Sealed contacts are all as long as this, so that a number and an address do not tell themselves apart.
SEALED_ROOM = 128


def derived(secret: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose out of a secret of the settings."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose).digest()


def fresh_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token or a slip's code; they are too long to be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def fresh_pin() -> str:
    """A random PIN that is not one of the first anybody would try."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}d}"
        if not weak_pin(pin):
            return pin


def typed_pin(pin: str) -> str:
    """The PIN in Latin digits; anything but six digits becomes "" and fits nothing."""
    plain = typed(pin)
    return plain if len(plain) == PIN_LENGTH and plain.isascii() and plain.isdigit() else ""


def peppered(pin: str) -> bytes:
    return hmac.new(derived(settings.PIN_KEY, b"pins"), pin.encode(), hashlib.sha256).digest()


def pin_hash(pin: str) -> str:
    """What is kept of a PIN."""
    return PIN_HASHER.hash(peppered(pin))


def pin_fits(kept: str, pin: str) -> bool:
    """Whether the PIN is the one whose hash was kept."""
    plain = typed_pin(pin)
    try:
        return PIN_HASHER.verify(kept, peppered(plain)) and plain != ""
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=8)
def phone_region(pack: Path) -> str:
    """The region in which a pack's numbers without a country are read, as its country.toml says."""
    return str(tomllib.loads((pack / "country.toml").read_text(encoding="utf-8"))["phone_region"])


def region_of_pack() -> str:
    return phone_region(Path(settings.PACKS) / settings.COUNTRY_PACK)


def plain_phone(value: str, region: str) -> str:
    """The number in E.164 ("+85512345678"); Khmer digits accepted; a Refusal when it is none."""
    try:
        number = phonenumbers.parse(value, region or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refusal(
            _("This is not a telephone number."),
            field="phone",
            remedy=_("Write all its digits, for example 012 345 678."),
            code="phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def plain_email(value: str) -> str:
    """The address in one form; a Refusal when it cannot be one."""
    address = value.strip().lower()
    name, _at, domain = address.rpartition("@")
    if not name or "." not in domain or len(address) > SEALED_ROOM or any(c.isspace() for c in address):
        raise Refusal(
            _("This is not an e-mail address."),
            field="email",
            remedy=_("Correct it or leave it empty."),
            code="email",
        )
    return address


def plain_contact(kind: str, value: str, region: str | None = None) -> str:
    """The contact in the one form it is sealed and found by; kind "phone" or "email"."""
    if kind == "phone":
        return plain_phone(value, region_of_pack() if region is None else region)
    if kind == "email":
        return plain_email(value)
    raise ValueError(f"no contact of kind {kind!r}")


def blind_index(kind: str, plain: str) -> str:
    """By what a contact is found without being readable (HMAC-SHA-256, hex)."""
    key = derived(settings.CONTACT_INDEX_KEY, b"contact-index")
    return hmac.new(key, f"{kind}:{plain}".encode(), hashlib.sha256).hexdigest()


def seal(plain: str, *, room: int = SEALED_ROOM) -> bytes:
    """The contact under the key that lives outside the database; all that have the same room are as long."""
    padded = plain.encode().ljust(room, b"\0")
    return bytes(SecretBox(derived(settings.CONTACT_KEY, b"contacts")).encrypt(padded))


def unseal(sealed: bytes) -> str:
    """The contact again; nacl.exceptions.CryptoError under another key."""
    opened = SecretBox(derived(settings.CONTACT_KEY, b"contacts")).decrypt(bytes(sealed))
    return opened.rstrip(b"\0").decode()
