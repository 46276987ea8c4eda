"""Somebody takes the whole disk: every row, every file, the keys folder; all but the passphrases."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from samleng.kit.sealing.models import Sealed, Wrap
from samleng.kit.sealing.receipts import receipt_keys
from samleng.kit.sealing.rules import Opener, Reader, Unreadable, unlock, unwrap
from samleng.kit.sealing.verbs import open_file, open_text, path_of, seal, seal_file
from samleng.kit.words.codes import make_receipt_digits
from tests.ground.keys.conftest import PHRASE

WORDS = "អ្នកស្រីនៅបញ្ជរទី២ ទារលុយ 20,000"
NAME = "ចាន់ សុភា 012 345 678"


def every_value() -> Iterator[Any]:
    """What stands in every column of every row of every table."""
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            yield from row


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def readings(value: bytes) -> Iterator[bytes]:
    """32 bytes that somebody might try as a private key, from something that was found."""
    yield value
    yield hashlib.sha256(value).digest()
    yield hashlib.blake2b(value, digest_size=32).digest()
    for read in (bytes.fromhex, base64.b64decode, base64.urlsafe_b64decode):
        try:
            yield read(value.decode())
        except (ValueError, UnicodeDecodeError):
            continue
    yield from (value[start : start + 32] for start in (0, len(value) - 32) if len(value) > 32)


def whole_disk() -> list[bytes]:
    files = [
        path for path in Path(settings.HOME).rglob("*") if path.is_file() and path.stat().st_size < 10_000
    ]
    kept = [path.read_bytes() for path in files]
    assert any(path.parent.name == "keys" for path in files)
    keys = [str(getattr(settings, name)).encode() for name in dir(settings) if name.endswith(("KEY", "SALT"))]
    return [*kept, *keys, *(as_bytes(value) for value in every_value())]


def test_it_opens_nothing_with_the_whole_disk_and_no_passphrase(office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    receipt = make_receipt_digits()
    lookup, reporter = receipt_keys(receipt, settings.RECEIPT_SALT.encode())
    readers = [office.vault.reader, Reader(f"report:{lookup[:20]}", reporter.public)]
    text, who = seal(WORDS, readers), seal(NAME, readers)
    photo = seal_file(WORDS.encode() * 900, "image/webp", readers)

    disk = [*whole_disk(), path_of(photo.pk).read_bytes()]
    whole = b"\0".join(disk)
    secrets = [WORDS, NAME, "20,000", "012 345 678", receipt, receipt.replace(" ", "")]
    assert [one for one in secrets if one.encode() in whole] == []
    assert PHRASE.format(name="Dara").encode() not in whole

    boxes = [bytes(one) for one in Wrap.objects.values_list("wrapped", flat=True)]
    boxes += [bytes(one.sealed) for one in (*office.vault.shares.all(), *office.vault.halves.all())]
    tried = {key for value in disk for key in readings(value) if len(key) == 32}
    assert len(tried) > 100 and len(boxes) == 9
    opened = [box for box in boxes for key in tried if opens(box, key)]
    assert opened == []

    # The same disk, the passphrase in hand: so it was there to be found.
    private = office.opener("Dara")
    assert open_text(Sealed.objects.get(pk=who.pk), private) == NAME
    mine = Opener(readers[1].key, receipt_keys(receipt, settings.RECEIPT_SALT.encode())[1].private)
    assert open_text(Sealed.objects.get(pk=text.pk), mine) == WORDS
    assert open_file(photo, mine)[1] == "image/webp"


def opens(box: bytes, key: bytes) -> bool:
    try:
        unwrap(box, key)
    except Unreadable:
        return False
    return True


def test_it_would_find_a_private_key_that_lay_about(office):
    """The search above is no blind one: a key left in the open, in any of these forms, is found."""
    key = unlock(bytes(office.vault.shares.get().key.locked), PHRASE.format(name="Dara"))
    box = bytes(office.vault.shares.get().sealed)
    for left in (key, key.hex().encode(), base64.b64encode(key), key + b"and more", b"before" + key):
        assert any(opens(box, one) for one in readings(left) if len(one) == 32)
