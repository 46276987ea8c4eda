"""What a seal is: one fresh key for each text, wrapped to everybody who may read it.

Nothing here is our own cryptography: X25519 sealed boxes, XChaCha20-Poly1305 and Argon2id as libsodium and
the Argon2 reference make them. A text and its wraps can be stolen together and say nothing without a private
key, and no private key is ever kept in the open.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_HEADERBYTES as STREAM_HEADER,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull as start_reading,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_push as start_writing,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_pull as read_block,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_push as write_block,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_state as Stream,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_FINAL as LAST,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE as MORE,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead, SecretBox

KEY_BYTES = 32
# Texts are filled up to the next of these, so that a length does not tell "yes" from a long story.
SMALLEST, LARGEST_STEP = 256, 64 * 1024
# A file is cut into blocks of one length, the last one filled up; each says how much of it counts.
BLOCK = 64 * 1024
BLOCK_SEALED = BLOCK + 17
LENGTH = struct.Struct(">I")
# A locked key: version, MiB, passes, salt, then the box.
LOCK = struct.Struct(">BHB16s")


class Unreadable(Exception):
    """These bytes do not open with this key: another one's, or not all of them."""


class WrongPassphrase(Exception):
    """The passphrase does not open this lock."""


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in MiB, and how many times it is gone through."""

    mib: int
    passes: int


STRONG = Cost(mib=64, passes=3)
# A lock that asks for more than this was not made here.
DEAREST = Cost(mib=1024, passes=20)


@dataclass(frozen=True, repr=False)
class Keypair:
    """An X25519 key: what is sealed to the public half only the private half opens."""

    public: bytes
    private: bytes

    def __repr__(self) -> str:
        return "Keypair(…)"


@dataclass(frozen=True)
class Reader:
    """Whom a text is sealed to: a name such as "vault:<uuid>" or "report:<uuid>", and their public key."""

    key: str
    public: bytes

    def content_digest(self) -> str:
        return self.key


@dataclass(frozen=True, repr=False)
class Opener:
    """The same reader with the private key at hand; it shows itself nowhere."""

    key: str
    private: bytes

    def __repr__(self) -> str:
        return f"Opener({self.key})"

    def content_digest(self) -> str:
        return self.key


def fresh_keypair() -> Keypair:
    """A random key."""
    return keypair_from(os.urandom(KEY_BYTES))


def keypair_from(seed: bytes) -> Keypair:
    """The key of a seed of 32 bytes: the same seed gives the same key."""
    made = PrivateKey.from_seed(seed)
    return Keypair(public=bytes(made.public_key), private=bytes(made))


def keypair_of(private: bytes) -> Keypair:
    """The whole key of its private half."""
    made = PrivateKey(private)
    return Keypair(public=bytes(made.public_key), private=bytes(made))


# --- passphrases and halves --------------------------------------------------------------------------------


def stretched(secret: bytes, salt: bytes, cost: Cost, length: int) -> bytes:
    """Argon2id: so many bytes that nobody finds faster than by guessing secrets one by one."""
    return hash_secret_raw(secret, salt, cost.passes, cost.mib * 1024, 1, length, Type.ID)


def lock(private: bytes, passphrase: str, cost: Cost = STRONG) -> bytes:
    """A private key under a passphrase; what a guess costs is kept with it."""
    salt = os.urandom(16)
    key = stretched(passphrase.encode(), salt, cost, KEY_BYTES)
    return LOCK.pack(1, cost.mib, cost.passes, salt) + bytes(SecretBox(key).encrypt(private))


def cost_of(locked: bytes) -> Cost:
    """What one guess at this lock costs."""
    _version, mib, passes, _salt = LOCK.unpack_from(locked)
    return Cost(mib=mib, passes=passes)


def unlock(locked: bytes, passphrase: str) -> bytes:
    """The private key again; raises WrongPassphrase, or Unreadable for what is no lock of ours."""
    try:
        version, mib, passes, salt = LOCK.unpack_from(locked)
    except struct.error as error:
        raise Unreadable from error
    if version != 1 or not (0 < mib <= DEAREST.mib and 0 < passes <= DEAREST.passes):
        raise Unreadable
    key = stretched(passphrase.encode(), salt, Cost(mib=mib, passes=passes), KEY_BYTES)
    try:
        return bytes(SecretBox(key).decrypt(locked[LOCK.size :]))
    except CryptoError as error:
        raise WrongPassphrase from error


def halves(secret: bytes) -> tuple[bytes, bytes]:
    """Two halves that give the secret together; one alone says nothing, not even a little."""
    first = os.urandom(len(secret))
    return first, joined(first, secret)


def joined(first: bytes, second: bytes) -> bytes:
    """The secret of its two halves, in either order."""
    if len(first) != len(second):
        raise ValueError("halves of different secrets")
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


# --- texts -------------------------------------------------------------------------------------------------


def room_for(length: int) -> int:
    """To how many bytes a text of this length is filled up."""
    room = SMALLEST
    while room < length and room < LARGEST_STEP:
        room *= 2
    return room if length <= room else -(-length // LARGEST_STEP) * LARGEST_STEP


def filled(data: bytes, room: int) -> bytes:
    return (LENGTH.pack(len(data)) + data).ljust(room, b"\0")


def emptied(block: bytes) -> bytes:
    (length,) = LENGTH.unpack_from(block)
    return block[LENGTH.size : LENGTH.size + length]


def seal_text(text: str, key: bytes, name: UUID) -> bytes:
    """The text under a key of its own; `name` binds it to its row, so that two cannot change places."""
    plain = text.encode()
    return bytes(Aead(key).encrypt(filled(plain, room_for(LENGTH.size + len(plain))), name.bytes))


def open_body(body: bytes, key: bytes, name: UUID) -> str:
    """The text again; raises Unreadable."""
    try:
        return emptied(bytes(Aead(key).decrypt(body, name.bytes))).decode()
    except (CryptoError, ValueError, struct.error) as error:
        raise Unreadable from error


def wrap(key: bytes, public: bytes) -> bytes:
    """A text's key so that one reader alone gets it back."""
    return bytes(SealedBox(PublicKey(public)).encrypt(key))


