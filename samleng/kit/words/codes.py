"""Codes that people read aloud, type and mistype: check digits catch one wrong or two swapped signs."""

from __future__ import annotations

import re
import secrets

from samleng.kit.words.khmer import INVISIBLE, to_latin

# Damm's quasigroup of order 10: every single error and every swap of neighbours is found.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
SEPARATORS = re.compile(r"[\s\-.·]+")
# Crockford's letters: no I, L, O or U, so nothing is mistaken for a digit and no word appears.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110")


def damm(digits: str) -> int:
    """The check digit of the digits; 0 when they already end in theirs."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim


def make_code(number: int | None = None, length: int = 6) -> str:
    """A code of so many digits, the last a check digit; of the number given, or of a random one."""
    room = 10 ** (length - 1)
    if number is None:
        number = secrets.randbelow(room)
    if not 0 <= number < room:
        raise ValueError(f"{number} does not fit in {length - 1} digits")
    body = f"{number:0{length - 1}d}"
    return f"{body}{damm(body)}"


def typed(text: str) -> str:
    """What was typed as Latin digits and capitals without separators; ០-៩ are read as digits."""
    return SEPARATORS.sub("", INVISIBLE.sub("", to_latin(text))).upper()


def valid_code(text: str, length: int = 6) -> str | None:
    """The code in its plain form ("042317") if its check digit holds, else None."""
    code = typed(text)
    if len(code) != length or not (code.isascii() and code.isdigit()):
        return None
    return code if damm(code) == 0 else None


def _double(value: int) -> int:
    # Doubling in GF(32), polynomial x^5 + x^2 + 1.
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _receipt_state(body: str) -> int:
    state = 0
    for letter in body:
        state = _double(state ^ LETTERS.index(letter))
    return state


def make_receipt(length: int = 12) -> str:
    """A random receipt such as "7K3M-9QXD-04TB": the last letter checks, the rest cannot be guessed."""
    body = "".join(secrets.choice(LETTERS) for _ in range(length - 1))
    code = body + LETTERS[_receipt_state(body)]
    return "-".join(code[start : start + 4] for start in range(0, length, 4))


def valid_receipt(text: str, length: int = 12) -> str | None:
    """The receipt in the form it was given out, if its check letter holds, else None."""
    code = typed(text).translate(MISREAD)
    if len(code) != length or any(letter not in LETTERS for letter in code):
        return None
    if _receipt_state(code) != 0:
        return None
    return "-".join(code[start : start + 4] for start in range(0, length, 4))


RECEIPT_DIGITS = 18


def make_receipt_digits() -> str:
    """A random receipt of digits such as "012 345 678 901 234 567", to be read aloud; the last two check."""
    body = secrets.randbelow(10 ** (RECEIPT_DIGITS - 2))
    return in_threes(f"{body * 100 + 98 - body * 100 % 97:0{RECEIPT_DIGITS}d}")


def in_threes(digits: str) -> str:
    """The digits in groups of three, as they are shown and spoken."""
    return " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))


def valid_receipt_digits(text: str) -> str | None:
    """The receipt in the form it was given out, if its check digits hold (ISO 7064, MOD 97-10), else None."""
    code = typed(text)
    if len(code) != RECEIPT_DIGITS or not (code.isascii() and code.isdigit()):
        return None
    # A check pair is 02 to 98: 00, 01 and 99 would leave the same remainder as another one.
    return in_threes(code) if int(code) % 97 == 1 and 2 <= int(code[-2:]) <= 98 else None
