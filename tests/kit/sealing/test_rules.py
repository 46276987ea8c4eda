import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samleng.kit.sealing.rules import (
    STRONG,
    Cost,
    Opener,
    Unreadable,
    WrongPassphrase,
    cost_of,
    fresh_keypair,
    halves,
    joined,
    keypair_from,
    keypair_of,
    lock,
    open_blocks,
    open_body,
    room_for,
    seal_blocks,
    seal_text,
    unlock,
    unwrap,
    wrap,
)

CHEAP = Cost(mib=1, passes=1)
KEY, NAME = b"k" * 32, uuid.uuid4()


@given(st.text(max_size=3000))
def test_it_opens_the_text_it_sealed(text):
    assert open_body(seal_text(text, KEY, NAME), KEY, NAME) == text


def test_it_opens_no_text_with_another_key_or_in_another_row():
    body = seal_text("បាទ", KEY, NAME)
    for key, name in ((b"x" * 32, NAME), (KEY, uuid.uuid4())):
        with pytest.raises(Unreadable):
            open_body(body, key, name)
    with pytest.raises(Unreadable):
        open_body(body[:-1] + bytes([body[-1] ^ 1]), KEY, NAME)


def test_it_makes_a_word_and_a_paragraph_equally_long():
    assert len(seal_text("no", KEY, NAME)) == len(seal_text("a" * 200, KEY, NAME))
    rooms = [room_for(length) for length in (0, 256, 257, 65536, 65537, 200_000)]
    assert rooms == [256, 256, 512, 65536, 131072, 262144]


@given(st.binary(min_size=32, max_size=32))
def test_it_wraps_a_key_to_one_reader_alone(seed):
    reader, other = keypair_from(seed), fresh_keypair()
    wrapped = wrap(KEY, reader.public)
    assert unwrap(wrapped, reader.private) == KEY
    with pytest.raises(Unreadable):
        unwrap(wrapped, other.private)


def test_it_makes_the_same_key_of_the_same_seed():
    assert keypair_from(b"s" * 32) == keypair_from(b"s" * 32) != keypair_from(b"t" * 32)
    made = fresh_keypair()
    assert keypair_of(made.private) == made


@given(st.binary(max_size=200_000), st.sampled_from(["image/webp", "audio/mp4", ""]))
@settings(max_examples=20)
def test_it_opens_the_file_it_sealed(data, media_type):
    sealed = b"".join(seal_blocks(data, media_type, KEY, NAME))
    assert open_blocks(sealed, KEY, NAME) == (data, media_type)


def test_it_opens_no_file_that_was_cut_off_turned_round_or_is_another_one():
    blocks = list(seal_blocks(b"x" * 200_000, "image/webp", KEY, NAME))
    wrong = [blocks[:-1], [blocks[0], blocks[2], blocks[1], *blocks[3:]], blocks[:1], []]
    for some in wrong:
        with pytest.raises(Unreadable):
            open_blocks(b"".join(some), KEY, NAME)
    with pytest.raises(Unreadable):
        open_blocks(b"".join(blocks), KEY, uuid.uuid4())


def test_it_unlocks_with_the_passphrase_and_no_other():
    private = fresh_keypair().private
    locked = lock(private, "បួន ពាក្យ ជា មួយ", CHEAP)
    assert unlock(locked, "បួន ពាក្យ ជា មួយ") == private
    with pytest.raises(WrongPassphrase):
        unlock(locked, "បួន ពាក្យ ជា")
    for bad in (b"", b"\x02" + locked[1:], locked[:1] + b"\xff\xff" + locked[3:]):
        with pytest.raises(Unreadable):
            unlock(bad, "x")


def test_it_locks_at_the_full_cost_unless_told_otherwise():
    locked = lock(b"p" * 32, "four words of mine")
    assert cost_of(locked) == STRONG == Cost(mib=64, passes=3)
    assert unlock(locked, "four words of mine") == b"p" * 32


@given(st.binary(min_size=1, max_size=64))
def test_it_joins_two_halves_in_either_order(secret):
    first, second = halves(secret)
    assert joined(first, second) == joined(second, first) == secret
    with pytest.raises(ValueError, match="halves"):
        joined(first, second + b"x")


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_it_lets_one_half_fit_every_secret(secret, other):
    first, _second = halves(secret)
    assert joined(first, joined(first, other)) == other


def test_it_shows_no_key_where_it_is_printed():
    made = fresh_keypair()
    opener = Opener("vault:1", made.private)
    for shown in (repr(made), repr(opener), f"{opener}"):
        assert repr(made.private)[2:12] not in shown
    assert repr(opener) == "Opener(vault:1)"
