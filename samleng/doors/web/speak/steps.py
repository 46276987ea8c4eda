"""The steps of a report, one thing a page: which come, what each asks, and how its answer is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import FILE
from samleng.doors.web.map.pages import box_of, drawn_here
from samleng.doors.web.speak import parked
from samleng.doors.web.speak.placing import (
    below,
    exact_enough,
    office_among,
    offices_at,
    place_at_point,
)
from samleng.doors.web.speak.told import CONSENTS
from samleng.doors.web.speak.turn import Turn
from samleng.ground.channels.models import HelpNumber
from samleng.ground.channels.rules import Question, Referral
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.insight.disclosure.outlines import country_box
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import say
from samleng.voices.reports.rules.asking import checked_answer
from samleng.voices.reports.rules.filing import (
    CONFIDENTIAL,
    LONGEST_WORDS,
    MOST_FILES,
    PUBLIC,
    Point,
    Unfit,
)
from samleng.voices.reports.wording import refused

Asked = dict[str, Any]
Taken = list[Refusal]
STAY = "stay"


def order(turn: Turn) -> list[str]:
    """The steps of this draft as far as they are known, in their order."""
    category, draft = turn.category, turn.draft
    steps = ["help"] if category.referral else []
    if category.only_referral:
        return steps
    steps += ["consent"] if draft.behalf else []
    steps += ["place"]
    if category.kind == "rating":
        return [*steps, "office", "rate"]
    if category.about != "thing" or category.where == "office":
        steps.append("office")
    steps += [f"q-{one.code}" for one in category.questions if one.is_asked(draft.answers)]
    steps.append("words")
    if len(category.exposures) > 1:
        steps.append("exposure")
    if turn.exposure == CONFIDENTIAL:
        steps.append("who")
    if turn.exposure != PUBLIC:
        steps.append("climb")
    else:
        steps.append("near")
    return [*steps, "check"]


def now(turn: Turn) -> str:
    """The first step that is not answered; those that have nothing to ask here are passed over."""
    for step in order(turn):
        if step in turn.draft.done:
            continue
        if step == "near" and not turn.near():
            continue
        if step == "climb" and turn.above(turn.route()) is None:
            continue
        return step
    return "check"


def before(turn: Turn, step: str) -> None:
    """One step back: the last one that was answered before this one is asked again."""
    steps = order(turn)
    earlier = steps[: steps.index(step)] if step in steps else steps
    if "near" in earlier and not turn.near():
        earlier.remove("near")
    last = next((one for one in reversed(earlier) if one in turn.draft.done), "")
    again(turn, last)


def again(turn: Turn, step: str) -> None:
    """A step is asked once more, and with it whether somebody told the same: that may have changed."""
    turn.draft.done = [one for one in turn.draft.done if one not in (step, "near")]


# What each page shows.


def ask_help(turn: Turn) -> Asked:
    return {"referral": filled_list(turn, turn.category.referral)}


def filled_list(turn: Turn, code: str) -> Referral | None:
    """A list of help with this site's numbers."""
    lists = HelpNumber.objects.filled(turn.catalogue)
    return next((one for one in lists if one.code == code), None)


def ask_consent(turn: Turn) -> Asked:
    return {"consents": CONSENTS}


def ask_place(turn: Turn) -> Asked:
    """Names that were searched for, or the places one step further in."""
    typed = turn.given("q")
    inside = (
        Place.objects.current().select_related("kind").filter(pk=number(turn.given("inside")) or 0).first()
    )
    found = search(typed, limit=12) if typed else []
    return {
        "typed": typed,
        "found": found,
        "inside": inside,
        "listed": [] if found else below(inside),
        "highest": inside is not None and exact_enough(inside),
        "pick": pick_map(turn) if turn.asks_point and drawn_here() else "",
    }


def pick_map(turn: Turn) -> str:
    """What the map's script is told to let somebody tap a point; it looks nothing up itself."""
    box = box_of(turn.place) if turn.place else country_box()
    if not box and not settings.MAP_TILES:
        # Neither outlines nor streets: an empty sheet helps nobody.
        return ""
    told = {
        "outlines": reverse("api_map_outlines"),
        "query": f"lang={turn.language}",
        "box": ",".join(f"{part:.5f}" for part in box) if box else "",
        "tiles": settings.MAP_TILES,
        "tiles_by": settings.MAP_TILES_BY,
        "words": {"in": _("Nearer"), "out": _("Further away"), "put": _("Found. Press Next.")},
    }
    return json.dumps(told, cls=DjangoJSONEncoder)