def unwrap(wrapped: bytes, private: bytes) -> bytes:
    """The key again; raises Unreadable for anybody else."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(wrapped))
    except (CryptoError, ValueError, TypeError) as error:
        raise Unreadable from error


# --- files -------------------------------------------------------------------------------------------------


def seal_blocks(data: bytes, media_type: str, key: bytes, name: UUID) -> Iterator[bytes]:
    """A file as sealed blocks of one length; the first holds its type. Cut off, it does not open."""
    state = Stream()
    yield start_writing(state, key)
    room = BLOCK - LENGTH.size
    pieces = [media_type.encode(), *(data[at : at + room] for at in range(0, len(data), room))]
    for place, piece in enumerate(pieces):
        tag = LAST if place == len(pieces) - 1 else MORE
        yield write_block(state, filled(piece, BLOCK), name.bytes, tag)


def open_blocks(sealed: bytes, key: bytes, name: UUID) -> tuple[bytes, str]:
    """The file and its media type; raises Unreadable unless every block is there and in its place."""
    state = Stream()
    pieces, tag = [], MORE
    try:
        start_reading(state, sealed[:STREAM_HEADER], key)
        for at in range(STREAM_HEADER, len(sealed), BLOCK_SEALED):
            block, tag = read_block(state, sealed[at : at + BLOCK_SEALED], name.bytes)
            pieces.append(emptied(block))
    except (CryptoError, ValueError, TypeError, RuntimeError, struct.error) as error:
        raise Unreadable from error
    if tag != LAST or not pieces:
        raise Unreadable
    return b"".join(pieces[1:]), pieces[0].decode()
