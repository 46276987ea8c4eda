"""How a report that cannot be taken is said to people; the rules know codes only."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.missteps import refusal_of
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.rules.filing import Unfit

WHY: Mapping[str, tuple[Any, Any]] = {
    "category": (_("This is not one of the things one can tell here."), _("Choose one from the list.")),
    "exposure": (
        _("This cannot be sent in that way."),
        _("Choose one of the ways that stand below the question."),
    ),
    "long": (_("The text is longer than %(most)s letters."), _("Shorten it, or record it with your voice.")),
    "files": (_("These are more than %(most)s files."), _("Leave some out; you can send them later.")),
    "future": (_("This day has not come yet."), _("Choose today or a day before.")),
    "consent": (
        _("It is not said that the person agreed."),
        _("Read the sentence to them and say how they agreed."),
    ),
    "named": (
        _("An anonymous report carries no name and no number."),
        _("Leave them out, or send it confidentially."),
    ),
    "notice_kind": (
        _("This site cannot send messages to telephones."),
        _("Give an e-mail address, or look with your receipt now and then."),
    ),
    "point": (_("This is no place on the map."), _("Choose the place again, or choose a village.")),
    "point_not_kept": (
        _("Where you stand is not kept with a report that is not public."),
        _("Choose a village or a commune instead."),
    ),
    "place": (_("It is not said where this is."), _("Choose a village, a commune or a point on the map.")),
    "empty": (_("Nothing is said yet."), _("Write something, take a photo or record your voice.")),
    "answer_missing": (
        _("A question is not answered."),
        _("Answer it, or go back and choose another matter."),
    ),
    "answer_wrong": (_("This is not an answer to the question."), _("Choose one of the answers.")),
    "answer_long": (_("The answer is longer than %(most)s letters."), _("Shorten it.")),
    "receipt": (
        _("The receipt's digits do not fit together."),
        _("Open the page again: it draws a new receipt."),
    ),
    "receipt_taken": (
        _("Under this receipt something else was sent already."),
        _("Open the page again: it draws a new receipt."),
    ),
    "referral": (
        _("Please do not send this here: it needs people who help at once."),
        _("Call one of those on the list."),
    ),
    "rating": (_("This is not one of the faces."), _("Choose one of them.")),
    "rating_taken": (_("This rating was already sent with other content."), _("Open the page again.")),
}


def refused(unfit: Unfit) -> Refusal:
    """The sentence for a broken rule, at its field."""
    return refusal_of(unfit, WHY)
