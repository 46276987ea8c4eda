"""The desk of cases: what is due first, page by page, with counts above and filters that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from samleng.answers.cases.reading import Wanted, counts, desk
from samleng.answers.cases.rules.story import STATES
from samleng.doors.web.cases.seen import people_of, require_desk
from samleng.doors.web.cases.verbs import drop_filter, keep_filter
from samleng.doors.web.models import SavedFilter
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, tried, uuid_or_none
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import EXPOSURES
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting, seats_for
from samleng.ground.places.models import Place

FILTERS = (
    *("reference", "state", "category", "kind", "exposure", "assigned", "place", "due", "review", "urgent"),
)
A_PAGE = 50
# A district has no more places than this; a country is chosen from by its provinces.
MOST_PLACES = 200

# What is counted above the list: its name, what it is called, and what shows it.
COUNTED = (
    ("urgent", gettext_lazy("Urgent"), {"urgent": "yes"}),
    ("overdue", gettext_lazy("Overdue"), {"due": "overdue"}),
    ("this_week", gettext_lazy("Due within a week"), {"due": "week"}),
    ("nobody", gettext_lazy("Nobody has it"), {"assigned": "nobody"}),
    ("mine", gettext_lazy("Mine"), {"assigned": "me"}),
    ("to_review", gettext_lazy("Words and photos to review"), {"review": "yes"}),
)


def given_in(asked: Mapping[str, Any]) -> dict[str, str]:
    """The filters an address carries, each as typed."""
    return {name: str(asked.get(name, "")).strip()[:80] for name in FILTERS}


def back_to(query: str) -> str:
    """The list as somebody had it: its filters and its page, nothing else that an address may carry."""
    asked = dict(parse_qsl(query[:400]))
    kept = {name: value for name, value in given_in(asked).items() if value}
    if asked.get("after"):
        kept["after"] = asked["after"][:60]
    return f"{reverse('cases')}?{urlencode(kept)}" if kept else reverse("cases")


def wanted(by: Acting, given: Mapping[str, str], after: str = "") -> Wanted:
    """What is asked for, as the reading of cases knows it; what makes no sense finds nothing."""
    assigned = by.person if given["assigned"] == "me" else given["assigned"]
    if assigned not in ("", "nobody") and uuid_or_none(assigned) is None:
        assigned = by.person
    path = ""
    if given["place"].isdigit():
        place = Place.objects.filter(pk=int(given["place"][:18])).first()
        path = place.path if place else "-"
    state = given["state"] if given["state"] in (*STATES, "all") else ""
    return Wanted(
        state=state, category=given["category"], kind=given["kind"], assigned=assigned,
        overdue=given["due"] == "overdue", soon=given["due"] == "week", review=given["review"] == "yes",
        urgent=given["urgent"] == "yes", exposure=given["exposure"], place_path=path,
        reference=given["reference"], after=after,
    )  # fmt: skip


@require_safe
@signed_in
def queue(request: HttpRequest) -> HttpResponse:
    """One page of what waits, what is due first."""
    return shown(request)


def shown(request: HttpRequest, errors: list[tuple[str, str]] | None = None) -> HttpResponse:
    by = acting_for(request)
    offices = require_desk(by)
    given = given_in(request.GET)
    asked = {name: value for name, value in given.items() if value}
    after = request.GET.get("after", "")[:60]
    page = desk(by, wanted(by, given, after), size=A_PAGE)
    waiting = counts(by)
    context = {
        "page": page,
        "given": given,
        "any_filter": bool(asked),
        # What the counts above already say needs no open form.
        "more_filters": any(given[name] for name in ("state", "category", "kind", "exposure", "place")),
        "filters": urlencode(asked),
        "here": urlencode({**asked, **({"after": after} if after else {})}),
        "next": urlencode({**asked, "after": page.after}) if page.after else "",
        "first": urlencode(asked) if after else None,
        "counted": [
            {
                "value": waiting[name],
                "label": label,
                "url": f"?{urlencode(query)}",
                "now": all(given[key] == value for key, value in query.items()),
            }
            for name, label, query in COUNTED
            if name != "to_review" or seats_for(by, "cases.moderate")
        ],
        "saved": SavedFilter.objects.filter(person=request.user.pk),
        "offices": offices,
        "several": len(offices) > 1,
        "may_assign": bool(seats_for(by, "cases.assign")),
        "may_merge": bool(seats_for(by, "cases.merge")),
        "may_answer": bool(seats_for(by, "cases.answer")),
        "may_export": bool(seats_for(by, "cases.export")),
        "ways": ways_of(by),
        "errors": errors or [],
        **choices(offices),
    }
    return render(request, "cases/queue.html", context, status=422 if errors else 200)


def ways_of(by: Acting) -> list[tuple[str, str, Any]]:
    """Where else this desk leads, by what somebody's seats allow."""
    found = (
        ("clusters", "rectangle-stack", _("Put together for plans"), "cases.triage"),
        ("recommendations", "megaphone", _("Recommendations put to us"), "cases.respond"),
    )
    return [(reverse(page), picture, label) for page, picture, label, right in found if seats_for(by, right)]


def choices(offices: list[Office]) -> dict[str, Any]:
    """What the filters offer to choose from."""
    version = CatalogueVersion.objects.current()
    catalogue = version.catalogue if version else None
    return {
        "states": STATES,
        "exposures": EXPOSURES,
        "categories": sorted(catalogue.categories, key=lambda one: one.group) if catalogue else (),
        "kinds": catalogue.kinds if catalogue else (),
        "people": people_of(offices),
        "places": places_of(offices),
    }


def places_of(offices: list[Office]) -> list[Place]:
    """The places just below an office's own, in their order."""
    inside = [one.place_id for one in offices]
    return list(
        Place.objects.current().filter(parent__in=inside).in_order().select_related("kind")[:MOST_PLACES]
    )


@require_POST
@signed_in
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the moment under a name."""
    by = acting_for(request)
    require_desk(by)
    given = given_in(request.POST)
    name = request.POST.get("name", "")
    refusals = tried(lambda: keep_filter(by=by, person=request.user, name=name, asked=given))
    if refusals:
        for text, _anchor in listed(refusals):
            messages.error(request, text)
    else:
        messages.success(request, _("The view is kept."))
    return redirect(f"{reverse('cases')}?{urlencode({k: v for k, v in given.items() if v})}")


@require_POST
@signed_in
def forget(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Remove a named view of one's own."""
    by = acting_for(request)
    require_desk(by)
    found = SavedFilter.objects.select_related("person").filter(pk=saved_id, person=request.user.pk).first()
    if found is not None:
        drop_filter(by=by, saved=found)
    return redirect("cases")
