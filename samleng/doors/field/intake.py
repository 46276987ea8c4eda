"""The plain way in for a parcel, through Django like any page: for when the lane is off, and for tests."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from samleng.doors.door import DEVICE_COOKIE
from samleng.doors.field.bundles import Bundle
from samleng.doors.field.parcels import (
    Answer,
    Head,
    admitted,
    answered,
    sender_of,
    too_large,
    too_slow,
    understood,
    writer,
)
from samleng.voices.scorecards.rules.parcels import MOST_BYTES
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed


@csrf_exempt
def parcel(request: HttpRequest, uid: str = "") -> HttpResponse:
    """Keep what a phone sends: 201 kept, 200 kept before, 409 other content; without a uid it sends many."""
    answer = taken(request, uid)
    return HttpResponse(
        answer.body, status=answer.status, content_type="application/json", headers=dict(answer.headers)
    )


def taken(request: HttpRequest, uid: str) -> Answer:
    said = request.headers.get("Content-Length", "")
    head = Head(
        method=request.method or "",
        uid=uid,
        token=request.COOKIES.get(DEVICE_COOKIE, ""),
        media_type=request.content_type or "",
        length=int(said) if said.isdecimal() else None,
    )
    accepted = request.headers.get("Accept-Language", "")
    try:
        if not uid:
            return many(sender_of(head), body_of(request, head.length)).answer(accepted)
        named, hashed = admitted(head)
        handed = understood(named, hashed, body_of(request, head.length))
        return answered(writer().ask(handed), accepted)
    except Exception as error:
        return answered(error, accepted)


def many(hashed: str, raw: bytes) -> Bundle:
    bundle = Bundle(hashed, raw)
    while some := bundle.next():
        bundle.told(some, [tried(handed) for _place, handed in some])
    return bundle


def tried(handed: Handed) -> Delivered | Exception:
    """One of many: what goes wrong with it is its own answer."""
    try:
        return writer().ask(handed)
    except Exception as error:
        return error


def body_of(request: HttpRequest, length: int | None) -> bytes:
    """The body, no more of it than a parcel may have; a Refusal when it was cut."""
    try:
        raw = request.read(MOST_BYTES + 1)
    except (UnreadablePostError, OSError):
        raise too_slow() from None
    if len(raw) > MOST_BYTES:
        raise too_large()
    if length is not None and len(raw) < length:
        raise too_slow() from None
    return bytes(raw)
