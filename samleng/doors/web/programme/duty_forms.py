"""What is asked about a duty: for which service and messages, where, and inside which outline."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.planning.forms import DAY, NamedChoice, PlaceChoice, language
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.offices.models import Duty, Office
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.words.order import by_name
from samleng.kit.words.text import say

# An outline of twenty thousand points is below this.
LARGEST_OUTLINE = 1024 * 1024
GEOJSON = {"accept": ".geojson,.json,application/geo+json,application/json"}


class DutyForm(forms.Form):
    """A service, an area and a day; and, where it is narrower, kinds of message and a contract's outline."""

    service = NamedChoice(
        label=_("It answers for"), queryset=Service.objects.none(), empty_label=_("Choose one")
    )
    area = PlaceChoice(label=_("Where?"), queryset=Place.objects.none(), empty_label=None)
    since = forms.DateField(label=_("Since when?"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    categories = forms.MultipleChoiceField(
        label=_("Only these messages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none, and it answers for every message about the service."),
    )
    zone = forms.CharField(
        label=_("Only inside this outline"),
        required=False,
        max_length=LARGEST_OUTLINE,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_(
            "The zone of a contract as GeoJSON, longitude before latitude. Leave it empty where the duty is "
            "for the whole place."
        ),
    )
    zone_file = forms.FileField(
        label=_("Or bring the outline as a file"),
        required=False,
        widget=forms.FileInput(attrs=GEOJSON),
        help_text=_("A GeoJSON file with one area, as map programs save it. It takes the place of the text."),
    )

    def __init__(self, *given: Any, office: Office, kept: Duty | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        near = Q(pk=office.place_id) | Q(parent=office.place) | Q(pk=office.place.parent_id)
        near |= Q(pk=kept.area_id) if kept else Q(pk=None)
        areas = Place.objects.current().filter(near).select_related("kind")
        services = Service.objects.order_by("code")
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas.order_by("level", by_name())  # type: ignore[attr-defined]
        self.fields["area"].initial = office.place_id
        self.fields["since"].initial = timezone.localdate()
        # Which messages there are depends on the service, so they are asked once that is known.
        found = self.messages(kept.service) if kept else []
        self.fields["categories"].choices = found  # type: ignore[attr-defined]
        if not found:
            del self.fields["categories"]
        if kept:
            self.begin(kept)

    def messages(self, service: Service) -> list[tuple[str, str]]:
        """The kinds of message there are about a service."""
        current = CatalogueVersion.objects.current()
        known = current.catalogue.categories if current else ()
        return [(one.code, say(one.name, language())) for one in known if one.service == service.code]

    def begin(self, kept: Duty) -> None:
        """A duty that stands: its service and place are what it is, the rest may be corrected."""
        self.initial.update(
            service=kept.service_id, area=kept.area_id, since=kept.since, categories=kept.categories,
            zone=json.dumps(kept.zone, ensure_ascii=False) if kept.zone else "",
        )  # fmt: skip
        for name in ("service", "area", "since"):
            self.fields[name].disabled = True

    def clean_zone_file(self) -> str:
        file = self.cleaned_data["zone_file"]
        if not file:
            return ""
        if file.size > LARGEST_OUTLINE:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Simplify the outline in your map program.")
            )
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(unreadable()) from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        from_file = given.get("zone_file") or ""
        text = from_file or given.get("zone") or ""
        self.outline: dict[str, Any] = {}
        if text.strip():
            try:
                read = json.loads(text)
            except (ValueError, RecursionError):
                read = None
            if isinstance(read, dict):
                self.outline = read
            else:
                self.add_error("zone_file" if from_file else "zone", unreadable())
        return given

    def terms(self) -> dict[str, Any]:
        """What the verb is told."""
        given = {name: self.cleaned_data[name] for name in ("service", "area", "since")}
        if "categories" in self.fields:
            given["categories"] = self.cleaned_data["categories"]
        return given | {"zone": self.outline}


def unreadable() -> Any:
    return _("This is not GeoJSON. Save the outline as GeoJSON in your map program, or paste all of it.")