def number(text: str) -> int | None:
    text = to_latin(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def ask_office(turn: Turn) -> Asked:
    place = turn.place
    return {"offices": offices_at(turn.category, place) if place else []}


def ask_question(turn: Turn, question: Question) -> Asked:
    given = turn.draft.answers.get(question.code, "")
    stops = [one for one in question.answers if question.stopped_by(one)]
    return {
        "question": question, "given": [given] if isinstance(given, str) else given, "stops": " ".join(stops),
    }  # fmt: skip


def ask_words(turn: Turn) -> Asked:
    files = [{**one, "at": i, "small": parked.small(one)} for i, one in enumerate(turn.draft.files)]
    ticket = waiting.ahead(turn.request, FILE)
    return {"files": files, "most": MOST_FILES, "photo": turn.category.photo, "ticket": ticket}


def ask_exposure(turn: Turn) -> Asked:
    return {"exposures": turn.category.exposures}


def ask_climb(turn: Turn) -> Asked:
    """Until when the first office has it, who is next, and a wording to begin from."""
    draft, place = turn.draft, turn.place
    plain = f"{say(turn.category.name, turn.language)} · {place.label(turn.language)}" if place else ""
    return {
        "next_office": turn.above(turn.route()),
        "climbs_on": turn.climbs_on(),
        "wording": turn.given("approved") or draft.approved or draft.words or plain,
        "answered": "climb" in draft.done or bool(turn.given("climb")),
    }


def ask_near(turn: Turn) -> Asked:
    return {"near": turn.near()}


# How each answer is taken: what is wrong with it, or nothing.


def take_help(turn: Turn) -> Taken:
    return []


def take_consent(turn: Turn) -> Taken:
    turn.draft.consent = turn.given("consent")
    if turn.draft.consent not in dict(CONSENTS):
        turn.draft.consent = ""
        return [refused(Unfit("consent", "consent"))]
    return []


def take_place(turn: Turn) -> Taken:
    """A point from the phone or the map, or a place by its name."""
    try:
        point = Point.read(turn.digits("lat"), turn.digits("lon")) if turn.asks_point else None
    except Unfit as unfit:
        return [refused(unfit)]
    chosen = number(turn.given("place"))
    place = Place.objects.current().select_related("kind").filter(pk=chosen).first() if chosen else None
    # A place that was chosen by its name is all that is said.
    point = None if place else point
    if place is None and point is not None:
        place = place_at_point(point.latitude, point.longitude)
        if place is None:
            why = _("This point lies in no place that is known here.")
            return [Refusal(why, field="place", remedy=_("Choose the commune by its name."), code="place")]
    if place is None or not exact_enough(place):
        return [refused(Unfit("place", "place"))]
    turn.draft.place = place.pk
    turn.draft.point = [point.latitude, point.longitude] if point else None
    return []


def take_office(turn: Turn) -> Taken:
    chosen, place = turn.given("office"), turn.place
    office = office_among(turn.category, place, chosen) if place and chosen else None
    unknown = chosen == "unknown" and turn.category.kind != "rating"
    if office is None and not unknown:
        why = _("It is not said which office is meant.")
        return [Refusal(why, field="office", remedy=_("Choose one from the list."), code="office")]
    turn.draft.about = str(office.pk) if office else ""
    return []


def take_question(turn: Turn, question: Question) -> Taken:
    """The answer on its own scale; one that is a matter for help is not taken, the page shows the list."""
    many = [one for one in turn.request.POST.getlist("answer") if one]
    given: Any = many if question.kind == "choices" else turn.given("answer")
    try:
        if question.kind in ("number", "date"):
            given = measured(question, turn.digits("answer"))
        if not question.stopped_by(given):
            checked_answer(question, given)
    except Unfit as unfit:
        return [refused(Unfit(unfit.code, "answer", **unfit.params))]
    turn.draft.answers.pop(question.code, None)
    if given not in ("", []):
        turn.draft.answers[question.code] = given
    return []


def measured(question: Question, text: str) -> str:
    """A number or a day as it is kept; Unfit for what is neither."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat() if question.kind == "date" else str(float(text))
    except ValueError:
        raise Unfit("answer_wrong", "answer") from None


def take_words(turn: Turn) -> Taken:
    """Words, photos and a recording; any of them alone is enough."""
    draft, post = turn.draft, turn.request.POST
    draft.words = turn.given("words")
    wrong: Taken = []
    if len(draft.words) > LONGEST_WORDS:
        wrong.append(refused(Unfit("long", "words", most=LONGEST_WORDS)))
    dropped = {i for one in post.getlist("drop") if (i := number(one)) is not None}
    for i in sorted(dropped, reverse=True):
        if i < len(draft.files):
            parked.drop([draft.files.pop(i)])
    wrong += taken_files(turn)
    if wrong or post.get("do") in ("add", "drop") or post.getlist("drop"):
        return wrong or [Refusal("", code=STAY)]
    if not (draft.words or draft.files or any(draft.answers.values())):
        return [refused(Unfit("empty", "words"))]
    return []


def taken_files(turn: Turn) -> Taken:
    """The files that came with the page, laid by; what is wrong with one stands at its field."""
    wrong: Taken = []
    for kind, name in (("photo", "photos"), ("sound", "voice")):
        for file in turn.request.FILES.getlist(name):
            if waiting.no_room(turn.request, FILE):
                return [*wrong, waiting.files_wait(name)]
            if len(turn.draft.files) >= MOST_FILES:
                return [*wrong, refused(Unfit("files", name, most=MOST_FILES))]
            try:
                turn.draft.files.append(parked.park(file, kind, name))
            except Refusal as refusal:
                wrong.append(refusal)
    return wrong


def take_exposure(turn: Turn) -> Taken:
    chosen = turn.given("exposure")
    if chosen not in turn.category.exposures:
        return [refused(Unfit("exposure", "exposure"))]
    if chosen != turn.draft.exposure:
        turn.draft.done = [one for one in turn.draft.done if one not in ("who", "climb", "near")]
        turn.draft.joins = ""
    turn.draft.exposure = chosen
    return []


def take_who(turn: Turn) -> Taken:
    draft = turn.draft
    draft.name, draft.email = turn.given("name")[:120], turn.given("email")[:200]
    draft.phone = turn.digits("phone")[:30]
    wrong: Taken = []
    if draft.phone and not (set(draft.phone) <= set("+0123456789 -.()") and len(draft.phone) > 5):
        why = _("This is no telephone number.")
        wrong.append(Refusal(why, field="phone", remedy=_("Write its digits, or leave it empty.")))
    if draft.email and ("@" not in draft.email or " " in draft.email):
        why = _("This is no e-mail address.")
        wrong.append(Refusal(why, field="email", remedy=_("Correct it, or leave it empty.")))
    return wrong


def take_climb(turn: Turn) -> Taken:
    chosen, draft = turn.given("climb"), turn.draft
    if chosen not in ("yes", "no"):
        why = _("It is not said whether your words may go to the next office.")
        return [Refusal(why, field="climb", remedy=_("Choose one of the two answers."), code="climb")]
    draft.climb = chosen == "yes"
    draft.approved = turn.given("approved") if draft.climb else ""
    if draft.climb and not draft.approved:
        why = _("There are no words that may go to the next office.")
        return [Refusal(why, field="approved", remedy=_("Write a sentence that names nobody."))]
    if len(draft.approved) > LONGEST_WORDS:
        return [refused(Unfit("long", "approved", most=LONGEST_WORDS))]
    return []


def take_near(turn: Turn) -> Taken:
    """“Me too” joins the case; anything else is a report of its own."""
    chosen = turn.given("joins")
    turn.draft.joins = chosen if chosen in {str(one.case.pk) for one in turn.near()} else ""
    return []


ASK: dict[str, Callable[[Turn], Asked]] = {
    "help": ask_help, "consent": ask_consent, "place": ask_place, "office": ask_office, "words": ask_words,
    "exposure": ask_exposure, "who": lambda turn: {}, "climb": ask_climb, "near": ask_near,
}  # fmt: skip
TAKE: dict[str, Callable[[Turn], Taken]] = {
    "help": take_help, "consent": take_consent, "place": take_place, "office": take_office,
    "words": take_words, "exposure": take_exposure, "who": take_who, "climb": take_climb, "near": take_near,
}  # fmt: skip


def question_of(turn: Turn, step: str) -> Question | None:
    """The question a step asks; None for the other steps."""
    if not step.startswith("q-"):
        return None
    return next((one for one in turn.category.questions if f"q-{one.code}" == step), None)


def asked(turn: Turn, step: str) -> Asked:
    """What the page of a step shows."""
    question = question_of(turn, step)
    return ask_question(turn, question) if question else ASK[step](turn) if step in ASK else {}


def take(turn: Turn, step: str) -> Taken:
    """Take a step's answer into the draft; what is wrong with it, or nothing."""
    question = question_of(turn, step)
    if question is not None:
        return take_question(turn, question)
    return TAKE[step](turn) if step in TAKE else []


def stopping(turn: Turn, step: str) -> Referral | None:
    """The list of help that an answer asks for instead of going on."""
    question = question_of(turn, step)
    code = question.stopped_by(turn.draft.answers.get(question.code, "")) if question else ""
    return filled_list(turn, code) if code else None
