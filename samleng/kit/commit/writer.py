"""The queue before the one writer: many requests, one commit, then the answers.

A disk is asked once for many; who asks alone waits for nobody. Nothing is known here of what is written:
`write` gets the items of one commit in the order in which they came and answers each, `atomic` opens a
transaction, or a savepoint inside one.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

log = logging.getLogger("samleng.commit")
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Full(Exception):
    """More waits already than the queue holds; nothing was taken, so ask again later."""


class Closed(Exception):
    """The writer takes no more; nothing was taken."""


class Unsaid(Exception):
    """No answer came in time: it may yet be kept, so send the same again."""


class Writer(Generic[Item, Answer]):
    """One thread that writes what many hand over, as much as waits in one commit.

    An item that makes `write` fail is tried again alone, under a savepoint, and fails alone: whoever handed
    it over is told the exception, the others get their answers. Nobody is answered before the commit.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Answer]],
        *,
        atomic: Callable[[], AbstractContextManager[object]],
        ended: Callable[[], None] = lambda: None,
        most_waiting: int = 2000,
        most_together: int = 200,
    ) -> None:
        """`ended` is called in the writer's thread when that ends: for what belongs to the thread."""
        self.write, self.atomic, self.ended = write, atomic, ended
        self.most_waiting, self.most_together = most_waiting, most_together
        self.waiting: deque[tuple[Item, Callable[[Answer | Exception], None]]] = deque()
        self.moved = threading.Condition()
        self.closed = False
        self.thread: threading.Thread | None = None

    def hand_over(self, item: Item, told: Callable[[Answer | Exception], None]) -> None:
        """Queue an item; `told` is called in the writer's thread with its answer, or with what went wrong."""
        with self.moved:
            if self.closed:
                raise Closed
            if len(self.waiting) >= self.most_waiting:
                raise Full
            self.waiting.append((item, told))
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="samleng-writer", daemon=True)
                self.thread.start()
            self.moved.notify()

    def ask(self, item: Item, *, seconds: float = 30.0) -> Answer:
        """Hand over and wait for the answer; what went wrong with this item is raised here."""
        given: list[Answer | Exception] = []
        answered = threading.Event()

        def told(answer: Answer | Exception) -> None:
            given.append(answer)
            answered.set()

        self.hand_over(item, told)
        if not answered.wait(seconds):
            raise Unsaid
        if isinstance(given[0], Exception):
            raise given[0]
        return given[0]

    def close(self, *, seconds: float = 30.0) -> None:
        """Take no more, write what waits, and end the thread."""
        with self.moved:
            self.closed = True
            self.moved.notify()
        if self.thread is not None:
            self.thread.join(seconds)

    def run(self) -> None:
        while batch := self.taken():
            answers = self.answers([item for item, _told in batch])
            for (_item, told), answer in zip(batch, answers, strict=True):
                try:
                    told(answer)
                except Exception:
                    # Whoever asked has gone; the next one has not.
                    log.exception("an answer could not be told")
        self.ended()

    def taken(self) -> list[tuple[Item, Callable[[Answer | Exception], None]]]:
        """What waits, at most one commit's worth; nothing only when closed and all is written."""
        with self.moved:
            while not self.waiting and not self.closed:
                self.moved.wait()
            count = min(len(self.waiting), self.most_together)
            return [self.waiting.popleft() for _n in range(count)]

    def answers(self, items: list[Item]) -> Sequence[Answer | Exception]:
        """Written together; one after the other where that failed."""
        try:
            with self.atomic():
                return self.whole(items)
        except Exception as error:
            if len(items) == 1:
                return [error]
            log.warning("a commit of %d failed and is tried singly: %r", len(items), error)
        try:
            with self.atomic():
                return [self.alone(item) for item in items]
        except Exception as error:
            # The commit itself failed: none of them is kept.
            return [error] * len(items)

    def alone(self, item: Item) -> Answer | Exception:
        try:
            with self.atomic():
                return self.whole([item])[0]
        except Exception as error:
            return error

    def whole(self, items: list[Item]) -> Sequence[Answer]:
        """What `write` answers; an answer too few would be somebody else's."""
        answers = self.write(items)
        if len(answers) != len(items):
            raise ValueError(f"{len(items)} items were written and {len(answers)} answered")
        return answers
