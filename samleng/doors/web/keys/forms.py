"""What the key pages ask: passphrases, and people of an office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.models import Person

# Not the browser's to remember: whoever opens the browser would have both.
TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class Phrase(forms.CharField):
    """A passphrase, never written back into the page."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=forms.PasswordInput(attrs=TYPED), strip=False, max_length=400, **given)


class Unlock(forms.Form):
    """One's passphrase."""

    passphrase = Phrase(label=_("Your passphrase"))


class Choose(forms.Form):
    """A new passphrase, twice."""

    passphrase = Phrase(
        label=_("Passphrase"),
        help_text=_("At least 16 letters. Four words that do not belong together are good."),
    )
    again = Phrase(label=_("The same once more"))

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("passphrase", self.cleaned_data["again"]):
            raise forms.ValidationError(_("The two are not the same. Write both once more."))
        return str(self.cleaned_data["again"])


class Change(forms.Form):
    """The old passphrase and a new one."""

    old = Phrase(label=_("Your passphrase until now"))
    new = Phrase(
        label=_("New passphrase"),
        help_text=_("At least 16 letters. Four words that do not belong together are good."),
    )


def named(people: Iterable[Person]) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in people]


class People(forms.Form):
    """Base of forms that choose among a few people of one office."""

    def __init__(self, *given: Any, people: dict[str, list[Person]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = {str(one.pk): one for some in people.values() for one in some}
        for name, some in people.items():
            self.fields[name].choices = named(some)  # type: ignore[attr-defined]

    def chosen(self, name: str) -> list[Person]:
        given = self.cleaned_data.get(name) or []
        return [self.known[pk] for pk in ([given] if isinstance(given, str) else given)]


class OpenVault(People):
    """Who holds the key, and which two can hand it on."""

    holders = forms.MultipleChoiceField(label=_("Who can read with it?"), widget=forms.CheckboxSelectMultiple)
    custodians = forms.MultipleChoiceField(
        label=_("Which two custodians can hand it on together?"),
        help_text=_("Neither can read anything alone. You can name them later too."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class Holder(People):
    """One more who holds the key."""

    person = forms.ChoiceField(label=_("Who can read with it from now on?"))


class Custodians(People):
    """The two who can hand the key on together."""

    custodians = forms.MultipleChoiceField(
        label=_("Which two custodians can hand it on together?"),
        widget=forms.CheckboxSelectMultiple,
    )


class NextHolder(People):
    """To whom a custodian hands their half."""

    to = forms.ChoiceField(label=_("Who is the next holder?"))
