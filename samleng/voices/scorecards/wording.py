"""How wrong lines are said to people; the rules know codes only."""

from django.utils.translation import gettext_lazy as _

WRONG = {
    "unknown": _("“%(value)s” is not known to the framework of this scorecard."),
    "unreadable": _("This cannot be read."),
    "not_an_object": _("This entry is empty."),
    "out_of_range": _("“%(value)s” is outside what the scale or the room allows."),
    "empty": _("Something is missing here."),
    "not_json": _("What was sent cannot be read."),
    "too_deep": _("What was sent is not made as the app makes it."),
    "too_large": _("What was sent is larger than %(value)s MB."),
    "too_many_lines": _("A scorecard holds at most %(value)s entries."),
    "too_many_parcels": _("At most %(value)s things can be sent at once."),
    "twice": _("The same criterion stands twice."),
    "too_many": _("At most %(value)s criteria can be chosen."),
    "too_long": _("The text is longer than %(value)s letters."),
    "wrong_length": _("One count is needed for each of the %(value)s faces."),
    "own_criteria_not_allowed": _("This framework allows no criteria of one's own."),
    "too_much_about_a_person": _("Only number, sex, age band and groups may be written about a person."),
}
LACKING = {
    "no_day": _("The day of the meeting is missing."),
    "no_priority": _("No criterion has been chosen."),
    "no_words": _("A chosen criterion was added on another phone, which has not sent it yet."),
    "no_vote": _("Nobody has voted on %(value)s."),
    "too_many": _(
        "%(value)s has more votes than there are people. Some who voted on their own phones were counted"
        " again: count all heads, and by face only those who did not vote by phone."
    ),
    "no_suggestion": _("%(value)s has no suggested action."),
}
NOT_RUNNING = {
    "planned": (_("This meeting has not begun yet."), _("Begin the meeting first.")),
    "in_review": (
        _("This scorecard is in review."),
        _("Ask the reviewer to send it back if something has to be corrected."),
    ),
    "completed": (
        _("This scorecard is completed."),
        _("Ask for it to be unlocked if something has to be corrected."),
    ),
    "cancelled": (
        _("This scorecard was cancelled."),
        _("Ask for a new one if the meeting is to be held after all."),
    ),
}
NOT_SENT = (_("This scorecard has not been sent in yet."), _("It must be sent in by its facilitator first."))
# What only a scorecard in review can have done to it; any state not named here has not come to review yet.
PAST_REVIEW = {state: NOT_RUNNING[state] for state in ("completed", "cancelled")}
FLAGS = {
    "uniform_votes": _("All %(found)s people voted exactly the same."),
    "same_face_for_everything": _("Nearly everybody gave all their criteria the same face (%(found)s)."),
    "votes_too_fast": _("Votes were written faster than they can be asked (%(found)s a score)."),
    "chart_differs": _("Flip-chart and ballots differ (criteria: %(found)s)."),
    "unanimous_counts": _("All people were counted at the same face (%(found)s)."),
}
