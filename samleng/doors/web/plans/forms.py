"""What is typed about plans and promises; numbers may come in Khmer digits, verbs check the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.rules import Terms
from samleng.ground.frameworks.rules import Method
from samleng.ground.offices.models import Office
from samleng.kit.words.text import say

DAY = {"type": "date"}
LINES = {"rows": 3}


def day(label: Any, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )


class AgreeForm(forms.Form):
    """A promise as it is agreed: what, by whom, until when, for whom, with what money."""

    part = forms.ChoiceField(label=_("Part of the plan"), widget=forms.RadioSelect)
    criterion = forms.ChoiceField(label=_("Which criterion it answers"), required=False)
    text_km = forms.CharField(label=_("What will be done (Khmer)"), widget=forms.Textarea(attrs=LINES))
    text_en = forms.CharField(
        label=_("The same in English"), required=False, widget=forms.Textarea(attrs=LINES)
    )
    office = forms.ModelChoiceField(label=_("Which office promises"), queryset=Office.objects.none())
    role = forms.CharField(label=_("Role of who leads it, no name"), max_length=120)
    starts_on = day(_("Start"))
    due_on = day(_("End"))
    category = forms.ChoiceField(label=_("Kind of action"), required=False)
    quantity = forms.CharField(label=_("Quantity"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False)
    beneficiaries = forms.CharField(label=_("People it serves"), required=False)
    beneficiaries_women = forms.CharField(label=_("Women among them"), required=False)
    cost = forms.CharField(label=_("Estimated cost"), required=False)
    funding_source = forms.CharField(label=_("Where the money comes from"), required=False)
    funding_secured = forms.BooleanField(label=_("The money is sure"), required=False)

    def __init__(
        self,
        *given: Any,
        method: Method,
        offices: Any,
        criteria: list[tuple[str, str]],
        language: str,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self.language = language
        self.fields["part"].choices = [(p.code, say(p.name, language)) for p in method.plan.parts]
        self.fields["criterion"].choices = [("", _("None of them")), *criteria]
        self.fields["category"].choices = [
            ("", _("Not said")),
            *((c.code, say(c.name, language)) for c in method.plan.categories),
        ]
        self.fields["office"].queryset = offices
        self.fields["office"].label_from_instance = lambda office: say(office.name, language)

    def terms(self) -> Terms:
        """The promise's terms as the verb takes them."""
        given = self.cleaned_data
        plain = ("part", "starts_on", "due_on", "category", "unit", "funding_source", "funding_secured")
        words = {tag: given[f"text_{tag}"] for tag in ("km", "en") if given[f"text_{tag}"]}
        numbers = ("quantity", "beneficiaries", "beneficiaries_women", "cost")
        return Terms(
            text=words,
            role={self.language: given["role"]},
            **{name: given[name] for name in plain},
            **{name: given[name] or None for name in numbers},
        )


class CloseForm(forms.Form):
    reply_km = forms.CharField(
        label=_("The provider's answer (Khmer)"), required=False, widget=forms.Textarea(attrs=LINES)
    )
    reply_en = forms.CharField(
        label=_("The same in English"), required=False, widget=forms.Textarea(attrs=LINES)
    )
    show_provider = forms.BooleanField(
        label=_("The meeting agreed that the provider's own view is shown as its position"), required=False
    )


class AdoptForm(forms.Form):
    adopted_on = day(_("Day on the stamp"))
    scan = forms.FileField(label=_("The signed and stamped paper (PDF or photo)"))


class StepForm(forms.Form):
    """What somebody says of a promise now."""

    do = forms.ChoiceField(label=_("What do you want to say?"), widget=forms.RadioSelect)
    status = forms.ChoiceField(label=_("How it stands"), required=False)
    percent = forms.IntegerField(label=_("How far, in per cent"), required=False, min_value=0, max_value=100)
    note = forms.CharField(label=_("In your words"), required=False, widget=forms.Textarea(attrs=LINES))
    photo = forms.FileField(label=_("A picture that shows it"), required=False)

    def __init__(
        self, *given: Any, method: Method, doings: list[tuple[str, Any]], language: str, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.fields["do"].choices = doings
        if len(doings) == 1:
            self.initial["do"] = doings[0][0]
        open_ones = [s for s in method.plan.statuses if s.kind == "open" and not s.climbs]
        self.fields["status"].choices = [
            ("", _("Unchanged")),
            *((s.code, say(s.name, language)) for s in open_ones),
        ]
