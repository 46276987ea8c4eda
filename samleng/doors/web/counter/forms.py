"""What is asked at the counter: the same fields for a question, a complaint and a letter, more or fewer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.counter import typed
from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.channels.rules import Category, Question, Referral
from samleng.ground.offices.models import Office
from samleng.kit.words.codes import make_receipt_digits
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.text import say

OFF = {"autocomplete": "off"}
TODAY = forms.DateInput(attrs={"type": "date"})
CONSENTS = {
    "spoken": _("They said yes after it was read to them"),
    "signed": _("They signed it"),
    "thumbprint": _("They gave a thumbprint"),
}
EXPOSURES = {
    "": _("As this matter is kept unless somebody wants otherwise"),
    "public": _("Public: what kind, about where and until when stands on the map"),
    "confidential": _("Confidential: only the office reads it; the name is sealed apart"),
    "anonymous": _("Anonymous: no name, no number"),
}


class Several(forms.ClearableFileInput):
    """A field for files of which there may be several."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Photos and papers, several at once."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return list(data) if isinstance(data, list | tuple) else [data] if data else []


class Told(forms.Form):
    """What somebody tells at a counter: what about, where, in which words."""

    kinds: tuple[str, ...] | None = None
    category = forms.CharField(
        label=_("What is it about?"), help_text=_("Type a few letters and choose from the list."),
        max_length=200, widget=forms.TextInput(attrs={**OFF, "list": "categories", "autofocus": True}),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In the person’s own words"), max_length=4000, widget=forms.Textarea(attrs=OFF)
    )
    receipt = forms.CharField(widget=forms.HiddenInput)
    office = forms.CharField(widget=forms.HiddenInput)
    # Which category's questions stood on the page that was sent.
    asked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, office: Office, version: CatalogueVersion, **more: Any) -> None:
        initial = {
            "receipt": make_receipt_digits(), "office": str(office.pk),
            "language": settings.LANGUAGE_CODE, **(more.pop("initial", None) or {}),
        }  # fmt: skip
        super().__init__(*given, initial=initial, **more)
        self.at, self.version, self.catalogue = office, version, version.catalogue
        self.tongue = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
        found = typed.categories_for(self.catalogue, self.kinds)
        self.known = typed.labels(self.catalogue, found, self.tongue)
        if self.matter is not None:
            for question in self.questions:
                self.fields[f"q-{question.code}"] = field_of(question, self.tongue)
        for name in ("office", "receipt", "asked"):
            # Which office and receipt it is must stand in the page, whatever else is wrong with it.
            self.fields[name].required = False

    @cached_property
    def meant(self) -> list[Category]:
        return typed.category_in(self.data.get("category", "").strip(), self.known, self.tongue)

    @property
    def matter(self) -> Category | None:
        """The category, once one is chosen."""
        return self.meant[0] if self.is_bound and len(self.meant) == 1 else None

    @property
    def questions(self) -> list[Question]:
        """What the category asks besides, with what was answered so far."""
        matter = self.matter
        return [one for one in matter.questions if one.is_asked(self.answers)] if matter else []

    @cached_property
    def answers(self) -> dict[str, Any]:
        matter, found = self.matter, {}
        for one in matter.questions if matter else ():
            name = f"q-{one.code}"
            many = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name, "")]
            given = [text.strip() for text in many if text.strip()]
            if given:
                found[one.code] = given if one.kind == "choices" else given[0]
        return found

    @property
    def unasked(self) -> bool:
        """Whether the category has questions that did not stand on the page that was sent."""
        return bool(self.questions) and self.data.get("asked") != self.asked_mark

    @property
    def asked_mark(self) -> str:
        return ",".join([self.matter.code, *(one.code for one in self.questions)]) if self.matter else ""

    @property
    def stopped(self) -> Referral | None:
        """The list of help that comes before anything else; none where it was read aloud already."""
        matter = self.matter
        if matter is None:
            return None
        halts = (one.stopped_by(self.answers.get(one.code, "")) for one in self.questions)
        code = next((one for one in halts if one), "")
        self.final = bool(code) or matter.only_referral
        code = code or (matter.referral if self.final or self.data.get("heard") != "yes" else "")
        return next((one for one in HelpNumber.objects.filled(self.catalogue) if one.code == code), None)

    def clean_category(self) -> str:
        if len(self.meant) != 1:
            names = ", ".join(say(one.name, self.tongue) for one in self.meant[:6])
            more = _("Which of these: %(names)s?") % {"names": names} if names else _("Choose from the list.")
            raise forms.ValidationError(more)
        return self.meant[0].code

    def clean_receipt(self) -> str:
        return str(self.cleaned_data.get("receipt") or self.initial["receipt"])


class Ask(Told):
    """A question that somebody asks, and the answer where it is known at once."""

    kinds = typed.ASKED
    answer = forms.CharField(
        label=_("Your answer"), required=False, max_length=4000, widget=forms.Textarea(attrs=OFF),
        help_text=_("Answered now, it is closed. Leave it empty, and it becomes a case with a receipt."),
    )  # fmt: skip
    field_order = ("category", "words", "answer")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["words"].label = _("What do they ask?")
        plain = [label for label, one in self.known.items() if not one.only_referral]
        if len(plain) == 1:
            self.initial["category"] = plain[0]
            del self.fields["category"].widget.attrs["autofocus"]
            self.fields["words"].widget.attrs["autofocus"] = True


