"""What is a parcel and what is none, by its form alone."""

from __future__ import annotations

import base64
import uuid

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.voices.scorecards.rules.parcels import DEEPEST, MOST_BYTES, Unreadable, read

UID = uuid.UUID(int=1)
CARD = b'{"card":"11111111-2222-4333-8444-555555555555"'


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        (b"", "body", "not_json"),
        (b"{", "body", "not_json"),
        (b"\xff\xfe", "body", "not_json"),
        (b"[" * 100_000, "body", "not_json"),
        (b"[]", "body", "not_an_object"),
        (b" " * (MOST_BYTES + 1), "body", "too_large"),
        (b"{}", "card", "unreadable"),
        (b'{"card":"x"}', "card", "unreadable"),
        (b'{"card":"{11111111-2222-4333-8444-555555555555}"}', "card", "unreadable"),
        (CARD + b',"lines":{}}', "lines", "unreadable"),
        (CARD + b',"lines":[],"more":1}', "lines", "unreadable"),
        (CARD + b',"lines":[],"submit":"yes"}', "lines", "unreadable"),
        (CARD + b',"lines":[' + b"1," * 2000 + b"1]}", "lines", "too_many_lines"),
        (CARD + b',"lines":[{"body":"\\u0000"}]}', "body", "unreadable"),
        (CARD + b',"lines":[{"\\u0000":1}]}', "body", "unreadable"),
        (CARD + b',"lines":[{"body":1.5}]}', "body", "unreadable"),
        (CARD + b',"lines":[{"body":1e300}]}', "body", "unreadable"),
        (CARD + b',"lines":[{"body":9007199254740993}]}', "body", "unreadable"),
        (CARD + b',"lines":' + b"[" * DEEPEST + b"1" + b"]" * DEEPEST + b"}", "body", "too_deep"),
        (CARD + b',"lines":[],"sealed":"AAAA","key":"k"}', "key", "unreadable"),
        (CARD + b',"sealed":"AAAA"}', "key", "unreadable"),
        (CARD + b',"sealed":"not base64","key":"k"}', "sealed", "unreadable"),
        (CARD + b',"sealed":7,"key":"k"}', "sealed", "unreadable"),
    ],
)
def test_it_refuses_what_no_app_has_made(raw: bytes, field: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(UID, raw)
    assert (refused.value.wrong.field, refused.value.wrong.code) == (field, code)


def test_it_reads_what_an_app_makes() -> None:
    found = read(UID, CARD + b',"lines":[{"kind":"x"}],"submit":true}')
    assert (found.uid, str(found.card), found.submit) == (UID, "11111111-2222-4333-8444-555555555555", True)
    assert list(found.lines) == [{"kind": "x"}]


def test_it_looks_into_nothing_that_is_sealed() -> None:
    sealed = base64.b64encode(b"\0whatever").decode()
    found = read(UID, orjson.dumps({"card": str(UID), "key": "k1", "sealed": sealed}))
    assert (found.body, found.key, list(found.lines)) == (b"\0whatever", "k1", [])


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=20,
)


@given(json, st.randoms(use_true_random=False))
def test_it_either_refuses_or_gives_one_digest_whatever_the_order_of_keys(
    value: object, chance: object
) -> None:
    def shuffled(one: object) -> object:
        if isinstance(one, dict):
            keys = list(one)
            chance.shuffle(keys)  # type: ignore[attr-defined]
            return {key: shuffled(one[key]) for key in keys}
        return [shuffled(each) for each in one] if isinstance(one, list) else one

    told = {"card": str(UID), "lines": [{"uid": "1", "body": value}]}
    try:
        one = read(UID, orjson.dumps(told))
    except (Unreadable, orjson.JSONEncodeError):
        return
    assert read(UID, orjson.dumps(shuffled(told))).digest == one.digest
    # What is kept says the same as what was sent.
    assert orjson.loads(one.body) == orjson.loads(orjson.dumps(told))
