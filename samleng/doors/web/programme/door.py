"""Whose desk a programme's pages are: who sees a programme, and what they may do there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied


def staffed(by: Acting) -> set[str]:
    """The programmes in which somebody sits as staff; a PIN on a phone opens no desk."""
    return {seat.programme for seat in by.seats if seat.programme and seat.rights.staff}


def seen(by: Acting) -> QuerySet[Programme]:
    """The programmes whose desk somebody may open; who opens programmes sees that they exist."""
    rows = Programme.objects.order_by("code")
    if by.may("offices.open_programme", owner=""):
        return rows
    return rows.filter(pk__in=staffed(by))


def seen_programme(by: Acting, programme_id: UUID) -> Programme:
    """The programme as one's own staff see it, or Denied."""
    found = Programme.objects.filter(pk=programme_id).first()
    if found is None or str(found.pk) not in staffed(by):
        raise Denied
    return found


def rights(by: Acting, owner: str) -> dict[str, bool]:
    """What the reader may do on this desk, for showing and hiding links; the verbs ask again."""
    return {
        "changes": by.may("offices.change_programme", owner=owner),
        "implements": by.may("offices.add_implementer", owner=owner),
        "switches": by.may("disclosure.switch", owner=owner),
        "publishes": by.may("disclosure.publish", owner=owner),
        "exact": by.may("disclosure.see_exact", owner=owner),
        "asks": any(by.may(f"forms.{one}", owner=owner) for one in ("manage", "read", "give_key")),
        "records": by.may("sounds.record", owner=owner),
        "keys": by.may("exchange.give_key", owner=owner),
        "opens": by.may("offices.open_programme", owner=""),
    }
