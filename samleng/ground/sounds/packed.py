"""A ZIP of recordings, whose files are called after their slots; apart, because it trusts nothing in it.

Nothing is ever written under a name that stands in the ZIP, and no part is read beyond the longest recording.
"""

from __future__ import annotations

import contextlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.ground.sounds.rules import CRITERION, LARGEST_TAKE, MIB, Slot
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

LARGEST_ZIP = 48 * MIB
LARGEST_UNPACKED = 160 * MIB
MOST_FILES = 1000
# What ends a ZIP says how long its list of names is; nobody needs the form for more than 4 GB.
END, LONG_FORM, TAIL = b"PK\x05\x06", b"PK\x06\x07", 66 * 1024
LARGEST_DIRECTORY = MOST_FILES * 512
# Recordings hardly shrink; only made-up ones shrink this much.
STEEPEST = 100
LONGEST_NAME = 80
# What computers put into a ZIP beside what somebody chose.
BYSTANDERS = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


@contextlib.contextmanager
def opened(file: Any) -> Iterator[zipfile.ZipFile]:
    """The ZIP, once its size, its number of parts and their names are fit to be looked at; raises Refusal."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST_ZIP:
        raise too_much()
    check_directory(file, size)
    try:
        packed = zipfile.ZipFile(file)
    except BROKEN as broken:
        raise damaged() from broken
    with packed:
        check(packed.infolist())
        yield packed


def check_directory(file: Any, size: int) -> None:
    """Refuse a ZIP whose list of names alone would fill the memory, before anything reads that list."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    file.seek(0)
    at = tail.find(END)
    while at >= 0:
        end = tail[at : at + 22]
        long = tail[max(0, at - 20) : at].startswith(LONG_FORM)
        if long or (len(end) == 22 and struct.unpack_from("<I", end, 12)[0] > LARGEST_DIRECTORY):
            raise too_much()
        at = tail.find(END, at + 1)


def check(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a whole ZIP that was made to do harm: paths that lead out, links, bombs, passwords."""
    for part in parts:
        name = part.filename
        outside = name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")
        if outside or stat.S_ISLNK(part.external_attr >> 16):
            raise leads_out(name)
        if part.flag_bits & 0x1:
            raise locked()
    total = sum(part.file_size for part in parts)
    steep = any(p.file_size > MIB and p.file_size > STEEPEST * max(p.compress_size, 1) for p in parts)
    if total > LARGEST_UNPACKED or len(parts) > MOST_FILES or steep:
        raise too_much()


def matched(packed: zipfile.ZipFile, slots: Iterable[Slot]) -> tuple[dict[str, Slot], list[Refusal]]:
    """The slot of each file by its name in the ZIP, and what is wrong with the other names."""
    known: dict[str, Slot] = {}
    for one in slots:
        known[one.code.casefold()] = one
        # Whoever has the method's own list in hand leaves the first word out.
        if one.kind == CRITERION:
            known.setdefault(one.code.removeprefix(f"{CRITERION}-").casefold(), one)
    found: dict[str, Slot] = {}
    taken: dict[str, str] = {}
    wrong: list[Refusal] = []
    for part in packed.infolist():
        name = part.filename
        if part.is_dir() or BYSTANDERS.search(name):
            continue
        code = name.rpartition("/")[2].rpartition(".")[0].strip().casefold()
        if code not in known:
            wrong.append(no_slot(name))
        elif known[code].code in taken:
            wrong.append(twice(name, taken[known[code].code]))
        else:
            found[name], taken[known[code].code] = known[code], name
    if not found and not wrong:
        wrong.append(nothing_in_it())
    return found, wrong


def read(packed: zipfile.ZipFile, name: str) -> bytes:
    """A file of the ZIP, never more than one byte beyond what a recording may be; raises Refusal."""
    try:
        with packed.open(name) as part:
            return part.read(LARGEST_TAKE + 1)
    except BROKEN as broken:
        raise damaged(short(name)) from broken


def short(name: str) -> str:
    """A file's name as it is told to people: no longer than a line."""
    name = name.rpartition("/")[2] or name
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def damaged(field: str = "file") -> Refusal:
    return Refusal(
        _("This is not a whole ZIP file."),
        field=field,
        remedy=_("Pack the recordings again and send that file."),
        code="damaged",
    )


def leads_out(name: str) -> Refusal:
    return Refusal(
        filled(_("The ZIP holds a name that leads out of it: “%(name)s”."), name=name[:LONGEST_NAME]),
        field="file",
        remedy=_("Put only the recordings into the ZIP, each called after its code, without folders."),
        code="path",
    )


def locked() -> Refusal:
    return Refusal(
        _("The ZIP is protected by a password."),
        field="file",
        remedy=_("Pack the recordings again without a password."),
        code="password",
    )


def too_much() -> Refusal:
    return Refusal(
        filled(
            _("The ZIP is too large, perhaps only when unpacked: at most %(most)d MB, %(files)d files."),
            most=LARGEST_ZIP // MIB,
            files=MOST_FILES,
        ),
        field="file",
        remedy=_("Make several smaller ZIP files; M4A, Ogg and MP3 are much smaller than WAV."),
        code="bomb",
    )


def no_slot(name: str) -> Refusal:
    return Refusal(
        _("No text has this code."),
        field=short(name),
        remedy=_("Call the file as the reading list says, for example consent.m4a."),
        code="no_slot",
    )


def twice(name: str, before: str) -> Refusal:
    return Refusal(
        filled(_("Another file is for the same text: %(name)s."), name=short(before)),
        field=short(name),
        remedy=_("Keep the better one in the ZIP."),
        code="twice",
    )


def nothing_in_it() -> Refusal:
    return Refusal(
        _("The ZIP holds no recordings."),
        field="file",
        remedy=_("Put the recordings into it, each called after its code."),
        code="empty",
    )
