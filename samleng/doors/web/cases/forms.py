"""What an officer is asked for each thing done to a case; verbs check the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules import mediation, story
from samleng.answers.cases.timing import profile_of
from samleng.doors.web.cases import wording
from samleng.doors.web.cases.seen import language, people_of
from samleng.ground.channels.rules import KINDS
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.kit.words.text import say

DAY = {"type": "date"}
LINES = {"rows": 5}
MOST_OFFICES = 300


def lines(label: Any, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs=LINES), **more
    )


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **more)


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Photos, one or several."""

    def __init__(self, **given: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp", "multiple": True}
        super().__init__(widget=Files(attrs=attrs), required=False, **given)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        many = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Photos, self).clean(one, initial) for one in many]


class Recorder(forms.FileInput):
    """A recording: chosen as a file, or spoken at once where the browser can."""

    template_name = "cases/_recorder.html"


class Voice(forms.FileField):
    """One's voice, for whoever reads little."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Or say it: a recording of your voice"))
        given.setdefault(
            "help_text", _("For people who read little. Up to five minutes; sealed as the words are.")
        )
        super().__init__(widget=Recorder(attrs={"accept": "audio/*"}), required=False, **given)


class Act(forms.Form):
    """Base: a form that knows its case."""

    def __init__(self, *given: Any, case: Case, **more: Any) -> None:
        self.case = case
        super().__init__(*given, **more)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen for this case."""

    def choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]


class Decide(Act):
    kind = forms.ChoiceField(
        label=_("Is it a complaint at all?"),
        help_text=_("A question, a wish or a plain report needs no decision about whose fault it is."),
        widget=forms.RadioSelect,
    )
    jurisdiction = forms.ChoiceField(
        label=_("Whose matter is it?"),
        widget=forms.RadioSelect,
        choices=list(wording.JURISDICTIONS.items()),
        help_text=_("If it is not yours, hand it on or say to whom the person can turn."),
    )

    def prepare(self) -> None:
        self.choose("kind", [(code, wording.KINDS[code]) for code in KINDS if code != "rating"])
        self.fields["kind"].initial = self.case.kind
        self.fields["jurisdiction"].initial = self.case.jurisdiction or story.OURS


class Assign(Act):
    person = forms.ChoiceField(label=_("Who has it from now on?"), required=False)

    def prepare(self) -> None:
        people = people_of([self.case.office])
        self.choose("person", [("", _("Nobody")), *((str(one.pk), one.name) for one in people)])
        self.fields["person"].initial = str(self.case.assigned_id or "")


class WriteNote(Act):
    words = lines(_("Note"), help_text=_("Only this office can read it, and it stays here."))


class Write(Act):
    to = forms.ChoiceField(label=_("To whom?"), required=False)
    words = lines(
        _("What do you write?"), required=False, help_text=_("Sealed: only you and the reporter can read it.")
    )
    voice = Voice()
    photos = Photos(label=_("Photos"))
    said = lines(
        _("What everyone may read beside the case"),
        required=False,
        help_text=_("No names. Leave it empty if there is nothing to say in public."),
    )

    def prepare(self) -> None:
        if self.case.sealed:
            del self.fields["said"]
        reports = list(self.case.heard.select_related("report").order_by("report__heard_at"))
        if len(reports) < 2:
            del self.fields["to"]
            return
        every = [("", _("Everybody who reported it"))]
        listed = [
            (str(one.pk), _("Reporter %(n)s only") % {"n": n}) for n, one in enumerate(reports, start=1)
        ]
        self.choose("to", every + listed)


class Answer(Act):
    outcome = forms.ChoiceField(label=_("How does it end?"), widget=forms.RadioSelect)
    words = lines(_("What you tell the reporter"), required=False, help_text=_("Sealed to them."))
    voice = Voice()
    said = lines(
        _("What everyone may read beside the case"),
        required=False,
        help_text=_("No names. Leave it empty if there is nothing to say in public."),
    )
    evidence = Photos(label=_("Photos taken afterwards"))

    def prepare(self) -> None:
        self.choose("outcome", [(code, wording.OUTCOMES[code]) for code in story.CLAIMED])
        if self.case.sealed:
            del self.fields["said"]
        wanted = self.case.of.evidence
        if wanted == "none":
            self.fields["evidence"].help_text = _("Not asked for, but a picture says more than words.")
        else:
            self.fields["evidence"].help_text = _("“Fixed” and “settled” need at least one.")


