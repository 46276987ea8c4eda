"""A ballot as its page shows it: the questions with faces and sounds, and what a form says to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.facilitator.room import Asked, asked_in, points_of
from samleng.doors.web.facilitator.spoken import Spoken
from samleng.doors.web.facilitator.vote import read_vote
from samleng.ground.frameworks.rules import Group, Method, Profile, Special
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded, method_of
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.verbs.casting import asked_of

LARGEST_NUMBER = 6


@dataclass(frozen=True)
class Question:
    """One criterion as it is asked, with what was answered and what is wrong."""

    asked: Asked
    name: str
    value: str
    error: Any
    # Its words in the meeting's language where the site's pages do not speak it.
    spoken: str


class Ballot:
    """A ticket's ballot: what is asked of its holder, filled with what a form sent."""

    def __init__(self, ticket: Ticket, given: QueryDict | None = None) -> None:
        self.ticket, self.given = ticket, given if given is not None else QueryDict()
        self.poll: Poll = ticket.poll
        self.card: Scorecard = Scorecard.objects.with_context().get(pk=self.poll.scorecard_id)
        self.poll.scorecard = self.card
        self.method: Method = method_of(self.card)
        self.errors: dict[str, Any] = {}

    @property
    def spoken(self) -> str:
        """The meeting's language where the site has no pages in it: it is heard, and read where written."""
        return "" if self.card.language in dict(settings.LANGUAGES) else self.card.language

    @cached_property
    def heard(self) -> Spoken:
        """The recordings of what is asked."""
        return Spoken(self.card, self.spoken)

    @cached_property
    def written(self) -> Any:
        return folded(self.card)

    @cached_property
    def criteria(self) -> list[Asked]:
        known = {one.code: one for one in asked_in(self.card, self.written, self.heard)}
        return [known[code] for code in self.poll.criteria if code in known]

    @property
    def points(self) -> list[dict[str, Any]]:
        return points_of(self.method, self.heard)

    @cached_property
    def asked(self) -> polls.Asked:
        return asked_of(self.ticket, self.written)

    @property
    def profile(self) -> Profile:
        return self.method.profile

    @property
    def specials(self) -> tuple[Special, ...]:
        return self.method.specials_for(self.card.side) if self.asked.profile else ()

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.method.groups_for(self.card.side) if self.asked.group else ()

    @property
    def ticked(self) -> list[str]:
        return self.given.getlist("special")

    @property
    def questions(self) -> list[Question]:
        return [
            Question(
                one,
                f"vote-{i}",
                self.given.get(f"vote-{i}", ""),
                self.errors.get(f"vote:{one.code}", ""),
                one.text.get(self.spoken, "") if self.spoken else "",
            )
            for i, one in enumerate(self.criteria)
        ]

    @property
    def pages(self) -> int:
        """How many questions there are in all, those about the voter included."""
        asked = self.asked
        about = (asked.number, asked.profile, asked.profile, bool(self.specials), asked.group)
        return len(self.criteria) + sum(about)

    @property
    def answers(self) -> list[tuple[Question, dict[str, Any] | None]]:
        """Each question with the point that was chosen, for the look before sending."""
        points = {str(point["value"]): point for point in self.points}
        shown = self.method.scale.kind in ("points", "yes_no")
        return [(one, points.get(one.value) if shown else None) for one in self.questions]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything typed, for the hidden fields of the next page: no draft is kept but in the page."""
        return [(key, text) for key in self.given if key != "do" for text in self.given.getlist(key)]

    def vote(self) -> tuple[polls.Vote, list[Refusal]]:
        """What the form says as a vote, and what cannot be read in it and is left out."""
        refusals: list[Refusal] = []
        scores: dict[str, int] = {}
        for i, one in enumerate(self.criteria):
            text = to_latin(self.given.get(f"vote-{i}", "")).strip()
            if not text:
                continue
            value = read_vote(self.method.scale, int(text), one) if is_number(text) else None
            if value is None:
                refusals.append(off_scale(text, one.code))
            else:
                scores[one.code] = value
        number = to_latin(self.given.get("number", "")).strip()
        if number and not is_number(number):
            refusals.append(
                Refusal(filled(_("“%(value)s” is not a number."), value=number[:20]), field="number")
            )
        vote = polls.Vote(
            scores=scores,
            number=int(number) if is_number(number) else None,
            sex=self.given.get("sex", ""),
            band=self.given.get("band", ""),
            special=tuple(sorted(set(self.ticked))),
            group=self.given.get("group", ""),
        )
        return vote, refusals

    def put_errors(self, refusals: list[Refusal]) -> list[tuple[str, str]]:
        """Each refusal at its question, and all of them for the top of the page."""
        places = {f"vote:{one.code}": f"vote-{i}" for i, one in enumerate(self.criteria)}
        for refusal in refusals:
            self.errors[str(refusal.field)] = f"{refusal.message} {refusal.remedy}".strip()
        return [
            (f"{one.message} {one.remedy}".strip(), f"#{places.get(str(one.field), one.field or '')}")
            for one in refusals
        ]


def is_number(text: str) -> bool:
    """Whether a text is a whole number that anybody would type."""
    return text.lstrip("-").isdecimal() and text.isascii() and len(text) <= LARGEST_NUMBER


def off_scale(text: str, criterion: str) -> Refusal:
    return Refusal(
        filled(_("“%(value)s” is not on the scale."), value=text[:20]),
        field=f"vote:{criterion}",
        remedy=_("Choose one of the answers shown."),
        code="out_of_range",
    )


def language_asked(request: HttpRequest) -> str:
    """The site's language that a browser asks for, else the site's first."""
    asked = translation.get_language_from_request(request) if request.headers.get("Accept-Language") else ""
    tag = asked.split("-")[0]
    return tag if tag in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
