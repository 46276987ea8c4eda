"""Whether a programme shows what it finds, and taking a release back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.drafting import first_standing, move_fronts
from samleng.insight.disclosure.gathering import MEETING
from samleng.insight.disclosure.models import PublicPlace, Release
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal


@verb
def switch_publication(*, by: Actor, programme: Programme, on: bool) -> Programme:
    """A programme begins or ceases to show what it finds; ceasing hides its pages at once."""
    require(by, "disclosure.switch", owner=programme.owner_key)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if (row.publishes_since is not None) == on:
        return row
    row.publishes_since = timezone.localdate() if on else None
    row.save(update_fields=["publishes_since"])
    PublicPlace.objects.filter(programme_id=row.pk).update(at=timezone.now())
    record(by=by, verb="disclosure.switch", thing=row, owner=row.owner_key, facts={"on": on})
    return row


@verb
def withdraw(*, by: Actor, release: Release, reason: str) -> Release:
    """Take a release back from the pages. Every later release is still checked against it."""
    row = Release.objects.select_for_update().get(pk=release.pk)
    programme = Programme.objects.get(pk=row.programme_id)
    require(by, "disclosure.publish", owner=programme.owner_key)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), field="reason", remedy=_("Say in a few words why."))
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        if row.kind == MEETING and first_standing(row):
            move_fronts(row, -1)
        record(
            by=by,
            verb="disclosure.withdraw",
            thing=row,
            owner=programme.owner_key,
            content={"reason": reason},
        )
    return row
