"""What is asked about people: who they are, which role where, what they passed, how they are reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.people.seen import Line, role_label
from samleng.doors.web.planning.forms import DAY, NamedChoice, language
from samleng.ground.offices.models import Implementer, Office, Programme
from samleng.ground.people.models import Schooling, Sex
from samleng.ground.people.rules import MODULES, ROLES, STAFF, Acting, seats_for
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.kit.words.khmer import searchable, to_latin
from samleng.kit.words.text import say

MOST_OFFERED = 12
LOOKED_AT = 200
Find = Callable[[str], list[Any]]


def called(thing: Any) -> str:
    """What a place or an office is called in the reader's language."""
    if isinstance(thing, Place):
        above = thing.parent
        inside = f", {above.label(language())}" if above is not None and above.level > 0 else ""
        return f"{thing.label(language())}{inside} ({thing.code})"
    return f"{say(thing.name, language())} ({thing.code})"


class PickInput(forms.TextInput):
    """Words to look something up by; where several fit, they stand beneath to choose from."""

    template_name = "people/pick.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offered: list[tuple[str, str]] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        words = data.get(name, "").strip()
        # A choice made for other words than those that stand there now is none.
        same = words == data.get(f"{name}_of", "")
        return words, data.get(f"{name}_pick", "") if same else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        words, picked = value if isinstance(value, tuple) else (value or "", "")
        context = super().get_context(name, words, attrs)
        context["widget"] |= {"offered": self.offered, "picked": picked, "of": words}
        return context


class PickField(forms.Field):
    """One thing of many, found by words; `find` gives what fits, the best first."""

    widget = PickInput
    nothing = _("Nothing is found with these words. Try its code, or a part of its name in either script.")
    several = _("Several are called so. Choose the one that is meant.")

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.find: Find = lambda words: []

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, tuple | str):
            return value
        self.widget.offered = [(str(value.pk), called(value))]
        return (called(value), str(value.pk))

    def clean(self, value: Any) -> Any:
        words, picked = value
        if not words:
            if self.required:
                raise forms.ValidationError(_("Write a name or a code."), code="required")
            return None
        found = self.find(words.rsplit("(", 1)[-1].rstrip(")") if words.endswith(")") else words)
        if picked:
            found = [one for one in found if str(one.pk) == picked] or found
        if not found:
            raise forms.ValidationError(self.nothing, code="nothing")
        if len(found) > 1:
            self.widget.offered = [(str(one.pk), called(one)) for one in found[:MOST_OFFERED]]
            raise forms.ValidationError(self.several, code="several")
        return found[0]


def places_in(paths: Iterable[str]) -> Find:
    """Finds places of today inside the areas, by code or by name."""
    areas = tuple(paths)

    def find(words: str) -> list[Place]:
        current = Place.objects.current().filter(country=settings.COUNTRY_PACK)
        code = to_latin(words).replace(" ", "")
        coded = list(current.filter(code=code).select_related("kind", "parent__kind"))
        found = coded or search(words, country=settings.COUNTRY_PACK, limit=LOOKED_AT)
        return [place for place in found if any(place.path.startswith(path) for path in areas)]

    return find


def offices_in(paths: Iterable[str]) -> Find:
    """Finds offices inside the areas, by code or by name."""
    areas = tuple(paths)

    def find(words: str) -> list[Office]:
        offices = [o for o in Office.objects.select_related("place") if o.place.path.startswith(areas)]
        asked = searchable(words)
        coded = [office for office in offices if office.code.lower() == words.lower()]
        return coded or [o for o in offices if any(asked in searchable(n) for n in o.name.values())]

    return find


