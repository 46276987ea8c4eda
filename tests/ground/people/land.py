"""A land just large enough for permissions: two districts of two communes, two programmes, three offices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from samleng.ground.offices.models import Implementer, Office, OfficeKind, Programme
from samleng.ground.offices.verbs import add_implementer, name_office_kind, open_programme, register_office
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.ground.places.models import Place, PlaceKind
from samleng.kit.ledger.rules import SYSTEM
from tests.frozen import frozen

LEVELS = ("country", "district", "commune")


def place(code: str, level: int, parent: Place | None = None) -> Place:
    """A place of the invented land."""
    kind, _made = PlaceKind.objects.get_or_create(country="land", code=LEVELS[level], level=level)
    made = Place.objects.create(
        country="land",
        code=code,
        kind=kind,
        level=level,
        name={"en": f"Place {code}"},
        parent=parent,
        path="",
        valid_from=date(2020, 1, 1),
        sort_key=code,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


@dataclass
class Land:
    """The land, and people made on demand with `somebody`."""

    country: Place
    north: Place
    south: Place
    hill: Place
    river: Place
    coast: Place
    roads: Programme
    wells: Programme
    friends: Implementer
    others: Implementer
    offices: dict[str, Office] = field(default_factory=dict)

    def somebody(self, name: str, role: str = "", **at: object) -> tuple[Person, Acting]:
        """A person with one seat, and how they act."""
        person = welcome(by=SYSTEM, name=name, username=name.lower().replace(" ", "."))
        if role:
            seat(by=SYSTEM, person=person, role=role, **at)
        return person, person.acting()


@frozen
def make_land() -> Land:
    """The land, freshly made in the database."""
    country = place("0", 0)
    north, south = place("1", 1, country), place("2", 1, country)
    hill, river, coast = place("11", 2, north), place("12", 2, north), place("21", 2, south)
    roads = open_programme(by=SYSTEM, code="roads", name={"en": "Roads"})
    wells = open_programme(by=SYSTEM, code="wells", name={"en": "Wells"})
    land = Land(
        country=country,
        north=north,
        south=south,
        hill=hill,
        river=river,
        coast=coast,
        roads=roads,
        wells=wells,
        friends=add_implementer(
            by=SYSTEM, programme=roads, code="friends", name={"en": "Friends"}, targets=[north]
        ),
        others=add_implementer(
            by=SYSTEM, programme=roads, code="others", name={"en": "Others"}, targets=[north]
        ),
    )
    for kind, level in (("commune_office", 2), ("district_office", 1)):
        name_office_kind(by=SYSTEM, code=kind, name={"en": kind}, level=level)
    for code, kind, where in (
        ("hill", "commune_office", hill),
        ("coast", "commune_office", coast),
        ("north", "district_office", north),
    ):
        land.offices[code] = register_office(
            by=SYSTEM,
            code=code,
            kind=OfficeKind.objects.get(code=kind),
            name={"en": code},
            place=where,
        )
    return land
