"""A case in words for whoever reported it: where it stands, what happened, how it ended."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Step

# How a person agreed that somebody else writes for them.
CONSENTS = (
    ("spoken", _("They said yes after I read it to them")),
    ("signed", _("They signed or put their thumbprint")),
    ("guardian", _("Their parent or guardian said yes")),
)
STATES = {
    "received": _("Received. The office has not confirmed it yet."),
    "acknowledged": _("The office confirmed that it has it."),
    "working": _("The office is working on it."),
    "waiting": _("The clock stands still."),
    "answered": _("The office has answered. Now you say how it was."),
    "closed": _("Closed."),
    "merged": _("Joined to another case about the same thing."),
}
OUTCOMES = {
    "fixed": _("The office says: it is fixed."),
    "settled": _("The office says: it is settled."),
    "answer": _("The office answered the question."),
    "resolved_itself": _("The office says: it has ended by itself."),
    "not_upheld": _("The office does not find the complaint right."),
    "no_budget": _("The office says: there is no money for it now."),
    "refused": _("The office refuses."),
    "other_body": _("The office says: it is another body's matter."),
    "referred": _("The office sent it on to another body."),
    "withdrawn": _("You took it back."),
    "no_response": _("Nobody answered."),
    "duplicate": _("It was joined to another case."),
}
# (code, face, words): what a reporter finds.
VERDICTS = (
    ("fixed", "face-5", _("It is fixed")),
    ("half", "face-3", _("Half of it is fixed")),
    ("not", "face-2", _("It is not fixed")),
    ("ignored", "face-1", _("They ignored me")),
    ("refused", "face-1", _("They refused")),
)
STARS = (
    (1, "face-1", _("Very badly")),
    (2, "face-2", _("Badly")),
    (3, "face-3", _("Acceptably")),
    (4, "face-4", _("Well")),
    (5, "face-5", _("Very well")),
)
PAUSES = {"reporter": _("The office waits for your answer; until then its clock stands still.")}
# What happened, as a picture and a sentence.
STEPS = {
    "receive": ("paper-airplane", _("You sent it")),
    "join": ("user-plus", _("Somebody reported the same")),
    "acknowledge": ("check", _("The office confirmed receipt")),
    "decide": ("scale", _("The office decided whose matter it is")),
    "ask": ("question-mark-circle", _("The office asks something")),
    "write": ("chat-bubble-left-right", _("The office wrote")),
    "answer": ("document-check", _("The office answered")),
    "pause": ("pause-circle", _("The clock was stopped")),
    "take_back": ("arrow-path", _("The office works on it again")),
    "resume": ("play-circle", _("The clock runs again")),
    "extend": ("clock", _("The office took more time")),
    "transfer": ("arrow-right", _("It was handed to another office")),
    "escalate": ("arrow-up", _("It went up to the next office")),
    "judge": ("face-smile", _("You said how it was")),
    "reply": ("chat-bubble-left-right", _("You wrote")),
    "approve": ("document-text", _("You let a wording go further")),
    "urgent": ("bell-alert", _("The office takes it before other cases")),
    "not_urgent": ("bell-slash", _("The office takes it in its turn again")),
    "merged": ("link", _("It was joined to another case")),
    "merge": ("link", _("Another case was joined to this one")),
    "still_there": ("exclamation-triangle", _("A neighbour says: it is still there")),
    "withdraw": ("x-mark", _("You took it back")),
    "mediate": ("users", _("Both sides sat together")),
    "recommend": ("megaphone", _("The citizens' office recommended something")),
    "respond": ("chat-bubble-left-right", _("The authority answered the recommendation")),
    "review": ("eye", _("Words and photos were looked at")),
    "order": ("wrench", _("Work was given to a crew")),
    "done": ("check-circle", _("The crew says: done")),
    "could_not": ("no-symbol", _("The crew could not do it")),
    "promised": ("document-check", _("It was taken up in a plan")),
    "promise_kept": ("check-badge", _("The promise made of it was kept")),
    "promise_dropped": ("x-mark", _("The promise made of it was given up")),
    "stand": ("clock", _("Nobody said how it was; the answer stands as the office gave it")),
}


def state_words(case: Case) -> Any:
    """Where it stands, in a sentence."""
    if case.state == "answered" and case.outcome in OUTCOMES:
        return OUTCOMES[case.outcome]
    if case.state == "waiting":
        return PAUSES.get(case.pause_reason, STATES["waiting"])
    return STATES.get(case.state, case.state)


def state_heard(case: Case) -> str:
    """Under which code the sentence of `state_words` is heard."""
    if case.state == "answered" and case.outcome in OUTCOMES:
        return f"outcome_{case.outcome}"
    if case.state == "waiting" and case.pause_reason in PAUSES:
        return f"pause_{case.pause_reason}"
    return f"state_{case.state}"


def step_entry(step: Step) -> dict[str, Any]:
    """One step for the timeline: when, what, and in whose house."""
    picture, what = STEPS.get(step.kind, ("check", step.kind))
    text: Any = step.said
    if step.kind in ("answer", "stand"):
        text = step.said or OUTCOMES.get(step.code, "")
    if step.kind == "judge":
        text = next((words for code, _face, words in VERDICTS if code == step.code), "")
    return {
        "when": step.at, "what": what, "text": text, "picture": picture,
        "who": step.office.name if step.office else "",
    }  # fmt: skip
