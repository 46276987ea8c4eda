"""What somebody may do to a case now: each with the words it is offered in, its form and its verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.reading import many
from samleng.answers.cases.rules import story
from samleng.answers.cases.timing import profile_of
from samleng.answers.cases.verbs import answering, mediating, moving, urging
from samleng.doors.web.cases import forms as ask
from samleng.doors.web.cases.seen import Unkept, may
from samleng.doors.web.unlocked import opener_for
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import LIMITS
from samleng.kit.media.spoken import voice_note
from samleng.kit.media.verbs import cleaned, keep, read_whole
from samleng.voices.reports.rules.filing import Brought

Given = dict[str, Any]


@dataclass
class Before:
    """One case before one officer: where it stands and what they may do to it; asked once a right."""

    by: Acting
    case: Case
    request: HttpRequest
    known: dict[str, bool] = field(default_factory=dict)

    def has(self, right: str) -> bool:
        if right not in self.known:
            self.known[right] = may(self.by, right, self.case)
        return self.known[right]

    @property
    def live(self) -> bool:
        return self.case.state in story.LIVE

    @property
    def open(self) -> bool:
        return self.case.state in story.OPEN


@dataclass(frozen=True)
class Doing:
    """One thing that can be done: its words, the right it asks for, when, by which form and verb."""

    code: str
    label: Any
    why: Any
    picture: str
    right: str
    when: Callable[[Before], bool]
    do: Callable[[Before, Given, UUID], object]
    form: type[ask.Act] = ask.Act
    kind: str = "quiet"
    # What is done every day stands open on the page, the rest behind "more".
    often: bool = True
    # The states whose templates help to write it.
    templates: tuple[str, ...] = ()

    def open_to(self, before: Before) -> bool:
        return before.has(self.right) and self.when(before)


def sealed_in(files: list[Any], kind: str, field: str) -> list[Brought]:
    """Photos or a recording of a message, cleaned; they are sealed and kept nowhere else."""
    brought = []
    for file in files:
        data = read_whole(file, LIMITS[kind])
        found = voice_note(data, field) if kind == "sound" else cleaned(kind, data, field)
        brought.append(Brought(kind=kind, data=found.data, media_type=found.media_type))
    return brought


def spoken_in(given: Given) -> list[Brought]:
    """The officer's own voice, if it came."""
    return sealed_in([given["voice"]] if given.get("voice") else [], "sound", "voice")


def kept_photos(before: Before, right: str, files: list[Any]) -> list[Blob]:
    """Photos of the office's own of a public case, kept for it; only of somebody who may use them."""
    # Asked here too: a file is kept before the verb that hangs it on its step can ask.
    if before.case.sealed or not before.has(right):
        raise Denied
    owner = before.case.owner_key
    return [keep(by=before.by, file=one, kind="photo", owner=owner, field="evidence") for one in files]


def heard_of(before: Before, chosen: str) -> Heard | None:
    if not chosen:
        return None
    found = before.case.heard.select_related("report").filter(pk=chosen).first()
    if found is None:
        raise Denied
    return found


def office_of(chosen: str) -> Office:
    found = Office.objects.filter(pk=chosen).first()
    if found is None:
        raise Denied
    return found


def acknowledge(before: Before, given: Given, token: UUID) -> object:
    return answering.acknowledge(by=before.by, case=before.case, request=token)


def decide(before: Before, given: Given, token: UUID) -> object:
    return answering.decide(by=before.by, case=before.case, request=token, **given)


def assign(before: Before, given: Given, token: UUID) -> object:
    person = Person.objects.filter(pk=given["person"]).first() if given["person"] else None
    return answering.assign(by=before.by, case=before.case, person=person, request=token)


def note(before: Before, given: Given, token: UUID) -> object:
    return answering.note(by=before.by, case=before.case, words=Unkept(given["words"]), request=token)


