"""Recording what is heard in meetings: what is missing, one text at a time, or many from a ZIP."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samleng.doors.web.played import heard_at
from samleng.doors.web.public.files import safe
from samleng.doors.web.sounds.door import Booth, booth_for, booths, desk_for
from samleng.doors.web.visit import listed, signed_in, tried, uuid_or_none
from samleng.ground.people.models import Person
from samleng.ground.sounds.models import COUNTRY, Take
from samleng.ground.sounds.rules import MIB, State, next_undone
from samleng.ground.sounds.verbs import Many, keep_many, keep_take, remove_take
from samleng.kit.words.refusals import Refusal

# What is recorded is heard once more before it is kept.
BLOBS = {"media-src": ["'self'", "blob:"]}
MOST_SHOWN = 100


@dataclass(frozen=True)
class Row:
    """A slot as the list shows it."""

    state: State
    words: tuple[str, ...]
    written: str
    heard: str
    url: str


def address_of(booth: Booth, state: State) -> str:
    """Where the slot's recording is heard now; "" where there is none."""
    return heard_at(booth.shelf, state.slot, [state.language])


def row(booth: Booth, state: State) -> Row:
    return Row(
        state=state,
        words=state.slot.words(state.language),
        written=state.slot.written_in(state.language),
        heard=address_of(booth, state),
        url=booth.url("sounds_slot", state.slot.code),
    )


def context_of(booth: Booth, *trail: tuple[Any, str]) -> dict[str, Any]:
    """What every page of a booth shows."""
    programme = booth.desk.programme
    own = (booth.name, booth.url("sounds_list") if trail else "")
    return {
        "booth": booth,
        "programme": programme,
        "sample": bool(programme and programme.sample),
        "progress": booth.progress,
        "size": megabytes(booth.progress.size),
        "urls": {name: booth.url(f"sounds_{name}") for name in ("list", "csv", "reading", "many")},
        "trail": booth.desk.trail(own, *trail),
    }


def megabytes(size: int) -> str:
    """Bytes as a number of megabytes with one decimal, a little more than nothing at least."""
    return f"{max(size / MIB, 0.1):.1f}"


@signed_in
def sounds(request: HttpRequest, programme_id: UUID | None = None) -> HttpResponse:
    """The methods and their spoken languages, each with how much of it can be heard."""
    desk = desk_for(request, programme_id)
    listing = booths(desk, desk.methods)
    codes = [framework.code for framework, _booths in listing]
    context = {
        "desk": desk,
        "programme": desk.programme,
        "sample": bool(desk.programme and desk.programme.sample),
        "listing": [
            {
                "framework": framework,
                "several": codes.count(framework.code) > 1,
                "booths": [
                    {"booth": one, "url": one.url("sounds_list"), "size": megabytes(one.progress.size)}
                    for one in spoken
                ],
            }
            for framework, spoken in listing
        ],
        "trail": desk.trail(),
    }
    return render(request, "sounds/sounds.html", context)


@signed_in
def every(
    request: HttpRequest, framework_id: UUID, language: str, programme_id: UUID | None = None
) -> HttpResponse:
    """Every text of a method with its words and whether it can be heard in a language."""
    booth = booth_for(request, programme_id, framework_id, language)
    undone = next_undone(booth.states)
    only = request.GET.get("show") == "missing"
    context = {
        "sections": shown(booth, only),
        "only": only,
        "next": booth.url("sounds_slot", undone.slot.code) if undone else "",
        "changed": sum(one.code == "changed" for one in booth.states),
    }
    return render(request, "sounds/list.html", context_of(booth) | context)


def shown(booth: Booth, only_undone: bool) -> list[tuple[Any, list[Row]]]:
    found = [
        (name, [row(booth, one) for one in states if not (only_undone and one.done)])
        for name, states in booth.sections()
    ]
    return [(name, rows) for name, rows in found if rows]


