"""News that other systems send of a report (mySociety's updates): of one who answers, or of one who asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules import story
from samleng.answers.cases.steps import Reporter
from samleng.answers.cases.verbs.answering import acknowledge, answer, write_to
from samleng.answers.cases.verbs.following import judge, reply
from samleng.doors.exchange.models import ApiKey, Posting
from samleng.doors.exchange.open311.faults import NOT_FOUND, wrong
from samleng.doors.exchange.open311.limits import counted
from samleng.doors.exchange.open311.sending import VIA, pictures
from samleng.doors.exchange.open311.visit import Document, Visit, keyed
from samleng.doors.exchange.open311.wording import OUTCOMES
from samleng.ground.people.rules import Acting, SeatFact
from samleng.kit.ledger.models import Receipt
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep
from samleng.kit.sealing.rules import Opener
from samleng.kit.words.text import clean
from samleng.voices.reports.rules.filing import PUBLIC

# What an office's own system may do by its key: what its officers do there, and nothing else of the desk.
OPENS = frozenset({"cases.see", "cases.answer"})
SEAT = "office_head"
# FixMyStreet's states, and how the matter ended where they say that it has.
STATES = (
    *("open", "investigating", "in_progress", "action_scheduled", "internal_referral", "duplicate"),
    *("fixed", "closed", "no_further_action", "unable_to_fix", "not_councils_responsibility"),
)
ENDINGS = {
    "fixed": story.FIXED,
    "closed": story.ANSWER,
    "no_further_action": "refused",
    "unable_to_fix": "refused",
    "not_councils_responsibility": "other_body",
}
UNCHANGED = ("open", "duplicate", "internal_referral")
# What whoever sent the report can open again.
ANSWERED = (story.ANSWERED, story.CLOSED)


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
    # They say in so many words that it is open, though the office answered.
    again: bool = False


def post_update(request: HttpRequest, visit: Visit) -> Document:
    """Take in news of a report: the office's own system moves its case, who sent the report writes to it."""
    key = counted(keyed(visit))
    case, posting = case_of(visit, key)
    news = news_of(visit, key, case)
    if posting is not None and (news.again or f"office:{case.office_id}" != key.owner_key):
        written(key, posting, news)
    else:
        done(request, key, news)
    content = [{"update_id": str(news.request), "service_request_id": case.reference}]
    return Document(root="service_request_updates", content=content)


def case_of(visit: Visit, key: ApiKey) -> tuple[Case, Posting | None]:
    """The public case it is about, if the key's office has it or the key sent it; else as if absent."""
    reference = visit.given.get("service_request_id", "")
    if not reference:
        raise wrong(_("service_request_id: Say of which request this is news."))
    case = Case.objects.with_context().filter(reference=reference.upper(), exposure=PUBLIC).first()
    posting = Posting.objects.filter(key=key, reference=reference.upper()).select_related("report").first()
    if case is None or (posting is None and f"office:{case.office_id}" != key.owner_key):
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    return case, posting


def news_of(visit: Visit, key: ApiKey, case: Case) -> News:
    given = visit.given
    update_id = given.get("update_id") or given.get("update_id_ext", "")
    if not update_id:
        raise wrong(_("update_id: Give each piece of news its own number."))
    status = given.get("status", "open").lower().replace(" ", "_")
    if status not in STATES:
        raise wrong(_("status: This is none of the known ones: %(all)s.") % {"all": ", ".join(STATES)})
    ours = given.get("external_status_code", "")
    # The same number is the same news, however often it is sent.
    request = uuid5(key.pk, f"{case.reference}:{update_id}")
    return News(
        case=case,
        status=status,
        words=clean(given.get("description", "")),
        outcome=ours if ours in story.CLAIMED else ENDINGS.get(status, ""),
        request=request,
        again=given.get("status", "").lower() == "open" and (case.state in ANSWERED or judged(key, request)),
    )


def judged(key: ApiKey, request: UUID) -> bool:
    """Whether this news has opened a case again already."""
    return Receipt.objects.filter(owner=f"api:{key.pk}", request=request, verb="verbs.judge").exists()


def written(key: ApiKey, posting: Posting, news: News) -> None:
    """Words from whoever sent the report, or that what the office calls done is not done."""
    report = posting.report
    if report is None or not (news.words or news.again):
        raise wrong(_("description: Write what there is to say."))
    by = Reporter(
        key=report.reader.key,
        owner=f"api:{key.pk}",
        via=VIA,
        report=report,
        opener=Opener(report.reader.key, b""),
    )
    if news.again:
        judge(by=by, verdict="not", words=news.words, request=news.request)
    else:
        reply(by=by, words=news.words, request=news.request)


def done(request: HttpRequest, key: ApiKey, news: News) -> None:
    """What the office's own system says has been done."""
    seat = SeatFact(role=SEAT, office=str(key.office_id))
    by = OfficeSystem(key=f"api:{key.pk}", owner=key.owner_key, via=VIA, person=str(key.pk), seats=(seat,))
    if news.outcome:
        evidence = kept(request, by, news.case)
        said = news.words or str(OUTCOMES[news.outcome])
        answer(
            by=by, case=news.case, outcome=news.outcome, words=said, said=said, evidence=evidence,
            request=news.request,
        )  # fmt: skip
        return
    if news.status == "investigating" and not news.words:
        once(lambda: acknowledge(by=by, case=news.case, request=news.request), news.case)
    elif news.words or news.status not in UNCHANGED:
        write_to(
            by=by, case=news.case, words=news.words or _("The office is working on it."),
            request=news.request,
        )  # fmt: skip


def once(confirm: Callable[[], Any], case: Case) -> None:
    """Receipt is confirmed once; that another system does it again is no fault."""
    if case.acknowledged_on is None:
        confirm()


def kept(request: HttpRequest, by: OfficeSystem, case: Case) -> list[Blob]:
    """Photos that show what was done, kept for the office."""
    return [
        keep(by=by, file=one.data, kind="photo", owner=case.owner_key, field="media")
        for one in pictures(request)
    ]
