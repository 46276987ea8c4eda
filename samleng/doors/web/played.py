"""A kept sound sent to a player, whole or the part it asks for: Safari plays nothing without parts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from samleng.doors.web.visit import uuid_or_none
from samleng.ground.sounds.models import Shelf, Take, given_file
from samleng.ground.sounds.rules import Slot
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import open_blob

RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
# A better take has another address; one that was removed is named on no page any more.
A_YEAR = "public, max-age=31536000, immutable"


def played(request: HttpRequest, blob: Blob, name: str) -> HttpResponse:
    """The blob, or the bytes of it that are asked for."""
    with open_blob(blob) as file:
        first, last = part(request.headers.get("Range", ""), blob.size)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{blob.size}"})
        file.seek(first)
        answer = HttpResponse(file.read(last - first + 1), headers=headers(blob.media_type, name))
    answer["Accept-Ranges"] = "bytes"
    if last - first + 1 < blob.size:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{blob.size}"
    return answer


def part(header: str, size: int) -> tuple[int, int]:
    """The first and last byte asked for; all of them when nothing readable is asked, none as (1, 0)."""
    asked = RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return 0, size - 1
    if not asked[1]:
        return max(size - int(asked[2]), 0), size - 1
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    return (first, last) if first <= last else (1, 0)


def reader() -> str:
    """The language somebody reads the site in."""
    return (get_language() or "").split("-")[0]


def heard_at(shelf: Shelf, slot: Slot, languages: Iterable[str]) -> str:
    """Where a slot is heard, in the first language that has it; "" where no recording says its words."""
    for language in languages:
        take = shelf.take(slot, language)
        if take:
            return reverse("sound", args=[take.filename])
        if given_file(slot, language) is not None:
            return slot.given[language]
    return ""


@require_safe
def take(request: HttpRequest, filename: str) -> HttpResponse:
    """A recording of a published method's text, for everybody: no voice of a meeting is among these.

    A take that was done better since is still here for phones that took it along; a removed one is not.
    """
    asked = uuid_or_none(filename.partition(".")[0])
    found = Take.objects.select_related("blob").filter(pk=asked).exclude(blob=None).first() if asked else None
    if found is None or found.blob is None or found.filename != filename:
        raise Denied
    answer = played(request, found.blob, "sound")
    answer["Cache-Control"] = A_YEAR
    return answer
