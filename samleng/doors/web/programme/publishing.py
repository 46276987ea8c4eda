"""What a programme shows the public: the switch, its releases, texts that wait, and taking one back."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samleng.doors.web.programme.door import rights, seen_programme
from samleng.doors.web.programme.forms import SwitchForm, WithdrawForm
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import LongList, at_fields, listed, signed_in, tried
from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.insight.disclosure.held import (
    HeldText,
    meetings_waiting_for,
    next_sums,
    releases_of,
    sized,
    texts_held,
)
from samleng.insight.disclosure.models import Figure, Release
from samleng.insight.disclosure.verbs.switching import switch_publication, withdraw
from samleng.insight.disclosure.verbs.texts import release_text
from samleng.kit.ledger.permission import Denied

NEWEST, A_PAGE = 5, 25


def allowed(by: Acting, programme_id: UUID, right: str) -> Programme:
    """The programme, for whoever may do this in it; Denied to everybody else."""
    found = seen_programme(by, programme_id)
    if not rights(by, found.owner_key)[right]:
        raise Denied
    return found


def trail(found: Programme, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(found.name, reverse("programme", args=[found.pk])), *more]


def described(releases: Iterable[Release]) -> list[dict[str, Any]]:
    """Releases with the facility and the place they speak of, asked for all at once."""
    listing = list(releases)
    facilities = Facility.objects.in_bulk([one.facility_id for one in listing if one.facility_id])
    places = (
        Place.objects.filter(pk__in=[one.place_id for one in listing if one.place_id])
        .select_related("kind")
        .in_bulk()
    )
    return [
        {
            "row": one,
            "facility": facilities.get(one.facility_id) if one.facility_id else None,
            "place": places.get(one.place_id) if one.place_id else None,
        }
        for one in listing
    ]


def state_of_publication(found: Programme) -> dict[str, Any]:
    """What the programme's page says of its publicity."""
    newest = LongList(releases_of(found.pk), NEWEST, whole=sized).get_page(1)
    return {
        "publishes": found.publishes_since is not None,
        "waiting": meetings_waiting_for(found.pk),
        "held": len(texts_held(found.pk)),
        "released": described(newest.object_list),
        "releases": newest.paginator.count,
        "more": newest.has_next(),
        "next_sums": next_sums(),
    }


@signed_in
def publication(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Switch publication on or off, after reading what becomes public and when."""
    by = acting_for(request)
    found = allowed(by, programme_id, "switches")
    on = found.publishes_since is None
    form = SwitchForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        # The page says which way it was going, so that a second click does not turn it back.
        on = request.POST.get("on") == "1"
        switch_publication(by=by, programme=found, on=on)
        public, hidden = _("Results are public from now on."), _("Nothing is shown any more.")
        messages.success(request, public if on else hidden)
        return redirect("programme", found.pk)
    context = {
        "form": form,
        "programme": found,
        "sample": found.sample,
        "on": on,
        "waiting": meetings_waiting_for(found.pk),
        "next_sums": next_sums(),
        "trail": trail(found, (_("Publication"), "")),
    }
    return render(request, "programme/publication.html", context, status=422 if form.errors else 200)


@signed_in
def releases(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Everything the programme has made public, newest first."""
    by = acting_for(request)
    found = seen_programme(by, programme_id)
    page = LongList(releases_of(found.pk), A_PAGE, whole=sized).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "sample": found.sample,
        "page": page,
        "released": described(page.object_list),
        "trail": trail(found, (_("Releases"), "")),
    }
    return render(request, "programme/releases.html", context)


def asked_release(by: Acting, programme_id: UUID, release_id: UUID) -> tuple[Programme, dict[str, Any]]:
    found = seen_programme(by, programme_id)
    row = sized(releases_of(found.pk).filter(pk=release_id)).first()
    if row is None:
        raise Denied
    return found, described([row])[0]


@signed_in
def release(request: HttpRequest, programme_id: UUID, release_id: UUID) -> HttpResponse:
    """One release: what it told, what was held back, and the way to take it back."""
    by = acting_for(request)
    found, one = asked_release(by, programme_id, release_id)
    figures = Figure.objects.filter(release=one["row"]).order_by("order", "criterion", "side", "id")
    page = Paginator(figures, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "sample": found.sample,
        "one": one,
        "page": page,
        "figures": [(one, central(one)) for one in page.object_list],
        "may": rights(by, found.owner_key),
        "trail": trail(found, (_("Releases"), reverse("releases", args=[found.pk])), (_("A release"), "")),
    }
    return render(request, "programme/release.html", context)


def central(figure: Figure) -> Fraction | None:
    return None if figure.central_milli is None else Fraction(figure.central_milli, 1000)


@signed_in
def withdraw_one(request: HttpRequest, programme_id: UUID, release_id: UUID) -> HttpResponse:
    """Take a release back from the public pages, with the reason."""
    by = acting_for(request)
    allowed(by, programme_id, "publishes")
    found, one = asked_release(by, programme_id, release_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: withdraw(by=by, release=one["row"], reason=form.cleaned_data["reason"]))
        if not refusals:
            messages.success(request, _("The release is taken back. Public pages no longer show it."))
            return redirect("releases", found.pk)
        at_fields(form, refusals, lambda name: ["reason"])
    context = {
        "form": form,
        "programme": found,
        "sample": found.sample,
        "one": one,
        "trail": trail(found, (_("Releases"), reverse("releases", args=[found.pk])), (_("Take it back"), "")),
    }
    return render(request, "programme/withdraw.html", context, status=422 if form.errors else 200)


@signed_in
def texts(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Own words of villages that no person has looked at yet: read, shorten if need be, let go."""
    by = acting_for(request)
    found = allowed(by, programme_id, "publishes")
    held = texts_held(found.pk)
    errors: list[Any] = []
    if request.method == "POST":
        asked = next((one for one in held if str(one.figure_id) == request.POST.get("figure")), None)
        if asked is None:
            # Somebody else has let it go in the meantime, or its release was taken back.
            return redirect("texts_held", found.pk)
        typed = {tag: request.POST.get(f"text_{tag}", "") for tag in asked.words}
        figure = Figure.objects.get(pk=asked.figure_id)
        errors = tried(lambda: release_text(by=by, figure=figure, text=typed))
        if not errors:
            messages.success(request, _("The words are public now."))
            return redirect("texts_held", found.pk)
    context = {
        "programme": found,
        "sample": found.sample,
        "page": Paginator(shown(held), A_PAGE).get_page(request.GET.get("page")),
        "errors": listed(errors),
        "trail": trail(found, (_("Texts to look at"), "")),
    }
    return render(request, "programme/texts.html", context, status=422 if errors else 200)


def shown(held: list[HeldText]) -> list[dict[str, Any]]:
    """Held texts with the names of their facility and place."""
    facilities = Facility.objects.in_bulk([one.facility_id for one in held if one.facility_id])
    languages = dict(settings.LANGUAGES)
    places = Place.objects.filter(pk__in=[one.place_id for one in held]).select_related("kind").in_bulk()
    return [
        {
            "text": one,
            "facility": facilities.get(one.facility_id) if one.facility_id else None,
            "place": places.get(one.place_id),
            "words": [(tag, languages.get(tag, tag), words) for tag, words in one.words.items()],
        }
        for one in held
    ]
