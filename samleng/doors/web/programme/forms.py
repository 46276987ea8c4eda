"""What a programme's desk asks: names in languages, who manages it, which organisations carry it out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.visit import at_fields
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

ME, OTHER = "me", "other"


class NamedForm(forms.Form):
    """A name in each of the site's languages; one is enough. In `field_order` "name" stands for them all."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for tag, language in settings.LANGUAGES:
            self.fields[f"name_{tag}"] = forms.CharField(
                label=filled(_("Name in %(language)s"), language=language), required=False, max_length=200
            )
        self.fields[f"name_{settings.LANGUAGES[0][0]}"].help_text = _("One of the names is enough.")
        names = [f"name_{tag}" for tag, _language in settings.LANGUAGES]
        order = self.field_order or ["name"]
        self.order_fields([field for one in order for field in (names if one == "name" else [one])])

    def words(self) -> dict[str, str]:
        """The names given, by language."""
        typed = {tag: self.cleaned_data.get(f"name_{tag}", "") for tag, _language in settings.LANGUAGES}
        return {tag: text for tag, text in typed.items() if text}

    def refuse(self, refusals: list[Refusal]) -> None:
        """Put what a verb refused at its field, or at the top."""
        first = f"name_{settings.LANGUAGES[0][0]}"
        at_fields(self, refusals, lambda name: [first] if name == "name" else [])


def named(words: dict[str, str]) -> dict[str, str]:
    """The names as a `NamedForm` takes them to begin with."""
    return {f"name_{tag}": text for tag, text in words.items()}


class OpenForm(NamedForm):
    """A new programme."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("A short word in Latin letters that never changes, for example “clean-water”."),
    )
    field_order = ("name", "code")


class ManagerForm(forms.Form):
    """Who manages the programme first: oneself, or somebody who gets a link."""

    who = forms.ChoiceField(label=_("Who manages it?"), widget=forms.RadioSelect, initial=OTHER)
    name = forms.CharField(
        label=_("Their name"), max_length=120, required=False, help_text=_("If it is somebody else.")
    )
    username = forms.CharField(
        label=_("Their sign-in name"),
        max_length=80,
        required=False,
        help_text=_("At least three Latin letters or digits, or an e-mail address."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (OTHER, _("Somebody else, who gets a link from me")),
            (ME, _("I do, with my own account")),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") == OTHER:
            for field, said in (
                ("name", _("The name is missing. Write it.")),
                ("username", _("The sign-in name is missing. Choose one.")),
            ):
                if not given.get(field):
                    self.add_error(field, said)
        return given


class ImplementerForm(NamedForm):
    """An organisation that carries the programme out."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("A short word in Latin letters, as in your lists.")
    )
    field_order = ("name", "code")

    def __init__(self, *given: Any, taken: Collection[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self.taken = taken

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in self.taken:
            # The verb would take it for a correction of that one.
            raise forms.ValidationError(
                _("Another organisation of this programme has this code. Choose another one.")
            )
        return code


class SwitchForm(forms.Form):
    """On or off, with a yes that somebody has read what it means."""

    read = forms.BooleanField()

    def __init__(self, *given: Any, on: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["read"].label = (
            _("I have read what becomes public and when.") if on else _("I have read what this does.")
        )


class WithdrawForm(forms.Form):
    """Why a release is taken back."""

    reason = forms.CharField(
        label=_("Why is it taken back?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the ledger of your programme and is not shown in public."),
    )
