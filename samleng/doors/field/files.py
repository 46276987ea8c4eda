"""Photos and sounds by the tus protocol 1.0.0: sent in pieces, gone on with at any byte, also after a crash.

https://tus.io/protocols/resumable-upload (core, creation, creation-with-upload, checksum, termination,
expiration). A file's address is its client-made uid.

These routes are excused from the form token, for machines have none, and safe all the same: every
change needs the header Tus-Resumable, which no form of another site can send, and which a script of
another site may send only after a permission (CORS) that is never given here; and both cookies are
SameSite=Lax, so that they do not come along with what another site sends.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from samleng.doors.door import TUS, http_status
from samleng.doors.field import answers
from samleng.doors.field.body import blocks, turns
from samleng.doors.field.sender import sender_of
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.models import Upload
from samleng.kit.media.parts import ALGORITHMS, Checksum
from samleng.kit.media.rules import LIMITS
from samleng.kit.media.verbs import expiry
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs import laying

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
PIECE = "application/offset+octet-stream"
LARGEST = max(LIMITS[kind] for kind in laying.RIGHTS)
KEYS = ("uid", "kind", "card", "about", "sha256")
LONGEST_METADATA = 2000
SHA256 = re.compile(r"[0-9a-f]{64}")
View = Callable[..., HttpResponse]


def refused(refusal: Refusal) -> HttpResponse:
    """A refusal as the protocol says it."""
    answer = answers.refused(refusal)
    answer.status_code = http_status(refusal.code, TUS)
    if refusal.code == "version":
        answer["Tus-Version"] = VERSION
    if refusal.code in ("full", "storage"):
        answer["Retry-After"] = "5" if refusal.code == "full" else "300"
    return answer


def tus(view: View) -> View:
    """What every request of the protocol has in common: its version, its method, its refusals."""

    @csrf_exempt
    @functools.wraps(view)
    def run(request: HttpRequest, **given: Any) -> HttpResponse:
        method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
        try:
            if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Refusal(_("This address speaks tus 1.0.0."), field="Tus-Resumable", code="version")
            answer = view(request, method, **given)
        except Refusal as refusal:
            answer = refused(refusal)
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        return answer

    return run


def options() -> HttpResponse:
    """What is spoken here."""
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(LARGEST),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


def no_method(allowed: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": allowed})


@tus
def collection(request: HttpRequest, method: str) -> HttpResponse:
    """OPTIONS, and POST to announce a file, perhaps with its first bytes."""
    if method == "OPTIONS":
        return options()
    if method != "POST":
        return no_method("OPTIONS, POST")
    by = sender_of(request)
    length = number(request, "Upload-Length")
    told = metadata(request.headers.get("Upload-Metadata", ""))
    card = Scorecard.objects.filter(pk=uuid_in(told, "card")).first()
    if card is None:
        raise Denied
    uid = uuid_in(told, "uid")
    known = Upload.objects.about(card).filter(uid=uid).exists()
    upload = laying.announce(
        by=by,
        scorecard=card,
        uid=uid,
        kind=told.get("kind", ""),
        length=length,
        checksum=sha256_in(told),
        criterion=told.get("about", ""),
    )
    answer = HttpResponse(status=200 if known else 201)
    answer["Location"] = reverse("file", args=[uid])
    if request.headers.get("Content-Type", "") == PIECE:
        _upload, here = laying.where_it_stands(by=by, uid=uid)
        if here == 0:
            here = received(request, by, upload, 0)
        answer["Upload-Offset"] = str(here)
    return with_expiry(answer, upload)


@tus
def one(request: HttpRequest, method: str, uid: UUID) -> HttpResponse:
    """HEAD says where a file stands, PATCH goes on with it, DELETE gives it up."""
    if method == "OPTIONS":
        return options()
    if method not in ("HEAD", "PATCH", "DELETE"):
        return no_method("OPTIONS, HEAD, PATCH, DELETE")
    by = sender_of(request)
    if method == "DELETE":
        laying.withdraw(by=by, uid=uid)
        return HttpResponse(status=204)
    if method == "PATCH":
        return go_on(request, by, uid)
    upload, here = laying.where_it_stands(by=by, uid=uid)
    answer = HttpResponse(status=200)
    answer["Upload-Offset"], answer["Upload-Length"] = str(here), str(upload.length)
    answer["Upload-Metadata"] = as_metadata(upload)
    return with_expiry(answer, upload)


def go_on(request: HttpRequest, by: Acting, uid: UUID) -> HttpResponse:
    if request.headers.get("Content-Type", "") != PIECE:
        raise Refusal(
            _("A piece of a file must come as application/offset+octet-stream."),
            field="Content-Type",
            code="media_type",
        )
    upload = laying.find(by=by, uid=uid)
    answer = HttpResponse(status=204)
    answer["Upload-Offset"] = str(received(request, by, upload, number(request, "Upload-Offset")))
    return with_expiry(answer, upload)


def received(request: HttpRequest, by: Acting, upload: Upload, offset: int) -> int:
    """Take the body in; how many bytes of the file are here then. Too much is refused before it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > upload.length - offset >= 0:
        raise too_long()
    checksum = checksum_of(request)
    with turns.one(), closing(blocks(request)) as body:
        return laying.receive(by=by, uid=upload.uid, offset=offset, blocks=body, checksum=checksum)


