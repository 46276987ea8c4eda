"""A visit to a desk page: who is signed in, what a form carries, and how a refusal is told."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal, each

LARGEST_TYPED = 20_000
View = Callable[..., HttpResponse]


def tried(do: Callable[[], object]) -> list[Refusal]:
    """What was refused when something was done; a denial goes on to the page that says so."""
    try:
        do()
    except Denied:
        raise
    except Refusal as refusal:
        return each(refusal)
    return []


def listed(refusals: list[Refusal]) -> list[tuple[str, str]]:
    """Refusals for the summary at the top, each with the field it leads to."""
    return [
        (f"{refusal.message} {refusal.remedy}".strip(), f"#{refusal.field}" if refusal.field else "")
        for refusal in refusals
    ]


def at_fields(
    form: forms.Form, refusals: list[Refusal], others: Callable[[str], Iterable[str]] = lambda name: ()
) -> None:
    """Put what a verb refused at its fields of the form, else at the top.

    `others` gives the names by which the form knows a field that the verb calls otherwise.
    """
    for refusal in refusals:
        name = str(refusal.field)
        field = next((one for one in (name, *others(name)) if one in form.fields), None)
        form.add_error(field, f"{refusal.message} {refusal.remedy}".strip())


def carried_out(
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    others: Callable[[str], Iterable[str]] = lambda name: (),
) -> bool:
    """Whether what a filled-in form asks for was done; what is wrong or refused stands at its fields."""
    if not form.is_valid():
        return False
    refusals = tried(lambda: do(form.cleaned_data))
    at_fields(form, refusals, others)
    return not refusals


class LongList(Paginator):
    """Pages of a list that may be a nation's: only keys are sorted, and a page's few rows read whole."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, whole: Callable[[Any], Any]) -> None:
        super().__init__(rows, per_page)
        self.whole = whole

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page])
        some = self.whole(self.object_list.model._default_manager.filter(pk__in=keys))
        found = {row.pk: row for row in some}
        return self._get_page([found[key] for key in keys if key in found], number, self)


def keep_typed(request: HttpRequest) -> None:
    """What somebody typed whose session had ended waits in the new session until they are back."""
    typed = {key: request.POST.getlist(key) for key in request.POST if key != "csrfmiddlewaretoken"}
    if sum(len(text) for texts in typed.values() for text in texts) <= LARGEST_TYPED:
        request.session["typed"] = {"path": request.path, "fields": typed}


def typed_before(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed on this page before signing in again, once."""
    kept = request.session.get("typed")
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return []
    del request.session["typed"]
    return [(key, text) for key, texts in kept["fields"].items() for text in texts]


def signed_in(view: View) -> View:
    """As `login_required`, but nothing that was typed is lost when the session has ended."""

    @functools.wraps(view)
    def run(request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                keep_typed(request)
            return login_required(view)(request, *given, **more)
        again = typed_before(request)
        if again:
            return render(request, "facilitator/again.html", {"fields": again})
        return view(request, *given, **more)

    return run


def uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def token_of(request: HttpRequest, name: str = "token") -> UUID:
    """The UUID a form carries; a form without one was not made by this house."""
    found = uuid_or_none(request.POST.get(name))
    if found is None:
        raise SuspiciousOperation("form without its token")
    return found
