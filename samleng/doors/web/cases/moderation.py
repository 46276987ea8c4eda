"""Before everyone reads it: words let pass, photos blacked out and shown, notes redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.rules.wariness import telling
from samleng.answers.cases.verbs.moderating import (
    black_out,
    black_out_picture,
    redact_note,
    redact_said,
    review,
    show,
)
from samleng.answers.cases.wording import refuse
from samleng.doors.web.cases import told
from samleng.doors.web.cases.case import opened, trail_of
from samleng.doors.web.cases.files import evidence_of, sealed_of
from samleng.doors.web.cases.seen import Unkept, seen_case
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import ask_to_unlock
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import Area, Unsound
from samleng.kit.words.khmer import to_latin

MOST_AREAS = 8
EDGES = ("left", "top", "width", "height")


def public_case(by: Acting, case_id: UUID) -> Case:
    """A case in a public category that this person moderates; Denied for any other."""
    one = seen_case(by, case_id, "cases.moderate")
    if one.sealed:
        raise Denied
    return one


@never_cache
@signed_in
def review_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The sealed words beside those let pass; what may point at somebody is named before it goes out."""
    by = acting_for(request)
    one = public_case(by, case_id)
    opener = opened(request, by, one)
    typed = request.POST.get("public_words")
    errors: list[tuple[str, str]] = []
    pointing = telling(typed or "")
    if request.method == "POST":
        if pointing and not request.POST.get("sure"):
            errors.append((_("Something here may point at somebody. Look once more."), "#public_words"))
        else:
            token = token_of(request)
            refusals = tried(lambda: review(by=by, case=one, public_words=typed or "", request=token))
            if not refusals:
                messages.success(request, _("Reviewed. What you let pass is public now."))
                return redirect("case", one.pk)
            errors = listed(refusals)
    story = told.story_of(one, opener)
    first = next((letter.text for letter in story.reports if letter.text), "")
    words = typed if typed is not None else one.public_words or first
    given = {
        "case": one,
        "story": story,
        "open": opener is not None,
        "unlock": f"{reverse('keys_unlock')}?next={request.path}",
        "words": words,
        "pointing": pointing or telling(words),
        "errors": errors,
        "evidence": one.evidence.filter(blob__erased_at=None).select_related("blob").order_by("at"),
        "sample": one.sample,
        "trail": trail_of(one, _("Review")),
    }
    return render(request, "cases/review.html", given, status=422 if errors else 200)


def areas_in(typed: Mapping[str, Any]) -> list[Area]:
    """The black areas that were typed or drawn: each four hundredths; empty lines are none."""
    found = []
    for n in range(MOST_AREAS):
        edges = [to_latin(str(typed.get(f"{edge}-{n}", ""))).strip().replace(",", ".") for edge in EDGES]
        if not any(edges):
            continue
        try:
            found.append(Area(*(float(edge) for edge in edges)))
        except (ValueError, Unsound):
            refuse(Misstep("area", f"left-{n}"))
    return found


@never_cache
@signed_in
def black_sealed(request: HttpRequest, case_id: UUID, sealed_id: UUID) -> HttpResponse:
    """Black out parts of a photo that came sealed, and let everyone see that copy."""
    by = acting_for(request)
    one = public_case(by, case_id)
    file = sealed_of(one, sealed_id)
    opener = opened(request, by, one, "photo")
    if opener is None:
        return ask_to_unlock(request)

    def do() -> object:
        return black_out(by=by, case=one, file=file, opener=opener, areas=areas_in(request.POST))

    return blacked(request, one, do, "case_file", sealed_id)


@never_cache
@signed_in
def black_kept(request: HttpRequest, case_id: UUID, evidence_id: int) -> HttpResponse:
    """Black out parts of a picture the office keeps; the picture as it was is erased."""
    by = acting_for(request)
    one = public_case(by, case_id)
    found = evidence_of(one, evidence_id)

    def do() -> object:
        return black_out_picture(by=by, evidence=found, areas=areas_in(request.POST))

    return blacked(request, one, do, "case_evidence", evidence_id)


def blacked(request: HttpRequest, one: Case, do: Any, page: str, key: Any) -> HttpResponse:
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        refusals = tried(do)
        if not refusals:
            messages.success(request, _("The parts are black for good."))
            return redirect("case_review", one.pk)
        errors = listed(refusals)
    lines = [(n, [(edge, request.POST.get(f"{edge}-{n}", "")) for edge in EDGES]) for n in range(MOST_AREAS)]
    given = {
        "case": one, "page": page, "key": key, "lines": lines, "errors": errors,
        "will_show": page == "case_file", "sample": one.sample, "trail": trail_of(one, _("Black out")),
    }  # fmt: skip
    return render(request, "cases/black.html", given, status=422 if errors else 200)


@require_POST
@signed_in
def show_picture(request: HttpRequest, case_id: UUID, evidence_id: int) -> HttpResponse:
    """Let everyone see a picture, or take it back."""
    by = acting_for(request)
    one = public_case(by, case_id)
    shown = request.POST.get("shown") == "yes"
    show(by=by, evidence=evidence_of(one, evidence_id), shown=shown)
    messages.success(request, _("Everyone can see it now.") if shown else _("Nobody outside sees it now."))
    return redirect("case_review" if request.POST.get("back") == "review" else "case", one.pk)


@never_cache
@signed_in
def redact(request: HttpRequest, case_id: UUID, what: str, key: UUID) -> HttpResponse:
    """Put other words in the place of a note or of what the office said in public, for good."""
    by = acting_for(request)
    one = seen_case(by, case_id, "cases.redact")
    rows = {"note": one.notes, "said": one.steps.exclude(said="")}.get(what)
    row = rows.filter(pk=key).first() if rows is not None else None
    if row is None:
        raise Denied
    errors: list[tuple[str, str]] = []
    words = Unkept(request.POST.get("words", ""))
    if request.method == "POST":
        if what == "note":
            refusals = tried(lambda: redact_note(by=by, note=row, words=words, request=token_of(request)))
        else:
            refusals = tried(lambda: redact_said(by=by, step=row, words=words, request=token_of(request)))
        if not refusals:
            messages.success(request, _("The former words are deleted."))
            return redirect("case", one.pk)
        errors = listed(refusals)
    before = row.said if what == "said" else ""
    if what == "note" and (opener := opened(request, by, one)):
        before = next((n.text or "" for n in told.story_of(one, opener).notes if n.key == row.pk), "")
    given = {
        "case": one, "what": what, "words": words or before, "errors": errors, "sample": one.sample,
        "trail": trail_of(one, _("Redact")),
    }  # fmt: skip
    return render(request, "cases/redact.html", given, status=422 if errors else 200)
