"""What is asked about an office's own system, and which of its service codes each category has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.open311.offered import catalogue, open_to_all
from samleng.doors.exchange.outside.verbs.tending import Wanted
from samleng.doors.web.planning.forms import DAY
from samleng.kit.words.text import say

CODE = "code_"


class SystemForm(forms.Form):
    """An office's own system."""

    name = forms.CharField(label=_("What is it called?"), max_length=80)
    address = forms.CharField(
        label=_("Address of its Open311"),
        max_length=300,
        help_text=_("What stands before /requests.xml, such as https://city.example/open311/v2."),
    )
    form = forms.ChoiceField(label=_("It speaks"), choices=(("xml", "XML"), ("json", "JSON")))
    jurisdiction = forms.CharField(
        label=_("Its jurisdiction_id"),
        max_length=100,
        required=False,
        help_text=_("Leave it empty if none is asked for."),
    )
    key = forms.CharField(
        label=_("The key it gave you (api_key)"),
        required=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Leave it empty to keep the one that is there. It is never shown again."),
    )
    since = forms.DateField(
        label=_("Send what came to the office from this day on"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    photos = forms.ChoiceField(label=_("Photos, once they may be seen"), choices=OutsideSystem.Photos.choices)
    number_field = forms.CharField(
        label=_("Field in which our number goes"), max_length=60, initial="external_id"
    )
    fixed = forms.CharField(
        label=_("Fields that go with every report"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Only if its services ask for something that is the same for all reports of this office. "
            "One on each line, such as: team=North"
        ),
    )
    takes_once = forms.BooleanField(
        label=_("It takes a report only once under the same number of ours"),
        required=False,
        help_text=_("Sites like this one do. Then what may have been lost on the way is sent again."),
    )

    def __init__(self, *given: Any, kept: OutsideSystem | None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.kept = kept
        known, language = catalogue(), get_language() or "en"
        for one in known.categories if known else ():
            if open_to_all(known, one):  # type: ignore[arg-type]
                self.fields[CODE + one.code] = forms.CharField(
                    label=say(one.name, language),
                    max_length=100,
                    required=False,
                    initial=(kept.services if kept else {}).get(one.code, ""),
                )

    @property
    def codes(self) -> list[Any]:
        """The fields for service codes, which stand by themselves."""
        return [self[name] for name in self.fields if name.startswith(CODE)]

    @property
    def others(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(CODE)]

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        services = {
            name.removeprefix(CODE): str(value)
            for name, value in given.items()
            if name.startswith(CODE) and value
        }
        plain = {name: value for name, value in given.items() if not name.startswith(CODE)}
        plain["key"] = plain["key"] or (None if self.kept else "")
        lines = [line.partition("=") for line in plain["fixed"].splitlines() if line.strip()]
        plain["fixed"] = {name.strip(): value.strip() for name, _sign, value in lines}
        return Wanted(services=services, **plain)


def initial_of(kept: OutsideSystem | None) -> dict[str, Any]:
    """What is there, without the key."""
    if kept is None:
        return {}
    names = ("name", "address", "form", "jurisdiction", "since", "photos", "number_field", "takes_once")
    fixed = "\n".join(f"{name}={value}" for name, value in kept.fixed.items())
    return {name: getattr(kept, name) for name in names} | {"fixed": fixed}
