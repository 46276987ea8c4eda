"""Writes that would wait for each other anyway, in one commit: on an engine that has one writer.

There each transaction waits for all before it, and most of what it waits for is the disk. So those that come
at the same time are handed to one thread, which writes them all and asks the disk once. An engine with many
writers does that by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections, transaction
from django.utils.translation import gettext_lazy as _

from samleng.kit.commit.writer import Closed, Full, Unsaid, Writer
from samleng.kit.words.refusals import Refusal

Answer = TypeVar("Answer")
Write = Callable[[], Any]


def committed(write: Callable[[], Answer]) -> Answer:
    """What `write` answers, once it is durable; all of it or nothing. It may run in another thread.

    Inside a transaction that is open it is a part of that, and durable when that is.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return write()
    try:
        answer: Answer = writer().ask(write)
    except (Full, Closed, Unsaid) as error:
        raise busy() from error
    return answer


def busy() -> Refusal:
    """More waits than is written in time, or the site is just being stopped: sent again it is kept once."""
    return Refusal(
        _("Too many people are asking at this moment."),
        remedy=_("Wait a minute and try once more. What you typed is not lost."),
        code="busy",
    )


@contextmanager
def whole() -> Iterator[None]:
    """A transaction on a connection that lives."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        yield


def each(writes: Sequence[Write]) -> list[Any]:
    return [write() for write in writes]


_writers: dict[int, Writer[Write, Any]] = {}


def writer() -> Writer[Write, Any]:
    """This process's one writer; a child has none of its parent's threads."""
    mine = os.getpid()
    found = _writers.get(mine)
    if found is None:
        found = _writers.setdefault(mine, Writer(each, atomic=whole, ended=connections.close_all))
    return found


def end_writer() -> None:
    """Write what waits and let go of the database; the next write begins anew."""
    if found := _writers.pop(os.getpid(), None):
        found.close()
