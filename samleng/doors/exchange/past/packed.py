"""A packed table (.csv.gz) unpacked beside nothing: into a file of its own that is gone afterwards."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import LARGEST_FILE, check_size, sort_of
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

GZIP = b"\x1f\x8b"
PIECE = 1024 * 1024


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or what is packed in it; one that would be larger than any table is refused."""
    check_size(path)
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    if not packed:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "table.csv"
        with plain.open("wb") as out:
            for piece in pieces(path):
                out.write(piece)
        yield plain


@contextmanager
def readable(path: Path, encoding: str) -> Iterator[Path]:
    """The table unpacked and in UTF-8, whatever `encoding` its file is in ("": it is in UTF-8 already)."""
    with unpacked(path) as plain:
        if not encoding or sort_of(plain) != "text":
            yield plain
            return
        with tempfile.TemporaryDirectory() as folder:
            ours = Path(folder) / "table.csv"
            ours.write_text(decoded(plain.read_bytes(), encoding), "utf-8", newline="")
            yield ours


def decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            filled(
                _("The file is not written in %(encoding)s: byte %(byte)d, in row %(row)d, is no letter."),
                encoding=encoding, byte=error.start, row=row,
            ),
            field="file", row=row, code="encoding",
            remedy=_("Name the right encoding in the mapping, or save the file as CSV in UTF-8."),
        ) from error  # fmt: skip


def pieces(path: Path) -> Iterator[bytes]:
    size = 0
    try:
        with gzip.open(path) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > LARGEST_FILE:
                    raise Refusal(
                        _("Unpacked, this file would be far larger than any table."),
                        field="file", code="bomb", remedy=_("Divide it into smaller files."),
                    )  # fmt: skip
                yield piece
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal(
            _("The packed file is damaged."), field="file", code="damaged", remedy=_("Pack it again.")
        ) from error
