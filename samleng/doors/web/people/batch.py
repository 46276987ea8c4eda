"""A list of people from a file: upload, look at what it would do, confirm, what became of it, its slips."""

from __future__ import annotations

from itertools import accumulate
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.people import import_people
from samleng.doors.exchange.people_sample import sample_people
from samleng.doors.exchange.slips import draw_slips
from samleng.doors.web.people import seen
from samleng.doors.web.people.acts import pdf
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.uploads import hash_in, no_file, preview, store, stored, workbook
from samleng.doors.web.visit import listed, signed_in, tried, uuid_or_none
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.slips import enrol_many
from samleng.ground.places.models import Place
from samleng.kit.words.refusals import Refusal

A_SHEAF = 200
MOST_PLACES = 5000


def programmes_of(by: Acting, verb: str = "exchange.import") -> list[Programme]:
    """The programmes whose lists somebody may take in; Denied when there is none."""
    found = list(Programme.objects.filter(pk__in=seen.scope_for(by, verb).programmes).order_by("code"))
    if not found:
        raise Denied
    return found


def chosen(request: HttpRequest, programmes: list[Programme]) -> Programme:
    wanted = request.POST.get("programme", request.GET.get("programme", ""))
    if not wanted:
        return programmes[0]
    found = next((one for one in programmes if str(one.pk) == wanted), None)
    if found is None:
        raise Denied
    return found


@signed_in
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a list and see what it would do; nobody is taken in yet."""
    by = acting_for(request)
    programmes = programmes_of(by)
    programme = chosen(request, programmes)
    context: dict[str, Any] = {"programmes": programmes, "programme": programme}
    refusals: list[Refusal] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        looked: list[dict[str, Any]] = []
        refusals = [no_file()] if file is None else tried(lambda: looked.append(look(by, programme, file)))
        if looked:
            return render(request, "people/preview.html", context | looked[0])
    context["errors"] = listed(refusals)
    return render(request, "people/upload.html", context, status=422 if refusals else 200)


def look(by: Acting, programme: Programme, file: Any) -> dict[str, Any]:
    path = store(file)
    mine = by.acting_for(programme.owner_key)
    return preview(
        path,
        file.name or "",
        lambda: import_people(by=mine, path=path, programme=programme, dry_run=True, only_good=True),
    )


@signed_in
def confirm(request: HttpRequest) -> HttpResponse:
    """Take in what the preview showed: everybody, or only the good rows."""
    by = acting_for(request)
    programmes = programmes_of(by)
    if request.method != "POST":
        return redirect("people_file")
    programme = chosen(request, programmes)
    name = request.POST.get("stored", "")
    try:
        path = stored(name)
    except Refusal:
        # Sent twice: the first time has taken the file in and put it away.
        done = files_seen(by).filter(sha256=hash_in(name), by=by.key).order_by("-at").first()
        if done is None:
            raise
        return redirect("people_batch", done.pk)
    report = import_people(
        by=by.acting_for(programme.owner_key),
        path=path,
        programme=programme,
        only_good=bool(request.POST.get("only_good")),
        filename=request.POST.get("filename", "")[:200],
    )
    # It holds names and numbers, and is needed no more.
    path.unlink(missing_ok=True)
    return redirect("people_batch", report.batch)


def files_seen(by: Acting) -> QuerySet[ImportBatch]:
    """One's own lists, and all of a programme for those who look after all of it."""
    whole = Q(pk=None)
    for grant in seen.scope_for(by, "exchange.import").grants:
        if grant.programme and not grant.implementer and grant.area_path.count("/") <= 2:
            whole |= Q(owner=f"programme:{grant.programme}")
    return ImportBatch.objects.filter(Q(by=by.key) | whole, kind="people")


@signed_in
@never_cache
def files(request: HttpRequest) -> HttpResponse:
    """Every list taken in and what became of it."""
    by = acting_for(request)
    page = Paginator(files_seen(by).order_by("-at"), 30).get_page(request.GET.get("page"))
    return render(request, "people/files.html", {"page": page})


@signed_in
@never_cache
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One list: how many came in, the refused rows with their reasons, and the next step."""
    by = acting_for(request)
    found = files_seen(by).filter(pk=batch_id).first()
    if found is None:
        raise Denied
    programme = Programme.objects.filter(pk=found.owner.removeprefix("programme:")).first()
    waiting = seen.waiting_for_slips(by, programme).count() if programme else 0
    context = {
        "batch": found,
        "programme": programme,
        "waiting": waiting,
        "programme_id": str(programme.pk) if programme else "",
    }
    return render(request, "people/batch.html", context)


@signed_in
def sample(request: HttpRequest) -> HttpResponse:
    """An empty list with the right headings, what each means, and the codes to choose from."""
    by = acting_for(request)
    programme = chosen(request, programmes_of(by))
    paths = {g.area_path for g in seen.scope_for(by).grants if g.programme == str(programme.pk)}
    places = Place.objects.current().filter(under_any(paths))
    rows = places.order_by("level").values_list("level").annotate(n=Count("pk"))
    # As deep as it can still be looked through; villages are too many.
    deep = [
        level
        for (level, _n), whole in zip(rows, accumulate(n for _l, n in rows), strict=True)
        if whole <= MOST_PLACES
    ]
    wanted = places.filter(level__in=deep).select_related("kind", "parent__kind").order_by("code")
    implementers = Implementer.objects.filter(programme=programme).order_by("code")
    return workbook(sample_people(list(implementers), list(wanted)), "people.xlsx")


def under_any(paths: set[str]) -> Q:
    found = Q(pk=None)
    for path in paths:
        found |= Q(path__startswith=path)
    return found


@signed_in
@never_cache
def slips(request: HttpRequest) -> HttpResponse:
    """Who has neither phone nor slip yet; the slips of those chosen, as a PDF that is nowhere kept."""
    by = acting_for(request)
    programmes = programmes_of(by, "people.enrol")
    programme = chosen(request, programmes)
    rows = seen.waiting_for_slips(by, programme)
    if request.method == "POST":
        return print_chosen(request, by, programme)
    context = {
        "programmes": programmes,
        "programme": programme,
        "total": rows.count(),
        "lines": [seen.line_of(person) for person in seen.with_lines(rows[:A_SHEAF], by)],
    }
    return render(request, "people/slips.html", context)


def print_chosen(request: HttpRequest, by: Acting, programme: Programme) -> HttpResponse:
    """Slips for those ticked, whether or not an earlier click made some already: the last ones hold."""
    wanted = [one for text in request.POST.getlist("person")[:A_SHEAF] if (one := uuid_or_none(text))]
    seats = seen.Seat.objects.live().within(seen.scope_for(by, "people.enrol")).filter(programme=programme)
    people = list(seen.live_people(seats).filter(pk__in=wanted).order_by("sort_key", "pk"))
    if not people:
        return redirect("people_slips")
    return pdf(draw_slips(programme, enrol_many(by=by, people=people)), "slips.pdf")
