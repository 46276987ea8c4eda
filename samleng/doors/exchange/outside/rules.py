"""What holds between this site and another system: pauses, windows of time, what their words mean here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# Between one try and the next, in minutes; the last one for ever after.
PAUSES = (1, 2, 5, 15, 60, 180, 360, 720, 1440)
# A token is asked for so often at once, so many seconds apart; afterwards in each round.
TOKEN_TRIES, TOKEN_SECONDS = 5, 2.0
# News is asked for by windows of this length; where too much is in one, by shorter ones.
WINDOW, SHORTEST = timedelta(hours=2), timedelta(minutes=1)
# A window reaches back behind the one before: what was committed late there has an earlier time.
OVERLAP = timedelta(minutes=15)
# Who was sending so long ago was ended in between: it is not known whether it arrived.
LONGEST_SENDING = timedelta(minutes=5)
# Clocks that differ by more are spoken of on the desk.
CLOCKS_DIFFER = 300
MOST_IDS = 50
LONGEST_NUMBER = 100
# A full page: there may be more behind it.
FULL = 1000

OPEN, SEEN, WORKING, ENDED = "open", "seen", "working", "ended"
# What Open311 and FixMyStreet call a state, and what it means for an office's case here.
MEANINGS = {
    **dict.fromkeys(("open", "confirmed", "reopened", "duplicate", "internal_referral"), OPEN),
    **dict.fromkeys(("investigating", "acknowledged"), SEEN),
    **dict.fromkeys(("in_progress", "planned", "action_scheduled"), WORKING),
    **dict.fromkeys(("fixed", "fixed_council", "fixed_user", "closed", "no_further_action"), ENDED),
    **dict.fromkeys(("unable_to_fix", "not_responsible", "not_councils_responsibility", "cancelled"), ENDED),
}
OUTCOMES = {
    "fixed": "fixed",
    "fixed_council": "fixed",
    "fixed_user": "fixed",
    "closed": "answer",
    "no_further_action": "refused",
    "unable_to_fix": "refused",
    "cancelled": "refused",
    "not_responsible": "other_body",
    "not_councils_responsibility": "other_body",
}


@dataclass(frozen=True, kw_only=True)
class News:
    """What another system says happened to a case."""

    # Their number of this piece of news, and of the case.
    id: str
    number: str
    status: str
    words: str = ""
    at: str = ""
    media_url: str = ""
    # How it ended in our own words, where a site like ours says it.
    ending: str = ""
    # What was put together with it, by their numbers.
    also: tuple[str, ...] = ()


def pause(tries: int) -> timedelta:
    """How long after so many tries in vain the next one comes."""
    return timedelta(minutes=PAUSES[min(max(tries, 1), len(PAUSES)) - 1])


def status_of(text: str) -> str:
    """Their state in one form: "Fixed - Council" is "fixed_council"."""
    plain = "".join(sign if sign.isalnum() else " " for sign in text.casefold().replace("'", ""))
    return "_".join(plain.split())[:40]


def meaning_of(status: str) -> str:
    """What a state means; one that nobody knows is only words about an open case."""
    return MEANINGS.get(status, OPEN)


def outcome_of(news: News, claimed: Iterable[str]) -> str:
    """How it ended: as a site like ours says it, else as their state means."""
    return news.ending if news.ending in claimed else OUTCOMES.get(news.status, "answer")


def window(heard: datetime, now: datetime, length: timedelta = WINDOW) -> tuple[datetime, datetime] | None:
    """The window that follows where news is known, reaching back behind its start; None where that is now."""
    return (heard - OVERLAP, min(heard + length, now)) if heard < now else None


def together(some: Iterable[News]) -> list[News]:
    """News of one moment and state as one: some systems say a step and the words about it apart."""
    joined: dict[tuple[str, str, str], News] = {}
    for one in some:
        key = (one.number, one.at or one.id, one.status)
        before = joined.get(key)
        if before is None:
            joined[key] = one
            continue
        words = [part for part in (before.words, one.words) if part]
        joined[key] = replace(
            before,
            words="\n\n".join(dict.fromkeys(words)),
            media_url=before.media_url or one.media_url,
            ending=before.ending or one.ending,
            also=(*before.also, one.id),
        )
    return list(joined.values())


def number_fits(text: str) -> bool:
    """Whether it can be a number of theirs at all."""
    return 0 < len(text) <= LONGEST_NUMBER and text.isprintable() and text == text.strip()
