"""What was said about a case and what happened to it, opened as far as the key at hand opens it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from samleng.answers.cases.models import Case, Heard
from samleng.doors.web.cases import wording
from samleng.doors.web.cases.seen import language
from samleng.ground.channels.rules import Category, Question
from samleng.ground.people.models import Person
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.rules import Opener
from samleng.kit.sealing.verbs import open_many
from samleng.kit.words.text import say


@dataclass
class Letter:
    """Something written: by a reporter or by the office; `text` is None while it is shut."""

    at: datetime
    who: Any
    ours: bool = False
    text: str | None = None
    gone: bool = False
    answers: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[Any, Sealed]] = field(default_factory=list)
    about: str = ""
    # Who wrote it down for the reporter, and how they agreed; empty where they wrote themselves.
    helper: str = ""
    consent: Any = ""
    key: Any = None


@dataclass(frozen=True)
class Story:
    """A case's letters in order, its notes, and whether everything that can be opened was."""

    reports: Sequence[Letter]
    messages: Sequence[Letter]
    notes: Sequence[Letter]
    sittings: Sequence[tuple[Any, str | None]]
    recommendations: Sequence[tuple[Any, str | None, str | None]]


def story_of(case: Case, opener: Opener | None) -> Story:
    """All of it, in few queries; what the key does not open stays shut."""
    heard = list(
        case.heard.select_related("report__words", "report__approved", "report__catalogue")
        .prefetch_related("report__files__sealed")
        .order_by("report__heard_at", "pk")
    )
    messages = list(
        case.messages.select_related("sealed", "office").prefetch_related("files__sealed").order_by("at")
    )
    notes = list(case.notes.filter(office=case.office_id).select_related("sealed").order_by("at"))
    sittings = list(case.sessions.filter(office=case.office_id).select_related("minutes").order_by("held_on"))
    advice = list(case.recommendations.select_related("to", "sealed", "reply").order_by("at"))
    sealed = [one.report.words for one in heard] + [one.report.approved for one in heard]
    sealed += [one.sealed for one in messages] + [one.sealed for one in notes]
    sealed += [one.minutes for one in sittings]
    sealed += [part for one in advice for part in (one.sealed, one.reply)]
    opened = open_many([one for one in sealed if one is not None], opener) if opener else {}
    numbers = {one.report_id: n for n, one in enumerate(heard, start=1)}
    names = named({*(one.by for one in (*messages, *notes)), *(one.report.helper for one in heard)})
    return Story(
        reports=[report_letter(one, numbers[one.report_id], opened, names) for one in heard],
        messages=[message_letter(one, numbers, names, opened) for one in messages],
        notes=[
            Letter(
                at=one.at, who=names.get(one.by, ""), ours=True, text=opened.get(one.sealed_id),
                gone=one.sealed.forgotten_at is not None, key=one.pk,
            )
            for one in notes
        ],
        sittings=[(one, opened.get(one.minutes_id)) for one in sittings],
        recommendations=[(one, opened.get(one.sealed_id), opened.get(one.reply_id)) for one in advice],
    )  # fmt: skip


def report_letter(heard: Heard, number: int, opened: Mapping[UUID, str], names: Mapping[str, str]) -> Letter:
    """What one reporter said, else the wording they let go further."""
    report = heard.report
    letter = Letter(
        at=report.heard_at, who=number, key=heard.pk,
        gone=report.erased_at is not None and report.words_id is not None,
        files=[(one.kind, one.sealed) for one in report.files.all()], about=heard.how,
        helper=(names.get(report.helper) or str(wording.UNNAMED)) if report.helper else "",
        consent=wording.CONSENTS.get(report.consent, report.consent),
    )  # fmt: skip
    if (raw := opened.get(report.words_id)) is not None:
        letter.text, given = spoken(raw)
        letter.answers = answered(report.of, given)
    elif report.words_id is None:
        # Taken over from another system, with the words that it had published.
        letter.text = heard.case.public_words
    elif (approved := opened.get(report.approved_id)) is not None:
        letter.text, letter.about = approved, "approved"
    return letter


def spoken(raw: str) -> tuple[str, Mapping[str, Any]]:
    """The words and answers of a report as they were sealed."""
    try:
        found = json.loads(raw)
        return str(found.get("words", "")), found.get("answers", {})
    except (ValueError, AttributeError):
        return raw, {}


def answered(category: Category | None, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The extra questions with what was answered, in the reader's language."""
    asked = {one.code: one for one in category.questions} if category else {}
    return [
        (say(asked[code].name, language()) if code in asked else code, in_words(asked.get(code), value))
        for code, value in given.items()
    ]


def in_words(question: Question | None, value: Any) -> str:
    chosen: Iterable[Any] = value if isinstance(value, list) else [value]
    names = {one.code: say(one.name, language()) for one in question.options} if question else {}
    names |= {"yes": str(wording.YES), "no": str(wording.NO)}
    return ", ".join(names.get(str(one), str(one)) for one in chosen)


def message_letter(
    message: Any, numbers: Mapping[Any, int], names: Mapping[str, str], opened: Mapping[UUID, str]
) -> Letter:
    return Letter(
        at=message.at,
        who=numbers.get(message.report_id, "") if message.from_reporter else names.get(message.by, ""),
        ours=not message.from_reporter,
        text=opened.get(message.sealed_id),
        gone=message.sealed.forgotten_at is not None,
        files=[(one.kind, one.sealed) for one in message.files.all()],
        about=str(numbers.get(message.report_id, "")) if not message.from_reporter else "",
        key=message.pk,
    )


def named(keys: Iterable[str]) -> dict[str, str]:
    """Names of people of the house, by the key the ledger knows them by."""
    ids = [key.partition(":")[2] for key in keys if key.startswith("person:")]
    return {one.key: one.name for one in Person.objects.filter(pk__in=ids)}


@dataclass(frozen=True)
class Happened:
    """One step of the case as the desk reads it."""

    when: datetime
    picture: str
    what: Any
    code: Any
    said: str
    who: str
    office: Any
    key: Any


def happened(case: Case) -> list[Happened]:
    """Everything that happened to the case, newest first."""
    steps = list(case.steps.select_related("office").order_by("-at"))
    names = named({one.by for one in steps})
    return [
        Happened(
            when=one.at, picture=wording.STEPS.get(one.kind, ("check", one.kind))[0],
            what=wording.STEPS.get(one.kind, ("check", one.kind))[1],
            code=wording.code_words(one.kind, one.code) if one.code else "", said=one.said,
            who=names.get(one.by, ""), office=one.office, key=one.pk,
        )
        for one in steps
    ]  # fmt: skip
