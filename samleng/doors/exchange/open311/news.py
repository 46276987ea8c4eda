"""News that other systems send of a report (mySociety's updates): of one who answers, or of one who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules import story
from samleng.answers.cases.steps import Reporter
from samleng.answers.cases.verbs.answering import acknowledge, answer, decide, write_to
from samleng.answers.cases.verbs.following import judge, reply, still_there, withdraw
from samleng.doors.exchange.models import ApiKey, OutsideSystem, Posting
from samleng.doors.exchange.open311.asking import moment_of
from samleng.doors.exchange.open311.faults import NO_KEY, NOT_FOUND, wrong
from samleng.doors.exchange.open311.limits import counted
from samleng.doors.exchange.open311.sending import VIA, links_of, pictures
from samleng.doors.exchange.open311.visit import Document, Visit, keyed
from samleng.doors.exchange.open311.wording import OUTCOMES
from samleng.doors.exchange.outside.calling import photo_at
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.rules import MEANINGS, SEEN, meaning_of, status_of
from samleng.doors.exchange.outside.rules import OPEN as UNCHANGED
from samleng.doors.exchange.outside.rules import OUTCOMES as ENDINGS
from samleng.ground.people.rules import Acting, SeatFact
from samleng.kit.calls.calling import Trouble
from samleng.kit.ledger.models import Receipt
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep
from samleng.kit.sealing.rules import Opener
from samleng.kit.words.text import clean
from samleng.voices.reports.rules.filing import PUBLIC

# What an office's own system may do by its key: what its officers do there, and nothing else of the desk.
OPENS = frozenset({"cases.see", "cases.answer", "cases.triage"})
SEAT = "office_head"
# FixMyStreet's states in its many spellings.
STATES = tuple(MEANINGS)
# What whoever sent the report can open again.
ANSWERED = (story.ANSWERED, story.CLOSED)
# Of an answer that they could not know of when they wrote, nothing is opened again. Clocks differ a little.
BEFORE = timedelta(minutes=1)
# What a site of this house says its reporter did, beside the words.
WITHDRAWN, STILL_THERE = "withdraw", "still_there"


@dataclass(frozen=True, kw_only=True)
class OfficeSystem(Acting):
    """An office's own system, known by its key."""

    def may(self, verb: str, *, owner: Any, path: str | None = None, **more: Any) -> bool:
        return verb in OPENS and super().may(verb, owner=owner, path=path, **more)


@dataclass(frozen=True, kw_only=True)
class News:
    """What came: which case, what happened, in which words, and under which number of theirs."""

    case: Case
    status: str
    words: str
    outcome: str
    request: UUID
    # What their reporter says of the answer; "" where nothing is said of it.
    verdict: str = ""
    links: tuple[str, ...] = ()


def post_update(request: HttpRequest, visit: Visit) -> Document:
    """Take in news of a report: the office's own system moves its case, who sent the report writes to it."""
    key = counted(keyed(visit))
    case, posting = case_of(visit, key)
    news = news_of(request, visit, key, case)
    own = key.answers and f"office:{case.office_id}" == key.owner_key
    if posting is not None and (news.verdict or not own):
        written(key, posting, news)
    elif own:
        done(request, key, news)
    else:
        raise wrong(_("This api_key moves no cases. Ask for one that does."), NO_KEY)
    content = [{"update_id": str(news.request), "service_request_id": case.reference}]
    return Document(root="service_request_updates", content=content)


def case_of(visit: Visit, key: ApiKey) -> tuple[Case, Posting | None]:
    """The public case it is about, if the key's office has it or the key sent it; else as if absent.

    What was joined to another case is that one now.
    """
    reference = visit.given.get("service_request_id", "")
    if not reference:
        raise wrong(_("service_request_id: Say of which request this is news."))
    case = Case.objects.with_context().filter(reference=reference.upper(), exposure=PUBLIC).first()
    while case is not None and case.merged_into_id is not None:
        case = Case.objects.with_context().filter(pk=case.merged_into_id, exposure=PUBLIC).first()
    posting = Posting.objects.filter(key=key, reference=reference.upper()).select_related("report").first()
    if case is None or (posting is None and f"office:{case.office_id}" != key.owner_key):
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    return case, posting if key.sends else None


def news_of(request: HttpRequest, visit: Visit, key: ApiKey, case: Case) -> News:
    given = visit.given
    update_id = given.get("update_id") or given.get("update_id_ext", "")
    if not update_id:
        raise wrong(_("update_id: Give each piece of news its own number."))
    status = status_of(given.get("status", "open"))
    if status not in STATES:
        raise wrong(_("status: This is none of the known ones: %(all)s.") % {"all": ", ".join(STATES)})
    ours = given.get("external_status_code", "")
    # The same number is the same news, however often it is sent.
    number = uuid5(key.pk, f"{visit.given['service_request_id'].upper()}:{update_id}")
    return News(
        case=case,
        status=status,
        words=clean(given.get("description", "")),
        outcome=ours if ours in story.CLAIMED else ENDINGS.get(status, ""),
        request=number,
        verdict=verdict_of(given, status, case, ours) or judged(key, number),
        links=tuple(links_of(request)),
    )