class Urgent(Act):
    why = forms.ChoiceField(
        label=_("Why is it urgent?"),
        widget=forms.RadioSelect,
        choices=[(code, wording.URGENT[code]) for code in story.URGENT],
        help_text=_("It stands above the others from now on. If somebody is in danger, call for help first."),
    )
    words = lines(_("In words"), required=False, help_text=_("A note for this office alone."))


class NotUrgent(Act):
    words = lines(
        _("Why is it not urgent any more?"), required=False, help_text=_("A note for this office alone.")
    )


class Pause(Act):
    reason = forms.ChoiceField(label=_("Why does the clock stand?"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        listed = [one for one in profile_of(self.case).pauses if one.code != story.ASKED]
        self.choose("reason", [(one.code, say(one.name, language())) for one in listed])


class Extend(Act):
    reason = lines(
        _("Why is more time needed?"), help_text=_("The reporter reads it; in public categories all do.")
    )


class Transfer(Act):
    to = forms.ChoiceField(label=_("Which office?"))
    reason = lines(_("Why?"), help_text=_("The reporter is told that it moved; keep names out."))

    def prepare(self) -> None:
        self.choose("to", office_choices(self.case))


class Mediate(Act):
    held_on = day(_("Day of the sitting"))
    parties = forms.MultipleChoiceField(
        label=_("Who sits together?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, wording.PARTIES[code]) for code in mediation.PARTIES],
        help_text=_("Parts only; names stand nowhere."),
    )
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        required=False,
        choices=list(wording.SITTINGS.items()),
    )
    minutes = lines(_("Notes of the sitting"), required=False, help_text=_("Sealed to this office."))

    def prepare(self) -> None:
        self.fields["held_on"].initial = timezone.localdate()


class Recommend(Act):
    to = forms.ChoiceField(label=_("To which authority?"))
    words = lines(
        _("What do you recommend?"),
        help_text=_("The authority and the reporter read it. Name nobody: not the reporter either."),
    )
    answer_by = day(_("Answer until"))

    def prepare(self) -> None:
        self.choose("to", office_choices(self.case, complained_of=True))


class Merge(Act):
    others = forms.MultipleChoiceField(
        label=_("Which of these are the same?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *given: Any, choices: list[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.choose("others", choices)


class Split(Act):
    to = forms.MultipleChoiceField(
        label=_("Which reports are about something else?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def prepare(self) -> None:
        reports = self.case.heard.select_related("report").order_by("report__heard_at")
        self.choose(
            "to",
            [
                (str(one.pk), _("Reporter %(n)s") % {"n": n} + f" · {one.report.heard_at:%Y-%m-%d}")
                for n, one in enumerate(reports, start=1)
            ],
        )


class Respond(forms.Form):
    """The authority's answer to a recommendation."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[(code, wording.ANSWERS[code]) for code in mediation.ANSWERS],
    )
    words = lines(
        _("In words"),
        required=False,
        help_text=_("Needed unless it is accepted whole. The ombudsman and the reporter read it."),
    )


def office_choices(case: Case, complained_of: bool = False) -> list[tuple[str, str]]:
    """Offices in and above the case's place that can open what is sealed to them, the nearest first."""
    inside = case.place.ancestor_ids
    vaults = Vault.objects.live().filter(purpose="cases").values("office")
    found = Office.objects.filter(Q(place__in=inside), pk__in=vaults).exclude(pk=case.office_id)
    if not complained_of and case.about_id:
        found = found.exclude(pk=case.about_id)
    found = found.select_related("place__kind").order_by("-place__level", "code")[:MOST_OFFICES]
    return [(str(one.pk), f"{say(one.name, language())} · {one.place.label(language())}") for one in found]


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """A template's words with what is known put in; what is not known stays as a gap to fill."""
    for name, value in given.items():
        text = text.replace("{" + name + "}", value or "…")
    return text
