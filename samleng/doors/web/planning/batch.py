"""Planning many from a file: upload, look at what it would do, confirm, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from samleng.doors.exchange.report import Report
from samleng.doors.exchange.scorecard_plan import import_scorecards, sample_file
from samleng.doors.web.planning.pages import plannable
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.uploads import no_file, preview, store, stored, workbook
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.ground.services.models import Facility
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Batch, Round, Side


def rounds_of(by: Acting) -> list[Round]:
    rounds = Round.objects.filter(programme__in=plannable(by)).select_related("framework", "programme")
    return list(rounds.order_by("-year", "-cycle"))


def chosen_round(request: HttpRequest, rounds: list[Round]) -> Round | None:
    wanted = request.POST.get("round", request.GET.get("round", ""))
    return next(
        (one for one in rounds if str(one.pk) == wanted), rounds[0] if rounds and not wanted else None
    )


@signed_in
def plan_many(request: HttpRequest) -> HttpResponse:
    """Upload a planning file and see what it would do; nothing is planned yet."""
    by = acting_for(request)
    rounds = rounds_of(by)
    found: list[Any] = []
    refusals: list[Refusal] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        round = chosen_round(request, rounds)
        if round is None:
            raise Denied
        if file is None:
            refusals = [no_file()]
        else:
            refusals = tried(lambda: found.append(look(by, store(file), round, file.name or "")))
    context = {"rounds": rounds, "chosen": chosen_round(request, rounds), "errors": listed(refusals)}
    if found:
        return render(request, "planning/preview.html", context | found[0])
    return render(request, "planning/upload.html", context, status=422 if refusals else 200)


def look(by: Acting, path: Path, round: Round, filename: str) -> dict[str, Any]:
    """What a planning file would do."""
    return preview(path, filename, lambda: import_scorecards(by=by, path=path, round=round, dry_run=True))


@signed_in
def confirm(request: HttpRequest) -> HttpResponse:
    """Plan what the preview showed: everything, or only the good rows."""
    by = acting_for(request)
    if request.method != "POST":
        return redirect("plan_many")
    round = chosen_round(request, rounds_of(by))
    if round is None:
        raise Denied
    path = stored(request.POST.get("stored", ""))
    report: Report = import_scorecards(
        by=by,
        path=path,
        round=round,
        only_good=bool(request.POST.get("only_good")),
        request=token_of(request),
        filename=request.POST.get("filename", "")[:200],
    )
    return redirect("batch", report.batch) if report.batch else redirect("batches")


@signed_in
def batches(request: HttpRequest) -> HttpResponse:
    """Every planning file of one's programmes and what became of it."""
    by = acting_for(request)
    rows = Batch.objects.filter(programme__in=plannable(by)).select_related("by").order_by("-at")
    page = Paginator(rows.annotate(cards=Count("scorecards")), 30).get_page(request.GET.get("page"))
    return render(request, "planning/batches.html", {"page": page})


@signed_in
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One planning file: what was planned, and the refused rows with their reasons."""
    by = acting_for(request)
    found = Batch.objects.filter(programme__in=plannable(by), pk=batch_id).select_related("by").first()
    if found is None:
        raise Denied
    cards = found.scorecards.in_lists().order_by("code")
    page = Paginator(cards, 50).get_page(request.GET.get("page"))
    return render(request, "planning/batch.html", {"batch": found, "page": page})


@signed_in
def sample(request: HttpRequest) -> HttpResponse:
    """A planning file with the right headings and two rows of one's own register."""
    by = acting_for(request)
    round = chosen_round(request, rounds_of(by))
    if round is None:
        raise Denied
    examples = [
        {
            "facility": str(facility.pk),
            "place": facility.place.code,
            "side": side,
            "from": f"{round.year}-03-01",
            "to": f"{round.year}-03-31",
        }
        for facility in Facility.objects.open().select_related("place").order_by("sort_key")[:1]
        for side in Side.values
    ]
    return workbook(sample_file(round, examples), "scorecards.xlsx")
