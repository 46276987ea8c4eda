"""An office's vaults: opened by its head, shared, handed on by two custodians, given a new key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.doors.web.keys import seen
from samleng.doors.web.keys.forms import Custodians, Holder, NextHolder, OpenVault
from samleng.doors.web.keys.pages import own
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import ask_to_unlock, unlocked_of
from samleng.doors.web.visit import carried_out, listed, tried, uuid_or_none
from samleng.ground.keys.models import PersonKey, Purpose, Vault
from samleng.ground.keys.rules import HOLDS
from samleng.ground.keys.verbs import handing, vaults
from samleng.ground.keys.verbs.phrases import Unlocked
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.kit.words.refusals import Refusal


@never_cache
@own
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """What is sealed to an office and who holds the key of it."""
    found = seen.office_seen(acting_for(request), office_id)
    return render(request, "keys/office.html", {"office": found, "purposes": seen.purposes_of(found)})


@never_cache
@own
def open_one(request: HttpRequest, office_id: UUID, purpose: str) -> HttpResponse:
    """Open a vault: who holds its key, which two can hand it on."""
    by = acting_for(request)
    found = seen.office_seen(by, office_id)
    if purpose not in HOLDS:
        raise Denied
    ready, unready = seen.those_who_may(found, HOLDS[purpose])
    people = {"holders": ready, "custodians": seen.those_who_may(found, "keys.hand_over")[0]}
    form = OpenVault(request.POST or None, people=people, initial={"holders": [by.person]})

    def do(_given: dict[str, Any]) -> None:
        chosen = {name: form.chosen(name) for name in ("holders", "custodians")}
        vaults.open_vault(by=by, office=found, purpose=purpose, **chosen)

    if carried_out(form, do):
        messages.success(request, _("The vault is open. From now on it is sealed to it."))
        return redirect("keys_office", found.pk)
    context = {"office": found, "form": form, "ready": ready, "unready": unready}
    context |= {"label": Purpose(purpose).label, "purpose": purpose}
    return render(request, "keys/open.html", context, status=422 if form.errors else 200)


@never_cache
@own
def vault(request: HttpRequest, vault_id: UUID) -> HttpResponse:
    """Who holds a vault, who can hand it on, and what of that is mine to do."""
    return shown(request, seen.vault_seen(acting_for(request), vault_id))


def shown(request: HttpRequest, found: Vault, **more: Any) -> HttpResponse:
    by, key = acting_for(request), PersonKey.objects.of(request.user.pk)
    context = seen.about(by, found, key)
    context |= {
        "office": found.office,
        "open": unlocked_of(request),
        "me": request.user.pk,
        "holder_form": Holder(people={"person": context["could_hold"]}),
        "custodians_form": Custodians(people={"custodians": context["could_keep"]}),
        "next_form": NextHolder(people={"to": context["next"]}),
    }
    return render(request, "keys/vault.html", context | more, status=422 if more.get("errors") else 200)


Act = Callable[[HttpRequest, Vault, Unlocked], object]


def with_key(said: Any) -> Callable[[Act], Callable[..., HttpResponse]]:
    """An act on a vault that needs one's key at hand; where it is locked, the passphrase is asked first."""

    def wrapped(act: Act) -> Callable[..., HttpResponse]:
        @require_POST
        @never_cache
        @own
        def run(request: HttpRequest, vault_id: UUID) -> HttpResponse:
            found = seen.vault_seen(acting_for(request), vault_id)
            unlocked = unlocked_of(request)
            if unlocked is None:
                return ask_to_unlock(request, back=reverse("keys_vault", args=[found.pk]))
            done: list[object] = []
            refusals = tried(lambda: done.append(act(request, found, unlocked)))
            if refusals:
                return shown(request, found, errors=listed(refusals))
            messages.success(request, said)
            return redirect("keys_vault", getattr(done[0], "pk", found.pk))

        return run

    return wrapped


def person_in(request: HttpRequest, name: str = "person") -> Person:
    """The person chosen in a form; the verb says whether they may."""
    found = Person.objects.filter(pk=uuid_or_none(request.POST.get(name)), is_active=True).first()
    if found is None:
        raise Refusal(_("Choose somebody."), field=name, code="missing")
    return found


@with_key(gettext_lazy("They hold the key from now on."))
def add(request: HttpRequest, found: Vault, unlocked: Unlocked) -> object:
    """One more who holds the key."""
    opener, person = unlocked.opener(found), person_in(request)
    return vaults.add_holder(by=unlocked.by, vault=found, person=person, opener=opener)


@with_key(gettext_lazy("The two custodians are named."))
def custodians(request: HttpRequest, found: Vault, unlocked: Unlocked) -> object:
    """Name the two who together can hand the key on."""
    chosen = [uuid_or_none(one) for one in request.POST.getlist("custodians")]
    people = list(Person.objects.filter(pk__in=[one for one in chosen if one], is_active=True))
    opener = unlocked.opener(found)
    return vaults.name_custodians(by=unlocked.by, vault=found, custodians=people, opener=opener)


@with_key(gettext_lazy("The vault has a new key. The old one opens nothing any more."))
def rotate(request: HttpRequest, found: Vault, unlocked: Unlocked) -> object:
    """Give the vault a new key."""
    return vaults.rotate(by=unlocked.by, vault=found, opener=unlocked.opener(found))


@with_key(gettext_lazy("Your half is handed over. It opens nothing until the other custodian does the same."))
def hand(request: HttpRequest, found: Vault, unlocked: Unlocked) -> object:
    """A custodian hands over their half."""
    handing.hand_over(by=unlocked.by, vault=found, to=person_in(request, "to"), unlocked=unlocked)
    return found


@with_key(gettext_lazy("You hold the key from now on."))
def take(request: HttpRequest, found: Vault, unlocked: Unlocked) -> object:
    """The next holder joins both halves."""
    return handing.take_up(by=unlocked.by, vault=found, unlocked=unlocked)


@require_POST
@never_cache
@own
def remove(request: HttpRequest, vault_id: UUID) -> HttpResponse:
    """A person holds the key no longer."""
    by = acting_for(request)
    found = seen.vault_seen(by, vault_id)
    refusals = tried(lambda: vaults.remove_holder(by=by, vault=found, person=person_in(request)))
    if refusals:
        return shown(request, found, errors=listed(refusals))
    messages.success(
        request, _("They hold the key no longer. Give the vault a new one if they may have a copy.")
    )
    return redirect("keys_vault", found.pk)