def write(before: Before, given: Given, token: UUID, waits: bool = False) -> object:
    said = given.get("said", "")
    # Whoever says something to everybody has said it to the reporter too.
    words = given["words"] or said
    return answering.write_to(
        by=before.by, case=before.case, words=Unkept(words), waits=waits, said=said, request=token,
        heard=heard_of(before, given.get("to", "")),
        files=[*spoken_in(given), *sealed_in(given["photos"], "photo", "photos")],
    )  # fmt: skip


def question(before: Before, given: Given, token: UUID) -> object:
    return write(before, given, token, waits=True)


def answer(before: Before, given: Given, token: UUID) -> object:
    """Of a sealed case the photos go sealed to office and reporters, and lie nowhere in the open."""
    sealed, files = before.case.sealed, given["evidence"]
    return answering.answer(
        by=before.by, case=before.case, outcome=given["outcome"], words=Unkept(given["words"]),
        said=given.get("said", ""), request=token,
        evidence=[] if sealed else kept_photos(before, "cases.answer", files),
        photos=[*spoken_in(given), *(sealed_in(files, "photo", "evidence") if sealed else [])],
    )  # fmt: skip


def urgent(before: Before, given: Given, token: UUID) -> object:
    words = Unkept(given["words"])
    return urging.mark_urgent(by=before.by, case=before.case, why=given["why"], words=words, request=token)


def not_urgent(before: Before, given: Given, token: UUID) -> object:
    words = Unkept(given["words"])
    return urging.take_urgent_back(by=before.by, case=before.case, words=words, request=token)


def pause(before: Before, given: Given, token: UUID) -> object:
    return answering.pause(by=before.by, case=before.case, reason=given["reason"], request=token)


def resume(before: Before, given: Given, token: UUID) -> object:
    return answering.resume(by=before.by, case=before.case, request=token)


def extend(before: Before, given: Given, token: UUID) -> object:
    return answering.extend(by=before.by, case=before.case, reason=Unkept(given["reason"]), request=token)


def transfer(before: Before, given: Given, token: UUID) -> object:
    opener = opener_for(before.request, before.case.office)
    return moving.transfer(
        by=before.by, case=before.case, to=office_of(given["to"]), reason=Unkept(given["reason"]),
        opener=opener, request=token,
    )  # fmt: skip


def escalate(before: Before, given: Given, token: UUID) -> object:
    return moving.escalate(by=before.by, case=before.case, request=token)


def split(before: Before, given: Given, token: UUID) -> object:
    heard = [one for one in (heard_of(before, pk) for pk in given["to"]) if one]
    return moving.split(by=before.by, case=before.case, heard=heard, request=token)


def merge(before: Before, given: Given, token: UUID) -> object:
    others = many(before.by, given["others"])
    return moving.merge(by=before.by, case=before.case, others=others, request=token)


def mediate(before: Before, given: Given, token: UUID) -> object:
    minutes = Unkept(given.pop("minutes"))
    return mediating.mediate(by=before.by, case=before.case, minutes=minutes, request=token, **given)


def recommend(before: Before, given: Given, token: UUID) -> object:
    return mediating.recommend(
        by=before.by, case=before.case, to=office_of(given["to"]), words=Unkept(given["words"]),
        answer_by=given["answer_by"], request=token,
    )  # fmt: skip


def undecided(before: Before) -> bool:
    """Whether whose matter it is must be said first."""
    return before.live and before.case.kind == "complaint" and not before.case.jurisdiction


def running(before: Before) -> bool:
    return before.open and before.case.paused_on is None


def can_pause(before: Before) -> bool:
    return running(before) and any(one.code != story.ASKED for one in profile_of(before.case).pauses)


def can_lengthen(before: Before) -> bool:
    return before.open and before.case.extended < profile_of(before.case).extensions


