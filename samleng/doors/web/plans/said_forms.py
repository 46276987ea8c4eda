"""What is typed when somebody speaks of a promise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import CITIZENS, FACILITATOR, FIXED, HALF, NOT, REFUSED, RETURNED, TAKEN_UP
from samleng.doors.web.plans.forms import count, day, lines
from samleng.doors.web.plans.seen import language
from samleng.kit.words.text import say

MOST_PROOFS = 6
PROOF_TYPES = {"accept": "image/*,application/pdf"}


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files in one field, each checked as one would be."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=FilesInput(attrs={**PROOF_TYPES, "multiple": True}), **given)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_PROOFS:
            raise forms.ValidationError(_("Choose at most %(most)s files.") % {"most": MOST_PROOFS})
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(file, initial) for file in files]


def proofs(label: Any) -> FilesField:
    return FilesField(
        label=label,
        required=False,
        help_text=_("Photos or a PDF. No faces of children; places and papers are enough."),
    )


class SayForm(forms.Form):
    """One thing said of a promise; each form is told which promise, and whether a member speaks."""

    note = lines(_("In your words"))

    def __init__(self, *given: Any, action: Action, member: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        self.action = action
        self.method = action.framework.method
        self.fitted(member)

    def fitted(self, member: bool) -> None:
        """Choices that depend on the promise's framework."""

    def clean(self) -> dict[str, Any]:
        return super().clean() or {}


class ReasonForm(SayForm):
    note = lines(_("Why?"), required=True)


class ReportForm(SayForm):
    status = forms.ChoiceField(label=_("How it stands"), widget=forms.RadioSelect, required=False)
    percent = count(
        _("How far, in per cent"), help_text=_("From 0 to 100. Leave it empty if you cannot say.")
    )
    note = lines(_("In your words"), help_text=_("A delay needs a reason."))
    proofs = proofs(_("Pictures or papers"))

    def fitted(self, member: bool) -> None:
        open_ones = [s for s in self.method.plan.statuses if s.kind == "open" and not s.climbs]
        self.fields["status"].choices = [(s.code, say(s.name, language())) for s in open_ones]  # type: ignore[attr-defined]
        codes = {s.code for s in open_ones}
        self.fields["status"].initial = self.action.status if self.action.status in codes else None


class ClaimForm(SayForm):
    proofs = proofs(_("What shows that it is done"))
    note = lines(_("In your words"), help_text=_("If nothing shows it, write why there is no proof."))
    field_order = ("proofs", "note")


class JudgeForm(SayForm):
    verdict = forms.ChoiceField(
        label=_("Was it kept?"),
        widget=forms.RadioSelect,
        choices=[
            (FIXED, pgettext_lazy("verdict", "Yes, it was kept")),
            (HALF, pgettext_lazy("verdict", "It was half kept")),
            (NOT, pgettext_lazy("verdict", "No, it was not kept")),
        ],
    )
    party = forms.ChoiceField(
        label=_("Who says so?"),
        widget=forms.RadioSelect,
        choices=[("", _("I looked at it myself")), (CITIZENS, _("Citizens said so at a meeting"))],
        required=False,
    )
    note = lines(
        _("In your words"),
        help_text=_("Needed when it is half kept or not kept: write what the office can still do."),
    )
    field_order = ("verdict", "party", "note")

    def fitted(self, member: bool) -> None:
        allowed = self.method.plan.confirmed_by
        if member or CITIZENS not in allowed:
            del self.fields["party"]
        elif FACILITATOR not in allowed:
            self.fields["party"].choices = [self.fields["party"].choices[1]]  # type: ignore[attr-defined]
            self.fields["party"].initial = CITIZENS


class AnswerForm(SayForm):
    answer = forms.ChoiceField(
        label=_("What does your office do?"),
        widget=forms.RadioSelect,
        choices=[
            (TAKEN_UP, _("We take it up")),
            (RETURNED, _("We return it to the office that promised")),
            (REFUSED, _("We refuse it")),
        ],
    )
    note = lines(_("Why?"), help_text=_("Needed when you return or refuse it."))
    field_order = ("answer", "note")


class ExtendForm(SayForm):
    due_on = day(_("New day"))
    note = lines(_("Why?"), required=True)
    field_order = ("due_on", "note")


class FundForm(SayForm):
    source = forms.CharField(label=_("Where the money comes from"), max_length=120)
    amount = count(_("How much (riel)"))
    secured = forms.BooleanField(label=_("The money is sure"), required=False)
    field_order = ("source", "amount", "secured")

    def fitted(self, member: bool) -> None:
        del self.fields["note"]
        amount = self.action.funding_amount
        self.fields["source"].initial = self.action.funding_source
        self.fields["amount"].initial = amount if amount is not None else self.action.cost
        self.fields["secured"].initial = self.action.funding_secured


class LinkForm(SayForm):
    """What the owner of a promise says by a one-use link, without an account."""

    do = forms.ChoiceField(
        label=_("How is it?"),
        widget=forms.RadioSelect,
        choices=[("progress", _("We are working on it")), ("claim", _("It is done"))],
    )
    status = forms.ChoiceField(label=_("If you are working on it: how it stands"), required=False)
    percent = count(
        _("How far, in per cent"), help_text=_("From 0 to 100. Leave it empty if you cannot say.")
    )
    proofs = proofs(_("What shows it"))
    note = lines(
        _("In your words"),
        help_text=_(
            "If it is done and nothing shows it, write why there is no proof. A delay needs a reason."
        ),
    )
    field_order = ("do", "status", "percent", "proofs", "note")

    def fitted(self, member: bool) -> None:
        open_ones = [s for s in self.method.plan.statuses if s.kind == "open" and not s.climbs]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            ("", _("Unchanged")),
            *((s.code, say(s.name, language())) for s in open_ones),
        ]
