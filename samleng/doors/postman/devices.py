"""Browsers that take messages (Web Push): what they give to be written to, and what is written to them.

A message is sealed to the browser (RFC 8291): the service that carries it reads nothing of it. The site shows
who it is by a key of its own (RFC 8292), made once and kept beside the others outside the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid02

from samleng.kit.calls.rules import address_fault
from samleng.kit.words.refusals import Refusal

CURVE = ec.SECP256R1()
# How many points the curve has: a private key is a number below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT, AUTH = 65, 16
LONGEST_ENDPOINT = 1000
# All sealed devices are as long as this, and all messages: a length tells which service, or what was said.
SEALED_DEVICE = 1536
MESSAGE = 3072
# A device that is switched off finds its messages for three days; a signature holds for half a one.
TTL_SECONDS, SIGNED_SECONDS = 3 * 86_400, 12 * 3600


@dataclass(frozen=True)
class Device:
    """Where a browser is written to, and its keys; shows them to nobody."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Device:
        return cls(**json.loads(text))


def given_device(endpoint: str, p256dh: str, auth: str) -> Device:
    """What a browser gave, if it can be one. Anybody can send anything here: only addresses out in the world,
    without their secret in the open, are ever written to."""
    fault = address_fault(endpoint, plain=settings.PUSH_PRIVATE, longest=LONGEST_ENDPOINT, asked=True)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(p256dh, POINT))
        decoded(auth, AUTH)
    except ValueError:
        fault = fault or "keys"
    if fault:
        raise Refusal(
            _("This browser gave nothing by which it can be told."),
            field="endpoint",
            remedy=_("Try again, or choose another way."),
            code="device",
        )
    return Device(endpoint, p256dh, auth)


def decoded(text: str, length: int) -> bytes:
    """Bytes from base64url without its end signs; ValueError where they are not so many."""
    if len(text) > 2 * length or not text.isascii():
        raise ValueError(length)
    plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(plain) != length:
        raise ValueError(length)
    return plain


@cache
def site_pair(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this site: the same secret gives the same key."""
    drawn = int.from_bytes(hashlib.sha512(b"samleng push key:" + secret.encode()).digest())
    return ec.derive_private_key(drawn % (ORDER - 1) + 1, CURVE)


def public_key() -> str:
    """What a browser has to be told to take messages of this site and of nobody else."""
    point = (
        site_pair(settings.PUSH_KEY).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def sealed_message(device: Device, said: Mapping[str, object]) -> bytes:
    """What only this browser can read; every message is as long as every other."""
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    made: bytes = http_ece.encrypt(
        plain.ljust(MESSAGE),
        private_key=ec.generate_private_key(CURVE),
        dh=decoded(device.p256dh, POINT),
        auth_secret=decoded(device.auth, AUTH),
        version="aes128gcm",
    )
    return made


def headers_for(device: Device) -> dict[str, str]:
    """What goes with a message: who sends it, and how long it is worth keeping."""
    parts = urlsplit(device.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": who_to_ask(),
        "exp": int(time.time()) + SIGNED_SECONDS,
    }
    # The library knows fewer forms of an address than services take.
    signed = Vapid02(site_pair(settings.PUSH_KEY), conf={"no-strict": True}).sign(claims)
    return {
        **signed,
        "TTL": str(TTL_SECONDS),
        "Urgency": "normal",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "User-Agent": "Samleng",
    }


def who_to_ask() -> str:
    """Whom a push service may write to about this site."""
    contact = settings.CONTACT
    if "://" in contact or contact.startswith("mailto:"):
        return str(contact)
    return f"mailto:{contact}" if "@" in contact else settings.SITE_ADDRESS
