"""Pages for everybody: no sign-in, no cookie, no script; all they show comes from disclosure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from samleng.doors.web.public.charts import promises_chart
from samleng.doors.web.public.heard import with_sounds
from samleng.ground.places.models import Place
from samleng.ground.places.search import search as search_places
from samleng.ground.services.models import Facility
from samleng.ground.services.search import search as search_facilities
from samleng.insight.disclosure.fronts import (
    PlaceFront,
    Story,
    country_front,
    facility_story,
    place_front,
    stamp,
)
from samleng.insight.disclosure.reading import find_place, lineage
from samleng.kit.ledger.rules import fingerprint
from samleng.kit.words.text import say

FRESH_SECONDS = 60


def running() -> str:
    """The version that runs."""
    try:
        return version("samleng")
    except PackageNotFoundError:
        return "unknown"


@csrf_exempt
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this site can answer: 200 with its version, 503 when the database cannot be reached."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "unreachable", "version": running()}, status=503)
    answer = JsonResponse({"ok": True, "database": connection.vendor, "version": running()})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """The front page in the language the browser asks for, else in the site's first."""
    asked = get_language_from_request(request) if request.headers.get("Accept-Language") else ""
    tag = asked.split("-")[0] if asked else settings.LANGUAGE_CODE
    answer = HttpResponseRedirect(f"/{tag if tag in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE}/")
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


def kept(request: HttpRequest, moved: Sequence[object], make: Callable[[], HttpResponse]) -> HttpResponse:
    """The page, or "not modified" when nothing public has moved since the reader's copy.

    Somebody signed in sees their own head on the page, so theirs is never shared or kept.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        answer = make()
        answer["Cache-Control"] = "private, no-store"
        return answer
    # The hour is in it for what has no stamp of its own: names of places, newly registered facilities.
    now = timezone.localtime()
    parts = [request.get_full_path(), running(), now.strftime("%Y-%m-%dT%H"), *map(str, moved)]
    tag = f'W/"{fingerprint(parts)[:32]}"'
    same = tag in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if same else make()
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


def language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def label(place: Place) -> str:
    return place.label(language())


def trail(places: Sequence[Place]) -> list[tuple[str, str]]:
    """Where a page stands, from the country down."""
    return [(label(one), reverse("place", args=[one.code])) for one in places]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, how it works, and the way to one's own place."""
    root = Place.objects.whole_country()
    return kept(request, stamp([root.pk] if root else []), lambda: home_page(request))


def home_page(request: HttpRequest) -> HttpResponse:
    front = country_front()
    return render(request, "public/home.html", {"front": front, "sample": bool(front and front.sample)})


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The country's page, under its own code."""
    root = Place.objects.whole_country()
    return HttpResponseRedirect(reverse("place", args=[root.code]) if root else reverse("home"))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the site does, what it keeps and what it never shows."""
    return kept(request, [], lambda: render(request, "public/about.html"))


def asked_place(request: HttpRequest, code: str) -> Place:
    found = find_place(code, request.GET.get("country", "")[:20])
    if found is None:
        raise Http404
    return found


@require_safe
def place(request: HttpRequest, code: str, printed: bool = False) -> HttpResponse:
    """A place: what became of its promises, how people score, and the way further in."""
    found = asked_place(request, code)
    return kept(request, stamp(list(lineage([found]))), lambda: place_page(request, found, printed))


def place_page(request: HttpRequest, found: Place, printed: bool) -> HttpResponse:
    year = request.GET.get("year", "")
    front = place_front(
        found,
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        page=request.GET.get("page", 1),
    )
    service = request.GET.get("service", "")
    chosen = [board for board in front.boards if board.service == service]
    context = {
        "front": front,
        "boards": chosen or front.boards,
        "chosen": bool(chosen),
        # Several services side by side are told in a line each; one alone with how its votes fell.
        "whole": bool(chosen) or len(front.boards) == 1,
        "name": label(found),
        "trail": [*trail(front.above), (label(found), "")],
        "sample": front.sample,
        "printed": printed,
        "chart": promises_chart(front.promises, front.sample),
        "share": {
            "title": label(found),
            "text": said_of(front),
            "card": reverse("place_card", args=[found.code]),
        },
        "print_url": reverse("place_print", args=[found.code]),
        "back_url": reverse("place", args=[found.code]),
        "csv_url": reverse("place_csv", args=[found.code]),
        "now": timezone.now(),
    }
    return render(request, "public/place.html", context)


def asked_facility(facility_id: UUID) -> Facility:
    found = Facility.objects.select_related("service__sector", "place__kind").filter(pk=facility_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def facility(request: HttpRequest, facility_id: UUID, printed: bool = False) -> HttpResponse:
    """A facility: both sides' scores, its own reply, and what became of each promise."""
    found = asked_facility(facility_id)
    return kept(request, stamp([found.place_id], found.pk), lambda: facility_page(request, found, printed))


def facility_page(request: HttpRequest, found: Facility, printed: bool) -> HttpResponse:
    story = facility_story(found, page=request.GET.get("page", 1))
    name = say(found.name, language(), "en")
    boards = with_sounds(story.boards)
    context = {
        "story": story,
        "name": name,
        "newest": [(board, heard) for board, heard in boards if board.year == story.boards[0].year],
        "older": [(board, heard) for board, heard in boards if board.year != story.boards[0].year],
        "places": {one.pk: label(one) for one in (*story.above, *story.serves)},
        "trail": [*trail(story.above), (name, "")],
        "sample": story.sample,
        "printed": printed,
        "chart": promises_chart(story.promises, story.sample),
        "share": {"title": name, "text": said_of(story), "card": reverse("facility_card", args=[found.pk])},
        "print_url": reverse("facility_print", args=[found.pk]),
        "back_url": reverse("facility", args=[found.pk]),
        "csv_url": reverse("facility_csv", args=[found.pk]),
        "now": timezone.now(),
    }
    return render(request, "public/facility.html", context)


def said_of(shown: PlaceFront | Story) -> str:
    """One sentence for a share card: 3 of 8 promises kept."""
    if not shown.promises.promised:
        return _("People speak, an office promises, the people confirm, everyone may see.")
    return _("%(kept)s of %(all)s promises kept") % {
        "kept": shown.promises.kept,
        "all": shown.promises.promised,
    }


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Places and facilities by what people type, in either script."""
    asked = request.GET.get("q", "")[:200].strip()
    context: dict[str, Any] = {
        "asked": asked,
        "places": [
            (label(one), above(one), reverse("place", args=[one.code]))
            for one in search_places(asked, limit=25)
        ]
        if asked
        else [],
        "facilities": search_facilities(asked, limit=25) if asked else [],
    }
    answer = render(request, "public/search.html", context)
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first few places for what has been typed so far, for the search field."""
    asked = request.GET.get("q", "")[:200].strip()
    found = search_places(asked, limit=8) if len(asked) > 1 else []
    rows = [
        {"text": label(one), "hint": above(one), "url": reverse("place", args=[one.code])} for one in found
    ]
    answer = JsonResponse({"places": rows})
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


def above(place: Place) -> str:
    """What holds a place, said beside it: half of all names are borne by several."""
    return label(place.parent) if place.parent else ""
