"""What an office's own system says happened to its cases, carried out here in its name, once each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from samleng.answers.cases.models import PUBLIC, Case
from samleng.answers.cases.rules import story
from samleng.answers.cases.verbs.answering import acknowledge, answer, take_answer_back, write_to
from samleng.doors.exchange.models import HandedOver, Learnt, OutsideSystem
from samleng.doors.exchange.open311.news import SEAT, VIA, OfficeSystem, ours
from samleng.doors.exchange.open311.wording import OUTCOMES, STATES, state_words
from samleng.doors.exchange.outside import reading
from samleng.doors.exchange.outside.calling import Answer, Trouble, get, photo_at
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.rules import (
    ENDED,
    FULL,
    MOST_IDS,
    SEEN,
    SHORTEST,
    WINDOW,
    WORKING,
    News,
    meaning_of,
    outcome_of,
    status_of,
    together,
    window,
)
from samleng.doors.exchange.outside.verbs.joining import joined
from samleng.doors.exchange.outside.verbs.sending import changed, fell, keep, moment, well
from samleng.ground.people.rules import SeatFact
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep as keep_file
from samleng.kit.words.refusals import Refusal

# So many windows are asked for in one round; after a long silence the rest follows in the next.
WINDOWS_AT_ONCE = 24
BATCHES_AT_ONCE = 20
PAGES_AT_ONCE = 50
# So often it is asked how the whole last day looks now, so much of it at a time.
SWEPT_EVERY, SWEPT_BACK = timedelta(hours=3), timedelta(hours=26)
# Clocks that moved against each other by more make a window be asked for once more.
MOVED = 60
GONE = (story.CLOSED, story.MERGED)


def hear(system: OutsideSystem, now: datetime) -> None:
    """Fetch all news since the last time; how far one has come is kept after each piece of it."""
    try:
        if system.tells_news is not False:
            try:
                hear_by_time(system, now)
                hear_what_came_late(system, now)
            except Trouble as trouble:
                if trouble.code != "not_there":
                    raise
                changed(system, {"tells_news": False})
        if system.tells_news is False:
            hear_one_by_one(system, now)
    except Trouble as trouble:
        if trouble.code not in ("not_there", "refused"):
            fell(system, trouble, now)
            raise
        # It takes reports and tells nothing of them: that is said on the desk, and holds up nothing.
        changed(system, {"heard_at": now, "trouble": "no_news"})
        return
    changed(system, {"heard_at": now})


def hear_by_time(system: OutsideSystem, now: datetime) -> None:
    """Ask by windows of time, shorter ones where too much is in one."""
    length = WINDOW
    for _attempt in range(WINDOWS_AT_ONCE):
        wanted = window(system.heard_until or now, now, length)
        if wanted is None:
            return
        start, end = wanted
        try:
            news = all_within(system, start, end, length)
        except Trouble as trouble:
            # Some refuse a window in which they have too much, and do not say so.
            if trouble.code not in ("too_large", "refused") or length <= SHORTEST:
                raise
            news = None
        if news is None:
            length = max(length / 4, SHORTEST)
            continue
        learn(system, news)
        changed(system, {"heard_until": end, "tells_news": True})
        well(system)


def hear_what_came_late(system: OutsideSystem, now: datetime) -> None:
    """From time to time, ask once more for a whole day: what was written down late there bears its own time.

    A phone without a net, a worker that stood: without this nobody would ever hear of it.
    """
    if system.swept_at is not None and now - system.swept_at < SWEPT_EVERY:
        return
    if not HandedOver.objects.filter(system=system, state=HandedOver.HELD).exists():
        return
    sweep(system, now - SWEPT_BACK, now)
    learn(system, joined(system, now))
    changed(system, {"swept_at": now})


def sweep(system: OutsideSystem, start: datetime, end: datetime) -> None:
    """All of a long window, by halves where too much is in it."""
    try:
        learn(system, all_within(system, start, end, SHORTEST) or ())
    except Trouble as trouble:
        if trouble.code not in ("too_large", "refused") or end - start <= WINDOW:
            raise
        middle = start + (end - start) / 2
        sweep(system, start, middle)
        sweep(system, middle, end)


def all_within(system: OutsideSystem, start: datetime, end: datetime, length: timedelta) -> list[News] | None:
    """All news of a window, page by page; None where a page is full and a shorter window may be asked."""
    found: dict[tuple[str, str], News] = {}
    for page in range(1, PAGES_AT_ONCE + 1):
        some = reading.news(within(system, start, end, page))
        fresh = {(one.number, one.id): one for one in some if (one.number, one.id) not in found}
        found |= fresh
        # Whoever knows no pages says the same again.
        if len(some) < FULL or not fresh:
            break
        if length > SHORTEST:
            return None
    return list(found.values())


def within(system: OutsideSystem, start: datetime, end: datetime, page: int = 1) -> Answer:
    """What they say happened in a window of our time, asked for on their clock as it turns out to go."""
    more = {"page": str(page)} if page > 1 else {}
    for _attempt in range(2):
        answer = get(
            far(system), "servicerequestupdates", start_date=moment(start, system),
            end_date=moment(end + timedelta(seconds=1), system), **more,
        )  # fmt: skip
        if answer.ahead is None or abs(answer.ahead - system.ahead) <= MOVED:
            break
        changed(system, {"ahead": answer.ahead})
    return answer


def hear_one_by_one(system: OutsideSystem, now: datetime) -> None:
    """Where there is no such call: ask how each request stands, whoever was asked for longest ago first."""
    rows = HandedOver.objects.filter(system=system, state=HandedOver.HELD).exclude(case__state__in=GONE)
    rows = rows.select_related("case").order_by("asked_at", "pk")
    held = list(rows[: MOST_IDS * BATCHES_AT_ONCE])
    for first in range(0, len(held), MOST_IDS):
        batch = {one.number: one for one in held[first : first + MOST_IDS]}
        answer = get(far(system), "requests", service_request_id=",".join(batch))
        found = reading.standings(answer, batch)
        for number, handed in batch.items():
            if number in found:
                compare(system, handed, found[number])
            keep(handed, asked_at=now)
        well(system)


def compare(system: OutsideSystem, handed: HandedOver, row: reading.Row) -> None:
    """News made of what changed since it was asked for last."""
    status, words = status_of(row.get("status", "")), row.get("status_notes", "")[: reading.LONGEST]
    mark = hashlib.sha256(f"{status}\n{words}".encode()).hexdigest()
    if mark == handed.their_status:
        return
    first = not handed.their_status
    at = row.get("updated_datetime", "")
    if not (first and status == "open" and not words):
        one = News(id=f"{mark}:{at}", number=handed.number, status=status, words=words, at=at)
        learn(system, [one])
    keep(handed, their_status=mark)


def learn(system: OutsideSystem, news: Iterable[News]) -> None:
    """Carry out what is not known yet; what is about no case of ours is left alone."""
    some = list(news)
    numbers = {one.number for one in some}
    rows = HandedOver.objects.filter(system=system, number__in=numbers).exclude(number="")
    handed = {one.number: one for one in rows.select_related("case")}
    known = set(Learnt.objects.filter(handed__in=handed.values()).values_list("handed__number", "theirs"))
    fresh = [one for one in some if one.number in handed and (one.number, mark_of(one.id)) not in known]
    for one in together(fresh):
        photo = photo_of(system, one)
        with translation.override(settings.LANGUAGE_CODE):
            once(system, handed[one.number], one, photo)


def mark_of(their_id: str) -> str:
    return hashlib.sha256(their_id.encode()).hexdigest()


def once(system: OutsideSystem, handed: HandedOver, news: News, photo: bytes) -> None:
    """Do it and keep that it was done, together; what may not be done here is kept with its reason."""
    try:
        with transaction.atomic():
            kept(handed, news, carry_out(system, handed, news, photo))
    except Refusal as refusal:
        kept(handed, news, refusal.code or "refused")


def kept(handed: HandedOver, news: News, trouble: str) -> None:
    rows = [
        Learnt(handed=handed, theirs=mark_of(one), status=news.status, trouble=trouble[:30])
        for one in dict.fromkeys((news.id, *news.also))
    ]
    Learnt.objects.bulk_create(rows, ignore_conflicts=True)


def acting(system: OutsideSystem) -> OfficeSystem:
    """In whose name it is done: the system's, with the rights that an office's own system has."""
    seat = SeatFact(role=SEAT, office=str(system.office_id))
    return OfficeSystem(
        key=f"outside:{system.pk}", owner=system.owner_key, via=VIA, person=str(system.pk), seats=(seat,)
    )


def carry_out(system: OutsideSystem, handed: HandedOver, news: News, photo: bytes) -> str:
    """The verb that their state means; the reason where nothing is done."""
    case = Case.objects.with_context().get(pk=handed.case_id)
    if case.office_id != system.office_id or case.exposure != PUBLIC or case.state in GONE:
        return "not_ours" if case.office_id != system.office_id else ""
    by, words = acting(system), own_words(news)
    meaning = meaning_of(news.status)
    if meaning == ENDED:
        return ended(by, case, news, words, photo)
    if meaning == SEEN and case.acknowledged_on is None:
        acknowledge(by=by, case=case)
    again = meaning == WORKING or news.status in ("open", "reopened", "confirmed")
    if again and answered_by(case, by):
        take_answer_back(by=by, case=case)
    if meaning == WORKING and not words and case.state in (story.RECEIVED, story.ACKNOWLEDGED):
        words = str(_("The office is working on it."))
    if words:
        # What their update says, everyone may read there: so it is here, and whoever asks us hears it too.
        write_to(by=by, case=case, words=words, said=own_words(news))
    return ""


def own_words(news: News) -> str:
    """What they wrote, unless it is only our own name of the state, said back by a site like ours."""
    parts = [part for part in news.words.split("\n\n") if part.strip() and part.strip() not in names()]
    return "\n\n".join(parts)


def names() -> set[str]:
    """What sites like ours call the states, in every language of theirs."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {state_words(state) for state in STATES}
            found |= {state_words(state, outcome) for state in ("answered", "closed") for outcome in OUTCOMES}
    return found


