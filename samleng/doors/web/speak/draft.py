"""What somebody is about to say, carried by their own page: sealed, complete, and stored nowhere here.

Every page of the way holds the whole draft in one hidden field. It is sealed with a key of the site so that
nobody who looks at the page's source, a phone's cache or a kept draft reads a word of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import zlib
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from samleng.kit.sealing.rules import keypair_of
from samleng.kit.words.codes import make_receipt_digits
from samleng.voices.reports.verbs.hearing import Slip, slip_for, slip_ready

# A draft waits on a phone for signal; after this it is begun anew.
GOOD_FOR = 3 * 24 * 60 * 60
LARGEST = 400_000


@dataclass(repr=False)
class Draft:
    """One report as far as it is told; `done` names the steps that were answered, in their order."""

    receipt: str = field(default_factory=make_receipt_digits)
    # What the site makes of the receipt, where that was ready: it says no more than the receipt beside it.
    made: list[str] = field(default_factory=list)
    begun: int = field(default_factory=lambda: int(time.time()))
    kind: str = ""
    category: str = ""
    behalf: bool = False
    consent: str = ""
    place: int | None = None
    point: list[float] | None = None
    about: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    # Each photo or recording: where its sealed bytes wait, and the key that is nowhere but here.
    files: list[dict[str, str]] = field(default_factory=list)
    exposure: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    climb: bool = False
    approved: str = ""
    joins: str = ""
    # Where to write that something moved; never with an anonymous report.
    notice_to: str = ""
    # After sending nothing is left of the draft but this and the receipt.
    reference: str = ""
    done: list[str] = field(default_factory=list)

    def token(self) -> str:
        """The draft as a page carries it."""
        plain = zlib.compress(json.dumps(asdict(self), ensure_ascii=False).encode())
        return base64.urlsafe_b64encode(SecretBox(site_key()).encrypt(plain)).decode()

    def slip(self) -> Slip:
        """What the receipt is found by and opens; worked out now where it was not before."""
        if not self.made:
            return slip_for(self.receipt)
        lookup, private = self.made
        return Slip(lookup, keypair_of(bytes.fromhex(private)))


def receipt_ready() -> dict[str, Any]:
    """For a new draft: a receipt that was worked out ahead; nothing where none is ready."""
    found = slip_ready()
    if found is None:
        return {}
    receipt, slip = found
    return {"receipt": receipt, "made": [slip.lookup, slip.keys.private.hex()]}


def site_key() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"speak draft").digest()


def draft_in(token: str) -> Draft | None:
    """The draft a page carried; None for one that is old, damaged or not from here."""
    if not token or len(token) > LARGEST:
        return None
    try:
        plain = SecretBox(site_key()).decrypt(base64.urlsafe_b64decode(token))
        told = json.loads(zlib.decompress(plain))
    except (CryptoError, ValueError, TypeError, zlib.error):
        return None
    known = {one.name for one in fields(Draft)}
    draft = Draft(**{name: value for name, value in told.items() if name in known})
    return draft if draft.begun > time.time() - GOOD_FOR else None
