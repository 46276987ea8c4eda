"""What is typed about meetings and plans; numbers may come in Khmer digits, verbs check the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.plans.rules import AMBASSADOR, COMMITTEE
from samleng.doors.web.templatetags.said import dated
from samleng.ground.frameworks.rules import Method
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.text import say
from samleng.voices.scorecards.models import Scorecard

# No count is longer; Python itself refuses to read a number of thousands of digits.
MOST_DIGITS = 12
DAY = {"type": "date"}
LINES = {"rows": 3}
COUNT = {"inputmode": "numeric", "class": "short", "autocomplete": "off"}
# The columns of the plan that take a number.
NUMBERS = ("quantity", "beneficiaries", "beneficiaries_women", "cost")


def day(label: Any, required: bool = True, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **more
    )


def lines(label: Any, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs=LINES), **more)


def count(label: Any, **more: Any) -> forms.CharField:
    """A number typed in Latin or Khmer digits; the verb says what is none."""
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=COUNT), **more)


class HeadsForm(forms.Form):
    """Heads counted at the door, by group: all of them, then how many of each among them."""

    minutes = lines(
        _("Notes of the meeting"), help_text=_("What is not in the plan but should be remembered. No names.")
    )

    def __init__(self, *given: Any, method: Method, language: str, **more: Any) -> None:
        super().__init__(*given, **more)
        groups: list[tuple[str, Any]] = [("people", _("All people in the room"))]
        profile = method.profile
        for one in (*profile.sexes, *profile.special_groups, *method.sides):
            groups.append((one.code, say(one.name, language)))
        self.groups = [code for code, _label in groups]
        kept = {f"heads_{code}": count(label) for code, label in groups}
        self.fields = kept | {k: v for k, v in self.fields.items() if k not in kept}  # type: ignore[assignment]

    def heads(self) -> dict[str, Any]:
        """What was counted; what is no number stays as typed, for the verb to refuse."""
        found = {code: self.cleaned_data.get(f"heads_{code}", "").strip() for code in self.groups}
        return {code: counted(text) for code, text in found.items() if text}


def counted(text: str) -> int | str:
    """A count typed in Latin or Khmer digits; what is none stays as typed, for the verb to refuse."""
    plain = to_latin(text.strip())
    return int(plain) if plain.isdecimal() and len(plain) <= MOST_DIGITS else text


class HoldForm(HeadsForm):
    """Which completed scorecards lie on the table, on which day, and who came."""

    held_on = day(_("Day of the meeting"))
    cards = forms.MultipleChoiceField(
        label=_("Scorecards of this meeting"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the scorecards of both sides.")},
    )

    def __init__(self, *given: Any, cards: Iterable[Scorecard], **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["minutes"]
        first = {name: self.fields.pop(name) for name in ("cards", "held_on")}
        self.fields = first | self.fields  # type: ignore[assignment]
        self.fields["cards"].choices = [(str(card.pk), card_words(card, more["language"])) for card in cards]  # type: ignore[attr-defined]


def card_words(card: Scorecard, language: str) -> str:
    """A scorecard as somebody picks it: whose it is, where and when it was held."""
    side = next((s for s in card.round.framework.method.sides if s.code == card.side), None)
    name = say((side.card or side.name) if side else {}, language) or card.side
    return f"{name} · {card.place.label(language)} · {dated(card.held_on)} · {card.code}"


class AgreeForm(forms.Form):
    """A promise as it is agreed: what, by whom, until when, for whom, with what money."""

    text_km = lines(_("What will be done (Khmer)"), help_text=_("In Khmer, in English, or in both."))
    text_en = lines(_("The same in English"))
    criterion = forms.ChoiceField(label=_("Which criterion it answers"), required=False)
    part = forms.ChoiceField(label=_("Part of the plan"), widget=forms.RadioSelect)
    office = forms.ModelChoiceField(label=_("Which office promises"), queryset=Office.objects.none())
    role = forms.CharField(
        label=_("Role of the person who leads it"),
        max_length=120,
        help_text=_("The post, not a name: the post stays when the person changes."),
    )
    partners = forms.CharField(label=_("Partners"), required=False, max_length=200)
    starts_on = day(_("Start"))
    due_on = day(_("End"))
    beneficiaries = count(_("People it serves"))
    beneficiaries_women = count(_("Women among them"))
    cost = count(_("Estimated cost (riel)"))
    funding_source = forms.CharField(label=_("Where the money comes from"), required=False, max_length=120)
    funding_secured = forms.BooleanField(label=_("The money is sure"), required=False)
    quantity = count(_("Quantity"))
    unit = forms.CharField(label=_("Unit"), required=False, max_length=60)
    goal = forms.CharField(
        label=_("Goal it answers"),
        required=False,
        max_length=300,
        help_text=_("Left empty, the plan prints the criterion."),
    )
    proposer = forms.CharField(label=_("Who proposed it"), required=False, max_length=120)
    location = forms.CharField(
        label=_("Where exactly"),
        required=False,
        max_length=200,
        help_text=_("Left empty, the plan prints the facility."),
    )
    category = forms.ChoiceField(label=_("Kind of action"), required=False)

    SECTIONS = (
        (_("What"), ("text_km", "text_en", "criterion", "part")),
        (_("Who and when"), ("office", "role", "partners", "starts_on", "due_on")),
        (_("For whom"), ("beneficiaries", "beneficiaries_women")),
        (_("Money"), ("cost", "funding_source", "funding_secured")),
    )
    MORE = ("quantity", "unit", "goal", "proposer", "location", "category")

    def __init__(
        self,
        *given: Any,
        method: Method,
        offices: Any,
        criteria: list[tuple[str, str]],
        language: str,
        kept: Action | None = None,
        **more: Any,
    ) -> None:
        if kept is not None:
            more["initial"] = written(kept, language) | more.get("initial", {})
        super().__init__(*given, **more)
        self.language, self.kept = language, kept
        choices = {
            "part": [
                (p.code, f"{say(p.sign, language)}. {say(p.name, language)}") for p in method.plan.parts
            ],
            "criterion": [("", _("None of them")), *criteria],
            "category": [
                ("", _("Not said")),
                *((c.code, say(c.name, language)) for c in method.plan.categories),
            ],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]
        office = self.fields["office"]
        office.queryset = offices  # type: ignore[attr-defined]
        office.label_from_instance = lambda one: say(one.name, language)  # type: ignore[attr-defined]
        if not criteria:
            del self.fields["criterion"]

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[n] for n in names if n in self.fields]) for title, names in self.SECTIONS]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def more_wrong(self) -> bool:
        return any(name in self.errors for name in self.MORE)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("text_km") or given.get("text_en")):
            self.add_error("text_km", _("Write in Khmer or in English what will be done."))
        return given

    def terms(self) -> Terms:
        """The promise's terms as the verb takes them; words in a language not asked for here are kept."""
        given, kept = self.cleaned_data, self.kept
        plain = ("part", "starts_on", "due_on", "category", "unit", "funding_source", "funding_secured")
        plain += ("proposer", "location", "partners")
        return Terms(
            text={tag: given[f"text_{tag}"] for tag in ("km", "en") if given[f"text_{tag}"]},
            role=spoken(kept.role if kept else {}, self.language, given["role"]),
            goal=spoken(kept.goal if kept else {}, self.language, given["goal"]),
            **{name: given[name] for name in plain},
            **{name: given[name] or None for name in NUMBERS},
        )


