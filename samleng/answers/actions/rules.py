"""What a promise is and how it moves: terms, statuses, claims and verdicts, clocks and rates."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from samleng.ground.frameworks.plan_form import Status
from samleng.ground.people.rules import WATCHERS, Acting, seats_for
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import INVISIBLE, to_latin
from samleng.kit.words.refusals import Misstep

OPEN, DONE, STOPPED = "open", "done", "stopped"
FIXED, HALF, NOT = "fixed", "half", "not"
VERDICTS = (FIXED, HALF, NOT)
# What became of a matter put to a higher office.
ASKED, TAKEN_UP, RETURNED, REFUSED = "asked", "taken_up", "returned", "refused"
ANSWERS = (TAKEN_UP, RETURNED, REFUSED)
# Who speaks in a step.
OFFICE, FACILITATOR, COMMITTEE, AMBASSADOR, CITIZENS = (
    "office",
    "facilitator",
    "committee",
    "ambassador",
    "citizens",
)
MONTHS = (6, 12)
# More than anyone means; what a column holds ends a little later.
LARGEST = 999_999_999_999
MOST_PEOPLE = 2_000_000_000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is promised, in words and figures; money in the currency's whole units.

    Numbers may come as typed, in Latin or Khmer digits; `checked` makes them numbers.
    """

    part: str
    text: Mapping[str, str]
    starts_on: date
    due_on: date
    category: str = ""
    goal: Mapping[str, str] = field(default_factory=dict)
    proposer: str = ""
    location: str = ""
    role: Mapping[str, str] = field(default_factory=dict)
    partners: str = ""
    quantity: Any = None
    unit: str = ""
    beneficiaries: Any = None
    beneficiaries_women: Any = None
    cost: Any = None
    funding_source: str = ""
    funding_secured: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a promise stands now, as its steps left it."""

    kind: str
    claimed_on: date | None = None
    confirmed_on: date | None = None
    superseded: bool = False
    escalation: str = ""


def whole(value: Any, where: str, most: int = LARGEST) -> int | None:
    """A count from a number or from text in Latin or Khmer digits ("១២ ៥០០"); None if empty."""
    number = measure(value, where)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Misstep("not_whole", where)
    if number > most:
        raise Misstep("out_of_range", where)
    return int(number)


def measure(value: Any, where: str) -> Decimal | None:
    """A number that is not negative, from a number or from text in either digits; None if empty."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise Misstep("not_a_number", where)
    text = to_latin(INVISIBLE.sub("", str(value))).strip()
    text = text.replace(" ", "").replace("\u00a0", "").replace("៛", "")
    if not text:
        return None
    if "," in text:
        text = grouped(text, where)
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise Misstep("not_a_number", where) from wrong
    if not number.is_finite():
        raise Misstep("not_a_number", where)
    if number < 0 or number > LARGEST:
        raise Misstep("out_of_range", where)
    return number


def grouped(text: str, where: str) -> str:
    """The text without its thousands' commas; a comma that groups nothing could mean either thing."""
    head, *rest = text.split(".")[0].split(",")
    if not head or any(len(part) != 3 for part in rest):
        raise Misstep("not_a_number", where)
    return text.replace(",", "")


def checked(terms: Terms, parts: Iterable[str], categories: Iterable[str] = ()) -> dict[str, Any]:
    """The terms as a promise's fields; raises `Misstep` at the first field that does not hold."""
    if terms.part not in set(parts):
        raise Misstep("part", "part", value=terms.part)
    if terms.category and terms.category not in set(categories):
        raise Misstep("category", "category", value=terms.category)
    if terms.due_on < terms.starts_on:
        raise Misstep("dates", "due_on")
    people = whole(terms.beneficiaries, "beneficiaries", MOST_PEOPLE)
    women = whole(terms.beneficiaries_women, "beneficiaries_women", MOST_PEOPLE)
    if women is not None and people is not None and women > people:
        raise Misstep("women", "beneficiaries_women", women=women, people=people)
    cost = whole(terms.cost, "cost")
    quantity = measure(terms.quantity, "quantity")
    return {
        "part": terms.part,
        "category": terms.category,
        "starts_on": terms.starts_on,
        "due_on": terms.due_on,
        "proposer": terms.proposer.strip(),
        "location": terms.location.strip(),
        "partners": terms.partners.strip(),
        "quantity": quantity.quantize(Decimal("0.01")) if quantity is not None else None,
        "unit": terms.unit.strip(),
        "beneficiaries": people,
        "beneficiaries_women": women,
        "cost": cost,
        "funding_source": terms.funding_source.strip(),
        "funding_secured": terms.funding_secured,
    }


