import os
import sys
import threading
import time

import pytest

from samleng.kit.sealing import ahead as module
from samleng.kit.sealing.ahead import Ahead
from samleng.kit.sealing.receipts import Turns, receipt_keys
from samleng.kit.words.codes import valid_receipt_digits
from samleng.kit.words.refusals import Refusal

SALT = b"a salt of this site"


@pytest.fixture
def store():
    made = []

    def open_store(most=3, **more):
        made.append(Ahead(most, SALT, turns=more.pop("turns", None) or Turns()))
        return made[-1]

    yield open_store
    for one in made:
        one.close()


def until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def test_it_has_receipts_ready_that_are_as_good_as_any(store):
    kept = store(3)
    kept.fill()
    until(lambda: len(kept) == 3)
    first, second = kept.take(), kept.take()
    for one in (first, second):
        assert valid_receipt_digits(one.receipt) == one.receipt
        assert receipt_keys(one.receipt, SALT) == (one.lookup, one.keys)
        assert one.receipt not in repr(one)
    assert first.receipt != second.receipt
    until(lambda: len(kept) == 3)


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of single threads are Linux's")
def test_it_leaves_the_processor_to_whoever_wants_it(store):
    kept = store(1)
    kept.fill()
    until(lambda: len(kept) == 1)
    assert os.getpriority(os.PRIO_PROCESS, kept._thread.native_id) == 19
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < 19


def test_it_says_that_none_is_ready_instead_of_letting_anybody_wait(store, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(module, "worked_out", lambda *_: go.wait(10) and bytes(range(64)))
    kept = store(1)
    assert kept.take() is None
    go.set()
    until(lambda: len(kept) == 1)
    assert kept.take() is not None
    assert store(0).take() is None and store(0)._thread is None


def test_it_wipes_a_receipt_from_where_it_lay(store):
    kept = store(2)
    kept.fill()
    until(lambda: len(kept) == 2)
    first, second = kept._cells
    assert kept.take() is not None
    kept.close()
    assert not any(first) and not any(second) and len(kept) == 0
    assert kept.take() is None


def test_it_works_nothing_out_while_somebody_has_a_turn_or_waits_for_one(store, monkeypatch):
    turns, worked = Turns(at_once=1, waiting=2), []
    monkeypatch.setattr(module, "worked_out", lambda *_: worked.append(1) or bytes(64))
    kept = store(2, turns=turns)
    with turns.turn():
        kept.fill()
        time.sleep(0.15)
        assert not worked
        assert not turns.spare()
    assert turns.spare()
    until(lambda: len(kept) == 2)


def test_it_lets_nobody_wait_for_the_one_it_works_out(store, monkeypatch):
    turns, begun, go = Turns(at_once=1, waiting=2), threading.Semaphore(0), threading.Event()

    def slowly(*_):
        begun.release()
        go.wait(10)
        return bytes(64)

    monkeypatch.setattr(module, "worked_out", slowly)
    kept = store(50, turns=turns)
    kept.fill()
    begun.acquire()
    with turns.turn(patience=0.01):
        pass
    go.set()
    until(lambda: len(kept) == 50)
    with pytest.raises(Refusal), turns.turn(), turns.turn(patience=0.01):
        pass


def test_it_gives_a_child_process_none_of_its_own(store):
    kept = store(2)
    kept.fill()
    until(lambda: len(kept) == 2)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, bytes([len(kept), kept._thread is None]))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 2) == bytes([0, True]) and len(kept) == 2
    os.close(reading)
    os.close(writing)