def spoken(words: Any, language: str, text: str) -> dict[str, str]:
    """The words with what was typed in this language; unchanged when it is what stood there."""
    if text == say(words, language):
        return dict(words)
    return {**words, language: text} if text else {k: v for k, v in words.items() if k != language}


def written(action: Action, language: str) -> dict[str, Any]:
    """A promise as its form shows it."""
    names = ("part", "criterion", "category", "unit", "proposer", "location", "partners")
    names += ("starts_on", "due_on", "office", "funding_source", "funding_secured", *NUMBERS)
    found = {name: getattr(action, name) for name in names}
    if action.quantity is not None:
        found["quantity"] = f"{action.quantity.normalize():f}"
    words = {f"text_{tag}": action.text.get(tag, "") for tag in ("km", "en")}
    return found | words | {"role": say(action.role, language), "goal": say(action.goal, language)}


class RewordForm(AgreeForm):
    """As agreed, and why it is worded anew once the plan is adopted."""

    reason = lines(_("Why is it worded anew?"), help_text=_("The first wording stays known."))

    def __init__(self, *given: Any, kept: Action, **more: Any) -> None:
        super().__init__(*given, kept=kept, **more)
        self.fields.pop("criterion", None)
        if kept.adopted_on is None:
            del self.fields["reason"]

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        found = super().sections()
        return [*found, (_("Why"), [self["reason"]])] if "reason" in self.fields else found


class CloseForm(forms.Form):
    reply_km = lines(
        _("The facility's answer (Khmer)"),
        help_text=_("It stands beside the scores on the public page, in the facility's own words."),
    )
    reply_en = lines(_("The same in English"))
    show_provider = forms.BooleanField(
        label=_("The meeting agreed: the staff's own scores are published as the facility's stated position"),
        required=False,
    )

    def reply(self) -> dict[str, str]:
        given = {tag: self.cleaned_data[f"reply_{tag}"] for tag in ("km", "en")}
        return {tag: text for tag, text in given.items() if text}


class AdoptForm(forms.Form):
    adopted_on = day(_("Day on the stamp"))
    scan = forms.FileField(
        label=_("The signed and stamped paper (PDF or photo)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )


class NumberForm(forms.Form):
    number = forms.CharField(label=_("The office's own number"), max_length=40, required=False)


class AppointForm(forms.Form):
    """Somebody who will watch over the plan, known already or new here."""

    role = forms.ChoiceField(
        label=_("As what"),
        widget=forms.RadioSelect,
        choices=[
            (COMMITTEE, _("Member of the monitoring committee")),
            (AMBASSADOR, _("Community ambassador")),
        ],
    )
    person = forms.ModelChoiceField(
        label=_("Who"), queryset=Person.objects.none(), required=False, empty_label=_("Choose a person")
    )
    name = forms.CharField(label=_("Or the name of somebody new"), max_length=120, required=False)

    def __init__(self, *given: Any, people: Any, new: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        if not new:
            del self.fields["name"]
            self.fields["person"].required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "name" in self.fields and not (given.get("person") or given.get("name", "").strip()):
            self.add_error("person", _("Choose who it is."))
        return given