class RoleForm(forms.Form):
    """A role, whose it is, and where."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    owner = forms.ChoiceField(label=_("Programme or office"))
    office = PickField(
        label=_("In another office"),
        required=False,
        help_text=_("Its code or name. Leave it empty for the one above."),
    )
    implementer = NamedChoice(
        label=_("Implementer"),
        queryset=Implementer.objects.none(),
        required=False,
        empty_label=_("The programme itself"),
    )
    area = PickField(
        label=_("Place"),
        required=False,
        help_text=_("Name or code of the place. The role holds there and in all places inside it."),
    )
    since = forms.DateField(
        label=_("From which day on?"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )

    def __init__(self, *given: Any, by: Acting, **more: Any) -> None:
        super().__init__(*given, **more)
        mine = seats_for(by, "people.seat")
        self.owners = owners_of(sorted({seat.owner for seat in mine}))
        roles = [code for code in ROLES if any(code in seat.rights.seats for seat in mine)]
        # Those who work in the field first: they are the many.
        roles.sort(key=lambda code: ROLES[code].staff)
        self.choose("role", [(code, role_label(code)) for code in roles])
        self.choose("owner", [(key, say(one.name, language())) for key, one in self.owners.items()])
        paths = {seat.area_path for seat in mine}
        self.fields["area"].find = places_in(paths)  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate()
        self.ask_only_what_is_open(mine, paths)

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.initial, field.widget = choices[0][0], forms.HiddenInput()

    def ask_only_what_is_open(self, mine: Any, paths: set[str]) -> None:
        """Leave out what has one answer: the implementer's own people, an office's own area."""
        own = {seat.implementer for seat in mine if seat.programme}
        rows = Implementer.objects.filter(programme__in=[s.programme for s in mine if s.programme])
        if own and None not in own:
            rows = rows.filter(pk__in=own)
            self.fields["implementer"].required = True
            self.fields["implementer"].empty_label = None  # type: ignore[attr-defined]
        self.fields["implementer"].queryset = rows.order_by("code")  # type: ignore[attr-defined]
        if not rows.exists():
            del self.fields["implementer"]
        if not own:
            del self.fields["area"]
        else:
            self.fields["area"].required = all(seat.programme for seat in mine)
        if any(seat.rights.registry for seat in mine):
            self.fields["office"].find = offices_in(paths)  # type: ignore[attr-defined]
        else:
            del self.fields["office"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        owner = given.get("office") or self.owners.get(given.get("owner", ""))
        programme = owner if isinstance(owner, Programme) else None
        if programme and not given.get("area") and "area" not in self.errors:
            self.add_error("area", _("Write the name or the code of a place."))
        given["programme"], given["office"] = programme, None if programme else owner
        if not programme:
            given["implementer"] = None
        return given

    @property
    def seat(self) -> dict[str, Any]:
        """What the verb that seats somebody takes."""
        names = ("role", "programme", "office", "implementer", "area", "since")
        return {name: self.cleaned_data.get(name) for name in names}


def owners_of(keys: Iterable[str]) -> dict[str, Programme | Office]:
    """The programmes and offices of these owners' keys."""
    found: dict[str, Programme | Office] = {}
    ids = {kind: [k.split(":", 1)[1] for k in keys if k.startswith(kind)] for kind in ("programme", "office")}
    rows = [*Programme.objects.filter(pk__in=ids["programme"]), *Office.objects.filter(pk__in=ids["office"])]
    for one in rows:
        found[one.owner_key] = one
    return found


def name_field() -> forms.CharField:
    return forms.CharField(label=_("Name"), max_length=120, help_text=_("As on their own papers."))


def sex_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Sex"), choices=[("", _("Not said")), *Sex.choices], required=False, initial=""
    )


def number_field() -> forms.CharField:
    return forms.CharField(
        label=_("Number in the programme's list"),
        max_length=40,
        required=False,
        help_text=_("By this number lists find the person again."),
    )


class AddForm(RoleForm):
    """Somebody new: who they are and their first role."""

    name = name_field()
    sex = sex_field()
    code = number_field()
    phone = forms.CharField(
        label=_("Telephone number"), max_length=40, required=False, help_text=_("It is kept under seal.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=80,
        required=False,
        help_text=_("Only for roles that sign in with a password: Latin letters or an e-mail address."),
    )
    another = forms.BooleanField(label=_("This is somebody else of the same name"), required=False)
    field_order = (
        *("name", "sex", "role", "owner", "office", "implementer", "area", "since"),
        *("code", "phone", "language", "username", "another"),
    )

    def __init__(self, *given: Any, by: Acting, alike: Callable[[str], list[Line]], **more: Any) -> None:
        super().__init__(*given, by=by, **more)
        self.alike = alike
        self.same: list[Line] = []
        if not any(key.startswith("programme") for key in self.owners):
            del self.fields["code"]
        roles = {code for code, _label in self.fields["role"].choices}  # type: ignore[attr-defined]
        if not roles & STAFF:
            del self.fields["username"]
        # Asked only when it is needed.
        self.fields["another"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("role") in STAFF and not given.get("username") and "username" not in self.errors:
            self.add_error(
                "username", _("This role signs in with a password. Write a sign-in name for the person.")
            )
        self.same = self.alike(given.get("name", "")) if given.get("name") else []
        if self.same and not given.get("another"):
            self.fields["another"].widget = forms.CheckboxInput()
            self.add_error("another", _("Somebody of this name is here already. Look whether it is they."))
        return given


class DetailsForm(forms.Form):
    """What an account says about its person."""

    name = name_field()
    sex = sex_field()
    schooling = forms.ChoiceField(
        label=_("Schooling"), choices=[("", _("Not said")), *Schooling.choices], required=False
    )
    base = PickField(label=_("Lives in"), required=False, help_text=_("Name or code of the place."))

    def __init__(self, *given: Any, programme: Programme | None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["base"].find = places_in(["/"])  # type: ignore[attr-defined]
        if programme is not None:
            self.fields["code"] = number_field()


class TrainingForm(forms.Form):
    """A module passed, and when."""

    module = forms.ChoiceField(label=_("Module"), choices=[(one, one) for one in MODULES])
    passed_on = forms.DateField(
        label=_("Passed on"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Leave it empty if the day is not known."),
    )

    def clean_passed_on(self) -> Any:
        day = self.cleaned_data["passed_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Write the day it was passed."))
        return day


class ContactForm(forms.Form):
    """A number or an address, sealed as soon as it is sent."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("phone", _("Telephone number")), ("email", _("E-mail address"))]
    )
    value = forms.CharField(label=_("Telephone number or e-mail address"), max_length=120)
