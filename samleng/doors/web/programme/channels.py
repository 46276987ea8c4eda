"""On which channels an office is open, and what lacks where it is not; and an outline as it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from samleng.doors.web.templatetags.placed import place_name
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.opening import Opening, can_answer, channel_open
from samleng.ground.channels.rules import Catalogue, Category
from samleng.ground.keys.models import Vault
from samleng.ground.keys.rules import CASES
from samleng.ground.offices.models import Duty, Office
from samleng.ground.offices.zones import Point, within
from samleng.ground.places.models import Place

# How wide an outline is drawn, in its own units.
DRAWN = 100.0


@dataclass(frozen=True)
class Channel:
    """One kind of message at one place that would come to the office, and what happens to it today."""

    category: Category
    where: str
    opening: Opening
    office: Office

    @property
    def here(self) -> bool:
        """Whether it comes to this office first."""
        return self.opening.open and self.opening.owner == self.office


def channels_of(office: Office) -> list[Channel]:
    """Every kind of message that is its task: by duty, by its kind, or as a place's own office."""
    current = CatalogueVersion.objects.current()
    if current is None:
        return []
    catalogue = current.catalogue
    return [
        Channel(category, where, opened(catalogue, category, place, point), office)
        for category, where, place, point in tasks(catalogue, office)
    ]


def tasks(catalogue: Catalogue, office: Office) -> Iterator[tuple[Category, str, Place, Point | None]]:
    """The categories that are the office's, each with where, in words and as a place and a point."""
    taken = [one for one in catalogue.categories if not one.only_referral]
    duties = Duty.objects.filter(office=office, until=None).select_related("service", "area__kind")
    for duty in duties.order_by("service__code", "area__code"):
        point = within(duty.zone) if duty.zone else None
        where = _("%(place)s, inside its outline") if duty.zone else "%(place)s"
        for one in taken:
            named = not duty.categories or one.code in duty.categories
            if one.service == duty.service.code and named and not one.about_official:
                yield one, where % {"place": place_name(duty.area)}, duty.area, point
    here = place_name(office.place)
    for one in taken:
        hears = one.about_official and office.kind.code in catalogue.ombudsmen
        if hears or (not one.service and not one.about_official and office.kind.administers):
            yield one, here, office.place, None


def opened(catalogue: Catalogue, category: Category, place: Place, point: Point | None) -> Opening:
    return channel_open(catalogue, category, place=place, point=point, has_vault=has_vault)


def has_vault(office: Office) -> bool:
    return Vault.objects.of(office, CASES) is not None


def lacks(office: Office, has_task: bool) -> list[tuple[str, str]]:
    """What keeps messages from the office altogether: what it is, and what to do."""
    no_duty = _("No message finds its way here before the register says what it answers for.")
    no_seat = _("Let its head in under “People”; the head then gives seats to the others.")
    no_keys = _("Messages are sealed to an office. Its head opens its keys under “Keys of what is sealed”.")
    missing = (
        (not has_task, _("It has no duty"), no_duty),
        (not can_answer([office]), _("Nobody has a seat who may answer"), no_seat),
        (not has_vault(office), _("It has no keys"), no_keys),
    )
    return [(what, remedy) for lacking, what, remedy in missing if lacking]


def outline(zone: Mapping[str, Any] | None) -> dict[str, str] | None:
    """The outline as a drawing: a path and the box it fits into, north above; None for none."""
    if not zone:
        return None
    areas = zone["coordinates"] if zone["type"] == "MultiPolygon" else [zone["coordinates"]]
    rings = [ring for area in areas for ring in area]
    west, east = min(p[0] for r in rings for p in r), max(p[0] for r in rings for p in r)
    south, north = min(p[1] for r in rings for p in r), max(p[1] for r in rings for p in r)
    scale = DRAWN / (max(east - west, north - south) or 1.0)
    paths = [
        "M" + "L".join(f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring) + "Z"
        for ring in rings
    ]
    box = f"-2 -2 {(east - west) * scale + 4:.1f} {(north - south) * scale + 4:.1f}"
    return {"path": "".join(paths), "box": box}
