"""The codes of cases in words: states, clocks, endings, parts; one list each, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# code: (shape and tone of the chip, word)
STATES: Mapping[str, tuple[str, str, Any]] = {
    "received": ("ring", "", _("New")),
    "acknowledged": ("half", "go", _("Receipt confirmed")),
    "working": ("three", "go", _("Under way")),
    "waiting": ("clock", "care", _("Clock stands still")),
    "answered": ("tick", "good", _("Answered, waits for a verdict")),
    "closed": ("ticks", "sure", _("Closed")),
    "merged": ("next", "", _("Joined to another case")),
}
KINDS = {
    "complaint": _("Complaint"),
    "support": _("Seeks support"),
    "question": _("Question"),
    "rating": _("Rating"),
    "suggestion": _("Suggestion"),
    "report": _("Report"),
}
EXPOSURES = {"public": _("Public"), "confidential": _("Confidential"), "anonymous": _("Anonymous")}
OUTCOMES = {
    "fixed": _("Fixed"),
    "settled": _("Settled between both sides"),
    "answer": _("The question is answered"),
    "resolved_itself": _("It resolved itself"),
    "not_upheld": _("Looked into, and not found to be so"),
    "no_budget": _("Right, but there are no means now"),
    "refused": _("Refused"),
    "other_body": _("Not a matter for this office: sent elsewhere"),
    "referred": _("Referred to somebody who can help"),
    "withdrawn": _("Taken back by its reporter"),
    "no_response": _("Nobody answered"),
    "duplicate": _("Reported before"),
}
VERDICTS = {
    "fixed": _("It is fixed"),
    "half": _("Half fixed"),
    "not": _("It is not fixed"),
    "ignored": _("Nobody did anything"),
    "refused": _("Does not accept the answer"),
}
JURISDICTIONS = {
    "ours": _("It is ours"),
    "other_level": _("Another level of the administration"),
    "ministry": _("A ministry"),
    "court_police": _("A court or the police"),
    "anti_corruption": _("The anti-corruption unit"),
}
WHY_MOVED = {
    "opened": _("opened here"),
    "transferred": _("handed on"),
    "escalated": _("its day had passed"),
    "disputed": _("its reporter disputed the answer"),
    "split": _("split from another case"),
}
PARTIES = {
    "complainant": _("The person who complains"),
    "companion": _("Somebody they trust"),
    "office": _("The office"),
    "official": _("The official"),
    "witness": _("A witness"),
    "mediator": _("A mediator"),
}
SITTINGS = {
    "": _("Not held yet"),
    "agreed": _("They agreed"),
    "agreed_in_part": _("They agreed in part"),
    "not_agreed": _("They did not agree"),
    "did_not_come": _("Somebody did not come"),
}
ANSWERS = {"accepted": _("Accepted"), "in_part": _("Accepted in part"), "refused": _("Refused")}
# How somebody agreed that another wrote it down for them.
CONSENTS = {
    "spoken": _("they said yes after it was read to them"),
    "signed": _("they signed or put their thumbprint"),
    "thumbprint": _("they put their thumbprint"),
    "guardian": _("their parent or guardian said yes"),
    "letter": _("they wrote the letter"),
}
URGENT = {
    "category": _("What it is about is urgent"),
    "life": _("A life is in danger"),
    "health": _("Somebody's health is in danger"),
    "child": _("A child or somebody who cannot help themselves"),
    "grows": _("It spreads or gets worse by the hour"),
    "day": _("A day is near that cannot be moved"),
}
# kind of step: (icon, what it says)
STEPS: Mapping[str, tuple[str, Any]] = {
    "receive": ("inbox-arrow-down", _("Received")),
    "acknowledge": ("check", _("Receipt confirmed")),
    "decide": ("scale", _("Whose matter it is")),
    "assign": ("user", _("Given to somebody")),
    "write": ("chat-bubble-left-right", _("The office wrote to the reporter")),
    "ask": ("question-mark-circle", _("The office asked the reporter; the clock stands")),
    "answer": ("check-circle", _("Answered")),
    "take_back": ("arrow-path", _("The office took its answer back and works on it again")),
    "urgent": ("bell-alert", _("Marked as urgent")),
    "not_urgent": ("bell-slash", _("No longer urgent")),
    "pause": ("pause", _("The clock was stopped")),
    "resume": ("play", _("The clock runs again")),
    "extend": ("clock", _("More time was taken")),
    "transfer": ("arrow-right", _("Handed to another office")),
    "escalate": ("arrow-up", _("Went up to the next office")),
    "merge": ("arrows-pointing-in", _("Other cases were joined to it")),
    "merged": ("arrows-pointing-in", _("Joined to another case")),
    "split": ("arrows-pointing-out", _("Split")),
    "join": ("user-plus", _("Somebody else reported the same")),
    "judge": ("hand-raised", _("The reporter said how it was")),
    "still_there": ("eye", _("A neighbour says it is still there")),
    "reply": ("chat-bubble-left", _("The reporter wrote")),
    "approve": ("shield-check", _("The reporter let a wording go further")),
    "withdraw": ("x-mark", _("The reporter took it back")),
    "leave": ("user-minus", _("A reporter took their part back")),
    "review": ("eye", _("Words and photos were reviewed")),
    "redact": ("eye-slash", _("Something was blacked out")),
    "mediate": ("users", _("Mediation")),
    "recommend": ("megaphone", _("A recommendation was made")),
    "respond": ("building-library", _("The authority answered the recommendation")),
    "order": ("truck", _("Work was given to a crew")),
    "done": ("wrench", _("The crew has done it")),
    "could_not": ("no-symbol", _("The crew could not do it")),
    "promised": ("document-check", _("Taken up in a plan")),
    "promise_kept": ("check-badge", _("The promise made of it was kept")),
    "promise_dropped": ("x-mark", _("The promise made of it was given up")),
    "stand": ("clock", _("Nobody said how it was; the answer stands as the office gave it")),
}
BY_STEP: Mapping[str, Mapping[str, Any]] = {
    "answer": OUTCOMES,
    "done": OUTCOMES,
    "stand": OUTCOMES,
    "withdraw": OUTCOMES,
    "judge": VERDICTS,
    "still_there": VERDICTS,
    "decide": JURISDICTIONS,
    "mediate": SITTINGS,
    "respond": ANSWERS,
    "urgent": URGENT,
    "escalate": WHY_MOVED,
    "could_not": {
        "not_our_zone": _("Not our zone"),
        "not_found": _("Nothing was found there"),
        "no_access": _("No way in"),
        "needs_truck": _("Needs a truck"),
        "too_dangerous": _("Too dangerous"),
    },
}
LOOKS = {
    "words": _("read what was said"),
    "photo": _("opened a photo"),
    "sound": _("listened to a recording"),
    "notes": _("read the notes"),
    "identity": _("opened the identity"),
    "export": _("exported it"),
}


def code_words(kind: str, code: str) -> Any:
    """The code of a step in words; as it is when it is the catalogue's own (a reason to pause)."""
    return BY_STEP.get(kind, {}).get(code, code)


UNNAMED = _("a helper, unnamed")
YES, NO = _("Yes"), _("No")
