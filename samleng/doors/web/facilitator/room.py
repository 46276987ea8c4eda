"""The room a meeting is held in: one card, its method, what is written so far, and whose device writes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.facilitator.corrections import ToDo, todo_of
from samleng.doors.web.facilitator.heard import address, in_words
from samleng.doors.web.facilitator.spoken import Spoken
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import View, listed, signed_in
from samleng.ground.frameworks.rules import Group, Method, Special
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.laid import Heard, heard
from samleng.voices.scorecards.marks import Marked, returned
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import counting_of, lines_of, method_of
from samleng.voices.scorecards.rules.lines import Card, Line, Present, fold, numbered, standing
from samleng.voices.scorecards.rules.tally import Counting
from samleng.voices.scorecards.verbs.opening import open_waiting
from samleng.voices.scorecards.verbs.writing import allow, unready

HOLDER = "samleng_holder"
HOLDER_DAYS = 400
# More classes than this cannot be typed as columns of counts.
MOST_FACES = 7
# The framework's step: the page that serves it. Which steps there are, in which order, is the framework's.
PAGES = {
    "information": "consent",
    "setup": "setup",
    "participants": "people",
    "raise": "raise",
    "prioritise": "choose",
    "vote": "vote",
    "reflect": "reflect",
    "photos": "photos",
    "finish": "finish",
}
# What came out is read to the room right after the vote, in every framework.
RESULTS = ("results", _("What came out"))
# The meeting of a framework that says nothing of its steps.
USUAL: tuple[tuple[str, Any], ...] = (
    ("consent", _("Read aloud")),
    ("setup", _("Set up")),
    ("people", _("Who is here")),
    ("raise", _("Raise what matters")),
    ("choose", _("Choose priorities")),
    ("vote", _("Vote")),
    RESULTS,
    ("reflect", _("Causes and solutions")),
    ("photos", _("Photos of the flip-chart")),
    ("finish", _("Finish and send")),
)


@dataclass(frozen=True)
class Step:
    """A step of the way: `state` is "done", "now" or "later"."""

    number: int
    code: str
    name: Any
    url: str
    state: str


@dataclass(frozen=True)
class Asked:
    """A criterion as the room is asked it: of the framework, or the room's own."""

    code: str
    text: dict[str, str]
    hint: dict[str, str]
    theme: str
    sound: str
    custom: bool
    standard: Any = None


