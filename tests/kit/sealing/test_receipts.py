import threading

import pytest

from samleng.kit.sealing import receipts
from samleng.kit.sealing.receipts import Turns, receipt_keys
from samleng.kit.sealing.rules import Cost
from samleng.kit.words.codes import make_receipt_digits
from samleng.kit.words.khmer import to_khmer
from samleng.kit.words.refusals import Refusal

SALT = b"a salt of this site"


def test_it_finds_the_same_report_however_the_receipt_is_typed():
    receipt = make_receipt_digits()
    lookup, key = receipt_keys(receipt, SALT)
    assert receipt_keys(to_khmer(receipt).replace(" ", "-"), SALT) == (lookup, key)
    assert len(lookup) == 64 and lookup not in key.private.hex()


def test_it_finds_nothing_under_another_salt_or_receipt():
    receipt = make_receipt_digits()
    lookup, key = receipt_keys(receipt, SALT)
    for again in (receipt_keys(receipt, SALT + b"!"), receipt_keys(make_receipt_digits(), SALT)):
        assert again[0] != lookup and again[1] != key


def test_it_looks_at_the_check_digits_before_it_works_anything_out(monkeypatch):
    monkeypatch.setattr(receipts, "stretched", lambda *_: pytest.fail("it was worked out"))
    with pytest.raises(Refusal) as refused:
        receipt_keys("012 345 678 901 234 567", SALT)
    assert (refused.value.code, refused.value.field) == ("receipt", "receipt")


def test_it_asks_the_full_price_of_every_guess_on_a_site(settings, monkeypatch):
    from config import settings as house

    asked = []
    monkeypatch.setattr(receipts, "stretched", lambda _s, _t, cost, n: asked.append(cost) or bytes(n))
    settings.ARGON2_COST = (64, 3)
    receipt_keys(make_receipt_digits(), SALT)
    assert asked == [Cost(mib=64, passes=3)]
    assert house.ARGON2_COST == (1, 1)


def test_it_works_out_so_many_at_once_lets_some_wait_and_turns_the_rest_away():
    turns, inside, go = Turns(at_once=2, waiting=1), threading.Semaphore(0), threading.Event()
    most, now, lock = [0], [0], threading.Lock()

    def work():
        with turns.turn():
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            inside.release()
            go.wait(10)
            with lock:
                now[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    inside.acquire()
    inside.acquire()
    while turns._inside._value:
        threading.Event().wait(0.005)
    with pytest.raises(Refusal) as refused, turns.turn():
        pytest.fail("a fourth came in")
    assert refused.value.code == "busy"
    go.set()
    for thread in threads:
        thread.join()
    assert most[0] == 2
    with turns.turn(), turns.turn():
        pass


def test_it_does_not_wait_for_ever():
    turns = Turns(at_once=1, waiting=5)
    with turns.turn(), pytest.raises(Refusal) as refused, turns.turn(patience=0.02):
        pytest.fail("two at once")
    assert refused.value.code == "busy"
    with turns.turn(patience=0):
        pass
