"""Where what is shown comes from: the public reads of disclosure, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from samleng.doors.exchange.open311.asking import CLOSED, OPEN, Asked
from samleng.doors.exchange.open311.said import Note
from samleng.doors.exchange.open311.wording import state_words, theirs
from samleng.insight.disclosure.rules.pins import answers_in, others, state_at, steps_in
from samleng.insight.disclosure.told import Happened, Sought, Told
from samleng.kit.words.text import say


def sought(asked: Asked) -> Sought:
    """What is asked for in the house's own words; one row more, which says whether there are more."""
    if asked.ids:
        return Sought(references=tuple(one.upper() for one in asked.ids), most=len(asked.ids))
    one_status = len(asked.statuses & {OPEN, CLOSED}) == 1
    return Sought(
        categories=asked.services,
        closed=CLOSED in asked.statuses if one_status else None,
        since=asked.when.start,
        until=asked.when.end,
        changed_since=asked.updated_after,
        changed_until=asked.updated_before,
        box=asked.box,
        near=asked.near,
        after=asked.after,
        skip=0 if asked.after else asked.first,
        most=asked.page_size + 1,
    )


def moment_of(text: str) -> datetime:
    """A moment as an engine writes it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def late(one: Told, today: str) -> bool:
    """Whether its office lets it wait past its day, as of today."""
    return one.closed is None and one.due_on is not None and one.due_on < today


def more_of(one: Told, today: str) -> dict[str, Any]:
    """What GeoReport has no field for: what everyone may know of the case beside."""
    return {
        "state": one.state,
        "outcome": one.outcome or None,
        "late": late(one, today),
        "me_too": others(one.me_too or 0),
        "answer_due_on": one.answer_due_on,
        "reviewed": bool(one.reviewed),
        "sample": bool(one.sample),
    }


def notes_of(one: Told, language: str) -> list[Note]:
    """The steps of a case and what its office said to everybody, oldest first."""
    steps = steps_in(orjson.loads(one.steps or "[]"))
    answers = answers_in(orjson.loads(one.answers or "[]"))
    closed = moment_of(one.closed) if one.closed else None
    notes = [
        note(one, at, state, state_words(state, one.outcome), open_at=closed is None or at < closed)
        for at, state in steps
    ]
    for at, text in answers:
        state = state_at(steps, at) or one.state
        told = note(one, at, state, say(text, language), open_at=closed is None or at < closed)
        notes.append(Note(**{**told.__dict__, "id": f"{told.id}.answer"}))
    return sorted(notes, key=lambda each: (each.at, each.id))


def note(one: Told | Happened, at: datetime, state: str, words: str, *, open_at: bool) -> Note:
    return Note(
        at=at,
        kind=state,
        words=words,
        id=f"{one.reference}.{int(at.timestamp() * 1000)}.{state}",
        open=open_at,
        state=theirs(state, one.outcome, open_at),
        reference=one.reference,
    )


def note_of(one: Happened, language: str) -> Note:
    """A piece of news as the history tells it too."""
    at, closed = moment_of(one.at), moment_of(one.closed) if one.closed else None
    words = say(orjson.loads(one.text), language) if one.text else state_words(one.state, one.outcome)
    told = note(one, at, one.state, words, open_at=closed is None or at < closed)
    return Note(**{**told.__dict__, "id": f"{told.id}.answer"}) if one.text else told
