"""What stands on the sheets of a meeting held on paper: texts already written out, none of them markup.

A text is {"text", "beneath"}: in the meeting's language, and in a second one beneath it where wished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samleng.ground.frameworks.rules import Method
from samleng.kit.words.khmer import ZWSP, to_khmer, word_breaks
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import say
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded, method_of
from samleng.voices.scorecards.rules.lines import Card

# In the order they are needed; a kit holds them all.
SHEETS = ("participants", "flipchart", "ballots", "reflection")
PAPERS = ("a3", "a4")
MOST_PEOPLE, MOST_TEXT = 120, 400
# A ballot is small: of a longer text it holds the beginning; under its number the flip-chart says it all.
BALLOT_TEXT = 110
# Empty lines for criteria of the room's own, where nothing has been chosen yet.
OWN_LINES = 3
# A scale with more values than this is written as a number, not ticked.
MOST_COLUMNS = 11
Text = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to print: which sheets, in which language (`also` beneath it), on what paper, for how many."""

    sheets: tuple[str, ...] = SHEETS
    language: str = ""
    also: str = ""
    paper: str = "a3"
    people: int = 0

    def checked(self, method: Method) -> Wanted:
        """With the method's language where none was named; a Refusal for what cannot be printed."""
        language = self.language if self.language in method.languages else method.languages[0]
        wrong = set(self.sheets) - set(SHEETS) or self.paper not in PAPERS or not self.sheets
        if wrong or (self.also and self.also not in method.languages):
            raise Refusal(
                gettext_lazy("This cannot be printed."),
                field="sheets",
                remedy=gettext_lazy("Choose from the sheets, papers and languages that are offered."),
                code="unknown",
            )
        if not 0 <= self.people <= MOST_PEOPLE:
            raise Refusal(
                gettext_lazy("Sheets are printed for at most 120 people."),
                field="people",
                remedy=gettext_lazy("Print a second set for the others."),
                code="out_of_range",
            )
        also = self.also if self.also != language else ""
        return Wanted(sheets=self.sheets, language=language, also=also, paper=self.paper, people=self.people)


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Says things in the meeting's language with the second one beneath."""

    language: str
    also: str = ""

    def words(self, words: Mapping[str, str] | None) -> Text:
        text = shortened(say(words, self.language))
        beneath = shortened(say(words, self.also)) if self.also and words and words.get(self.also) else ""
        return {"text": word_breaks(text), "beneath": word_breaks(beneath) if beneath != text else ""}

    def house(self, message: Any) -> Text:
        """A sentence of the house's own; `message` is called in each language."""
        with translation.override(self.language):
            text = str(message())
        beneath = ""
        if self.also:
            with translation.override(self.also):
                beneath = str(message())
        return {"text": word_breaks(text), "beneath": word_breaks(beneath) if beneath != text else ""}

    def number(self, number: int) -> str:
        return to_khmer(number) if self.language == "km" else str(number)