def too_long() -> Refusal:
    return Refusal(
        _("More was sent than was announced of this file."),
        field="Content-Length",
        remedy=_("Ask how much is here and send only the rest."),
        code="too_long",
    )


def with_expiry(answer: HttpResponse, upload: Upload) -> HttpResponse:
    """When an unfinished file is given up, so that a phone knows how long it may rest."""
    if Upload.objects.open().filter(pk=upload.pk).exists():
        answer["Upload-Expires"] = http_date(expiry(upload).timestamp())
    return answer


def unreadable(field: str, message: Any) -> Refusal:
    return Refusal(message, field=field, code="unreadable")


def number(request: HttpRequest, header: str) -> int:
    """A header that must be a whole number of bytes."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise unreadable(header, filled(_("The header %(header)s must be a number of bytes."), header=header))
    return int(text)


def metadata(header: str) -> dict[str, str]:
    """Upload-Metadata as texts by their keys. What is not known here (a file's name) is never kept."""
    if len(header) > LONGEST_METADATA:
        raise unreadable("Upload-Metadata", _("Too much is said about this file."))
    told: dict[str, str] = {}
    for pair in header.split(","):
        key, _space, value = pair.strip().partition(" ")
        if key not in KEYS:
            continue
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as broken:
            raise unreadable(key, filled(_("What is said of “%(key)s” cannot be read."), key=key)) from broken
    return told


def as_metadata(upload: Upload) -> str:
    """What was said of a file, as far as it is kept."""
    told = {
        "uid": str(upload.uid),
        "kind": upload.kind,
        "card": upload.thing_id,
        "about": upload.part,
        "sha256": upload.checksum,
    }
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items() if value
    )


def uuid_in(told: dict[str, str], key: str) -> UUID:
    try:
        return UUID(told[key])
    except (KeyError, ValueError) as broken:
        raise unreadable(key, filled(_("“%(key)s” must be a UUID."), key=key)) from broken


def sha256_in(told: dict[str, str]) -> str:
    found = told.get("sha256", "")
    if found and not SHA256.fullmatch(found):
        raise unreadable("sha256", _("The checksum of a file must be 64 hexadecimal digits."))
    return found


def checksum_of(request: HttpRequest) -> Checksum | None:
    """Upload-Checksum: what this piece must come to; None when nothing is said."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, digest = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal(
            filled(_("Checksums are taken by %(known)s."), known=", ".join(ALGORITHMS)),
            field="Upload-Checksum",
            code="algorithm",
        )
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except (binascii.Error, ValueError) as broken:
        raise unreadable("Upload-Checksum", _("This checksum cannot be read.")) from broken
