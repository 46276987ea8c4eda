"""The map with its list, a report's own page, and how offices answer: for everybody, without an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from samleng.doors.web.map.seen import STANDS, Said, answered, language, said, timeline_of
from samleng.doors.web.public.pages import above, kept, label
from samleng.doors.web.templatetags.said import say
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Boundary, Place
from samleng.ground.places.search import search as search_places
from samleng.insight.disclosure.cases import proof_of
from samleng.insight.disclosure.categories import Categories, public_categories, sectors
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.outlines import country_box, sources
from samleng.insight.disclosure.reports import (
    answers_of,
    listed,
    photo_of,
    rates_listed,
    rates_of,
    rates_of_all,
    report,
    steps_of,
)
from samleng.insight.disclosure.wishes import STATES, Wish, wish_of
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import open_small
from samleng.kit.words.refusals import Refusal

FILTERS = ("sector", "category", "state", "within", "place")
WITHIN = {
    30: _("The last 30 days"),
    90: _("The last 90 days"),
    365: _("The last year"),
}


@cache
def drawn_here() -> bool:
    """Whether the map's script was built; without it the list is the page."""
    return finders.find("map/map.js") is not None


@require_safe
def reports_map(request: HttpRequest) -> HttpResponse:
    """The map of reports with the same reports as a list beside it."""
    asked = {name: request.GET.get(name, "") for name in FILTERS if request.GET.get(name)}
    refused: Refusal | None = None
    try:
        wish = wish_of(asked)
    except Refusal as error:
        wish, refused, asked = Wish(), error, {}
    found = listed(wish, request.GET.get("after", "")[:40])
    totals = rates_of_all()
    query = urlencode(asked)
    drawn = drawing(wish, asked) if drawn_here() else None
    context = {
        "wish": wish,
        "asked": asked,
        "refused": refused,
        "rows": said_all(found.pins),
        "found": found,
        "more": f"?{urlencode({**asked, 'after': found.next})}#list" if found.next else "",
        "first": f"?{query}#list",
        "totals": totals,
        "choices": choices(wish),
        "place_name": label(wish.place) if wish.place else "",
        "named": places_named(request.GET.get("q", "")[:200].strip(), asked),
        "feed": f"{reverse('feed_reports')}?{urlencode({'lang': language(), **asked})}",
        "map": drawn,
        "map_json": orjson.dumps(drawn).decode() if drawn else "",
        "sources": sources(),
        "sample": any(one.sample for one in found.pins),
        "now": timezone.now(),
        "trail": [(gettext("Reports"), "")],
    }
    answer = render(request, "map/map.html", context, status=400 if refused else 200)
    answer["Cache-Control"] = "private, no-store" if signed_in(request) else "public, max-age=60"
    return answer


def said_all(pins: Iterable[Pin]) -> list[Said]:
    known = Categories()
    return [said(one, known) for one in pins]


def signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def choices(wish: Wish) -> dict[str, list[tuple[str, str, bool]]]:
    """What can be chosen in the form: code, words, whether it is chosen."""
    stands = {
        "open": gettext("Open"),
        "overdue": STANDS["late"][3],
        "fixed": STANDS["fixed"][3],
        "closed": gettext("All closed"),
    }
    return {
        "sector": [(code, say(name), code == wish.sector) for code, name in sectors()],
        "category": [(one.code, say(one.name), one.code == wish.category) for one in public_categories()],
        "state": [(code, str(stands[code]), code == wish.state) for code in STATES],
        "within": [(str(days), str(words), days == wish.within) for days, words in WITHIN.items()],
    }


