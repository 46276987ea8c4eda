"""Papers of a case: the receipt, an invitation, a settlement, a recommendation, a reply.

A sealed text enters a paper only through the key of whoever asks, which is written down; the PDF goes to
their browser and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.mediation import PARTIES
from samleng.answers.cases.steps import allowed, opened_by
from samleng.answers.cases.timing import left_by
from samleng.doors.exchange.papers.content import Paper
from samleng.doors.exchange.papers.draw import draw_paper, qr_svg
from samleng.doors.web.cases.seen import seen_case
from samleng.doors.web.cases.wording import PARTIES as PARTS
from samleng.doors.web.counter.door import counter_of, unkept
from samleng.doors.web.counter.register import as_pdf
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.cased import left_words
from samleng.doors.web.unlocked import opener_for
from samleng.doors.web.visit import uuid_or_none
from samleng.ground.people.permission import Denied
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.rules import Opener
from samleng.kit.sealing.verbs import NotReadable, open_text
from samleng.kit.words.codes import in_threes, typed, valid_receipt_digits
from samleng.kit.words.text import clean, say

LANGUAGES = (("km", _("Khmer")), ("en", _("English")))
WRITING = {"autocomplete": "off"}


class Language(forms.Form):
    """In which language the paper is."""

    language = forms.ChoiceField(
        label=_("Language of the paper"), choices=LANGUAGES, widget=forms.RadioSelect, initial="km"
    )


class Invite(Language):
    """When and where both sides meet, and who of them is invited."""

    to = forms.ChoiceField(
        label=_("Who is invited?"), choices=[(code, PARTS[code]) for code in PARTIES],
        widget=forms.RadioSelect,
    )  # fmt: skip
    on = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.CharField(
        label=_("At what time?"), max_length=20, widget=forms.TextInput(attrs={"class": "short"})
    )
    where = forms.CharField(label=_("Where?"), max_length=300, widget=forms.TextInput(attrs=WRITING))
    field_order = ("to", "on", "at", "where", "language")


class Settle(Language):
    """Who sat together and what they agreed; empty, it is written by hand."""

    parties = forms.MultipleChoiceField(
        label=_("Who sits there?"), choices=[(code, PARTS[code]) for code in PARTIES],
        widget=forms.CheckboxSelectMultiple, initial=["complainant", "office", "mediator"],
    )  # fmt: skip
    on = forms.DateField(label=_("Day of the sitting"), widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.CharField(
        label=_("What was agreed"), required=False, max_length=4000,
        help_text=_("Stands on the paper and nowhere else. Empty: lines to write on."),
        widget=forms.Textarea(attrs=WRITING),
    )  # fmt: skip
    field_order = ("parties", "on", "agreed", "language")


class Write(Language):
    """A reply as it goes out on paper."""

    words = forms.CharField(
        label=_("What the letter says"), max_length=4000, widget=forms.Textarea(attrs=WRITING),
        help_text=_("Stands on the paper and nowhere else. Write no name: it is written in by hand."),
    )  # fmt: skip
    field_order = ("words", "language")


@dataclass(frozen=True)
class Kind:
    """One paper: who may make it, what is asked for it, and how it is made."""

    name: str
    title: Any
    about: Any
    right: str
    form: type[Language]
    make: Callable[[Case, dict[str, Any], str], Paper]
    # What of it is sealed, if anything; the paper waits for the key then.
    sealed: Callable[[Case], Sealed | None] | None = None


def base(case: Case, language: str, **more: Any) -> Paper:
    """What every letter about a case has: its office, number, day and facts."""
    with translation.override(language):
        facts = [
            (gettext("About"), say(case.of.name, language)),
            (gettext("Place"), case.place.label(language)),
            (gettext("Came on"), f"{case.opened_on:%d/%m/%Y}"),
        ]
    more.setdefault("facts", facts)
    return Paper(
        office=case.office, language=language, number=case.reference, day=timezone.localdate(),
        sample=case.sample, **{"layout": "letter", **more},
    )  # fmt: skip


def invitation(case: Case, given: dict[str, Any], _text: str) -> Paper:
    said = {"day": f"{given['on']:%d/%m/%Y}", "time": given["at"], "where": given["where"]}
    return base(
        case, given["language"], title=gettext("Invitation to a mediation"), to=str(PARTS[given["to"]]),
        parties=[str(PARTS[given["to"]])],
        paragraphs=[
            gettext(
                "You are invited to sit together about this matter and look for a way both sides accept."
            ),
            gettext("Day: %(day)s. Time: %(time)s. Place: %(where)s.") % said,
            gettext(
                "You may bring somebody you trust. Nobody decides over you there: you agree only to what you "
                "want, and not coming is no fault in the matter. It costs nothing."
            ),
        ],
        signatures=[gettext("For the office")],
    )  # fmt: skip


def settlement(case: Case, given: dict[str, Any], _text: str) -> Paper:
    sat = [str(PARTS[code]) for code in given["parties"]]
    agreed = clean(given["agreed"])
    return base(
        case, given["language"], title=gettext("Record of a mediation"), parties=sat,
        paragraphs=[
            gettext("On %(day)s those named below sat together about the matter above.")
            % {"day": f"{given['on']:%d/%m/%Y}"},
            *([gettext("They agreed:"), agreed] if agreed else []),
        ],
        blanks=[] if agreed else [(gettext("They agreed:"), 6), (gettext("Until when, and who does it"), 2)],
        signatures=sat, thumbs=True,
        note=gettext(
            "Read aloud before it was signed. Who signs gets a copy; who does not agree does not sign."
        ),
    )  # fmt: skip


def last_advice(case: Case) -> Any:
    return case.recommendations.select_related("to", "sealed").order_by("-at").first()


def recommendation(case: Case, given: dict[str, Any], text: str) -> Paper:
    made = last_advice(case)
    return base(
        case, given["language"], title=gettext("Recommendation"), to=say(made.to.name, given["language"]),
        paragraphs=[
            gettext("This office has looked into the matter above and recommends:"),
            text,
            gettext("Please answer by %(day)s whether you accept it, in part or not, and why.")
            % {"day": f"{made.answer_by:%d/%m/%Y}"},
        ],
        signatures=[gettext("For the office")],
    )  # fmt: skip


def reply(case: Case, given: dict[str, Any], _text: str) -> Paper:
    return base(
        case, given["language"], title=gettext("Reply"), parties=[str(PARTS["complainant"])],
        paragraphs=[
            clean(given["words"]),
            gettext("If you do not agree, say so with your receipt, or at this or a higher office."),
        ],
        signatures=[gettext("For the office")],
    )  # fmt: skip


KINDS = (
    Kind("invitation", _("Invitation to a mediation"), _("Day, time and place, for one side."),
         "cases.mediate", Invite, invitation),
    Kind("settlement", _("Record of a mediation"),
         _("Both sides by their part, what they agreed, signatures and thumbprints."), "cases.mediate",
         Settle, settlement),
    Kind("recommendation", _("Recommendation"), _("The newest one, as it was put to the authority."),
         "cases.mediate", Language, recommendation, lambda case: getattr(last_advice(case), "sealed", None)),
    Kind("reply", _("Reply"), _("To whoever wrote a letter or reads on no phone."), "cases.answer",
         Write, reply),
)  # fmt: skip


@unkept
@require_safe
def papers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Which papers there are for a case."""
    by = acting_for(request)
    case = seen_case(by, case_id)
    context = {
        "case": case,
        "papers": [one for one in KINDS if allowed(by, one.right, case)],
        "sample": case.sample,
        "trail": [
            (gettext("Cases"), reverse("cases")),
            (case.reference, reverse("case", args=[case.pk])),
            (gettext("Papers"), ""),
        ],
    }
    return render(request, "counter/papers.html", context)


