"""The site's own key, to which phones seal what only the server may open; outside database and backup.

P-256, HKDF-SHA-256 and AES-256-GCM, which every phone's browser has built in. What is sealed is the phone's
one-time public key (65 bytes, uncompressed), a nonce (12), the sealed text with its tag; all in base64.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

CURVE = ec.SECP256R1()
# How many points the curve has: a private key is a number below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT, NONCE = 65, 12


class NotForUs(Exception):
    """It was not sealed to this site's key, or not all of it came."""


@cache
def private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The site's key, made from its secret: the same secret gives the same key."""
    drawn = int.from_bytes(hashlib.sha512(b"samleng site key:" + secret.encode()).digest())
    return ec.derive_private_key(drawn % (ORDER - 1) + 1, CURVE)


def site_key() -> dict[str, str]:
    """What a phone needs to seal to this site: {"key": a short name, "public": the point in base64}."""
    point = encoded(private_key(settings.SITE_KEY).public_key())
    return {"key": hashlib.sha256(point).hexdigest()[:16], "public": base64.b64encode(point).decode()}


def encoded(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def shared_key(own: ec.EllipticCurvePrivateKey, theirs: ec.EllipticCurvePublicKey) -> AESGCM:
    shared = own.exchange(ec.ECDH(), theirs)
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"samleng parcel").derive(shared)
    return AESGCM(derived)


def open_sealed(sealed: str) -> bytes:
    """The same from base64."""
    try:
        return open_bytes(base64.b64decode(sealed, validate=True))
    except ValueError as error:
        raise NotForUs from error


def open_bytes(whole: bytes) -> bytes:
    """What a phone sealed to this site; NotForUs when this site's key does not open it."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, whole[:POINT])
        key = shared_key(private_key(settings.SITE_KEY), theirs)
        return key.decrypt(whole[POINT : POINT + NONCE], whole[POINT + NONCE :], None)
    except (ValueError, InvalidTag) as error:
        raise NotForUs from error


def seal_to(public: str, plain: bytes) -> str:
    """Seal as a phone does: for programs that send what a phone would."""
    own = ec.generate_private_key(CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, base64.b64decode(public))
    nonce = os.urandom(NONCE)
    sealed = encoded(own.public_key()) + nonce + shared_key(own, theirs).encrypt(nonce, plain, None)
    return base64.b64encode(sealed).decode()