def verdict_of(given: Mapping[str, str], status: str, case: Case, code: str) -> str:
    """What a reporter's site says of the answer: by its code, or "not" by opening again what was answered."""
    if code in (*story.VERDICTS, WITHDRAWN, STILL_THERE):
        return code
    says_open = bool(given.get("status")) and status in ("open", "reopened", "confirmed")
    if not says_open or case.state not in ANSWERED:
        return ""
    at = moment_of(given.get("updated_datetime", ""))
    last = case.steps.filter(kind="answer").order_by("-at").first()
    # A clock by which it was said before there was a case tells nothing.
    crossed = at is not None and last is not None and case.opened_at <= at < last.at - BEFORE
    return "" if crossed else "not"


def judged(key: ApiKey, request: UUID) -> str:
    """What this news has done already: sent once more, it is the same."""
    kept = Receipt.objects.filter(owner=f"api:{key.pk}", request=request).values_list("verb", flat=True)
    return next((AGAIN[one] for one in kept if one in AGAIN), "")


# By which verb it was taken in, and what leads to that verb once more.
AGAIN = {"verbs.judge": "not", "verbs.withdraw": WITHDRAWN, "verbs.still_there": STILL_THERE}


def written(key: ApiKey, posting: Posting, news: News) -> None:
    """What whoever sent the report says of it: a verdict on the answer, or words to its office."""
    report = posting.report
    words = "\n\n".join(part for part in (news.words, *news.links) if part)
    if report is None or not (words or news.verdict or news.status not in ("open", "confirmed")):
        raise wrong(_("description: Write what there is to say."))
    by = Reporter(
        key=report.reader.key,
        owner=f"api:{key.pk}",
        via=VIA,
        report=report,
        opener=Opener(report.reader.key, b""),
    )
    if news.verdict == WITHDRAWN:
        withdraw(by=by, request=news.request)
    elif news.verdict == STILL_THERE and (news.case.state in ANSWERED or judged(key, news.request)):
        still_there(by=by, request=news.request)
    elif news.verdict in story.VERDICTS and (news.case.state in ANSWERED or judged(key, news.request)):
        judge(by=by, verdict=news.verdict, words=words, request=news.request)
    else:
        # Nothing is lost of what does not fit how the case stands here: the office reads it.
        said = words or _("Where this was reported it now stands as: %(state)s.") % {"state": news.status}
        reply(by=by, words=said, request=news.request)


def done(request: HttpRequest, key: ApiKey, news: News) -> None:
    """What the office's own system says has been done."""
    seat = SeatFact(role=SEAT, office=str(key.office_id))
    by = OfficeSystem(key=f"api:{key.pk}", owner=key.owner_key, via=VIA, person=str(key.pk), seats=(seat,))
    if news.outcome:
        evidence = kept(request, key, by, news)
        said = news.words or str(OUTCOMES[news.outcome])
        ours(by, news.case, news.outcome)
        answer(
            by=by, case=news.case, outcome=news.outcome, words=said, said=said, evidence=evidence,
            request=news.request,
        )  # fmt: skip
        return
    meaning = meaning_of(news.status)
    if meaning == SEEN and not news.words:
        once(lambda: acknowledge(by=by, case=news.case, request=news.request), news.case)
    elif news.words or meaning != UNCHANGED:
        # What an office's system says in an update is meant for everybody, as its answers are.
        write_to(
            by=by, case=news.case, words=news.words or _("The office is working on it."), said=news.words,
            request=news.request,
        )  # fmt: skip


def ours(by: OfficeSystem, case: Case, outcome: str) -> None:
    """Whoever answers a complaint has decided that it is theirs to answer."""
    undecided = case.kind == "complaint" and not case.jurisdiction
    if undecided and outcome not in ("other_body", "referred"):
        decide(by=by, case=case, jurisdiction=story.OURS)


def once(confirm: Callable[[], Any], case: Case) -> None:
    """Receipt is confirmed once; that another system does it again is no fault."""
    if case.acknowledged_on is None:
        confirm()


def kept(request: HttpRequest, key: ApiKey, by: OfficeSystem, news: News) -> list[Blob]:
    """Photos that show what was done, kept for the office: brought along, or fetched from its own system."""
    files: list[Any] = [one.data for one in pictures(request)]
    if not files and key.system is not None:
        files = fetched(key.system, news.links)
    return [
        keep(by=by, file=one, kind="photo", owner=news.case.owner_key, field="media_url") for one in files
    ]


def fetched(system: OutsideSystem, links: Iterable[str]) -> list[bytes]:
    """Photos on the very host of the system that a key is for; nothing of any other is fetched."""
    found = []
    for link in links:
        with suppress(Trouble):
            found.append(photo_at(far(system), link))
    return found
