"""What a client sends, taken in without ever holding more than was promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext_lazy as _

from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.forms.rules.names import sound_file_name
from samleng.voices.forms.rules.reading import MIB, MOST_BYTES, Unreadable
from samleng.voices.forms.wording import not_taken

# What one post may weigh, as every answer announces; Collect divides a record's files accordingly.
MOST_POSTED = 64 * MIB
RECORD = "xml_submission_file"
INCOMPLETE = "*isIncomplete*"


@dataclass(kw_only=True)
class Posted:
    """A record's XML and the files beside it, by name."""

    xml: bytes
    files: dict[str, UploadedFile] = field(default_factory=dict)


def too_heavy(most: int = MOST_POSTED) -> Refusal:
    return Refusal(
        filled(_("More than %(most)d MB at once are not taken."), most=most // MIB),
        remedy=_("Send fewer or smaller files at once."),
        code="too_heavy",
    )


class Counted:
    """The request's body, which refuses to give more than it may hold, whatever the client claims."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        if claimed(request) > most or request.META.get("samleng.too_large"):
            raise too_heavy(most)
        # Django reads nothing where no length is given; the server has taken the chunks apart already.
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        self.source: Any = request.META["wsgi.input"] if chunked else request
        self.left, self.most = most, most

    def read(self, size: int = -1) -> bytes:
        wanted = self.left + 1 if size < 0 else min(size, self.left + 1)
        data = bytes(self.source.read(wanted))
        self.left -= len(data)
        if self.left < 0:
            raise too_heavy(self.most)
        return data


def claimed(request: HttpRequest) -> int:
    """The length the client gives, 0 where it gives none."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdigit() else 0


def whole_body(request: HttpRequest, most: int) -> bytes:
    """The body of a request that is one file; Refusal "too_heavy" beyond `most` bytes."""
    body, parts = Counted(request, most), []
    while part := body.read(1 * MIB):
        parts.append(part)
    return b"".join(parts)


class Careful(MultiPartParser):
    """Django's parser, which would quietly take the last part of a path for a file's name."""

    def sanitize_file_name(self, file_name: str) -> str:
        if not sound_file_name(file_name):
            raise not_taken(Unreadable("bad_name", name=file_name[:80]), field="file")
        return str(file_name)


def posted(request: HttpRequest) -> Posted:
    """A record and its files out of an OpenRosa post; Refusal for anything else."""
    if "multipart/form-data" not in request.headers.get("Content-Type", ""):
        raise unclear()
    meta = dict(request.META)
    body = Counted(request, MOST_POSTED)
    if body.source is not request:
        meta["CONTENT_LENGTH"] = str(MOST_POSTED)
    handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    try:
        fields, files = Careful(meta, body, handlers, "utf-8").parse()
    except TooManyFilesSent as many:
        raise Refusal(
            _("Too many files came at once."), remedy=_("Send at most a hundred at once."), code="too_heavy"
        ) from many
    except (MultiPartParserError, SuspiciousOperation) as broken:
        raise unclear() from broken
    record = files.get(RECORD)
    xml = record.read(MOST_BYTES + 1) if record else str(fields.get(RECORD, "")).encode()
    if not xml:
        raise unclear()
    given = {}
    for name in files:
        if name != RECORD:
            given.update({one.name or name: one for one in files.getlist(name)})
    return Posted(xml=bytes(xml), files=given)


def unclear() -> Refusal:
    return Refusal(
        _("No record could be read from what was sent."),
        field=RECORD,
        remedy=_("Send it once more. If it stays so, update the app."),
        code="unclear",
    )