def answered_by(case: Case, by: OfficeSystem) -> bool:
    """Whether the answer that stands is this system's own."""
    if case.state != story.ANSWERED:
        return False
    last = case.steps.filter(kind="answer").order_by("-at", "-pk").first()
    return last is not None and last.by == by.key


def ended(by: OfficeSystem, case: Case, news: News, words: str, photo: bytes) -> str:
    """They say that it is over. Done without a photo, where one is asked for, it is an answer and no more."""
    if case.state == story.ANSWERED:
        if words:
            write_to(by=by, case=case, words=words, said=words)
        return ""
    outcome = outcome_of(news, story.CLAIMED)
    ours(by, case, outcome)
    said = words or str(OUTCOMES[outcome])
    evidence = evidence_of(by, case, photo)
    shown = bool(evidence) or case.evidence.filter(moment="after").exists()
    if outcome in story.DONE and case.of.evidence != "none" and not shown:
        outcome = story.ANSWER
        said = f"{said}\n\n{_('The office says that it is done; no photo shows it.')}"
    answer(by=by, case=case, outcome=outcome, words=said, said=said, evidence=evidence)
    return ""


def photo_of(system: OutsideSystem, news: News) -> bytes:
    """The photo that they name, if it lies on their own host; fetched before anything here is held."""
    if not news.media_url or meaning_of(news.status) != ENDED:
        return b""
    try:
        return photo_at(far(system), news.media_url)
    except Trouble:
        return b""


def evidence_of(by: OfficeSystem, case: Case, photo: bytes) -> list[Blob]:
    """It, drawn anew, if it is a photo at all."""
    if not photo:
        return []
    try:
        return [keep_file(by=by, file=photo, kind="photo", owner=case.owner_key, field="media")]
    except Refusal:
        return []