class Placed(Told):
    """What becomes a case: where, about whom, how it is kept, and how to reach whoever says it."""

    place = forms.CharField(
        label=_("Where is it?"), required=False, max_length=200,
        help_text=_("A village or a commune; empty: where this office is."),
        widget=forms.TextInput(attrs={**OFF, "list": "places"}),
    )  # fmt: skip
    about = forms.CharField(
        label=_("Which office is it about?"), required=False, max_length=200,
        help_text=_("Where it is about an office or somebody who works in one."),
        widget=forms.TextInput(attrs={**OFF, "list": "offices"}),
    )  # fmt: skip
    happened_on = forms.DateField(label=_("When was it?"), required=False, widget=TODAY)
    exposure = forms.ChoiceField(
        label=_("How is it kept?"), required=False, choices=list(EXPOSURES.items()), widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("The person’s name"), required=False, max_length=120,
        help_text=_("Sealed apart from the words; a custodian opens it only with a reason."),
        widget=forms.TextInput(attrs=OFF))  # fmt: skip
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40,
        widget=forms.TextInput(attrs={**OFF, "inputmode": "tel"}))  # fmt: skip
    climb = forms.BooleanField(
        label=_("These words may go on to a higher office if this one does not answer"), required=False
    )
    files = Files(label=_("Photos and papers"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.places = typed.places_under(self.at, self.tongue)
        self.offices = typed.offices_near(self.at, self.tongue)

    def clean_place(self) -> Any:
        found = typed.place_in(self.cleaned_data["place"], self.at, self.places)
        if len(found) != 1:
            names = ", ".join(f"{one.label(self.tongue)} ({one.code})" for one in found[:6])
            more = _("Which of these: %(names)s?") % {"names": names} if names else _("Choose from the list.")
            raise forms.ValidationError(more)
        return found[0]

    def clean_about(self) -> Any:
        text = self.cleaned_data["about"].strip()
        matter = self.matter
        if not text:
            if matter is not None and matter.about != "thing":
                raise forms.ValidationError(_("Say which office it is about: it must not get the case."))
            return None
        found = self.offices.get(text)
        if found is None:
            raise forms.ValidationError(_("Choose from the list."))
        return found

    def clean_files(self) -> list[UploadedFile]:
        return list(self.cleaned_data["files"] or [])


class Complain(Placed):
    """A complaint, a report or a wish that somebody tells at the counter."""

    consent = forms.ChoiceField(
        label=_("How did the person agree to what is written?"),
        help_text=_("Read it to them first, and say who will read it and until when they are answered."),
        choices=list(CONSENTS.items()), widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = (
        *("category", "words", "place", "about", "happened_on", "exposure", "name", "phone"),
        *("climb", "files", "consent"),
    )


class Wrote(Placed):
    """A letter: its own date, the day it came, how many sheets, and its scan."""

    came_on = forms.DateField(label=_("On which day did it come?"), widget=TODAY)
    dated_on = forms.DateField(label=_("Date on the letter"), required=False, widget=TODAY)
    sheets = forms.CharField(
        label=_("How many sheets?"), max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )  # fmt: skip
    field_order = (
        *("category", "came_on", "dated_on", "sheets", "words", "files", "place", "about"),
        *("exposure", "name", "phone", "climb"),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        more["initial"] = {"came_on": timezone.localdate(), **(more.get("initial") or {})}
        super().__init__(*given, **more)
        self.fields["words"].label = _("What does it ask or complain of?")
        self.fields["words"].help_text = _("In a sentence or two; the scan holds the rest.")
        self.fields["files"].label = _("The scan, or photos of every sheet")
        del self.fields["happened_on"]

    def clean_sheets(self) -> int:
        text = to_latin(self.cleaned_data["sheets"]).strip()
        if not text.isascii() or not text.isdecimal() or int(text) < 1:
            raise forms.ValidationError(_("Count them; at least one."))
        return int(text)


def field_of(question: Question, language: str) -> forms.Field:
    """An extra question as a field."""
    label, hint = say(question.name, language), say(question.hint, language)
    given: dict[str, Any] = {"label": label, "help_text": hint, "required": question.required}
    if question.kind == "yes_no":
        return forms.ChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect, **given
        )
    named = [(one.code, say(one.name, language)) for one in question.options]
    if question.kind == "choice":
        return forms.ChoiceField(choices=named, widget=forms.RadioSelect, **given)
    if question.kind == "choices":
        return forms.MultipleChoiceField(choices=named, widget=forms.CheckboxSelectMultiple, **given)
    attrs = {**OFF, **({"inputmode": "decimal"} if question.kind == "number" else {})}
    widget = (
        forms.DateInput(attrs={"type": "date"}) if question.kind == "date" else forms.TextInput(attrs=attrs)
    )
    return forms.CharField(max_length=500, widget=widget, **given)
