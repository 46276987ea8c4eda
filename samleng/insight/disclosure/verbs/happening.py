"""Writing down what everyone may know to have happened to a report: each once, in the order it came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from samleng.insight.disclosure.models import Happening, Pin
from samleng.insight.disclosure.reports import answers_of, steps_of
from samleng.insight.disclosure.rules.pins import state_at

AT_ONCE = 500


def happened_to(pins: Sequence[Pin]) -> None:
    """What these pins tell now; what was told of them before keeps its number, what no longer holds goes."""
    told = {one.pk: happenings(one) for one in pins}
    known: dict[int, dict[Any, list[int]]] = {}
    for one in Happening.objects.filter(pin_id__in=list(told)).order_by("pk"):
        known.setdefault(one.pin_id, {}).setdefault(key(one), []).append(one.pk)
    gone = [
        pk
        for pin_id, places in known.items()
        for which, pks in places.items()
        for pk in pks[Counter(map(key, told[pin_id]))[which] :]
    ]
    fresh = [one for pin_id, some in told.items() for one in without(some, known.get(pin_id, {}))]
    if gone:
        Happening.objects.filter(pk__in=gone).delete()
    if fresh:
        one_after_the_other()
        Happening.objects.bulk_create(sorted(fresh, key=lambda one: one.at), batch_size=AT_ONCE)


def happenings(pin: Pin) -> list[Happening]:
    """A pin's steps, and what offices said to everybody, oldest first."""
    steps = steps_of(pin)
    found = [Happening(pin_id=pin.pk, at=at, state=state) for at, state in steps]
    for at, text in answers_of(pin):
        state = state_at(steps, at) or pin.state
        found.append(Happening(pin_id=pin.pk, at=at, state=state, text=dict(text)))
    return sorted(found, key=lambda one: one.at)


def key(one: Happening) -> tuple[datetime, str, bytes]:
    return one.at, one.state, orjson.dumps(one.text, option=orjson.OPT_SORT_KEYS)


def without(some: Iterable[Happening], known: dict[Any, list[int]]) -> Iterable[Happening]:
    """Those that do not stand already."""
    left = Counter({which: len(pks) for which, pks in known.items()})
    for one in some:
        if left[key(one)]:
            left[key(one)] -= 1
        else:
            yield one


def one_after_the_other() -> None:
    """Numbers come out in the order in which they can be seen: who reads on behind one misses none."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(Happening._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