@never_cache
@csp_update(BLOBS)
@signed_in
def slot(
    request: HttpRequest, framework_id: UUID, language: str, code: str, programme_id: UUID | None = None
) -> HttpResponse:
    """One text: read it aloud into the phone, hear it, keep it, and go on with the next that is missing."""
    booth = booth_for(request, programme_id, framework_id, language)
    state = booth.state(code)
    errors: list[Refusal] = []
    if request.method == "POST" and "remove" in request.POST:
        return removed(request, booth, state)
    if request.method == "POST":
        file = request.FILES.get("file")
        errors = [no_file()] if file is None else tried(lambda: kept(booth, state, file))
        if not errors:
            messages.success(request, _("The recording is kept."))
            onto = onward(request, booth, state)
            return JsonResponse({"next": onto}) if by_script(request) else redirect(onto)
        if by_script(request):
            return JsonResponse({"wrong": listed(errors)[0][0]}, status=422)
    take = booth.shelf.take(state.slot, language)
    places = [one.slot.code for one in booth.states]
    undone = next_undone(booth.states, code)
    context = {
        "row": row(booth, state),
        "take": take,
        # What the whole country hears is not one programme's to remove.
        "own": take is not None and take.owner == booth.desk.owner,
        "by": recorded_by(take),
        "country": take is not None and take.owner == COUNTRY and booth.desk.programme is not None,
        "seconds": None if take is None or take.millis is None else max(1, round(take.millis / 1000)),
        "size": max(1, take.blob.size // 1024) if take and take.blob else 0,
        "at": places.index(code) + 1,
        "section": next(name for name, rows in booth.sections() if state in rows),
        "errors": listed(errors),
        "skip": booth.url("sounds_slot", undone.slot.code) if undone and undone.slot.code != code else "",
    }
    template = context_of(booth, (code, "")) | context
    return render(request, "sounds/slot.html", template, status=422 if errors else 200)


def by_script(request: HttpRequest) -> bool:
    """Whether the recorder on the page asks: what it holds must outlive an answer that says no."""
    return request.headers.get("Accept") == "application/json"


def recorded_by(take: Take | None) -> str:
    """Who recorded it, to be asked when it has to be done again; only the people of this desk see this."""
    kind, _colon, key = take.by.partition(":") if take else ("", "", "")
    found = Person.objects.filter(pk=uuid_or_none(key)).first() if kind == "person" else None
    return found.name if found else ""


def kept(booth: Booth, state: State, file: Any) -> Take:
    desk = booth.desk
    return keep_take(by=desk.by, owner=desk.owner, slot=state.slot, language=booth.language, file=file)


def onward(request: HttpRequest, booth: Booth, state: State) -> str:
    """The next text without a recording; the list once there is none, with a word of praise."""
    fresh = booth.fresh()
    undone = next_undone(fresh.states, state.slot.code)
    if undone is None:
        messages.success(request, _("Everything can be heard in this language now."))
        return fresh.url("sounds_list")
    return fresh.url("sounds_slot", undone.slot.code)


def removed(request: HttpRequest, booth: Booth, state: State) -> HttpResponse:
    take = booth.shelf.take(state.slot, booth.language)
    # Sent twice, or somebody has recorded it anew meanwhile: only what was on the page goes.
    if take is not None and str(take.pk) == request.POST.get("remove"):
        remove_take(by=booth.desk.by, take=take)
        messages.success(request, _("The recording is removed. Nobody hears it any more."))
    return redirect(booth.url("sounds_slot", state.slot.code))


def no_file() -> Refusal:
    return Refusal(
        _("No recording was chosen."),
        field="file",
        remedy=_("Record it here, or choose a sound file."),
        code="missing",
    )


@never_cache
@signed_in
def many(
    request: HttpRequest, framework_id: UUID, language: str, programme_id: UUID | None = None
) -> HttpResponse:
    """Bring many recordings in one ZIP, whose files are called as the reading list says."""
    booth = booth_for(request, programme_id, framework_id, language)
    wrong: list[Refusal] = []
    done: list[Many] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        wrong = [no_zip()] if file is None else tried(lambda: done.append(unpacked(request, booth, file)))
    if done and not done[0].left_out:
        messages.success(request, _("The recordings of the ZIP are kept."))
        return redirect(booth.url("sounds_list"))
    fresh = booth.fresh()
    rows = done[0].left_out if done else [one for one in wrong if one.field != "file"]
    context = {
        "errors": listed([one for one in wrong if one.field == "file"]),
        "refused": rows[:MOST_SHOWN],
        "more": max(len(rows) - MOST_SHOWN, 0),
        "kept": len(done[0].takes) if done else None,
        "example": booth.states[0].slot.code if booth.states else "",
    }
    template = context_of(fresh, (_("Many at once"), "")) | context
    return render(request, "sounds/many.html", template, status=422 if wrong else 200)


def unpacked(request: HttpRequest, booth: Booth, file: Any) -> Many:
    return keep_many(
        by=booth.desk.by,
        owner=booth.desk.owner,
        slots=booth.slots,
        language=booth.language,
        archive=file,
        only_good=bool(request.POST.get("only_good")),
    )


def no_zip() -> Refusal:
    return Refusal(_("No file was chosen."), field="file", remedy=_("Choose a ZIP file."), code="missing")


@require_safe
@signed_in
def reading(
    request: HttpRequest, framework_id: UUID, language: str, programme_id: UUID | None = None
) -> HttpResponse:
    """The texts with their codes to print and read from."""
    booth = booth_for(request, programme_id, framework_id, language)
    context = {"sections": shown(booth, request.GET.get("show") == "missing")}
    return render(request, "sounds/reading.html", context_of(booth, (_("Reading list"), "")) | context)


@require_safe
@signed_in
def reading_csv(
    request: HttpRequest, framework_id: UUID, language: str, programme_id: UUID | None = None
) -> HttpResponse:
    """The same as a table: which file name is which text, and what is still missing."""
    booth = booth_for(request, programme_id, framework_id, language)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "text", "state"])
    for one in booth.states:
        words = " — ".join(one.slot.words(language))
        writer.writerow([safe(one.slot.code), safe(words), one.code])
    name = f"sounds-{booth.framework.code}-{language}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # The mark tells spreadsheet programs that Khmer follows.
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
