"""Finding facilities by what people type, in the same way as places."""

from __future__ import annotations

from samleng.ground.places.models import Place
from samleng.ground.places.search import best_first
from samleng.ground.services.models import Facility


def search(
    text: str, *, service: str | None = None, within: Place | None = None, limit: int = 20
) -> list[Facility]:
    """Open facilities whose name or ministry code matches, best first; `service` is a service's code."""
    facilities = Facility.objects.open()
    if service:
        facilities = facilities.filter(service__code=service)
    if within is not None:
        facilities = facilities.serving(within)
    found = best_first(facilities, text)
    if found is None:
        return []
    found = found.select_related("service", "place__kind").order_by("rank", "sort_key", "id")
    return list(found[:limit])
