"""An office tells everybody who watches its area something: no collection on Friday."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.postman.models import Broadcast
from samleng.doors.postman.verbs.alerting import LONGEST_NEWS, MAY_TELL, broadcast
from samleng.doors.web.public.alerts import language
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.placed import place_name
from samleng.doors.web.visit import carried_out, signed_in
from samleng.ground.offices.models import Duty, Office
from samleng.ground.people.rules import Acting, seats_for
from samleng.ground.places.models import Place
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.text import say

MOST, LATEST = 200, 20


class NewsForm(forms.Form):
    """One piece of news: of which office, where, in which words."""

    office = forms.ChoiceField(label=_("Office"))
    place = forms.ChoiceField(label=_("Where"))
    km = forms.CharField(
        label=_("In Khmer"), required=False, max_length=LONGEST_NEWS, widget=forms.Textarea({"rows": 3})
    )
    en = forms.CharField(
        label=_("In English"), required=False, max_length=LONGEST_NEWS, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *given: Any, offices: list[Office], places: list[Place], **more: Any) -> None:
        super().__init__(*given, **more)
        named = [(str(one.pk), say(one.name, language())) for one in offices]
        self.fields["office"].choices = named  # type: ignore[attr-defined]
        where = [(str(one.pk), place_name(one)) for one in places]
        self.fields["place"].choices = where  # type: ignore[attr-defined]


def offices_of(by: Acting) -> list[Office]:
    """The offices that somebody speaks for."""
    ids = {seat.office for right in MAY_TELL for seat in seats_for(by, right) if seat.office}
    return list(Office.objects.filter(pk__in=ids).select_related("place__kind").order_by("code"))


def places_of(offices: list[Office]) -> list[Place]:
    """Where they may tell something: their areas, those of their duties, and what lies right inside."""
    duties = Duty.objects.on(timezone.localdate()).filter(office__in=offices).values_list("area", flat=True)
    areas = {one.place_id for one in offices} | set(duties)
    own = Place.objects.filter(pk__in=areas)
    parts = Place.objects.current().filter(parent__in=areas)
    rows = (own | parts).select_related("kind").distinct().order_by("level", "sort_key", "pk")
    return list(rows[:MOST])


@signed_in
def news(request: HttpRequest) -> HttpResponse:
    """Write news, and see what was told before."""
    by = acting_for(request)
    offices = offices_of(by)
    if not offices:
        raise Denied
    places = places_of(offices)
    form = NewsForm(request.POST or None, offices=offices, places=places)

    def do(given: dict[str, Any]) -> object:
        return broadcast(
            by=by,
            office=next(one for one in offices if str(one.pk) == given["office"]),
            place=next(one for one in places if str(one.pk) == given["place"]),
            words={tag: given[tag] for tag in ("km", "en") if given[tag].strip()},
        )

    if request.method == "POST" and carried_out(form, do, lambda name: ("km",) if name == "words" else ()):
        messages.success(request, _("Whoever watches the area is told."))
        return redirect("news")
    rows = Broadcast.objects.filter(office__in=offices).select_related("office", "place__kind")
    given = {
        "form": form,
        "rows": rows.order_by("-at")[:LATEST],
        "sample": any(one.sample for one in offices),
        "trail": [(_("Desk"), reverse("desk")), (_("News for the area"), "")],
    }
    return render(request, "public/news.html", given, status=422 if form.errors else 200)
