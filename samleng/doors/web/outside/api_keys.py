"""Keys of other systems on the desk: given, shown once, limited, seen with their last use, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.doors.exchange.models import ApiKey, OutsideSystem
from samleng.doors.exchange.open311.verbs import LONGEST_LABEL, Given, give_key, keepers, revoke_key
from samleng.doors.web.plans.links import private
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import carried_out, signed_in
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import REGISTRY, Acting, seats_for
from samleng.kit.ledger.models import Entry

MOST, MOST_LOGGED = 200, 100
GIVES = "exchange.give_key"
Owner = Office | Programme
# What the ledger says of keys, in words.
HAPPENED: dict[str, Any] = {
    "exchange.give_key": _("Key given"),
    "exchange.revoke_key": _("Key taken back"),
}


class GiveKey(forms.Form):
    """A new key: for which system, and what it opens."""

    label = forms.CharField(
        label=_("Which system is it for?"),
        help_text=_("A name that colleagues know, such as “FixMyStreet of the province”."),
        max_length=LONGEST_LABEL,
    )
    sends = forms.BooleanField(
        label=_("It may send reports, and what their reporters say later"), required=False, initial=True
    )
    answers = forms.BooleanField(
        label=_("It may move the cases in this office’s hands, as your officers do"),
        help_text=_("Only for the office’s own system: it confirms, answers and closes in your name."),
        required=False,
    )
    own = forms.BooleanField(required=False)

    def __init__(self, *given: Any, system: OutsideSystem | None, office: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not office:
            del self.fields["answers"]
        if system is None:
            del self.fields["own"]
        else:
            self.fields["own"].label = gettext("It is the key of “%(name)s”") % {"name": system.name}
            self.fields["own"].help_text = gettext(
                "Then nothing that comes by it is sent back there, and photos it names are fetched from it."
            )


def owner_of(by: Acting, office_id: UUID | None, programme_id: UUID | None) -> Owner:
    """The office or programme for which one gives keys; Denied for any other, as if absent."""
    found: Owner | None = (
        Office.objects.select_related("kind", "place__kind").filter(pk=office_id).first()
        if office_id
        else Programme.objects.filter(pk=programme_id).first()
    )
    if found is None or not by.may(GIVES, owner=keepers(found)):
        raise Denied
    return found


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The offices and programmes for which one speaks with other systems; where it is one, that one."""
    by = acting_for(request)
    seats = seats_for(by, GIVES)
    if not seats:
        raise Denied
    offices = Office.objects.filter(pk__in={one.office for one in seats if one.office})
    programmes = Programme.objects.filter(pk__in={one.programme for one in seats if one.programme})
    context = {
        "offices": list(offices.select_related("kind", "place__kind").order_by("code")),
        "programmes": list(programmes.order_by("code")),
        "registers": by.may(GIVES, owner=REGISTRY),
        "trail": [(_("Other systems"), "")],
    }
    return render(request, "outside/mine.html", context)


def rows_of(owner: Owner) -> Any:
    whose = Q(office=owner.pk) if isinstance(owner, Office) else Q(programme=owner.pk)
    rows = ApiKey.objects.filter(whose).select_related("system")
    return rows.annotate(sent=Count("postings", filter=~Q(postings__reference="")))


def address_of(owner: Owner, name: str = "api_keys", *more: Any) -> str:
    return reverse(f"{name}_{'office' if isinstance(owner, Office) else 'programme'}", args=[owner.pk, *more])


def log_of(owner: Owner) -> list[tuple[Entry, Any, str, str]]:
    """Who gave and took back which key, newest first."""
    rows = Entry.objects.filter(owner=owner.owner_key, verb__in=HAPPENED).order_by("-id")[:MOST_LOGGED]
    entries = list(rows)
    labels = dict(rows_of(owner).values_list("pk", "label"))
    ids = [one.actor.partition(":")[2] for one in entries if one.actor.startswith("person:")]
    names = {one.key: one.name for one in Person.objects.filter(pk__in=ids)}
    return [
        (
            one,
            HAPPENED[one.verb],
            labels.get(UUID(one.thing_id), ""),
            names.get(one.actor, gettext("at the site’s own terminal")),
        )
        for one in entries
    ]


@never_cache
@signed_in
def keys(
    request: HttpRequest, office_id: UUID | None = None, programme_id: UUID | None = None
) -> HttpResponse:
    """The keys there are, what each opens and when it last did; and a form that gives one."""
    by = acting_for(request)
    owner = owner_of(by, office_id, programme_id)
    of_office = isinstance(owner, Office)
    system = OutsideSystem.objects.filter(office=owner.pk).first() if of_office else None
    form = GiveKey(request.POST or None, system=system, office=of_office)
    if request.method == "POST":
        made: list[Given] = []

        def give(given: dict[str, Any]) -> None:
            made.append(
                give_key(
                    by=by, owner=owner, label=given["label"], sends=given["sends"],
                    answers=given.get("answers", False), system=system if given.get("own") else None,
                )
            )  # fmt: skip

        if carried_out(form, give):
            return shown_once(request, owner, made[0])
    found = list(rows_of(owner).order_by("-made_at")[:MOST])
    context = {
        "owner": owner,
        "form": form,
        "keys": [one for one in found if one.revoked_at is None],
        "former": [one for one in found if one.revoked_at is not None],
        "log": log_of(owner),
        "here": address_of(owner),
        "sample": owner.sample,
        "trail": trail_of(owner),
        "revoke": "api_key_revoke_office" if of_office else "api_key_revoke_programme",
    }
    return render(request, "outside/api_keys.html", context, status=422 if form.errors else 200)


def trail_of(owner: Owner) -> list[tuple[Any, str]]:
    page = "office" if isinstance(owner, Office) else "programme"
    return [(owner.name, reverse(page, args=[owner.pk])), (_("Keys of other systems"), "")]


def shown_once(request: HttpRequest, owner: Owner, given: Given) -> HttpResponse:
    """The key itself, now and never again: the site keeps only its hash."""
    context = {
        "owner": owner,
        "key": given.key,
        "token": given.token,
        "address": request.build_absolute_uri("/open311/v2"),
        "back": address_of(owner),
        "sample": owner.sample,
        "trail": trail_of(owner),
    }
    return private(render(request, "outside/api_key_made.html", context))


@require_POST
@never_cache
@signed_in
def revoke(
    request: HttpRequest, api_key_id: UUID, office_id: UUID | None = None, programme_id: UUID | None = None
) -> HttpResponse:
    """Take a key back: it opens nothing from now on."""
    by = acting_for(request)
    owner = owner_of(by, office_id, programme_id)
    key = rows_of(owner).filter(pk=api_key_id).first()
    if key is None:
        raise Denied
    revoke_key(by=by, key=key)
    messages.success(request, gettext("The key of “%(name)s” opens nothing any more.") % {"name": key.label})
    return redirect(address_of(owner))