DOINGS = (
    Doing(
        "acknowledge", _("Confirm receipt"), _("The reporter is told that this office has it."), "check",
        "cases.answer", lambda one: one.open and one.case.acknowledged_on is None, acknowledge, kind="",
    ),
    Doing(
        "decide", _("Decide whose matter it is"), _("A question is not a complaint; then: is it ours?"),
        "scale", "cases.triage", lambda one: one.live, decide, ask.Decide,
    ),
    Doing(
        "assign", _("Give it to somebody"), _("Sealed cases are read by whoever has them and by the head."),
        "user", "cases.assign", lambda one: one.live, assign, ask.Assign,
    ),
    Doing(
        "write", _("Write to the reporter"), _("Without stopping the clock."), "chat-bubble-left-right",
        "cases.answer", lambda one: one.live, write, ask.Write,
        templates=("acknowledged", "admitted", "working", "planned", "mediating"),
    ),
    Doing(
        "ask", _("Ask, and stop the clock"), _("The clock runs again as soon as the reporter answers."),
        "question-mark-circle", "cases.answer", running, question, ask.Write, templates=("asked",),
    ),
    Doing(
        "answer", _("Answer"), _("Say how it ended. It is a claim until the reporter agrees."),
        "check-circle", "cases.answer", lambda one: one.open, answer, ask.Answer,
        templates=("resolved", "settled", "upheld_no_means", "not_upheld", "refused", "other_body"),
    ),
    Doing(
        "note", _("Write a note"), _("For this office alone."), "pencil-square", "cases.note",
        lambda one: True, note, ask.WriteNote,
    ),
    Doing(
        "mediate", _("Mediation"), _("A sitting that is planned, or what came of one."), "users",
        "cases.mediate", lambda one: one.live, mediate, ask.Mediate,
    ),
    Doing(
        "recommend", _("Recommend to an authority"), _("Its answer, or its silence, is part of the case."),
        "megaphone", "cases.mediate", lambda one: one.live, recommend, ask.Recommend,
    ),
    Doing(
        "urgent", _("Mark it as urgent"), _("It stands above the others; its clock stays as it is."),
        "bell-alert", "cases.answer", lambda one: one.open and not one.case.urgent, urgent, ask.Urgent,
        often=False,
    ),
    Doing(
        "not_urgent", _("It is not urgent any more"), _("It waits its turn again, by its day."),
        "bell-slash", "cases.triage", lambda one: one.live and one.case.urgent, not_urgent, ask.NotUrgent,
        often=False,
    ),
    Doing(
        "pause", _("Stop the clock"), _("Only for a reason listed; everyone sees that it stands."), "pause",
        "cases.answer", can_pause, pause, ask.Pause, often=False,
    ),
    Doing(
        "resume", _("Let the clock run"), _("The days it stood are not counted."), "play", "cases.answer",
        lambda one: one.case.paused_on is not None and one.open, resume,
    ),
    Doing(
        "extend", _("Take more time"), _("Once, with a reason the reporter reads."), "clock", "cases.answer",
        can_lengthen, extend, ask.Extend, often=False, templates=("extended",),
    ),
    Doing(
        "transfer", _("Hand it to another office"),
        _("Sealed words go along only in the wording their reporter approved."), "arrow-right",
        "cases.transfer", lambda one: one.live, transfer, ask.Transfer, often=False,
    ),
    Doing(
        "escalate", _("Take it to the next office"), _("It goes up one step, with a clock of its own."),
        "arrow-up", "cases.transfer", lambda one: one.live, escalate, kind="warn",
        often=False,
    ),
    Doing(
        "merge", _("Join others to it"), _("Cases about the same thing become one."), "arrows-pointing-in",
        "cases.merge", lambda one: one.live, merge, ask.Merge, often=False,
    ),
    Doing(
        "split", _("Split it"), _("Reports about something else become a case of their own."),
        "arrows-pointing-out", "cases.merge", lambda one: one.live and one.case.reports > 1, split, ask.Split,
        often=False,
    ),
)  # fmt: skip
CODES = {one.code: one for one in DOINGS}


def first_of(before: Before) -> str:
    """What must be done before anything else; "" when nothing must."""
    if before.open and before.case.acknowledged_on is None:
        return "acknowledge"
    return "decide" if undecided(before) else ""


def offered(before: Before) -> list[Doing]:
    """What may be done now; what must come first stands first."""
    found, first = [one for one in DOINGS if one.open_to(before)], first_of(before)
    return sorted(found, key=lambda one: one.code != first)
