"""Keys for phones with Collect or Kobo and for programs: a code shown once, taken back any time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.doors.exchange.openrosa.settings_code import code_for
from samleng.doors.web.qr import qr
from samleng.doors.web.questionnaires.pages import asked, trail
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, signed_in, tried
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import ROLES, Acting, scope_of
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.text import say
from samleng.voices.forms.models import Key
from samleng.voices.forms.rules.keys import DATA, SEND
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.verbs.keys import Given, give_key, revoke_key

MOST_SHOWN = 500


def overseen(by: Acting, programme: Programme) -> list[Person]:
    """Whom somebody may give a key: people of the programme they look after who fill in forms."""
    fills_in = [code for code, role in ROLES.items() if "forms.send" in role.verbs]
    seats = Seat.objects.live().within(scope_of(by, "forms.give_key"))
    seats = seats.filter(programme=programme, role__in=fills_in)
    people = Person.objects.filter(pk__in=seats.values("person"), is_active=True)
    return list((people | Person.objects.filter(pk=by.person)).order_by("sort_key", "pk")[:MOST_SHOWN])


class KeyForm(forms.Form):
    """For whom the key is, and what it is to be used with."""

    person = forms.ChoiceField(label=gettext_lazy("For whom?"))
    purpose = forms.ChoiceField(
        label=gettext_lazy("What for?"),
        widget=forms.RadioSelect,
        initial=SEND,
        choices=[
            (SEND, gettext_lazy("A phone with Collect or Kobo: it fetches forms and sends records")),
            (DATA, gettext_lazy("My own computer: a program that also reads what people answered")),
        ],
    )

    def __init__(self, *given: Any, people: list[Person], **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [(str(one.pk), one.name) for one in people]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]


@signed_in
@never_cache
def keys(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """The keys in use, and the form that gives one."""
    by, programme, may = asked(request, programme_id)
    if not may["give_key"]:
        raise Denied
    return shown(request, by, programme, KeyForm(people=overseen(by, programme)))


def shown(request: HttpRequest, by: Acting, programme: Programme, form: KeyForm) -> HttpResponse:
    people = overseen(by, programme)
    rows = Key.objects.live().filter(programme=programme, person__in=people).select_related("person")
    context = {
        "programme": programme,
        "sample": programme.sample,
        "form": form,
        "keys": rows.order_by("person__sort_key", "made_at"),
        "trail": trail(programme, (_("Phones and programs"), "")),
    }
    return render(request, "questionnaires/keys.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@signed_in
def give(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Make a key and show it, once: as a code that Collect scans, and as address and words."""
    by, programme, may = asked(request, programme_id)
    if not may["give_key"]:
        raise Denied
    people = overseen(by, programme)
    form = KeyForm(request.POST, people=people)
    if not form.is_valid():
        return shown(request, by, programme, form)
    person = next(one for one in people if str(one.pk) == form.cleaned_data["person"])
    made: list[Given] = []
    what = {"person": person, "purpose": form.cleaned_data["purpose"]}
    refusals = tried(lambda: made.append(give_key(by=by, programme=programme, **what)))
    if refusals:
        at_fields(form, refusals)
        return shown(request, by, programme, form)
    return render(request, "questionnaires/key.html", handed_over(programme, person, made[0]))


def handed_over(programme: Programme, person: Person, given: Given) -> dict[str, Any]:
    """What the page of a fresh key shows: its token is kept nowhere."""
    project = number(programme.pk)
    context = {
        "programme": programme,
        "person": person,
        "given": given,
        "trail": trail(programme, (_("Phones and programs"), "")),
    }
    if given.key.purpose == DATA:
        return context | {"server": settings.SITE_ADDRESS, "project": project}
    server = f"{settings.SITE_ADDRESS}/v1/key/{given.token}/projects/{project}"
    code = code_for(server, say(programme.name, get_language() or "en"))
    return context | {"server": server, "qr": qr(code, error="l")}


@require_POST
@signed_in
def revoke(request: HttpRequest, programme_id: UUID, key_id: UUID) -> HttpResponse:
    """A phone is lost: its key opens nothing from now on."""
    by = acting_for(request)
    key = Key.objects.select_related("person").filter(programme=programme_id, pk=key_id).first()
    if key is None:
        raise Denied
    revoke_key(by=by, key=key)
    messages.success(request, _("That phone or program opens nothing any more."))
    return redirect("own_form_keys", programme_id)
