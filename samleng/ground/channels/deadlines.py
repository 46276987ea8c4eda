"""The clock that belongs to the citizen: due days in working days, one extension, pauses with a reason.

A clock starts on the day of receipt and counts the working days after it. Days of a pause are not counted:
they push what is still due, and never what was due before the pause began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from samleng.ground.channels.rules import Profile
from samleng.kit.words.clock import Calendar, add_working_days, working_days_between

# Why a clock may not be stopped or lengthened; verbs turn them into sentences.
NO_REASON, NO_SUCH_REASON, STANDS_STILL, RUNS = "no_reason", "no_such_reason", "stands_still", "runs"
TOO_LATE, USED_UP, BEFORE_START = "too_late", "used_up", "before_start"
FOREVER = timedelta(days=20 * 366)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """The clock stood still from a day until (not on) another, for a reason; no end: it still does."""

    since: date
    until: date | None = None
    reason: str = ""

    def covers(self, day: date, today: date) -> bool:
        """Whether the day is not counted; a pause that still lasts is known to last through today only."""
        return self.since <= day and (day < self.until if self.until else day <= today)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one case's clock has lived through."""

    received: date
    pauses: tuple[Pause, ...] = ()
    extended: int = 0


@dataclass(frozen=True, kw_only=True)
class Dues:
    """The last day for each step; no admissibility where the procedure has none."""

    acknowledge: date
    admissibility: date | None
    resolve: date

    @property
    def last(self) -> date:
        return self.resolve


def due_on(n: int, start: date, calendar: Calendar, pauses: Iterable[Pause] = (), *, today: date) -> date:
    """The n-th working day after the start that no pause covers; n = 0 is the start itself."""
    standing = tuple(pauses)
    if not standing:
        return add_working_days(start, n, calendar)
    if len(calendar.weekend) >= 7:
        raise ValueError("a calendar whose whole week is weekend has no working day")
    day, left = start, n
    while left > 0:
        day += timedelta(days=1)
        if day - start > FOREVER:
            raise ValueError("these pauses leave no day to count")
        left -= calendar.works(day) and not any(pause.covers(day, today) for pause in standing)
    return day


def days_to_resolve(profile: Profile, extended: int = 0) -> int:
    """Working days until the matter must be settled, with the extensions made."""
    return profile.resolve + profile.extension * min(extended, profile.extensions)


def dues(profile: Profile, run: Run, calendar: Calendar, *, today: date) -> Dues:
    """The last day for each step, as it is known today."""

    def due(n: int) -> date:
        return due_on(n, run.received, calendar, run.pauses, today=today)

    return Dues(
        acknowledge=due(profile.acknowledge),
        admissibility=due(profile.admissibility) if profile.admissibility else None,
        resolve=due(days_to_resolve(profile, run.extended)),
    )


def overdue(due: date, today: date) -> bool:
    """Whether the last day is over: a due day holds until it ends."""
    return today > due


@dataclass(frozen=True, kw_only=True)
class Left:
    """How a day that counts lies from today, in the clock's own days: so many ahead, or so many over.

    On a day off after the last day it is over, by none so far.
    """

    days: int
    over: bool


def left_until(due: date, calendar: Calendar, *, today: date) -> Left:
    """The working days from today until a due day, or since; a pause that was counts in neither.

    While a clock stands nobody counts, a pause that ended lies behind today, and what was due before one
    is not pushed by it.
    """
    return Left(days=abs(working_days_between(today, due, calendar)), over=overdue(due, today))


def paused(run: Run, day: date) -> Pause | None:
    """The pause that stops the clock on the day, if one does."""
    return next((one for one in run.pauses if one.covers(day, day)), None)


def escalates_on(profile: Profile, run: Run, calendar: Calendar, *, today: date) -> date:
    """The day from which the next office is told by itself that nothing was settled."""
    due = dues(profile, run, calendar, today=today).resolve
    return due_on(
        max(profile.escalate_after, 1), due, calendar, (p for p in run.pauses if p.since > due), today=today
    )


def escalates(profile: Profile, run: Run, calendar: Calendar, *, today: date) -> bool:
    """Whether the next office must be told today; never while the clock stands still."""
    if paused(run, today):
        return False
    return today >= escalates_on(profile, run, calendar, today=today)


def extension_fault(profile: Profile, run: Run, calendar: Calendar, *, reason: str, today: date) -> str:
    """Why the time cannot be lengthened today; "" when it can."""
    if not reason.strip():
        return NO_REASON
    if run.extended >= profile.extensions or not profile.extension:
        return USED_UP
    return TOO_LATE if overdue(dues(profile, run, calendar, today=today).resolve, today) else ""


def extended(run: Run) -> Run:
    """The clock with one extension more; ask `extension_fault` first."""
    return replace(run, extended=run.extended + 1)


def pause_fault(profile: Profile, run: Run, calendar: Calendar, *, reason: str, today: date) -> str:
    """Why the clock cannot be stopped today; "" when it can. A clock that ran out is not stopped."""
    if not reason.strip():
        return NO_REASON
    if reason not in {one.code for one in profile.pauses}:
        return NO_SUCH_REASON
    if today < run.received:
        return BEFORE_START
    if paused(run, today):
        return STANDS_STILL
    return TOO_LATE if overdue(dues(profile, run, calendar, today=today).resolve, today) else ""


def stopped(run: Run, *, reason: str, day: date) -> Run:
    """The clock standing still from the day on; ask `pause_fault` first."""
    return replace(run, pauses=(*run.pauses, Pause(since=day, reason=reason)))


def resumed(run: Run, *, day: date) -> Run:
    """The clock counting again from the day on; a pause made and ended on one day never was."""
    closed = (one if one.until else replace(one, until=max(day, one.since)) for one in run.pauses)
    return replace(run, pauses=tuple(one for one in closed if one.until and one.until > one.since))
