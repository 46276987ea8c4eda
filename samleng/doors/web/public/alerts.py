"""Alerts of an area for everybody: by letter, on this device, in a chat, or as a feed.

A letter is asked for with an address, and begun and ended by a link that a letter brings.

No page tells whether an address is known: whoever asks is answered the same, and a link that leads nowhere
ends on the same page as one that worked.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from samleng.doors.postman.devices import LONGEST_ENDPOINT, Device, public_key
from samleng.doors.postman.models import Broadcast
from samleng.doors.postman.rules import CHAT, EMAIL, PUSH, REACHES
from samleng.doors.postman.verbs.alerting import confirm, end, subscribe
from samleng.doors.postman.verbs.chatting import offer_chat
from samleng.doors.postman.verbs.pushing import end_device, subscribe_device
from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import ALERT
from samleng.doors.web.qr import qr
from samleng.doors.web.templatetags.placed import place_name
from samleng.doors.web.visit import carried_out
from samleng.ground.places.models import Place
from samleng.ground.places.search import search as search_places
from samleng.insight.disclosure.categories import public_categories
from samleng.insight.disclosure.reading import find_place
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.text import say

VISITOR = Actor(key="visitor", via="web")
LATEST = 5


class AlertForm(forms.Form):
    """What is to be told of the area that the page is about, and by which way."""

    way = forms.ChoiceField(choices=[(one, one) for one in (EMAIL, PUSH, CHAT)], required=False)
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A letter asks whether it is yours. Nothing comes before you say yes."),
    )
    category = forms.ChoiceField(label=_("What is reported"), required=False)

    def __init__(self, *given: Any, around: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        tongue = language()
        kinds = [(one.code, say(one.name, tongue)) for one in public_categories()]
        self.fields["category"].choices = [("", _("Everything")), *kinds]  # type: ignore[attr-defined]
        # Only letters need it.
        self.fields["email"].required = self.data.get("way", EMAIL) == EMAIL
        if around:
            self.fields["metres"] = forms.TypedChoiceField(
                label=_("How far around the point"),
                coerce=int,
                choices=[(one, _("%(n)s metres") % {"n": one}) for one in REACHES],
                initial=REACHES[1],
            )


def language() -> str:
    return (get_language() or "km").split("-")[0]


def asked_point(request: HttpRequest) -> tuple[float, float] | None:
    """The point in the address, if there is a whole one."""
    try:
        return float(request.GET["lat"]), float(request.GET["lon"])
    except (KeyError, ValueError):
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    """Ask for letters about a place, or around a point of the map; or take the feed instead."""
    place = find_place(request.GET.get("place", "")[:40])
    point = None if place else asked_point(request)
    form = AlertForm(
        request.POST or None, around=point is not None, initial={"category": request.GET.get("category", "")}
    )

    if request.method == "POST" and (place or point):
        if wait := waiting.held_up(request, ALERT):
            return wait
        begun: list[HttpResponse] = []
        if carried_out(form, lambda given: begun.append(begin(request, given, place, point))):
            return begun[0]
    filters = {"place": place.code} if place else {}
    given = {
        "form": form,
        "place": place,
        "point": point,
        "named": named(request.GET.get("q", "")[:200].strip()),
        "feed": f"{reverse('feed_reports')}?{urlencode({'lang': language(), **filters})}",
        "push_key": public_key(),
        "bot": bot_name(),
        "news": news_of(place),
        "sample": any(one.office.sample for one in news_of(place)),
        "trail": [(_("Reports"), reverse("map")), (_("Alerts"), "")],
    }
    answer = render(request, "public/alerts.html", given, status=422 if form.errors else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def begin(
    request: HttpRequest, given: dict[str, Any], place: Place | None, point: tuple[float, float] | None
) -> HttpResponse:
    """Begin what was asked for by the way that was chosen; what is told then."""
    what = {
        "language": language(), "category": given["category"], "place": place, "point": point,
        "metres": given.get("metres") or 0,
    }  # fmt: skip
    if given["way"] == PUSH:
        # What the browser gave by which it is told; the page's script fills it in.
        device = Device(*(request.POST.get(one, "") for one in ("endpoint", "p256dh", "auth")))
        subscribe_device(by=VISITOR, device=device, **what)
        return redirect("alerts_device")
    if given["way"] == CHAT and (bot := bot_name()):
        link = f"https://t.me/{bot}?{urlencode({'start': offer_chat(by=VISITOR, **what)})}"
        return told(request, "chat", link=link, qr=qr(link), bot=bot)
    subscribe(by=VISITOR, email=given["email"], **what)
    return redirect("alerts_asked")


def bot_name() -> str:
    """The bot that brings alerts into a chat; "" where the site has none."""
    return settings.TELEGRAM_BOT if settings.TELEGRAM_TOKEN else ""


def named(typed: str) -> dict[str, Any] | None:
    """The places that somebody may have meant, each with the address of its alerts."""
    if not typed:
        return None
    rows = [(place_name(one), f"?{urlencode({'place': one.code})}") for one in search_places(typed, limit=12)]
    return {"typed": typed, "rows": rows}


def news_of(place: Place | None) -> list[Broadcast]:
    """What offices last told everybody about a place or what holds it."""
    if place is None:
        return []
    rows = Broadcast.objects.filter(place__in=place.ancestor_ids).select_related("office", "place__kind")
    return list(rows.order_by("-at")[:LATEST])


def asked(request: HttpRequest) -> HttpResponse:
    """What everybody is told who asked, whoever they are."""
    return told(request, "asked")


def device(request: HttpRequest) -> HttpResponse:
    """What whoever asked for alerts on their device is told."""
    return told(request, "device")


@require_POST
def device_end(request: HttpRequest) -> HttpResponse:
    """No alerts on this device any more; the same is told whether there were any."""
    if wait := waiting.held_up(request, ALERT):
        return wait
    end_device(by=VISITOR, endpoint=request.POST.get("endpoint", "")[:LONGEST_ENDPOINT])
    return told(request, "device_ended")


def told(request: HttpRequest, what: str, **more: Any) -> HttpResponse:
    given = {
        "what": what,
        "trail": [(_("Reports"), reverse("map")), (_("Alerts"), reverse("alerts"))],
        **more,
    }
    answer = render(request, "public/alerts_told.html", given)
    answer["Cache-Control"] = "private, no-store"
    # The address of the page holds the link that ends a subscription.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def yes(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter: a button, so that no machine that only looks at letters says yes."""
    if request.method != "POST":
        return told(request, "yes")
    confirm(by=VISITOR, token=token)
    return told(request, "begun")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link that ends it. Mail programs press it themselves (RFC 8058), without a page before it."""
    if request.method != "POST":
        return told(request, "stop")
    end(by=VISITOR, token=token)
    return told(request, "ended")