def starting(statuses: Sequence[Status]) -> Status:
    """The status of a promise just given."""
    return next((s for s in statuses if s.start), statuses[0])


def claiming(statuses: Sequence[Status]) -> Status:
    """The status of a promise claimed as done."""
    done = [s for s in statuses if s.kind == DONE]
    return next((s for s in done if s.claims_done), done[0])


def stopping(statuses: Sequence[Status]) -> Status:
    """The status of a promise given up."""
    return next(s for s in statuses if s.kind == STOPPED)


def climbing(statuses: Sequence[Status]) -> Status | None:
    """The status of a promise put to a higher office; some frameworks have none."""
    return next((s for s in statuses if s.climbs), None)


def named(statuses: Sequence[Status], code: str) -> Status:
    """The status of this code; raises `Misstep` for one the framework does not know."""
    for status in statuses:
        if status.code == code:
            return status
    raise Misstep("status", "status", value=code)


def under_way(statuses: Sequence[Status]) -> Status:
    """The status of a promise that was begun: the first open one after the start."""
    opened = [s for s in statuses if s.kind == OPEN and not s.climbs]
    begun = [s for s in opened if s is not starting(statuses)]
    return (begun or opened or list(statuses))[0]


def may_move(now: Standing) -> None:
    """Raise `Misstep` for a promise that was replaced, dropped, or kept and confirmed."""
    if now.superseded:
        raise Misstep("superseded")
    if now.kind == STOPPED:
        raise Misstep("stopped")
    if now.confirmed_on is not None:
        raise Misstep("confirmed")


def may_report(now: Standing, to: Status | None, reason: str) -> None:
    """Progress moves among open statuses only: done is claimed, stopped is dropped. None stays."""
    may_move(now)
    if now.claimed_on is not None:
        raise Misstep("claimed")
    if to is None:
        return
    if to.kind == DONE or to.claims_done:
        raise Misstep("claim_it", "status")
    if to.kind == STOPPED:
        raise Misstep("drop_it", "status")
    if to.climbs and now.escalation not in (ASKED, TAKEN_UP):
        raise Misstep("escalate_it", "status")
    if to.needs_reason and not reason.strip():
        raise Misstep("reason", "reason")


def may_claim(now: Standing, proofs: int, reason: str) -> None:
    """A claim needs a proof to look at, or words why there is none."""
    may_move(now)
    if now.claimed_on is not None:
        raise Misstep("claimed")
    if not proofs and not reason.strip():
        raise Misstep("proof", "proofs")


def may_confirm(now: Standing, verdict: str, reason: str) -> None:
    """A verdict needs a claim; one that is not "fixed" needs words the office can act on."""
    may_move(now)
    if now.claimed_on is None:
        raise Misstep("unclaimed")
    if verdict not in VERDICTS:
        raise Misstep("verdict", "verdict", value=verdict)
    if verdict != FIXED and not reason.strip():
        raise Misstep("reason", "reason")


def own_claim(claimed_by: str, by: Actor, offices: set[str]) -> bool:
    """Whether they said themselves that it is done, or sit in an office that answers for it."""
    sits = {seat.owner for seat in by.seats} if isinstance(by, Acting) else set()
    return by.key == claimed_by or by.owner in offices or bool(sits & offices)


def refuse_own(claimed_by: str, by: Actor, offices: set[str]) -> None:
    """Whoever claimed, and whoever sits in the office that claimed, may not judge the claim."""
    if own_claim(claimed_by, by, offices):
        raise Misstep("own_claim")


