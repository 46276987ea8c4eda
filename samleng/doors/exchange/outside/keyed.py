"""Their key to us, sealed under a key of the site that lies outside the database."""

from __future__ import annotations

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.outside.calling import Far
from samleng.ground.people.sealing import derived

PURPOSE = b"outside-keys"


def sealed(key: str) -> bytes:
    """What is kept of a key; nothing of none."""
    return bytes(box().encrypt(key.encode())) if key else b""


def opened(kept: bytes | memoryview) -> str:
    """The key again; "" where there is none, or the site's own key was lost."""
    try:
        return box().decrypt(bytes(kept)).decode() if kept else ""
    except (CryptoError, UnicodeDecodeError):
        return ""


def box() -> SecretBox:
    return SecretBox(derived(settings.CONTACT_KEY, PURPOSE))


def far(system: OutsideSystem) -> Far:
    """Where the system is and how it is spoken to."""
    return Far(
        address=system.address,
        jurisdiction=system.jurisdiction,
        key=opened(system.key),
        form=system.form,
    )
