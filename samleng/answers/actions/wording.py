"""How a broken rule about promises is said to people; the rules know codes only."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WHY: Mapping[str, tuple[Any, Any]] = {
    "part": (_("“%(value)s” is not a part of the plan."), _("Choose one of the parts listed.")),
    "category": (_("“%(value)s” is not a category."), _("Choose one of the categories listed.")),
    "status": (_("“%(value)s” is not a status."), _("Choose one of the statuses listed.")),
    "verdict": (
        _("“%(value)s” does not say whether it was kept."),
        _("Say whether it was kept, half kept or not kept."),
    ),
    "answer": (_("“%(value)s” is not an answer."), _("Take it up, return it or refuse it.")),
    "text": (_("It is not said what will be done."), _("Write the action in at least one language.")),
    "long": (_("The text is longer than %(most)s letters."), _("Shorten it.")),
    "dates": (_("The end is before the start."), _("Choose an end on or after the start.")),
    "later": (_("The new day is not later than the old one."), _("Choose a later day.")),
    "women": (
        _("%(women)s women cannot be among %(people)s people."),
        _("Correct the number of women or of all who benefit."),
    ),
    "not_a_number": (_("This is not a number."), _("Write digits only, such as 1200 or ១២០០.")),
    "not_whole": (_("This must be a whole number."), _("Leave out what stands after the point.")),
    "out_of_range": (_("This number is negative or too large."), _("Check the digits.")),
    "percent": (_("No more than 100 per cent can be done."), _("Give a number from 0 to 100.")),
    "day": (
        _("This day lies in the future or before the promise."),
        _("Choose the day of the promise or a later one, up to today."),
    ),
    "reason": (_("The reason is missing."), _("Write in a sentence why.")),
    "source": (_("It is not said where the money comes from."), _("Name the budget or the donor.")),
    "proof": (
        _("Nothing shows that it is done."),
        _("Add a photo or a paper, or write why there is none."),
    ),
    "superseded": (_("This promise was worded anew."), _("Open the newest wording.")),
    "stopped": (_("This promise was dropped."), _("Agree on a new one if it is to be done after all.")),
    "confirmed": (
        _("People have confirmed that this is done."),
        _("If that is not true, or no longer true, choose “It is not done, or no longer” and say why."),
    ),
    "claimed": (_("This is already claimed as done."), _("Wait until people have said whether it was kept.")),
    "unclaimed": (_("Nobody has said that this is done."), _("The office that promised says so first.")),
    "claim_it": (
        _("That it is done is not said in a report of progress, but with something that shows it."),
        _("Choose “Say that it is done”, and add a photo or a paper."),
    ),
    "drop_it": (_("A promise is given up only with a reason."), _("Choose “Give it up” and say why.")),
    "escalate_it": (
        _("A matter goes to a higher office with a reason."),
        _("Choose “It needs a higher level” and say why."),
    ),
    "own_claim": (
        _("Whoever says that it is done cannot also confirm it."),
        _("Ask those who may confirm in this framework."),
    ),
    "party": (
        _("In this framework others confirm."),
        _("Ask those who may confirm in this framework."),
    ),
    "adopted": (
        _("The plan is adopted; its wording cannot be changed in place."),
        _("Word it anew with a reason; the first wording stays known."),
    ),
    "asked_already": (_("A higher office has already been asked."), _("Wait for its answer.")),
    "not_asked": (_("No higher office is asked about this now."), _("Open the list again.")),
    "top": (
        _("No higher office is known for this service here."),
        _("Ask the keeper of the national registers to enter it."),
    ),
}
