"""Many ask, one writes: answers only after the commit, a bad item fails alone, nothing is lost at the end."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.kit.commit.writer import Closed, Full, Unsaid, Writer


class Disk:
    """A table in a file; a word may stand in it once and "bad" may not."""

    def __init__(self, file: Path | str) -> None:
        self.kept = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.kept.execute("CREATE TABLE said (word TEXT PRIMARY KEY)")
        self.inside = self.commits = 0
        self.sizes: list[int] = []
        self.hold = threading.Event()
        self.hold.set()
        self.breaks = False

    @contextmanager
    def atomic(self) -> Iterator[None]:
        begin, end, back = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        if self.inside:
            begin, end, back = ("SAVEPOINT one", "RELEASE one", "ROLLBACK TO one")
        self.kept.execute(begin)
        self.inside += 1
        try:
            yield
            if self.inside == 1 and self.breaks:
                raise OSError("the disk is full")
            self.kept.execute(end)
            self.commits += self.inside == 1
        except BaseException:
            self.kept.execute(back)
            raise
        finally:
            self.inside -= 1

    def write(self, words: Sequence[str]) -> list[str]:
        self.hold.wait(10)
        self.sizes.append(len(words))
        for word in words:
            if word.startswith("bad"):
                raise ValueError(word)
            self.kept.execute("INSERT INTO said VALUES (?)", (word,))
        return [f"{word}!" for word in words]

    def said(self) -> list[str]:
        return [word for (word,) in self.kept.execute("SELECT word FROM said ORDER BY word")]


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "said.sqlite3")


def at_once(writer: Writer[str, str], words: Sequence[str], hold: threading.Event) -> dict[str, object]:
    """Hand all over while the writer is held, then let it go; what each was told."""
    told: dict[str, object] = {}
    whole = threading.Event()

    def teller(word: str) -> Callable[[object], None]:
        def tell(answer: object) -> None:
            told[word] = answer
            if len(told) == len(set(words)):
                whole.set()

        return tell

    hold.clear()
    for word in words:
        writer.hand_over(word, teller(word))
    hold.set()
    assert whole.wait(10)
    return told


def test_it_writes_what_waits_in_one_commit_and_answers_each(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic)
    words = [f"w{n:02}" for n in range(40)]
    assert at_once(writer, words, disk.hold) == {word: f"{word}!" for word in words}
    assert disk.said() == words
    assert disk.commits <= 2, "the first may go alone, the others together"
    writer.close()


def test_it_writes_no_more_together_than_it_was_told(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic, most_together=7)
    at_once(writer, [f"w{n}" for n in range(30)], disk.hold)
    assert max(disk.sizes) <= 7
    writer.close()


def test_it_answers_nobody_before_the_commit(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic)
    disk.breaks = True
    with pytest.raises(OSError, match="the disk is full"):
        writer.ask("lost")
    told = at_once(writer, ["a", "b", "c"], disk.hold)
    assert all(isinstance(answer, OSError) for answer in told.values())
    assert disk.said() == []
    disk.breaks = False
    assert writer.ask("kept") == "kept!"
    assert disk.said() == ["kept"]
    writer.close()


@given(
    st.lists(st.tuples(st.sampled_from(["good", "bad"]), st.integers(0, 10**6)), max_size=25, unique=True),
    st.integers(1, 6),
)
def test_it_lets_bad_items_fail_alone_wherever_they_stand(items: list[tuple[str, int]], most: int) -> None:
    disk = Disk(":memory:")
    writer = Writer(disk.write, atomic=disk.atomic, most_together=most)
    words = [f"{kind}{n}" for kind, n in items]
    told = at_once(writer, words, disk.hold) if words else {}
    writer.close()
    good = sorted(word for word in words if word.startswith("good"))
    assert disk.said() == good
    assert [word for word in words if told[word] == f"{word}!"] == [w for w in words if w in good]
    assert all(isinstance(told[word], ValueError) for word in words if word not in good)


def test_it_takes_no_more_than_it_can_hold(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic, most_waiting=3)
    disk.hold.clear()
    taken = 0
    with pytest.raises(Full):
        for n in range(10):
            writer.hand_over(f"w{n}", lambda answer: None)
            taken += 1
    disk.hold.set()
    writer.close()
    # As many as may wait may have left the queue for the disk before the others came.
    assert 3 <= taken <= 6
    assert len(disk.said()) == taken, "what was taken is written, what was refused is not"


def test_it_writes_what_waits_before_it_ends_and_takes_nothing_after(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic, most_together=2)
    disk.hold.clear()
    for n in range(9):
        writer.hand_over(f"w{n}", lambda answer: None)
    threading.Timer(0.05, disk.hold.set).start()
    writer.close()
    assert len(disk.said()) == 9
    assert writer.thread is not None and not writer.thread.is_alive()
    with pytest.raises(Closed):
        writer.ask("late")


def test_it_says_that_no_answer_came_in_time_and_writes_all_the_same(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic)
    disk.hold.clear()
    with pytest.raises(Unsaid):
        writer.ask("slow", seconds=0.05)
    disk.hold.set()
    writer.close()
    assert disk.said() == ["slow"]


def test_it_goes_on_when_an_answer_cannot_be_told(disk: Disk) -> None:
    def gone(answer: object) -> None:
        raise RuntimeError("whoever asked has gone")

    writer = Writer(disk.write, atomic=disk.atomic)
    writer.hand_over("a", gone)
    assert writer.ask("b") == "b!"
    writer.close()


def test_it_never_gives_one_the_answer_of_another(disk: Disk) -> None:
    writer = Writer(lambda words: disk.write(words)[1:], atomic=disk.atomic)
    with pytest.raises(ValueError, match="1 items were written and 0 answered"):
        writer.ask("a")
    assert disk.said() == []
    writer.close()


def test_it_answers_many_threads_each_their_own(disk: Disk) -> None:
    writer = Writer(disk.write, atomic=disk.atomic)
    wrong: list[str] = []

    def client(number: int) -> None:
        for n in range(50):
            word = f"{number}-{n}"
            if writer.ask(word) != f"{word}!":
                wrong.append(word)

    clients = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    writer.close()
    assert not wrong
    assert len(disk.said()) == 400
