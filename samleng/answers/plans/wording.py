"""How a broken rule about meetings and plans is said to people; the rules know codes only."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WHY: Mapping[str, tuple[Any, Any]] = {
    "both_sides_present": (
        _("Only one side's scorecard is part of this meeting."),
        _("Add the completed scorecard of the other side."),
    ),
    "community_before_interface": (
        _("A scorecard was held after the meeting, or has no date."),
        _("Correct the day of the meeting or of the scorecard."),
    ),
    "cards": (
        _("A scorecard of this meeting is not completed."),
        _("Have it reviewed and completed first."),
    ),
    "no_cards": (_("No scorecard is part of this meeting."), _("Choose the scorecards of both sides.")),
    "card": (
        _("Scorecard %(code)s belongs to another facility, round or place, or was not sent in."),
        _("Choose scorecards of this facility and round that were sent in."),
    ),
    "group": (_("“%(value)s” is not a group of this framework."), _("Choose one of the groups listed.")),
    "heads": (_("This is not a number of people."), _("Give a whole number, 0 or more.")),
    "more_than_all": (
        _("%(number)s cannot be among %(people)s people."),
        _("Correct this group or the number of all people."),
    ),
    "day": (_("This day is in the future."), _("Choose today or an earlier day.")),
    "closed": (_("This meeting is closed."), _("What was agreed later belongs to the next meeting.")),
    "level": (
        _("A plan of this framework belongs to another level of places."),
        _("Choose the place whose plan it is, not one above or below it."),
    ),
    "other_framework": (
        _("This place already has a plan of the year by another framework."),
        _("Open that plan."),
    ),
    "other_meeting": (
        _("This meeting was held in another place or programme."),
        _("Choose a meeting of this plan's place."),
    ),
    "criterion": (
        _("“%(value)s” was not scored at this meeting."),
        _("Choose a criterion scored at this meeting, or leave it empty."),
    ),
    "other_programme": (
        _("This action belongs to another programme."),
        _("Take in an action of your own programme."),
    ),
    "finished": (_("This action is already finished."), _("Choose one that is still to be done.")),
    "empty_plan": (_("The plan has no action yet."), _("Agree on at least one.")),
    "scan": (
        _("The stamped plan is missing."),
        _("Scan or photograph the signed and stamped paper and send it here."),
    ),
    "before": (
        _("The plan cannot be adopted before its first action was agreed."),
        _("Correct the day on which it was adopted."),
    ),
    "year": (_("This is not the year after the plan."), _("Choose a later year.")),
    "year_range": (
        _("A plan can be of the years %(first)s to %(last)s."),
        _("Choose one of these years."),
    ),
    "one_thing": (_("It is not said what is taken up."), _("Choose one report or one group of reports.")),
    "taken_back": (
        _("The office has taken this group of reports back."),
        _("Choose another from the list."),
    ),
    "role": (_("“%(value)s” is not a role here."), _("Choose committee or ambassador.")),
    "link_gone": (
        _("This link does not work."),
        _("Ask the person who gave it to you for a new one."),
    ),
    "link_used": (
        _("This link was already used."),
        _("It works once. Ask the person who gave it to you for a new one."),
    ),
    "link_old": (
        _("This link has expired."),
        _("Ask the person who gave it to you for a new one."),
    ),
    "link_verb": (
        _("With this link you can say how far it is, or that it is done."),
        _("Choose one of the two."),
    ),
}
