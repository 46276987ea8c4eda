"""What the keeper of the register is asked about an office and its duties."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.planning.forms import DAY, NamedChoice, language
from samleng.doors.web.programme.forms import NamedForm
from samleng.ground.offices.models import Office, OfficeKind
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.services.models import Facility
from samleng.kit.words.order import by_name
from samleng.kit.words.text import say


class OfficeForm(NamedForm):
    """An entry in the register."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("The office's code in your lists, in Latin letters and digits."),
    )
    kind = NamedChoice(
        label=_("Kind of office"), queryset=OfficeKind.objects.none(), empty_label=_("Choose one")
    )
    facility = NamedChoice(
        label=_("It stands for this facility"),
        queryset=Facility.objects.none(),
        required=False,
        empty_label=_("No facility: an office only"),
    )
    phone = forms.CharField(
        label=_("The office's own telephone number"),
        max_length=20,
        required=False,
        help_text=_("As anybody may call it; never a person's own."),
    )
    field_order = ("kind", "name", "code", "phone", "facility")

    def __init__(self, *given: Any, place: Place, kept: Office | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.kept = kept
        kinds = OfficeKind.objects.order_by("level", "code")
        # An office stands at its kind's own level; a correction keeps what there is.
        suited = Q(level=place.level) | (Q(pk=kept.kind_id) if kept else Q(pk=None))
        self.fields["kind"].queryset = kinds.filter(suited)  # type: ignore[attr-defined]
        taken = Office.objects.exclude(facility=None)
        taken = taken.exclude(pk=kept.pk) if kept else taken
        free = Facility.objects.open().filter(place=place).exclude(pk__in=taken.values("facility_id"))
        self.fields["facility"].queryset = free.order_by(by_name())  # type: ignore[attr-defined]
        if kept:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if self.kept is None and Office.objects.filter(code=code).exists():
            # The verb would take it for a correction of that one.
            raise forms.ValidationError(_("Another office has this code. Choose another one."))
        return code

    def entry(self) -> dict[str, Any]:
        """What the register keeps, but for code and place."""
        return {
            "kind": self.cleaned_data["kind"],
            "name": self.words(),
            "facility": self.cleaned_data["facility"],
            "phone": re.sub(r"[ .()-]", "", self.cleaned_data["phone"]),
        }


class EndForm(forms.Form):
    """The day from which the office does not answer for it any more."""

    on = forms.DateField(
        label=_("From which day on does it no longer answer for this?"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["on"].initial = timezone.localdate()


class KindForm(NamedForm):
    """A kind of office: its code, its names, and at which level of places it stands."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("The same code again corrects that kind.")
    )
    level = forms.TypedChoiceField(label=_("It stands at the level of"), coerce=int)
    administers = forms.BooleanField(
        label=_("It is the administration of places of this level"),
        required=False,
        help_text=_("A place's plan is led by this office. Not for a school, a health centre or a ministry."),
    )
    field_order = ("code", "name", "level", "administers")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        words: dict[int, list[str]] = {}
        for level, name in PlaceKind.objects.order_by("level", "code").values_list("level", "name"):
            if (said := say(name, language())) not in words.setdefault(level, []):
                words[level].append(said)
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level, " / ".join(names)) for level, names in sorted(words.items())
        ]
