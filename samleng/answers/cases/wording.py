"""How a broken rule about cases is said to people; the rules know codes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.rules.story import Misstep
from samleng.kit.words.missteps import holder, refusal_of

WHY: Mapping[str, tuple[Any, Any]] = {
    "closed_channel": (
        _("Nobody is named yet who must answer this here, so it is not open."),
        _("Look at the list of offices for this place, or choose another matter."),
    ),
    "no_vault": (
        _("The office that would answer this cannot open sealed words yet, so it is not open here."),
        _("Ask the office to choose its keys, or send it to the citizens' office."),
    ),
    "merged": (_("This case was joined to another one."), _("Open the case it was joined to.")),
    "closed": (_("This case is closed."), _("The reporter can open it again, or report anew.")),
    "acknowledged": (_("Receipt was confirmed already."), _("Go on with the next step.")),
    "answered": (_("This case is answered already."), _("Wait for the reporter's verdict.")),
    "not_answered": (
        _("The office has not answered yet."),
        _("Say “ignored” when its day has passed, or wait for the answer."),
    ),
    "former": (
        _("This request cannot have stood like that in the other system."),
        _("Compare its state, how it ended and its days."),
    ),
    "outcome": (_("This is not one of the ways a case ends."), _("Choose one from the list.")),
    "jurisdiction": (
        _("It is not decided yet whose matter this complaint is."),
        _("Decide first whether it is this office's own matter."),
    ),
    "whose": (_("This is not an answer to whose matter it is."), _("Choose one from the list.")),
    "evidence": (
        _("Nothing shows that it is done."),
        _("Add a photo taken afterwards; this category asks for one."),
    ),
    "reason": (_("The reason is missing."), _("Write in a sentence why.")),
    "words": (_("Nothing is written."), _("Write what you want to say.")),
    "long": (_("The text is longer than %(most)s letters."), _("Shorten it.")),
    "stands_still": (_("The clock stands still already."), _("Let it run again first.")),
    "no_reason": (_("The reason is missing."), _("Write in a sentence why.")),
    "before_start": (_("The clock has not begun yet."), _("Wait until the case has come to the office.")),
    "too_late": (
        _("The day has passed; time that has run out is neither stopped nor lengthened."),
        _("Answer now, with what is known."),
    ),
    "urgent_why": (_("It is not said why it is urgent."), _("Choose one of the reasons.")),
    "urgent": (_("This case is urgent already."), _("It stands above the others.")),
    "not_urgent": (_("This case is not marked as urgent."), _("Open the case again.")),
    "not_paused": (_("The clock is running."), _("It can only be stopped with a reason.")),
    "no_such_reason": (
        _("The clock stands still only for one of the reasons listed."),
        _("Choose one of them."),
    ),
    "used_up": (_("More time was taken once already."), _("Answer with what is known now.")),
    "verdict": (_("This does not say how it was."), _("Choose one of the answers listed.")),
    "stars": (_("This is not one of the faces."), _("Choose one of them.")),
    "about_itself": (
        _("The complaint is about this office; it cannot have the case."),
        _("Choose the citizens' office or a higher office."),
    ),
    "same_office": (_("This office has the case already."), _("Choose another office.")),
    "not_alike": (
        _("These cases cannot become one: they differ in category, exposure or office."),
        _("Join only cases about the same thing, in the same office."),
    ),
    "not_approved": (
        _("The reporter has not let any wording go beyond the first office."),
        _("Ask the reporter for a wording that may go further."),
    ),
    "too_early": (
        _("The office still has time to answer."),
        _("Wait for its day; or say that it is not fixed, once it has answered."),
    ),
    "top": (
        _("There is no higher office for this case."),
        _("It stays where it is, and stays overdue in public."),
    ),
    "locked": (
        _("Sealed words stay closed until you open your key."),
        _("Write your passphrase and try again."),
    ),
    "too_few": (
        _("Confidential and anonymous cases count only six or more together."),
        _("Wait until there are at least six, or use public ones."),
    ),
    "parties": (_("It is not said who sat together."), _("Tick who was there.")),
    "sitting": (
        _("A sitting that has not been held yet has no outcome."),
        _("Leave the outcome empty, or correct the day."),
    ),
    "answer_day": (_("The day for the answer has passed."), _("Choose a later day.")),
    "answer": (_("This does not say whether it is accepted."), _("Choose one of the answers listed.")),
    "responded": (_("The authority has answered already."), _("Open the case again.")),
    "crew": (_("This crew does not work for the office."), _("Choose one of its crews.")),
    "order_moved": (
        _("Another office has this case now."),
        _("There is nothing left to do here; go on with the next work."),
    ),
    "same_photo": (
        _("The photo from before and the one from afterwards are the same."),
        _("Take one more now that it is done."),
    ),
    "photos": (_("These are more than %(most)s photos."), _("Leave some out.")),
    "letter_days": (
        _("The days of the letter do not fit together."),
        _("A letter comes on the day it was written or later, and not after today."),
    ),
    "sheets": (_("It is not said how many sheets the letter has."), _("Count them; at least one.")),
    "not_at_once": (
        _("Only what was just told at this counter is closed at once."),
        _("Answer it as a case; the person says then how it was."),
    ),
    "order": (_("This work is finished already."), _("Give new work if something is left to do.")),
    "order_reason": (_("It is not said why it could not be done."), _("Choose one of the reasons.")),
    "reviewed": (_("This was looked at already."), _("Open the case again.")),
    "person": (_("This person does not sit in the office."), _("Choose somebody of the office.")),
    "picture": (_("This is not a picture that can be drawn anew."), _("Leave it sealed.")),
    "area": (
        _("A black area lies outside the picture."),
        _("Give each edge in hundredths, from 0 to 100."),
    ),
    "nothing": (_("Nothing was chosen."), _("Choose at least one.")),
}


def refuse(step: Misstep) -> NoReturn:
    """Say a broken rule to people, at its field."""
    raise refusal_of(step, WHY) from step


held = holder(WHY)
