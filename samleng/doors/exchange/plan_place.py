"""Whose plan a file is, and of which year, where nobody says: read from its own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.matching import called
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import without_kind
from samleng.kit.words.khmer import searchable, skeleton
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled


def place_in(locations: Iterable[str], level: int) -> Place:
    """The one place of the plan's level that the rows' locations name by kind and name, or a Refusal."""
    said = {searchable(text) for text in locations if text}
    kinds = PlaceKind.objects.filter(country=settings.COUNTRY_PACK, level=level)
    words = [word for kind in kinds for names in (kind.name, kind.plural) for word in names.values()]
    bare = {skeleton(name) for text in said if (name := without_kind(text, words)) != text}
    found = []
    for bones in bare:
        like = Place.objects.current().filter(country=settings.COUNTRY_PACK, level=level)
        found += like.filter(skeleton__contains=f"\n{bones}\n").select_related("kind")
    found = list(dict.fromkeys(found))
    if len(found) == 1:
        return found[0]
    if found:
        told = filled(_("The rows may mean any of: %(places)s."), places=called(tuple(found[:10])))
    else:
        told = _("The rows do not say which place's plan this is.")
    raise Refusal(told, field="--place", remedy=_("Give the code of the place."), code="missing")


def year_in(years: Iterable[int]) -> int:
    """The year in which most of the rows begin, or a Refusal."""
    counted = Counter(years).most_common(1)
    if not counted:
        raise Refusal(
            _("The rows do not say of which year this plan is."),
            field="--year",
            remedy=_("Give the year."),
            code="missing",
        )
    return counted[0][0]


def office_of(place: Place) -> Office:
    """The place's own administration, or a Refusal."""
    office = Office.objects.administering(place).first()
    if office is None:
        raise Refusal(
            _("The administration of this place is not in the register."),
            field="place",
            remedy=_("Import the offices first, then the plan."),
            code="missing",
        )
    return office