def may_dispute(now: Standing, reason: str) -> None:
    """What was claimed or even confirmed may turn out not to hold."""
    if now.superseded:
        raise Misstep("superseded")
    if now.claimed_on is None:
        raise Misstep("unclaimed")
    if not reason.strip():
        raise Misstep("reason", "reason")


def may_show(now: Standing) -> None:
    """What shows a promise stands beside its words, and only the newest wording is public."""
    if now.superseded:
        raise Misstep("superseded")


def may_escalate(now: Standing, reason: str) -> None:
    """One office is asked at a time, and told why."""
    may_move(now)
    if now.claimed_on is not None:
        raise Misstep("claimed")
    if now.escalation == ASKED:
        raise Misstep("asked_already")
    if not reason.strip():
        raise Misstep("reason", "reason")


def may_answer(now: Standing, answer: str, reason: str) -> None:
    """The higher office takes the matter up, returns it or refuses it; the last two with a reason."""
    may_move(now)
    if now.escalation != ASKED:
        raise Misstep("not_asked")
    if answer not in ANSWERS:
        raise Misstep("answer", "answer", value=answer)
    if answer != TAKEN_UP and not reason.strip():
        raise Misstep("reason", "reason")


def next_owner(now: Standing) -> str:
    """Who has to do something next: "office", "higher_office", "people", or "" when nobody."""
    if now.superseded or now.kind == STOPPED or now.confirmed_on is not None:
        return ""
    if now.claimed_on is not None:
        return "people"
    return "higher_office" if now.escalation in (ASKED, TAKEN_UP) else "office"


def only_watches(by: Actor, owner: str, path: str) -> bool:
    """Whether somebody may confirm here only as one who watches over plans they are named on."""
    if not isinstance(by, Acting) or isinstance(by, Witness):
        return False
    roles = [s.role for s in seats_for(by, "actions.confirm") if s.owner == owner and s.covers(path)]
    return bool(roles) and all(role in WATCHERS for role in roles)


@dataclass(frozen=True, kw_only=True)
class Witness(Acting):
    """A member of a plan's committee, or its ambassador, speaking about an action of that plan.

    Made by answers/plans once it has looked up the membership; may confirm and nothing else.
    """

    role: str

    def may(self, verb: str, *, owner: Any, path: str | None = None, **more: Any) -> bool:
        return verb == "actions.confirm"


def months_after(start: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def late(due_on: date, now: Standing, day: date) -> bool:
    """Whether a promise is over its day: still open, and not claimed."""
    return now.kind == OPEN and now.claimed_on is None and not now.superseded and due_on < day


def kept_within(agreed_on: date, done_on: date | None, months: int) -> bool:
    """Whether it was done not later than so many months after it was agreed; 0 is the same day."""
    return done_on is not None and done_on <= months_after(agreed_on, months)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """The days of one promise that rates are counted from."""

    agreed_on: date
    claimed_on: date | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Promises kept within so many months, of those old enough to be judged; confirmed counts apart."""

    months: int
    promised: int
    claimed: int
    confirmed: int

    @property
    def percent(self) -> int | None:
        """Confirmed of promised in whole per cent, halves up; None while none is old enough."""
        return (200 * self.confirmed + self.promised) // (2 * self.promised) if self.promised else None


def rate(promises: Iterable[Dated], months: int, day: date) -> Rate:
    """The rate of promises that were agreed at least so many months before the day.

    `confirmed` counts promises claimed in time that people have confirmed by now, whenever they did:
    an office is not late because the committee was.
    """
    old = [one for one in promises if months_after(one.agreed_on, months) <= day]
    claimed = [one for one in old if kept_within(one.agreed_on, one.claimed_on, months)]
    return Rate(
        months=months,
        promised=len(old),
        claimed=len(claimed),
        confirmed=sum(1 for one in claimed if one.confirmed_on is not None and one.confirmed_on <= day),
    )


def rates(promises: Iterable[Dated], day: date, months: Iterable[int] = MONTHS) -> tuple[Rate, ...]:
    """The rates for the same day and for each number of months."""
    kept = list(promises)
    return tuple(rate(kept, number, day) for number in (0, *months))
