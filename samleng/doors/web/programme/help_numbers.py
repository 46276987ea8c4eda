"""The telephone numbers of the lists of help, entered by whoever keeps the country's registers."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from samleng.doors.web.planning.forms import language
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, signed_in, tried
from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.channels.rules import Referral
from samleng.ground.channels.verbs import enter_help_number
from samleng.ground.offices.verbs import REGISTRY
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import say

SPACES = re.compile(r"[ .()\-\u200b]")


class HelpForm(forms.Form):
    """One number for each entry of each list."""

    def __init__(
        self, *given: Any, lists: tuple[Referral, ...], entered: dict[Any, str], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.lists = lists
        for one in lists:
            for contact in one.contacts:
                self.fields[name_of(one.code, contact.code)] = forms.CharField(
                    label=say(contact.name, language()),
                    required=False,
                    max_length=30,
                    initial=entered.get((one.code, contact.code), "") or contact.phone,
                    widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
                )

    def numbers(self) -> list[tuple[str, str, str]]:
        """What was changed: list, entry and number as it is dialled."""
        return [
            (one.code, contact.code, dialled(self.cleaned_data[name]))
            for one in self.lists
            for contact in one.contacts
            if (name := name_of(one.code, contact.code)) in self.changed_data
        ]

    @property
    def parts(self) -> list[tuple[Referral, list[forms.BoundField], int]]:
        """The lists with their fields, and how many numbers of each lack."""
        found = []
        for one in self.lists:
            fields = [self[name_of(one.code, contact.code)] for contact in one.contacts]
            found.append((one, fields, sum(not field.initial for field in fields)))
        return found


def name_of(referral: str, contact: str) -> str:
    return f"{referral}-{contact}"


def dialled(typed: str) -> str:
    """A number as it is dialled, however it was written."""
    return SPACES.sub("", to_latin(typed))


@signed_in
def help_numbers(request: HttpRequest) -> HttpResponse:
    """The lists of help with their numbers: what is entered, and what is not yet."""
    by = acting_for(request)
    if not by.may("channels.publish", owner=REGISTRY):
        raise Denied
    current = CatalogueVersion.objects.current()
    rows = HelpNumber.objects.values_list("referral", "contact", "phone")
    entered = {(referral, contact): phone for referral, contact, phone in rows}
    lists = current.catalogue.referrals if current else ()
    form = HelpForm(request.POST or None, lists=lists, entered=entered)
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: enter(by, form))
        if not refusals:
            messages.success(request, _("The numbers are kept. Everybody who opens a list sees them."))
            return redirect("help_numbers")
        at_fields(form, refusals)
    lacking = sum(number for _one, _fields, number in form.parts)
    context = {"form": form, "lacking": lacking, "trail": [(_("Numbers of help"), "")]}
    return render(request, "programme/help_numbers.html", context, status=422 if form.errors else 200)


@transaction.atomic
def enter(by: Acting, form: HelpForm) -> None:
    """Keep every number that was changed, or none; what is wrong is told at each."""
    wrong: list[Refusal] = []
    for referral, contact, phone in form.numbers():
        try:
            enter_help_number(by=by, referral=referral, contact=contact, phone=phone)
        except Refusal as refusal:
            refusal.field = name_of(referral, contact)
            wrong.append(refusal)
    if wrong:
        raise Refusals(wrong)
