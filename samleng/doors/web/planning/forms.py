"""What a planner is asked: where, when, who; and what may be changed of a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import Acting, scope_of
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.words.order import by_name
from samleng.kit.words.text import say
from samleng.voices.scorecards.models import Round, Scorecard, Side

DAY = {"type": "date"}
NOBODY = _("Not decided yet")


def language() -> str:
    return (translation.get_language() or "en").split("-")[0]


class RoundChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        cycle = f"/{obj.cycle}" if obj.cycle > 1 else ""
        framework = say(obj.framework.method.name, language())
        return f"{obj.year}{cycle} · {framework} · {say(obj.programme.name, language())}"


class NamedChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return say(obj.name, language()) if isinstance(obj.name, dict) else str(obj.name)


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label(language()))


class FrameworkChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{say(obj.method.name, language())} ({obj.version})"


def served(facility: Facility) -> QuerySet[Place]:
    """The communes a facility serves, or the place it stands in."""
    links = facility.links.filter(until=None).values("place_id")
    return (
        Place.objects.current()
        .filter(Q(pk__in=links) | Q(pk=facility.place_id))
        .order_by("-level", by_name())
        .select_related("kind")
    )


def facilitators(by: Acting, verb: str = "scorecards.plan") -> QuerySet[Person]:
    """People who may hold meetings in the programmes and area one plans for."""
    seats = Seat.objects.live().within(scope_of(by, verb)).filter(role="facilitator")
    return Person.objects.filter(pk__in=seats.values("person_id"), is_active=True).order_by("sort_key")


class DatesForm(forms.Form):
    """From when to when."""

    planned_from = forms.DateField(
        label=_("First planned day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    planned_to = forms.DateField(
        label=_("Last planned day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("planned_from"), given.get("planned_to")
        if first and last and last < first:
            self.add_error(
                "planned_to", _("The end is before the start. Choose an end on or after the start.")
            )
        return given


class PlanForm(DatesForm):
    """One scorecard, or one for each side."""

    round = RoundChoice(label=_("Round"), queryset=Round.objects.none(), empty_label=None)
    side = forms.ChoiceField(label=_("Who scores?"), widget=forms.RadioSelect, initial="both")
    place = PlaceChoice(label=_("Where is the meeting?"), queryset=Place.objects.none(), empty_label=None)
    implementer = NamedChoice(
        label=_("Implementer"), queryset=Implementer.objects.none(), required=False, empty_label=NOBODY
    )
    lead = NamedChoice(
        label=_("Facilitator"), queryset=Person.objects.none(), required=False, empty_label=NOBODY
    )
    field_order = ("round", "side", "place", "planned_from", "planned_to", "implementer", "lead")

    def __init__(
        self, *given: Any, facility: Facility, programmes: QuerySet[Programme], by: Acting, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        rounds = Round.objects.filter(programme__in=programmes).select_related("framework", "programme")
        today = timezone.localdate()
        self.choose("round", rounds.order_by("-year", "-cycle"))
        self.choose("place", served(facility))
        self.choose("implementer", Implementer.objects.filter(programme__in=programmes).order_by("code"))
        self.choose("lead", facilitators(by))
        self.fields["side"].choices = [  # type: ignore[attr-defined]
            ("both", _("Both: the community and the provider, a scorecard each")),
            (Side.COMMUNITY, _("The community")),
            (Side.PROVIDER, _("The provider, itself")),
        ]
        self.fields["planned_from"].initial = today
        self.fields["round"].initial = rounds.order_by("-year", "-cycle").first()

    def choose(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


class RoundForm(forms.Form):
    """A programme's year on a framework."""

    programme = NamedChoice(label=_("Programme"), queryset=Programme.objects.none(), empty_label=None)
    framework = FrameworkChoice(label=_("Framework"), queryset=Framework.objects.none(), empty_label=None)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    cycle = forms.IntegerField(
        label=_("Which round of the year"),
        min_value=1,
        max_value=12,
        initial=1,
        help_text=_("1, if there is only one."),
    )

    def __init__(
        self, *given: Any, programmes: QuerySet[Programme], frameworks: QuerySet[Framework], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["framework"].queryset = frameworks  # type: ignore[attr-defined]
        self.fields["year"].initial = timezone.localdate().year


class ChangeForm(DatesForm):
    """What may be changed of a plan; `reason` is asked where it needs somebody's yes."""

    place = PlaceChoice(label=_("Where is the meeting?"), queryset=Place.objects.none(), empty_label=None)
    implementer = NamedChoice(
        label=_("Implementer"), queryset=Implementer.objects.none(), required=False, empty_label=NOBODY
    )
    lead = NamedChoice(
        label=_("Facilitator"), queryset=Person.objects.none(), required=False, empty_label=NOBODY
    )
    field_order = ("place", "planned_from", "planned_to", "implementer", "lead")

    def __init__(self, *given: Any, card: Scorecard, by: Acting, **more: Any) -> None:
        kept = {
            name: getattr(card, name)
            for name in ("place", "planned_from", "planned_to", "implementer", "lead")
        }
        super().__init__(*given, initial=kept, **more)
        own = Implementer.objects.filter(programme=card.programme_id).order_by("code")
        self.fields["place"].queryset = served(card.facility)  # type: ignore[attr-defined]
        self.fields["implementer"].queryset = own  # type: ignore[attr-defined]
        people = facilitators(by, "scorecards.see")
        own_lead = people | Person.objects.filter(pk=card.lead_id)
        self.fields["lead"].queryset = own_lead  # type: ignore[attr-defined]

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the card."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.initial}


class AskChangeForm(DatesForm):
    """A change that an officer decides: where and when."""

    place = PlaceChoice(label=_("Where is the meeting?"), queryset=Place.objects.none(), empty_label=None)
    reason = forms.CharField(label=_("Why?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    field_order = ("place", "planned_from", "planned_to", "reason")

    def __init__(self, *given: Any, card: Scorecard, **more: Any) -> None:
        kept = {name: getattr(card, name) for name in ("place", "planned_from", "planned_to")}
        super().__init__(*given, initial=kept, **more)
        self.fields["place"].queryset = served(card.facility)  # type: ignore[attr-defined]

    @property
    def changes(self) -> dict[str, Any]:
        """What differs, as plain ids and days."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in self.initial}
        return {k: v.pk if isinstance(v, Place) else v.isoformat() for k, v in changed.items()}
