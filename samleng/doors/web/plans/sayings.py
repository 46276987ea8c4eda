"""What somebody may say of a promise now: each with the words it is offered in, its form and its verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Step
from samleng.answers.actions.rules import Standing
from samleng.answers.actions.steps import has_part_in, may_judge, require_part_in, standing
from samleng.answers.actions.verbs import climbing, following, giving
from samleng.answers.plans.models import Member
from samleng.answers.plans.verbs import watching
from samleng.doors.web.plans import said_forms as ask
from samleng.ground.people.rules import Acting
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import photo_or_scan
from samleng.kit.media.verbs import keep


@dataclass(frozen=True)
class Case:
    """One promise before one person: where it stands and what they are to it."""

    by: Acting
    action: Action
    now: Standing
    member: bool
    own: bool

    @classmethod
    def of(cls, by: Acting, action: Action) -> Case:
        live = Member.objects.live(timezone.localdate()).filter(plan__items__action_id=action.pk)
        member = live.filter(person_id=by.person).exists() if by.person else False
        claim = action.steps.filter(kind="claim").order_by("-at").first()
        own = rules.own_claim(claim.by if claim else "", by, action.office_keys)
        return cls(by, action, standing(action), member, own)

    def has(self, verb: str) -> bool:
        return has_part_in(self.by, verb, self.action)

    @property
    def moving(self) -> bool:
        """Neither replaced, given up, claimed nor confirmed."""
        now = self.now
        return now.kind == rules.OPEN and not now.superseded and now.claimed_on is None

    @property
    def judges(self) -> bool:
        """Whether they may say if a claim is true: by their seats or as a member, never of their own."""
        return (self.member or may_judge(self.by, self.action)) and not self.own and not self.now.superseded

    @property
    def as_member(self) -> bool:
        """Whether they speak as a member of the plan's committee or its ambassador."""
        return self.member and not self.by.may(
            "plans.agree", owner=self.action.owner_key, path=self.action.place.path
        )


def proofs_of(case: Case, verb: str, files: list[Any]) -> list[Blob]:
    """The files as kept blobs of the action's programme, of somebody who may use them for this verb."""
    # Asked here too: a file is kept before the verb that hangs it on its step can ask.
    require_part_in(case.by, verb, case.action)
    owner = case.action.owner_key
    return [keep(by=case.by, file=file, kind=kind_of(file), owner=owner, field="proofs") for file in files]


def kind_of(file: Any) -> str:
    file.seek(0)
    return photo_or_scan(file.read(4096))


Given = dict[str, Any]


def report(case: Case, given: Given, token: UUID) -> Step:
    proofs = proofs_of(case, "actions.report_progress", given["proofs"])
    step: Step = following.report_progress(
        by=case.by,
        action=case.action,
        status=given["status"],
        percent=given["percent"] or None,
        note=given["note"],
        proofs=proofs,
        request=token,
    )
    return step


def claim(case: Case, given: Given, token: UUID) -> Step:
    proofs = proofs_of(case, "actions.claim", given["proofs"])
    step: Step = following.claim(
        by=case.by, action=case.action, proofs=proofs, reason=given["note"], request=token
    )
    return step


def judge(case: Case, given: Given, token: UUID) -> Step:
    plain = {"action": case.action, "verdict": given["verdict"], "reason": given["note"], "request": token}
    step: Step
    if case.as_member:
        step = watching.confirm(by=case.by, **plain)
    else:
        step = following.confirm(by=case.by, party=given.get("party", ""), **plain)
    return step


def dispute(case: Case, given: Given, token: UUID) -> Step:
    speak = watching.dispute if case.as_member else following.dispute
    step: Step = speak(by=case.by, action=case.action, reason=given["note"], request=token)
    return step


def climb(case: Case, given: Given, token: UUID) -> Step:
    step: Step = climbing.escalate(by=case.by, action=case.action, reason=given["note"], request=token)
    return step


def answer(case: Case, given: Given, token: UUID) -> Step:
    step: Step = climbing.answer_escalation(
        by=case.by, action=case.action, answer=given["answer"], reason=given["note"], request=token
    )
    return step


def drop(case: Case, given: Given, token: UUID) -> Step:
    step: Step = following.drop(by=case.by, action=case.action, reason=given["note"], request=token)
    return step


