"""How wrong lines are said to people; the rules know codes only."""

from django.utils.translation import gettext_lazy as _

WRONG = {
    "unknown": _("“%(value)s” is not known to the framework of this scorecard."),
    "unreadable": _("This cannot be read."),
    "not_an_object": _("This line has no content."),
    "out_of_range": _("“%(value)s” is outside what the scale or the room allows."),
    "empty": _("Something is missing here."),
    "twice": _("The same criterion stands twice."),
    "too_many": _("At most %(value)s criteria can be chosen."),
    "too_long": _("The text is longer than %(value)s letters."),
    "wrong_length": _("One count is needed for each of the %(value)s faces."),
    "own_criteria_not_allowed": _("This framework allows no criteria of one's own."),
    "too_much_about_a_person": _("Only number, sex, age band and groups may be written about a person."),
}
FLAGS = {
    "uniform_votes": _("All %(found)s people voted exactly the same."),
    "same_face_for_everything": _("Nearly everybody gave one face to everything (%(found)s)."),
    "votes_too_fast": _("Votes were written faster than they can be asked (%(found)s a score)."),
    "unanimous_counts": _("All counts stand on one face (%(found)s)."),
}
