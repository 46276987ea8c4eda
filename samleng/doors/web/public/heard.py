"""Where the criteria of released figures are heard: who reads little may open a facility's page too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from samleng.doors.web.played import heard_at, reader
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.ground.sounds.models import Shelf
from samleng.ground.sounds.rules import Slot, criterion_slots
from samleng.insight.disclosure.reading import Board

Heard = dict[str, str]


def with_sounds(boards: Iterable[Board]) -> list[tuple[Board, Heard]]:
    """Each board with the address of each criterion's recording, "" where nobody has recorded it.

    A criterion that a meeting raised in its own words has none: its voice is private.
    """
    listed = list(boards)
    kept = Framework.objects.filter(pk__in={board.framework_id for board in listed if board.framework_id})
    methods = {str(one.pk): one.method for one in kept} if listed else {}
    asked = [(board, slots_on(board, methods[board.framework_id])) for board in listed]
    wanted: dict[str, list[Slot]] = defaultdict(list)
    for board, slots in asked:
        wanted[board.owner] += slots.values()
    shelves = {owner: Shelf(owner, slots) for owner, slots in wanted.items()}
    return [
        (
            board,
            {
                code: heard_at(shelves[board.owner], slot, (reader(), *slot.spoken[:1]))
                for code, slot in slots.items()
            },
        )
        for board, slots in asked
    ]


def slots_on(board: Board, method: Method) -> dict[str, Slot]:
    """The slot of each criterion of the board whose words are those that were released."""
    found: dict[str, Slot] = {}
    for row in board.rows:
        criterion = method.criterion(row.criterion)
        for slot in criterion_slots(method, criterion) if criterion else ():
            if slot.texts[0] == row.text:
                found[row.criterion] = slot
    return found
