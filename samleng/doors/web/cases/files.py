"""Photos and recordings of a case: sealed ones opened for whoever holds the key, the office's own as kept."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Case, Evidence
from samleng.answers.cases.verbs.moderating import belongs
from samleng.doors.web.cases.case import opened
from samleng.doors.web.cases.seen import seen_case
from samleng.doors.web.played import part
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import ask_to_unlock
from samleng.doors.web.visit import signed_in
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import open_blob
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import open_file

# Also what the browser itself keeps of what it shows is nothing.
NO_STORE = "no-store, private"


def sealed_of(case: Case, sealed_id: UUID) -> Sealed:
    """A sealed file that came with the case; Denied for any other."""
    found = Sealed.objects.filter(pk=sealed_id, is_file=True, forgotten_at=None).first()
    if found is None or not belongs(case, found):
        raise Denied
    return found


@require_safe
@never_cache
@signed_in
def sealed(request: HttpRequest, case_id: UUID, sealed_id: UUID) -> HttpResponse:
    """A photo or recording as it was sent, opened for this one answer; nothing keeps it on the way."""
    by = acting_for(request)
    one = seen_case(by, case_id)
    found = sealed_of(one, sealed_id)
    opener = opened(request, by, one, "photo")
    if opener is None:
        return ask_to_unlock(request)
    data, media_type = open_file(found, opener)
    first, last = part(request.headers.get("Range", ""), len(data))
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    answer = HttpResponse(data[first : last + 1], headers=headers(media_type, one.reference))
    answer["Cache-Control"] = NO_STORE
    answer["Accept-Ranges"] = "bytes"
    if last - first + 1 < len(data):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return answer


def evidence_of(case: Case, evidence_id: int) -> Evidence:
    """A picture of the case that is still kept; Denied for any other."""
    found = case.evidence.select_related("blob", "case").filter(pk=evidence_id, blob__erased_at=None).first()
    if found is None:
        raise Denied
    return found


@require_safe
@never_cache
@signed_in
def evidence(request: HttpRequest, case_id: UUID, evidence_id: int) -> HttpResponse:
    """A picture of the office's own, as it is kept."""
    found = evidence_of(seen_case(acting_for(request), case_id), evidence_id)
    with open_blob(found.blob) as file:
        answer = HttpResponse(file.read(), headers=headers(found.blob.media_type, "evidence"))
    answer["Cache-Control"] = NO_STORE
    return answer
