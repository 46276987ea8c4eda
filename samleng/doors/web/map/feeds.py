"""New reports as RSS with points (GeoRSS), by place, part of the map and category."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import translation
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samleng.doors.web.map.api import language_of
from samleng.doors.web.map.seen import name_of, said
from samleng.insight.disclosure.categories import Categories
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.reports import listed, newest_in
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.rules.windows import Unreadable, corners, window
from samleng.insight.disclosure.wishes import Wish, wish_of
from samleng.kit.ledger.rules import fingerprint
from samleng.kit.words.refusals import Refusal

MOST, FRESH_SECONDS = 50, 300
# Parts of the map larger than this have places of their own: a feed of the place is the one to take.
WIDEST = 0.25
# What no XML can hold.
UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class GeoFeed(Rss201rev2Feed):
    """RSS 2.0 whose items say where they are."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:georss": "http://www.georss.org/georss"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["point"]:
            handler.addQuickElement("georss:point", item["point"])


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The newest reports of a place (`place`), a part of the map (`bbox`), a sector or category."""
    with translation.override(language_of(request)):
        try:
            wish = wish_of(request.GET)
            pins = found(request.GET.get("bbox", ""), wish)
        except Refusal as refused:
            said_so = f"{refused.field}: {refused.message} {refused.remedy}\n"
            return HttpResponse(said_so, content_type="text/plain; charset=utf-8", status=400)
        body = written(request, wish, pins)
    tag = f'W/"{fingerprint(body)[:32]}"'
    same = tag in request.headers.get("If-None-Match", "")
    kind = "application/rss+xml; charset=utf-8"
    answer = HttpResponseNotModified() if same else HttpResponse(body, content_type=kind)
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


def found(bbox: str, wish: Wish) -> Sequence[Pin]:
    """The newest pins of the wish; of a part of the map where one is named."""
    if not bbox:
        return listed(wish, size=MOST).pins
    try:
        west, south, east, north = corners(bbox)
        shown = window(bbox, "11")
        if east - west > WIDEST or north - south > WIDEST:
            raise Unreadable("large", "bbox")
    except Unreadable:
        raise Refusal(
            _("This part of the map has no feed."),
            field="bbox",
            remedy=_(
                "Give west, south, east and north in degrees, at most a quarter of a degree wide and high, "
                "or take the feed of a place."
            ),
        ) from None
    pins = newest_in(shown, wish, MOST * 4)
    inside = (one for one in pins if inside_of(one, (west, south, east, north)))
    return list(inside)[:MOST]


def inside_of(pin: Pin, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return west <= (pin.lon_e5 or 0) / E5 <= east and south <= (pin.lat_e5 or 0) / E5 <= north


def written(request: HttpRequest, wish: Wish, pins: Sequence[Pin]) -> str:
    """The feed as XML."""
    language = translation.get_language()
    known = Categories()
    parts = [_("Reports"), name_of(wish.category, known) if wish.category else ""]
    parts.append(wish.place.label(language) if wish.place else "")
    address = settings.SITE_ADDRESS
    feed = GeoFeed(
        title=" · ".join(part for part in (*parts, "Samleng") if part),
        link=f"{address}/{language}/map/",
        description=_("Public reports, newest first. Points are blurred."),
        language=language,
        feed_url=f"{address}{request.get_full_path()}",
    )
    for pin in pins:
        row = said(pin, known)
        mark = "SAMPLE · " if pin.sample else ""
        told = [row.when, row.shown or row.review]
        feed.add_item(
            title=clean(f"{mark}{row.name} · {row.place}"),
            link=f"{address}{row.url}",
            description=clean(" ".join(part for part in told if part)),
            unique_id=f"{address}/reports/{pin.reference}",
            unique_id_is_permalink=False,
            pubdate=pin.requested_at,
            categories=[row.name],
            point=f"{pin.lat_e5 / E5:.5f} {pin.lon_e5 / E5:.5f}" if pin.lat_e5 and pin.lon_e5 else "",
        )
    return feed.writeString("utf-8")


def clean(text: str) -> str:
    return UNWRITABLE.sub("", text)
