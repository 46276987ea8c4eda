"""Custodians: who a confidential report came from is opened only here, for one reason at a time."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.verbs.moderating import open_identity
from samleng.doors.web.cases.seen import require_desk, seen_case
from samleng.doors.web.cases.told import named
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import opener_for
from samleng.doors.web.visit import listed, signed_in, tried
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.khmer import to_latin


@require_safe
@never_cache
@signed_in
def identities(request: HttpRequest) -> HttpResponse:
    """Find a case by the number an officer tells; a custodian sees no list of cases."""
    by = acting_for(request)
    require_desk(by, "cases.identity")
    typed = to_latin(request.GET.get("reference", "")).strip()[:20]
    seen = Case.objects.seen_by(by, "cases.identity").with_context()
    found = seen.filter(reference=typed).first() if typed else None
    given = {
        "asked": typed,
        "case": found,
        "many": named_reports(found) if found else [],
        "sample": bool(found and found.sample),
    }
    return render(request, "cases/identities.html", given)


def named_reports(case: Case) -> list[tuple[int, Heard]]:
    """The reports of a case whose reporter gave a name, with their numbers."""
    reports = case.heard.select_related("report__identity").order_by("report__heard_at", "pk")
    return [
        (n, one)
        for n, one in enumerate(reports, start=1)
        if one.report.identity is not None and one.report.identity.forgotten_at is None
    ]


@never_cache
@sensitive_variables()
@signed_in
def identity(request: HttpRequest, case_id: UUID, heard_id: int) -> HttpResponse:
    """Open one identity with a reason that stays on record; it is shown once, in this very answer."""
    by = acting_for(request)
    one = seen_case(by, case_id, "cases.identity")
    asked = next(((n, heard) for n, heard in named_reports(one) if heard.pk == heard_id), None)
    if asked is None:
        raise Denied
    number, heard = asked
    opener = opener_for(request, one.office, "identity")
    errors: list[tuple[str, str]] = []
    who: dict[str, Any] = {}
    reason = request.POST.get("reason", "")
    if request.method == "POST" and opener is not None:
        opener_now = opener
        refusals = tried(
            lambda: who.update(
                json.loads(open_identity(by=by, heard=heard, reason=reason, opener=opener_now))
            )
        )
        errors = listed(refusals)
    rows = list(one.looks.filter(what="identity").order_by("-at")[:50])
    names = named({row.by for row in rows})
    given = {
        "case": one,
        "number": number,
        "who": who,
        "reason": reason,
        "errors": errors,
        "open": opener is not None,
        "unlock": f"{reverse('keys_unlock')}?next={request.path}",
        "looks": [(row, names.get(row.by, row.by)) for row in rows],
        "sample": one.sample,
        "trail": [(_("Identities"), reverse("identities")), (one.reference, "")],
    }
    return render(request, "cases/identity.html", given, status=422 if errors else 200)