def extend(case: Case, given: Given, token: UUID) -> Step:
    step: Step = giving.extend(
        by=case.by, action=case.action, due_on=given["due_on"], reason=given["note"], request=token
    )
    return step


def fund(case: Case, given: Given, token: UUID) -> Action:
    action: Action = giving.secure_funding(
        by=case.by,
        action=case.action,
        source=given["source"],
        amount=given["amount"] or None,
        secured=given["secured"],
        request=token,
    )
    return action


@dataclass(frozen=True)
class Saying:
    """One thing to say: its code in the address, its words, its form, its verb, and when it is offered."""

    code: str
    label: Any
    why: Any
    form: type[ask.SayForm]
    do: Callable[[Case, Given, UUID], Any]
    when: Callable[[Case], bool]
    kind: str = "quiet"
    picture: str = "chat-bubble-left"


def is_asked(case: Case) -> bool:
    above = case.action.escalated_to
    if above is None or case.now.escalation != rules.ASKED or not case.moving:
        return False
    return case.by.may("actions.escalate", owner=above.owner_key)


def may_climb(case: Case) -> bool:
    return case.moving and case.now.escalation != rules.ASKED and case.has("actions.escalate")


SAYINGS: tuple[Saying, ...] = (
    Saying(
        "answer",
        _("Answer what was put to your office"),
        _("Take it up, return it to the office that promised, or refuse it. The last two with a reason."),
        ask.AnswerForm,
        answer,
        is_asked,
        kind="",
        picture="arrow-uturn-left",
    ),
    Saying(
        "judge",
        _("Say whether it was kept"),
        _("Look at it first. Whoever says that it is done cannot confirm it."),
        ask.JudgeForm,
        judge,
        lambda c: c.judges and c.now.claimed_on is not None and c.now.confirmed_on is None,
        kind="",
        picture="check-badge",
    ),
    Saying(
        "claim",
        _("Say that it is done"),
        _("Show it with a photo or a paper, or write why there is none. Then people look whether it is so."),
        ask.ClaimForm,
        claim,
        lambda c: c.moving and c.has("actions.claim"),
        kind="",
        picture="check",
    ),
    Saying(
        "report",
        _("Say how far it is"),
        _("Begun, partly done or delayed. A delay needs a reason."),
        ask.ReportForm,
        report,
        lambda c: c.moving and c.has("actions.report_progress"),
        picture="chart-bar",
    ),
    Saying(
        "fund",
        _("Say where the money comes from"),
        _("Which budget or donor, how much, and whether the money is sure."),
        ask.FundForm,
        fund,
        lambda c: c.moving and c.has("actions.secure_funding"),
        picture="banknotes",
    ),
    Saying(
        "extend",
        _("Ask for more time"),
        _("Give a later day and say why. The first day stays beside it."),
        ask.ExtendForm,
        extend,
        lambda c: c.moving and c.has("actions.promise"),
        picture="calendar",
    ),
    Saying(
        "escalate",
        _("It needs a higher level"),
        _("It is put to the next office above, which must answer."),
        ask.ReasonForm,
        climb,
        may_climb,
        picture="arrow-up",
    ),
    Saying(
        "dispute",
        _("It is not done, or no longer"),
        _("It was confirmed, but that is not true, or no longer. It is open again, with your reason."),
        ask.ReasonForm,
        dispute,
        lambda c: c.judges and c.now.confirmed_on is not None,
        picture="exclamation-triangle",
    ),
    Saying(
        "drop",
        _("Give it up"),
        _("People are told why it will not be done."),
        ask.ReasonForm,
        drop,
        lambda c: c.moving and c.has("actions.drop"),
        kind="warn",
        picture="x-circle",
    ),
)
CODES = {one.code: one for one in SAYINGS}


def offered(case: Case) -> list[Saying]:
    """What this person may say of the promise now, the likeliest first.

    A higher office that was asked answers first; what it took up it may then report on and claim.
    """
    if is_asked(case) and f"office:{case.action.office_id}" not in {seat.owner for seat in case.by.seats}:
        return [CODES["answer"]]
    return [one for one in SAYINGS if one.when(case)]
