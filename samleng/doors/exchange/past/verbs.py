"""Rows of another system's file become cases and pins, a part at a time, each part whole."""

from __future__ import annotations

from collections.abc import Sequence

from samleng.answers.cases.models import Case
from samleng.answers.cases.verbs.taking_over import take_over
from samleng.doors.exchange.models import Former
from samleng.doors.exchange.past.rows import Found
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.offices.models import Office
from samleng.insight.disclosure.verbs.following import place_pins
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb


@verb
def take_in_part(
    *, by: Actor, source: str, office: Office, catalogue: CatalogueVersion, part: Sequence[Found]
) -> list[Case]:
    """Take over these requests of a source for an office, and show at once what everyone may know of them."""
    cases = take_over(by=by, office=office, catalogue=catalogue, former=[one.former for one in part])
    Former.objects.bulk_create(
        [Former(source=source, theirs=one.theirs, case=case) for one, case in zip(part, cases, strict=True)],
        batch_size=200,
    )
    place_pins([case.pk for case in cases], quiet=True)
    return cases
