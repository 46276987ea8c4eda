"""Names and numbers that other programs know things by."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from uuid import UUID

LONGEST_NAME = 200
NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]|^\.{1,2}$")


def number(uuid: UUID | str) -> int:
    """The whole number by which ODK's clients know a thing of ours: the last 48 bits of its UUID.

    They are random, so two things of one programme do not share one; JavaScript holds it exactly.
    """
    return UUID(str(uuid)).int & ((1 << 48) - 1)


def sound_file_name(name: str) -> bool:
    """Whether a name is that of a file and nothing else: no folder, no control sign, not too long."""
    return 0 < len(name) <= LONGEST_NAME and not NO_FILE_NAME.search(name) and name == name.strip()


def plain_name(name: str) -> str:
    """A file name as it is compared: phones write the same letters in two ways."""
    return unicodedata.normalize("NFC", name)


def md5(data: bytes) -> str:
    """The digest by which OpenRosa tells whether a file changed; it protects nothing."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