class Room:
    """A running or planned card with everything its pages show."""

    def __init__(self, request: HttpRequest, by: Actor, card: Scorecard, device: str) -> None:
        self.request, self.by, self.card, self.device = request, by, card, device
        self.method: Method = method_of(card)

    @cached_property
    def lines(self) -> list[Line]:
        return standing(lines_of(self.card))

    @cached_property
    def written(self) -> Card:
        return fold(self.lines)

    @property
    def token(self) -> str:
        """A new client-made UUID for one form; each read gives another."""
        return str(uuid4())

    @property
    def here(self) -> bool:
        """Whether this browser holds the card."""
        return self.card.state == State.RUNNING and self.card.holder == self.device

    @property
    def counting(self) -> Counting:
        return counting_of(self.card)

    @property
    def side_name(self) -> dict[str, str]:
        """What this framework calls the card of the side that scores: "Community scorecard"."""
        side = self.method.side(self.card.side)
        return side.card or side.name

    @property
    def consent(self) -> dict[str, str]:
        """What is read aloud before the meeting begins."""
        return self.method.consent or self.method.term("consent")

    @cached_property
    def spoken(self) -> Spoken:
        """What the room can hear: first in the meeting's language, whatever the facilitator reads."""
        return Spoken(self.card, self.card.language)

    @property
    def consent_sound(self) -> str:
        """Where the text read aloud first is heard; "" where nobody has recorded it."""
        return self.spoken.consent()

    @property
    def languages(self) -> list[tuple[str, Any]]:
        """Languages a meeting of this method may be held in: those with texts and those only heard."""
        tags = dict.fromkeys([*self.method.languages, *self.method.audio_languages])
        return [(tag, self.method.language_names.get(tag, tag)) for tag in tags]

    @property
    def specials(self) -> tuple[Special, ...]:
        """The traits this side is asked for."""
        return self.method.specials_for(self.card.side)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups this side may meet in."""
        return self.method.groups_for(self.card.side)

    @property
    def countable(self) -> bool:
        """Whether votes can be typed as counts: a column for each value of the scale."""
        return len(self.method.scale.values) <= MOST_FACES

    @cached_property
    def criteria(self) -> list[Asked]:
        """Everything that may be raised, the room's own criteria last."""
        return [
            replace(one, sound=address(self.heard.named.get(one.code))) if one.custom else one
            for one in asked_in(self.card, self.written, self.spoken)
        ]

    @cached_property
    def heard(self) -> Heard:
        """What people said into a phone."""
        return heard(self.card, self.written)

    @cached_property
    def by_code(self) -> dict[str, Asked]:
        return {criterion.code: criterion for criterion in self.criteria}

    @property
    def chosen(self) -> list[Asked]:
        """The priority criteria in their order."""
        return [self.by_code[code] for code in self.written.priorities if code in self.by_code]

    @property
    def people(self) -> list[Present]:
        return sorted(self.written.people.values(), key=lambda person: (person.number, person.uid))

    @cached_property
    def numbers(self) -> dict[str, tuple[int, str]]:
        return numbered(self.written.people.values())

    @property
    def next_number(self) -> int:
        return max((person.number for person in self.people), default=0) + 1

    @property
    def points(self) -> list[dict[str, Any]]:
        """The scale's points as components draw them."""
        return points_of(self.method, self.spoken)

    @cached_property
    def returned(self) -> list[Marked]:
        """What the reviewer asked to be corrected when the card was sent back the last time."""
        return returned(self.card) if self.card.state == State.RUNNING else []

    @cached_property
    def todo(self) -> list[ToDo]:
        """The same in words, each with the page where it is put right."""
        return todo_of(self) if self.returned else []

    @property
    def missing(self) -> list[Refusal]:
        return unready(self.written, reflections_required=self.method.raising.suggestions_required > 0)

    def url(self, step: str, *more: object) -> str:
        return reverse(f"room_{step}", args=[self.card.pk, *more])

    @cached_property
    def pages(self) -> list[tuple[str, Any]]:
        """The pages of this meeting in the framework's order, with their names."""
        if not self.method.steps:
            return list(USUAL)
        pages: list[tuple[str, Any]] = []
        for step in self.method.steps:
            pages.append((PAGES[step.code], step.name))
            if step.code == "vote":
                pages.append(RESULTS)
        named = [code for code, _name in pages]
        # No card without its day, and none without its end, whatever a framework leaves out.
        if "setup" not in named:
            pages.insert(1 if named[:1] == ["consent"] else 0, USUAL[1])
        if "finish" not in named:
            pages.append(USUAL[-1])
        return pages

    def has(self, page: str) -> bool:
        """Whether this framework's meeting has a page."""
        return any(code == page for code, _name in self.pages)

    def after(self, page: str) -> str:
        """The page that comes after this one; after the last, the last."""
        codes = [code for code, _name in self.pages]
        at = codes.index(page) if page in codes else -1
        return self.url(codes[min(at + 1, len(codes) - 1)])

    def way(self, current: str) -> list[Step]:
        """The steps with those done, for the bar at the top."""
        done = self.done
        return [
            Step(
                number,
                code,
                name,
                self.url(code),
                "now" if code == current else "done" if code in done else "later",
            )
            for number, (code, name) in enumerate(self.pages, start=1)
        ]

    def tip(self, page: str) -> dict[str, str]:
        """What the framework tells the facilitator on a page."""
        return next((dict(step.tip) for step in self.method.steps if PAGES[step.code] == page), {})

    def undone_before(self, page: str) -> list[tuple[Any, str]]:
        """The steps that should be done before this one and are not: (name, address)."""
        gates = next((step.gate for step in self.method.steps if PAGES[step.code] == page), ())
        names = {step.code: step.name for step in self.method.steps}
        done = self.done
        return [(names[g], self.url(PAGES[g])) for g in gates if g in names and PAGES[g] not in done]

    @property
    def done(self) -> set[str]:
        written = self.written
        lacking = {(refusal.field or "").split(":")[0] for refusal in self.missing}
        facts = {
            "consent": bool(written.setup),
            "setup": bool(written.setup.get("held_on")),
            "people": bool(written.people or written.setup.get("heads")),
            "raise": bool(written.raised),
            "choose": bool(written.priorities),
            "vote": bool(written.priorities) and "vote" not in lacking,
            "results": bool(written.priorities) and "vote" not in lacking,
            "reflect": bool(written.reflections) and "reflect" not in lacking,
            "photos": self.card.photos.exists(),
        }
        return {code for code, is_done in facts.items() if is_done}


