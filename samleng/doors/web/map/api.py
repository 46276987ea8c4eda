"""The map for machines: clusters and outlines of a window, one answer for all and fresh for half a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from samleng.doors.web.map.seen import name_of
from samleng.insight.disclosure.categories import Categories
from samleng.insight.disclosure.clusters import Shown, shown_in
from samleng.insight.disclosure.outlines import outlines
from samleng.insight.disclosure.rules.windows import Unreadable, Window, window
from samleng.insight.disclosure.wishes import wish_of
from samleng.kit.ledger.rules import fingerprint
from samleng.kit.words.refusals import Refusal

FRESH_SECONDS, OUTLINES_FRESH = 30, 24 * 3600
REMEDIES = {
    "four": _("Give west, south, east and north, parted by commas: 104.8,11.5,105.0,11.7."),
    "number": _("Write plain numbers."),
    "degrees": _("Longitudes go from -180 to 180, latitudes from -90 to 90."),
    "order": _("Give west before east, and south before north."),
    "large": _("Ask for a smaller part of the map, or for a smaller zoom."),
    "range": _("Zooms go from 0 to 19."),
}
Answer = tuple[bytes, str]


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """What a window shows: counts of squares, or single pins where they are few."""

    def make(shown: Window) -> dict[str, Any]:
        return told(shown, shown_in(shown, wish_of(request.GET)))

    asked = ("category", "sector", "state", "within")
    return answered(request, "clusters", [request.GET.get(name, "") for name in asked], make, FRESH_SECONDS)


@require_safe
@gzip_page
def outline(request: HttpRequest) -> HttpResponse:
    """The outlines of a window as GeoJSON."""
    return answered(
        request, "outlines", [], lambda shown: outlines(shown, translation.get_language()), OUTLINES_FRESH
    )


def answered(
    request: HttpRequest, what: str, asked: list[str], make: Callable[[Window], dict[str, Any]], fresh: int
) -> HttpResponse:
    """The answer kept for a while on this machine, and with its reader by its tag."""
    with translation.override(language_of(request)):
        try:
            shown = read_window(request)
            about = [what, database(), translation.get_language()]
            key = fingerprint([*about, *map(str, vars(shown).values()), *asked])
            made: Answer | None = caches["map"].get(key)
            if made is None:
                body = orjson.dumps(make(shown))
                made = (body, f'W/"{fingerprint(body.decode())[:32]}"')
                caches["map"].set(key, made, fresh)
        except Refusal as refused:
            return refusal(refused)
    body, tag = made
    same = tag in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if same else HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={fresh}"
    return answer


def database() -> str:
    """Which database is told of: whoever points the site at another one is not told of the first."""
    return str(connection.settings_dict["NAME"])


def language_of(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def read_window(request: HttpRequest) -> Window:
    try:
        return window(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    except Unreadable as error:
        raise Refusal(
            _("This part of the map cannot be shown."),
            field=error.field,
            remedy=REMEDIES[error.code],
            code=f"{error.field}_{error.code}",
        ) from None


def refusal(refused: Refusal) -> HttpResponse:
    """What is wrong with the address, in the reader's language."""
    answer = HttpResponse(
        orjson.dumps({"error": refused.as_json()}), content_type="application/json", status=400
    )
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def told(shown: Window, found: Shown) -> dict[str, Any]:
    """The answer: [latitude, longitude, how many, of them overdue] for each cluster; pins by their names."""
    known = Categories()
    codes = sorted({one.category for one in found.pins})
    return {
        "zoom": shown.zoom,
        "total": found.total,
        "overdue": found.late,
        "clusters": [[one.latitude, one.longitude, one.n, one.late] for one in found.clusters],
        "pins": [
            {
                "reference": one.reference,
                "lat": one.latitude,
                "lon": one.longitude,
                "category": one.category,
                "state": one.group,
                "url": reverse("map_report", args=[one.reference]),
            }
            for one in found.pins
        ],
        "categories": {code: name_of(code, known) for code in codes},
    }
