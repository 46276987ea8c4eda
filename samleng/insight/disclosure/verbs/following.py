"""Pins follow their cases: what the ledger says of cases becomes pins put up, moved and taken off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.story import MERGED
from samleng.insight.disclosure.cases import facts_of, on_map, stands_in, whole
from samleng.insight.disclosure.models import Joined, Pin
from samleng.insight.disclosure.rules.pins import PUBLIC
from samleng.insight.disclosure.verbs.pinning import count_anew, pin_many, unpin
from samleng.kit.ledger.models import Due
from samleng.kit.ledger.rules import SYSTEM

READER = "pins"


def follow_cases(*, limit: int = 200) -> int:
    """Bring pins to how cases stand now, for every case the ledger tells of; how many rows.

    Rows are found by their missing mark, in any order; marks and pins move in one transaction. Two workers
    share the rows, and wait for each other where they hold rows of the same case.
    """
    with transaction.atomic():
        waiting = Due.objects.filter(reader=READER).order_by("entry_id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        due = list(waiting.select_related("entry")[:limit])
        place_pins({one.entry.thing_id for one in due if one.entry.thing_kind == Case._meta.label_lower})
        Due.objects.filter(pk__in=[one.pk for one in due]).delete()
    return len(due)


def follow_all() -> int:
    """Follow until nothing is left; how many rows were handled."""
    handled = 0
    while count := follow_cases():
        handled += count
    return handled


def place_pins(ids: Collection[str | UUID], *, quiet: bool = False) -> None:
    """Put up, move or take off the pins of these cases as they stand; `quiet` tells nobody of new ones."""
    wanted = sorted(map(str, ids))
    held = whole(Case.objects.filter(pk__in=wanted, exposure=PUBLIC)).order_by("opened_at", "pk")
    cases = list(held.select_for_update(of=("self",), no_key=True))
    showing = [one for one in cases if on_map(one)]
    for one in cases:
        if not on_map(one):
            unpin(by=SYSTEM, case_id=one.pk)
        if one.state == MERGED:
            point_on(one)
    # Where a category is public no more: what may not be shown is taken off, and holds up no others.
    for case_id in pin_many(by=SYSTEM, facts=facts_of(showing), quiet=quiet):
        unpin(by=SYSTEM, case_id=case_id)


def point_on(case: Case) -> None:
    """Whoever asks for a case that was joined to another finds that other one."""
    into = stands_in(case)
    Joined.objects.update_or_create(reference=case.reference, defaults={"case_id": into.pk})
    Joined.objects.filter(case_id=case.pk).update(case_id=into.pk)


def rebuild_pins(
    *, after: str = "", progress: Callable[[int, int, str], None] | None = None, batch: int = 500
) -> int:
    """Make every pin, signpost and count anew from the cases; how many cases were gone through.

    Some at a time, each with its signposts in one transaction: readers never see half a report, and whoever
    stops it goes on `after` the mark that `progress` was told last. What stands rightly is left as it is;
    what no case explains goes at the end, and the counts are made anew from the pins.
    """
    public = Case.objects.filter(exposure=PUBLIC).order_by("pk")
    whole_sum, gone = public.count(), public.filter(pk__lte=after).count() if after else 0
    while True:
        left = public.filter(pk__gt=after) if after else public
        ids = list(left.values_list("pk", flat=True)[:batch])
        if not ids:
            break
        with transaction.atomic():
            made_anew(ids)
        after, gone = str(ids[-1]), gone + len(ids)
        if progress:
            progress(gone, max(whole_sum, gone), after)
    with transaction.atomic():
        for case_id in Pin.objects.exclude(case_id__in=public.values("pk")).values_list("case_id", flat=True):
            unpin(by=SYSTEM, case_id=case_id)
        Joined.objects.exclude(reference__in=public.filter(state=MERGED).values("reference")).delete()
    count_anew()
    return gone


def made_anew(ids: Collection[UUID]) -> None:
    """The pins and signposts of these cases as they stand, whatever was told of them before."""
    cases = {one.pk: one for one in Case.objects.filter(pk__in=ids).only("reference", "updated_at")}
    references = [one.reference for one in cases.values()]
    for one in Pin.objects.filter(Q(case_id__in=ids) | Q(reference__in=references)):
        # Only what is older gives way to how a case stands; a pin from the future never stood so.
        case = cases.get(one.case_id)
        if case is None or one.updated_at > case.updated_at:
            unpin(by=SYSTEM, case_id=one.case_id)
    Joined.objects.filter(reference__in=references).delete()
    place_pins(ids, quiet=True)
