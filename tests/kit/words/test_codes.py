from hypothesis import given
from hypothesis import strategies as st

from samleng.kit.words.codes import (
    LETTERS,
    make_code,
    make_receipt,
    make_receipt_digits,
    valid_code,
    valid_receipt,
    valid_receipt_digits,
)
from samleng.kit.words.khmer import to_khmer

numbers = st.integers(min_value=0, max_value=99_999)


@given(numbers)
def test_it_reads_back_the_code_it_made(number):
    code = make_code(number)
    assert len(code) == 6
    assert valid_code(code) == code
    assert valid_code(f" {to_khmer(code[:3])} {code[3:]}\u200b") == code


@given(numbers, st.integers(0, 5), st.integers(1, 9))
def test_it_finds_every_single_wrong_digit(number, place, shift):
    code = make_code(number)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert valid_code(wrong) is None


@given(numbers, st.integers(0, 4))
def test_it_finds_every_swap_of_neighbours(number, place):
    code = make_code(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (valid_code(swapped) is None) == (swapped != code)


def test_it_refuses_what_is_no_code():
    for text in ("", "12345", "1234567", "abcdef", "12345x", "²²²²²²"):
        assert valid_code(text) is None


@given(st.integers(0, 11), st.integers(1, 31))
def test_it_finds_every_wrong_letter_in_a_receipt(place, shift):
    plain = make_receipt().replace("-", "")
    wrong = plain[:place] + LETTERS[(LETTERS.index(plain[place]) + shift) % 32] + plain[place + 1 :]
    assert valid_receipt(wrong) is None


@given(st.integers(0, 10))
def test_it_finds_every_swap_in_a_receipt(place):
    plain = make_receipt().replace("-", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert (valid_receipt(swapped) is None) == (swapped != plain)


def test_it_reads_a_receipt_typed_carelessly():
    receipt = make_receipt()
    typed = receipt.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert valid_receipt(typed) == receipt
    assert make_receipt() != receipt


def test_it_gives_out_receipts_that_are_read_aloud_in_threes():
    receipt = make_receipt_digits()
    assert [len(group) for group in receipt.split(" ")] == [3] * 6
    assert valid_receipt_digits(receipt) == receipt
    assert valid_receipt_digits(to_khmer(receipt).replace(" ", "\u200b-")) == receipt
    assert make_receipt_digits() != receipt


@given(st.integers(0, 17), st.integers(1, 9))
def test_it_finds_every_wrong_digit_in_a_receipt_of_digits(place, shift):
    plain = make_receipt_digits().replace(" ", "")
    wrong = plain[:place] + str((int(plain[place]) + shift) % 10) + plain[place + 1 :]
    assert valid_receipt_digits(wrong) is None


@given(st.integers(0, 17), st.integers(0, 17))
def test_it_finds_every_two_digits_swapped_in_a_receipt(one, other):
    digits = list(make_receipt_digits().replace(" ", ""))
    swapped = digits.copy()
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert (valid_receipt_digits("".join(swapped)) is None) == (swapped != digits)


def test_it_refuses_what_is_no_receipt_of_digits():
    for text in ("", "000 000 000 000 000 000", "012 345 678", "x" * 18, make_receipt_digits() + "1"):
        assert valid_receipt_digits(text) is None
