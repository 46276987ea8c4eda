"""One's own key: a passphrase chosen, unlocked, put away, changed, or given up when it was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from samleng.doors.web.keys.forms import Change, Choose, Unlock
from samleng.doors.web.keys.seen import desk_of_keys
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import keep_open, lock_again, unlocked_of
from samleng.doors.web.visit import carried_out
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.rules import IDLE_MINUTES
from samleng.ground.keys.verbs import phrases
from samleng.ground.keys.verbs.phrases import Unlocked
from samleng.ground.keys.verbs.vaults import catch_up
from samleng.ground.people.permission import Denied

View = Callable[..., HttpResponse]


def with_passphrase(view: View) -> View:
    """For pages that take a passphrase: it is kept nowhere, not even for a session that has ended."""
    return never_cache(sensitive_post_parameters()(sensitive_variables()(own(view))))


def own(view: View) -> View:
    """For who is signed in and has any use for a key."""

    @login_required
    def run(request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
        if not phrases.may_have_key(acting_for(request)):
            raise Denied
        return view(request, *given, **more)

    return run


@never_cache
@own
def mine(request: HttpRequest) -> HttpResponse:
    """Whether my key is open, and what it opens."""
    by, key = acting_for(request), PersonKey.objects.of(request.user.pk)
    context = {"key": key, "open": unlocked_of(request), "minutes": IDLE_MINUTES, **desk_of_keys(by, key)}
    return render(request, "keys/mine.html", context)


@with_passphrase
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a passphrase for the first time."""
    return chosen(request, "keys/choose.html", anew=False)


@with_passphrase
def forgotten(request: HttpRequest) -> HttpResponse:
    """Give up a key whose passphrase is forgotten, and begin a new one that opens nothing yet."""
    return chosen(request, "keys/forgotten.html", anew=True)


def chosen(request: HttpRequest, template: str, *, anew: bool) -> HttpResponse:
    form = Choose(request.POST or None)
    by = acting_for(request)

    def do(given: dict[str, Any]) -> None:
        phrases.choose_passphrase(by=by, person=request.user, passphrase=given["passphrase"], anew=anew)

    if carried_out(form, do):
        messages.success(request, _("Your passphrase is chosen. Keep it in mind; nobody else knows it."))
        answer = redirect("keys")
        lock_again(request, answer)
        return answer
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@with_passphrase
def change(request: HttpRequest) -> HttpResponse:
    """Another passphrase for the same key."""
    form = Change(request.POST or None)
    by = acting_for(request)
    if carried_out(form, lambda given: phrases.change_passphrase(by=by, person=request.user, **given)):
        messages.success(request, _("Your passphrase is changed."))
        return redirect("keys")
    return render(request, "keys/change.html", {"form": form}, status=422 if form.errors else 200)


@with_passphrase
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask for the passphrase, then go on where it was needed."""
    by, next_page = acting_for(request), request.POST.get("next", request.GET.get("next", ""))
    if PersonKey.objects.of(request.user.pk) is None:
        return redirect("keys_choose")
    form = Unlock(request.POST or None)
    got: list[Unlocked] = []
    if carried_out(form, lambda given: got.append(phrases.unlock(by=by, person=request.user, **given))):
        take_in(got[0])
        safe = url_has_allowed_host_and_scheme(next_page, {request.get_host()}, require_https=settings.HTTPS)
        answer = redirect(next_page if next_page and safe else "keys")
        keep_open(request, answer, got[0])
        return answer
    context = {"form": form, "next": next_page, "minutes": IDLE_MINUTES}
    return render(request, "keys/unlock.html", context, status=422 if form.errors else 200)


def take_in(unlocked: Unlocked) -> None:
    """What was sealed to a former key in the moment it was changed is taken over as soon as somebody can."""
    for vault in Vault.objects.held_with(unlocked.key):
        try:
            catch_up(vault, unlocked.opener(vault))
        except Denied:
            continue


@require_POST
@login_required
def lock(request: HttpRequest) -> HttpResponse:
    """Put the key away."""
    answer = redirect("keys")
    lock_again(request, answer)
    messages.success(request, _("Your key is locked again."))
    return answer
