"""What a connection has read and may go on believing until somebody else has written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.db import connection

Key = TypeVar("Key")
MOST = 20_000


class Known:
    """Kept between the commits of one writer, so that it need not ask the same again for every request.

    SQLite tells a connection when another one has written (PRAGMA data_version), and inside a transaction
    nobody else does: what is kept is as true as what would be read. Elsewhere everything is asked anew in
    each transaction. The connection must change nothing itself that it keeps here.
    """

    def __init__(self) -> None:
        self.kept: dict[str, dict[Any, Any]] = {}
        self.mark: object = None

    def begin(self) -> None:
        """Call it first in each transaction: forget what may be so no more."""
        mark = written_by_others()
        if mark is None or mark != self.mark or sum(map(len, self.kept.values())) > MOST:
            self.kept.clear()
        self.mark = mark

    def find(
        self, kind: str, keys: Collection[Key], ask: Callable[[Collection[Key]], Mapping[Key, Any]]
    ) -> dict[Key, Any]:
        """What is known by these keys; `ask` is called with those it does not know, if any."""
        kept = self.kept.setdefault(kind, {})
        unknown = {key for key in keys if key not in kept}
        if unknown:
            kept.update(ask(unknown))
        return {key: kept[key] for key in keys if key in kept}


def written_by_others() -> object:
    """A mark that changes whenever another connection has committed; None where no engine tells."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        # Each connection counts for itself: on another one the same number says nothing.
        return connection.connection, cursor.execute("PRAGMA data_version").fetchone()