def asked_in(card: Scorecard, written: Card, spoken: Spoken) -> list[Asked]:
    """The criteria of a card with their recordings, the room's own last."""
    listed = method_of(card).criteria_for(card.service.code, card.side, card.place.kind.code)
    return [
        Asked(c.code, c.text, c.hint, c.theme, spoken.criterion(c), False, c.standard) for c in listed
    ] + [Asked(code, in_words(text), {}, "", "", True) for code, text in written.custom.items()]


def points_of(method: Method, spoken: Spoken | None = None) -> list[dict[str, Any]]:
    """A scale's points as components draw them: {"value", "label", "picture", "sound"}."""
    if method.scale.kind == "range":
        names = {point.value: point.name for point in method.scale.points}
        return [
            {"value": v, "label": names.get(v, str(v)), "picture": "bar", "sound": ""}
            for v in method.scale.values
        ]
    return [
        {"value": p.value, "label": p.name, "picture": p.picture, "sound": spoken.point(p) if spoken else ""}
        for p in method.scale.points
    ]


def device_of(request: HttpRequest) -> str:
    """This browser's own id, made on its first visit; it says which device writes, not who."""
    try:
        return str(UUID(request.get_signed_cookie(HOLDER)))
    except (KeyError, BadSignature, ValueError):
        return str(uuid4())


def remember_device(response: HttpResponse, device: str) -> None:
    response.set_signed_cookie(
        HOLDER, device, max_age=HOLDER_DAYS * 86400, httponly=True, samesite="Lax", secure=None
    )


def card_for(by: Actor, card_id: UUID) -> Scorecard:
    """The card if this person may write on it; Denied, as if absent, if not."""
    card = Scorecard.objects.with_context().filter(pk=card_id).first()
    if card is None:
        raise Denied
    allow(by, card, "scorecards.start")
    # What phones have sent stands on the card before anybody looks at it or sends it in.
    return Scorecard.objects.with_context().get(pk=card_id) if open_waiting(scorecard=card) else card


def room_page(view: View) -> View:
    """A page of a card that is being held: who may, on this device, never kept by the browser."""

    @functools.wraps(view)
    def run(request: HttpRequest, card_id: UUID, **more: Any) -> HttpResponse:
        by = acting_for(request)
        room = Room(request, by, card_for(by, card_id), device_of(request))
        # A line typed on a device that lost the card is still welcome: lines add up.
        if not room.here and not (request.method == "POST" and room.card.state == State.RUNNING):
            response: HttpResponse = redirect("room", card_id)
        else:
            response = view(request, room, **more)
        remember_device(response, room.device)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return signed_in(run)


def show(request: HttpRequest, room: Room, step: str, **context: Any) -> HttpResponse:
    """A step's page; with `errors` its status says that nothing was changed."""
    refusals = context.pop("refusals", [])
    context |= {
        "room": room,
        "card": room.card,
        "step": step,
        "way": room.way(step),
        "tip": room.tip(step),
        "undone": room.undone_before(step),
        "next_url": room.after(step),
        "todo": room.todo,
        "todo_here": [one for one in room.todo if one.page == step],
        "waiting": sum(one.open for one in room.todo),
        "errors": listed(refusals),
        "sample": room.card.programme.sample,
        "trail": None,
    }
    template = context.pop("template", f"facilitator/{step}.html")
    return render(request, template, context, status=422 if refusals else 200)