def places_named(typed: str, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """The places that a reader may have meant, each with the address of its own list."""
    if not typed:
        return None
    rest = {name: value for name, value in asked.items() if name != "place"}
    found = search_places(typed, limit=12)
    rows = [(label(one), above(one), f"?{urlencode({**rest, 'place': one.code})}") for one in found]
    return {"typed": typed, "rows": rows}


def drawing(wish: Wish, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the map's script is told; it looks nothing up itself."""
    box = box_of(wish.place) if wish.place else country_box()
    filters = {name: value for name, value in asked.items() if name != "place"}
    return {
        "clusters": reverse("api_map_clusters"),
        "outlines": reverse("api_map_outlines"),
        "query": urlencode({"lang": language(), **filters}),
        "box": ",".join(f"{part:.5f}" for part in box) if box else "",
        "tiles": settings.MAP_TILES,
        "tiles_by": settings.MAP_TILES_BY,
        "words": {
            "in": gettext("Nearer"),
            "out": gettext("Further away"),
            "close": gettext("Close"),
            "many": gettext("%(n)s reports, %(late)s of them overdue. Opens nearer.")
            % {"n": "{n}", "late": "{late}"},
            "shown": gettext("%(n)s reports in this part of the map, %(late)s of them overdue")
            % {"n": "{n}", "late": "{late}"},
            "none": gettext("No report in this part of the map"),
            "lost": gettext("The map cannot be reached just now. The list below tells the same."),
            **{group: str(words) for group, (_code, _tone, _shape, words) in STANDS.items()},
        },
    }


def box_of(place: Place) -> tuple[float, float, float, float] | None:
    """The part of the map that shows a place."""
    outline = Boundary.objects.filter(place=place).only("west", "south", "east", "north").first()
    if outline:
        return outline.west, outline.south, outline.east, outline.north
    if place.latitude is None or place.longitude is None:
        return country_box()
    room = 0.4 / 4 ** max(0, place.level - 1)
    return place.longitude - room, place.latitude - room, place.longitude + room, place.latitude + room


def asked_report(reference: str) -> Pin:
    found = report(reference)
    if found is None:
        raise Http404
    return found


@require_safe
def one_report(request: HttpRequest, reference: str) -> HttpResponse:
    """A report: what kind, about where, its clock, what was done, and what was written once reviewed."""
    pin = asked_report(reference)
    if pin.reference != reference:
        return HttpResponsePermanentRedirect(reverse("map_report", args=[pin.reference]))
    moved = (pin.updated_at, pin.group, pin.reviewed_at, timezone.localdate())
    return kept(request, moved, lambda: report_page(request, pin))


def report_page(request: HttpRequest, pin: Pin) -> HttpResponse:
    row = said(pin, Categories())
    office = (
        Office.objects.select_related("place__kind").filter(pk=pin.office_id).first()
        if pin.office_id
        else None
    )
    after = proof_of(pin)
    # How it was found; where nobody let a picture of that pass, the one from afterwards stands alone.
    found = pin.photo_id and pin.reviewed_at and not (after and after.pk == pin.photo_id)
    context = {
        "row": row,
        "pin": pin,
        "office": office,
        "answered": answered(pin, row.clock),
        "steps": timeline_of(steps_of(pin)),
        "answers": answers_of(pin),
        "photo": reverse("map_photo", args=[pin.reference]) if found else "",
        "proof": reverse("map_proof", args=[pin.reference]) if after else "",
        "sample": pin.sample,
        "now": timezone.now(),
        "trail": [(gettext("Reports"), reverse("map")), (row.name, "")],
    }
    return render(request, "map/report.html", context)


@require_safe
def photo(request: HttpRequest, reference: str) -> HttpResponse:
    """The reviewed photo of a report, small; as if absent before and where there is none."""
    pin = asked_report(reference)
    body = photo_of(pin)
    if body is None:
        raise Http404
    name = "SAMPLE-report" if pin.sample else "report"
    return kept(
        request,
        (pin.photo_id, pin.reviewed_at),
        lambda: HttpResponse(body, headers=headers("image/webp", name)),
    )


@require_safe
def proof(request: HttpRequest, reference: str) -> HttpResponse:
    """The picture of how it looks now that the work is said to be done, once it was let pass."""
    pin = asked_report(reference)
    blob = proof_of(pin)
    if blob is None:
        raise Http404
    name = "SAMPLE-afterwards" if pin.sample else "afterwards"
    body = open_small(blob, "SAMPLE" if pin.sample else "")
    return kept(request, (blob.pk,), lambda: HttpResponse(body, headers=headers("image/webp", name)))


@require_safe
def answering(request: HttpRequest) -> HttpResponse:
    """How each office answers public reports: shares with what they are shares of, and no ranking."""
    asked = request.GET.get("place", "")
    try:
        place = wish_of({"place": asked}).place
    except Refusal:
        raise Http404 from None
    rows = rates_listed(place)
    context = {
        "rows": rows,
        "totals": rates_of_all(),
        "place_name": label(place) if place else "",
        "sample": any(one.office and one.office.sample for one in rows),
        "now": timezone.now(),
        "trail": [(gettext("Reports"), reverse("map")), (gettext("How offices answer"), "")],
    }
    return kept(
        request,
        (request.get_full_path(), timezone.now().timestamp() // 60),
        lambda: render(request, "map/answering.html", context),
    )


@require_safe
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """How one office answers public reports, and the newest of them."""
    rates = rates_of(office_id)
    if rates is None or rates.office is None:
        raise Http404
    newest = Pin.objects.filter(office_id=office_id).select_related("place__kind").newest_first()[:20]
    context = {
        "rates": rates,
        "rows": said_all(newest),
        "sample": rates.office.sample,
        "now": timezone.now(),
        "trail": [
            (gettext("Reports"), reverse("map")),
            (gettext("How offices answer"), reverse("answering")),
            (say(rates.office.name), ""),
        ],
    }
    answer = render(request, "map/office.html", context)
    answer["Cache-Control"] = "private, no-store" if signed_in(request) else "public, max-age=60"
    return answer
