"""An empty list of people to fill in: headings, what each means, and the codes that may stand there."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from samleng.doors.exchange.samples import sample_book
from samleng.ground.offices.models import Implementer
from samleng.ground.people.models import Schooling
from samleng.ground.people.rules import FIELD, MODULES
from samleng.ground.places.models import Place
from samleng.kit.words.text import say

HEADINGS = (
    *("code", "name", "sex", "base", "areas", "role", "implementer"),
    *("phone", "email", "language", "schooling", *MODULES),
)


def sample_people(implementers: Sequence[Implementer], places: Sequence[Place]) -> bytes:
    """A workbook with an empty list, an explanation of each column, and the codes of places."""
    language = (translation.get_language() or "en").split("-")[0]
    codes = [one.code for one in implementers]
    lines = [["code", "name", "in"]]
    for place in places:
        above = place.parent
        lines.append([place.code, place.label(language), above.label(language) if above else ""])
    choices = {
        "sex": ["female", "male", "other"],
        "role": sorted(FIELD),
        "schooling": list(Schooling.values),
    }
    # A list of choices in a cell may hold 255 signs.
    if codes and len(",".join(codes)) < 255:
        choices["implementer"] = codes
    more = {"places": lines}
    if codes:
        named = [[one.code, say(one.name, language)] for one in implementers]
        more["implementers"] = [["code", "name"], *named]
    return sample_book("people", HEADINGS, meanings(), choices=choices, more=more)


def meanings() -> list[tuple[str, str]]:
    """What each column holds."""
    return [
        ("code", _("The person's number in your programme. By it the same person is found again.")),
        ("name", _("The whole name. Needed.")),
        ("sex", _("female, male or other (ស្រី, ប្រុស). May be empty.")),
        ("base", _("The code of the place where they live, as text: 010101. Needed.")),
        ("areas", _("The codes of the places they work in, with commas between. Empty: where they live.")),
        ("role", _("Empty means facilitator. Other codes: %(roles)s.") % {"roles": ", ".join(sorted(FIELD))}),
        ("implementer", _("The code of the implementer they work for. May be empty.")),
        ("phone", _("A telephone number; it is kept under seal. May be empty.")),
        ("email", _("An e-mail address; it is kept under seal. May be empty.")),
        ("language", _("km or en. May be empty.")),
        (
            "schooling",
            _("Schooling, one of these codes: %(known)s.") % {"known": ", ".join(Schooling.values)},
        ),
        (", ".join(MODULES), _("Training passed: yes, or the day such as 2026-05-31. Empty: not passed.")),
    ]