@unkept
def paper(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """One paper: what must be said for it, and the PDF."""
    kind = next((one for one in KINDS if one.name == name), None)
    if kind is None:
        raise Http404
    by = acting_for(request)
    case = seen_case(by, case_id, kind.right)
    sealed = kind.sealed(case) if kind.sealed else None
    nothing = gettext("No recommendation was made yet.") if kind.sealed and sealed is None else ""
    opener = opener_for(request, case.office) if sealed else None
    form = kind.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not nothing and not (sealed and opener is None):
        text = read(sealed, opener)
        if sealed is not None:
            opened_by(by, case, "paper")
        with translation.override(form.cleaned_data["language"]):
            made = kind.make(case, form.cleaned_data, text)
        return as_pdf(draw_paper(made), f"{kind.name}-{case.reference}", case.sample)
    locked = sealed is not None and opener is None
    context = {
        "case": case,
        "title": kind.title,
        "form": form,
        "locked": locked,
        "nothing": nothing,
        "sample": case.sample,
        "trail": [(gettext("Papers"), reverse("case_papers", args=[case.pk])), (kind.title, "")],
    }
    wrong = bool(form.errors) or (locked and request.method == "POST")
    return render(request, "counter/paper.html", context, status=422 if wrong else 200)


def read(sealed: Sealed | None, opener: Opener | None) -> str:
    """The sealed text through the key at hand; Denied where it is not for this key."""
    if sealed is None or opener is None:
        return ""
    try:
        return open_text(sealed, opener)
    except NotReadable:
        raise Denied from None


@unkept
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt of what was just taken in, for the person to take along.

    The digits come from the page that shows them; without a case that was opened with them there is no paper.
    """
    by, offices = counter_of(request)
    digits = valid_receipt_digits(request.POST.get("receipt", ""))
    case_id, language = uuid_or_none(request.POST.get("case")), request.POST.get("language", "km")
    case = Case.objects.with_context().filter(pk=case_id, office__in=offices).first() if case_id else None
    first = case.steps.order_by("at", "pk").first() if case else None
    if (
        case is None
        or digits is None
        or first is None
        or first.by != by.key
        or language not in dict(LANGUAGES)
    ):
        raise Denied
    with translation.override(language):
        made = slip(case, digits, language)
    return as_pdf(draw_paper(made), "receipt", case.sample)


def slip(case: Case, digits: str, language: str) -> Paper:
    """The receipt's slip in the language that is spoken now; it does not say what the matter is."""
    follow = f"{settings.SITE_ADDRESS}{reverse('follow')}"
    return Paper(
        layout="slip", office=case.office, language=language, number=case.reference,
        title=gettext("Your receipt"),
        day=timezone.localdate(), groups=in_threes(typed(digits)).split(" "),
        qr=qr_svg(f"{follow}#{typed(digits)}"),
        facts=[
            (gettext("Who answers"), say(case.office.name, language)),
            (gettext("Receipt confirmed by"), f"{case.acknowledge_by:%d/%m/%Y}"),
            (gettext("Answer due by"), due_words(case.resolve_by)),
        ],
        paragraphs=[
            gettext(
                "With these digits you read the answer, ask back and say how it was: look at the code with "
                "your phone, or let somebody type them for you."
            ),
        ],
        note=gettext("Show them to nobody else. Nobody can find them again for you. %(address)s")
        % {"address": follow.removeprefix("https://").removeprefix("http://")},
        sample=case.sample,
    )  # fmt: skip


def due_words(day: date) -> str:
    """A last day on paper, with how far it is in the clock's own days."""
    today = timezone.localdate()
    return f"{day:%d/%m/%Y} ({left_words(left_by(day, today), day, today)})"
