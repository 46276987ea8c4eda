"""The clock of a case on the land's calendar: what the rules of deadlines need, out of the row, and back."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.story import OPEN, Misstep
from samleng.ground.channels import deadlines
from samleng.ground.channels.deadlines import Left, Pause, Run
from samleng.ground.channels.rules import Profile
from samleng.kit.words.clock import Calendar, add_working_days, calendar_from

# Working days in which a public report's words and photos are looked at.
REVIEW_DAYS = 2


@lru_cache(maxsize=8)
def calendar_of(pack: Path) -> Calendar:
    """Which days are worked in a pack's land."""
    about = tomllib.loads((pack / "country.toml").read_text(encoding="utf-8"))
    return calendar_from(about.get("calendar", {}))


def calendar() -> Calendar:
    return calendar_of(Path(settings.PACKS) / settings.COUNTRY_PACK)


def profile_of(case: Case) -> Profile:
    """The clock the case was received under."""
    profile = case.catalogue.catalogue.profile_of(case.of)
    if profile is None:
        raise ValueError(f"category {case.category!r} has no clock, and no case")
    return profile


def run_of(case: Case) -> Run:
    """What the case's clock has lived through, in the office that has it now."""
    pauses = tuple(
        Pause(
            since=date.fromisoformat(one["since"]),
            until=date.fromisoformat(one["until"]) if one["until"] else None,
            reason=one["reason"],
        )
        for one in case.pauses
    )
    return Run(received=case.clock_from, pauses=pauses, extended=case.extended)


def keep_run(case: Case, run: Run) -> None:
    """The clock as it is now, on the row, with the days that follow from it."""
    case.clock_from, case.extended = run.received, run.extended
    case.pauses = [
        {
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "reason": one.reason,
        }
        for one in run.pauses
    ]
    today = timezone.localdate()
    standing = deadlines.paused(run, today)
    case.paused_on = standing.since if standing else None
    case.pause_reason = standing.reason if standing else ""
    dues = deadlines.dues(profile_of(case), run, calendar(), today=today)
    case.acknowledge_by, case.resolve_by = dues.acknowledge, dues.resolve
    case.admit_by = dues.admissibility


def start_clock(case: Case, came_on: date | None = None) -> None:
    """The clock of a case that came to its office today, or on the day its letter came."""
    keep_run(case, Run(received=came_on or timezone.localdate()))


def stop_clock(case: Case, reason: str) -> None:
    """The clock stands from today on; Misstep when it may not."""
    fault = deadlines.pause_fault(
        profile_of(case), run_of(case), calendar(), reason=reason, today=timezone.localdate()
    )
    if fault:
        raise Misstep(fault, "reason")
    keep_run(case, deadlines.stopped(run_of(case), reason=reason, day=timezone.localdate()))


def run_on(case: Case) -> None:
    """The clock counts again from today, if it stood."""
    if case.paused_on is not None:
        keep_run(case, deadlines.resumed(run_of(case), day=timezone.localdate()))


def lengthen(case: Case, reason: str) -> None:
    """One extension more; Misstep when there may be none."""
    fault = deadlines.extension_fault(
        profile_of(case), run_of(case), calendar(), reason=reason, today=timezone.localdate()
    )
    if fault:
        raise Misstep(fault, "reason")
    keep_run(case, deadlines.extended(run_of(case)))


def goes_up(case: Case, today: date) -> bool:
    """Whether the case must go to the next office today."""
    return deadlines.escalates(profile_of(case), run_of(case), calendar(), today=today)


def goes_up_on(case: Case) -> date:
    """The day from which the next office has the case, if nothing happens."""
    return deadlines.escalates_on(profile_of(case), run_of(case), calendar(), today=timezone.localdate())


def left_of(case: Case, today: date) -> Left | None:
    """The case's days until the one that counts now, or since it; None while nobody counts."""
    if case.state not in OPEN or case.next_due is None or case.paused_on is not None:
        return None
    return left_by(case.next_due, today)


def left_by(due: date, today: date) -> Left:
    """The land's working days from today until a due day, or since."""
    return counted(Path(settings.PACKS) / settings.COUNTRY_PACK, due, today)


@lru_cache(maxsize=4096)
def counted(pack: Path, due: date, today: date) -> Left:
    """The same; a table of many cases has few days, and each is counted once."""
    return deadlines.left_until(due, calendar_of(pack), today=today)


def review_day(start: date) -> date:
    """Until when a public report's words and photos are looked at."""
    return add_working_days(start, REVIEW_DAYS, calendar())


# What the clock may change on a row.
CLOCK = (
    *("clock_from", "extended", "pauses", "paused_on", "pause_reason"),
    *("acknowledge_by", "admit_by", "resolve_by"),
)