def shortened(text: str, most: int = MOST_TEXT) -> str:
    """The text, cut at the end of a word with a sign that there was more."""
    if len(text) <= most:
        return text
    cut = word_breaks(text[:most])
    return cut[: max(cut.rfind(ZWSP), cut.rfind(" "), most // 2)].rstrip() + "…"


@cache
def drawing(picture: str) -> str:
    """A face as SVG; "" where the site has no drawing of that name."""
    found = finders.find(f"faces/{picture}.svg") if picture else None
    return Path(str(found)).read_text() if found else ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    code: str
    text: Mapping[str, str]
    standard: Mapping[str, str] = field(default_factory=dict)


def criteria_of(card: Scorecard, written: Card) -> tuple[list[Asked], bool]:
    """The criteria to print and whether they are chosen: before that, all that may be raised."""
    method = method_of(card)
    listed = [
        Asked(code=c.code, text=c.text, standard=c.standard.text if c.standard else {})
        for c in method.criteria_for(card.service.code, card.side, card.place.kind.code)
    ]
    every = listed + [Asked(code=code, text=text) for code, text in written.custom.items()]
    by_code = {one.code: one for one in every}
    chosen = [by_code[code] for code in written.priorities if code in by_code]
    return (chosen, True) if chosen else (every, False)


def content(card: Scorecard, wanted: Wanted) -> dict[str, Any]:
    """Everything the layouts need for one card."""
    method = method_of(card)
    wanted = wanted.checked(method)
    written = folded(card)
    speaker = Speaker(language=wanted.language, also=wanted.also)
    criteria, chosen = criteria_of(card, written)
    people = wanted.people or len(written.people) or expected(method, card.side)
    blanks = OWN_LINES if not chosen and method.raising.custom_allowed else 0
    return {
        "language": wanted.language,
        "sheets": [name for name in SHEETS if name in wanted.sheets],
        "paper": wanted.paper,
        "head": head(card, speaker),
        "words": words(speaker),
        "sample": sample(card, wanted.language),
        "scale": scale(method, speaker),
        "criteria": [asked(n, one, speaker) for n, one in enumerate(criteria, 1)],
        "blanks": [speaker.number(len(criteria) + n) for n in range(1, blanks + 1)],
        "chosen": chosen,
        # Before anything is chosen a ballot has numbered lines to write on.
        "slots": [speaker.number(n) for n in range(1, method.raising.priorities_max + 1)],
        "people": people,
        "numbers": [speaker.number(n) for n in range(1, people + 1)],
        "profile": profile(method, card.side, speaker),
        "consent": speaker.words(method.consent or method.term("consent")),
        "asks": asks(method, speaker),
        "reflections": len(criteria) if chosen else method.raising.priorities_advised,
    }


def asked(number: int, one: Asked, speaker: Speaker) -> dict[str, Any]:
    """A criterion as sheets print it, with what fits a ballot."""
    said = speaker.words(one.text)
    short = word_breaks(shortened(say(one.text, speaker.language), BALLOT_TEXT))
    return {
        "number": speaker.number(number),
        **said,
        "short": short,
        "beneath-short": said["beneath"] if len(short) + len(said["beneath"]) < BALLOT_TEXT else "",
        "standard": speaker.words(one.standard)["text"],
    }


def expected(method: Method, side: str) -> int:
    """For how many people to print when nobody is listed yet."""
    wanted = method.meeting.people if side == "community" else method.meeting.staff
    return min(max(wanted, 10), MOST_PEOPLE)


def head(card: Scorecard, speaker: Speaker) -> dict[str, Any]:
    method = method_of(card)
    side = method.side(card.side)
    place = speaker.words({tag: card.place.label(tag) for tag in (speaker.language, speaker.also) if tag})
    return {
        "facility": speaker.words(card.facility.name),
        "place": place,
        "side": speaker.words(side.card or side.name),
        "code": card.code,
        "day": f"{card.held_on:%d/%m/%Y}" if card.held_on else "……/……/…………",
    }


def words(speaker: Speaker) -> dict[str, Text]:
    """What the sheets say besides the framework's own words."""
    said = {
        "participants": lambda: _("Who is here"),
        "flipchart": lambda: _("Votes"),
        "ballot": lambda: _("Ballot"),
        "reflection": lambda: _("Why, and what to do?"),
        "date": lambda: _("Date"),
        "code": lambda: _("Code"),
        "number": lambda: _("No."),
        "criterion": lambda: _("Criterion"),
        "result": lambda: _("Result"),
        "votes": lambda: _("How many"),
        "total": lambda: _("Total"),
        "tally": lambda: _("Make one stroke for each vote: |||| and the fifth across."),
        "tick": lambda: _("One face for each line. Do not write your name. Fold it and put it into the box."),
        "write": lambda: _("Write one number on each line. Do not write your name. Fold it."),
        "about": lambda: _("Tick what fits. No names."),
        "read": lambda: _("Read aloud before anything is written"),
        "chosen": lambda: _("Tick what the room wants to bring to the meeting with the provider."),
        "no_names": lambda: _("No names of people: write what is, not who."),
        "cut": lambda: _("Cut along the dashed lines."),
    }
    return {key: speaker.house(message) for key, message in said.items()}


def sample(card: Scorecard, language: str) -> str:
    """The mark of a demonstration in the meeting's language and in English, so that nobody misses it."""
    if not card.programme.sample:
        return ""
    marks = []
    for tag in (language, "en"):
        with translation.override(tag):
            marks.append(_("SAMPLE"))
    return " · ".join(dict.fromkeys(marks))


def scale(method: Method, speaker: Speaker) -> dict[str, Any]:
    """The columns of a flip-chart and the faces of a ballot; `ticked` is false where a number is written."""
    values = method.scale.values
    named = {point.value: point for point in method.scale.points}
    points = [
        {
            "value": speaker.number(value),
            **speaker.words(named[value].name if value in named else {}),
            "picture": drawing(named[value].picture) if value in named else "",
        }
        for value in values
    ]
    columns = points if len(points) <= MOST_COLUMNS else []
    ticked = method.scale.kind in ("points", "yes_no", "count_vs_standard")
    span = f"{speaker.number(values[0])} – {speaker.number(values[-1])}"
    return {"points": columns, "ticked": ticked, "span": span}


def profile(method: Method, side: str, speaker: Speaker) -> dict[str, Sequence[Text]]:
    """The columns of the participant sheet, in the order a person is asked."""
    groups = method.groups_for(side)
    return {
        "sexes": [speaker.words(one.name) for one in method.profile.sexes],
        "bands": [speaker.words(one.name) for one in method.profile.age_bands],
        "special": [speaker.words(one.name) for one in method.specials_for(side)],
        "groups": [speaker.words(one.name) for one in groups] if len(groups) > 1 else [],
    }


def asks(method: Method, speaker: Speaker) -> list[dict[str, Any]]:
    """What is asked about each criterion; `ticks` where the room chooses among the answers."""
    named = {one.code: one.name for one in method.raising.reflection}
    usual = {
        "strengths": lambda: _("What is good?"),
        "weaknesses": lambda: _("What is not good?"),
        "suggestions": lambda: _("What should be done?"),
    }
    return [
        {
            **(speaker.words(named[code]) if named else speaker.house(message)),
            "ticks": code == "suggestions",
        }
        for code, message in usual.items()
        if not named or code in named
    ]
