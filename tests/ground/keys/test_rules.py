from datetime import UTC, datetime, timedelta

import pytest

from samleng.ground.keys.rules import TRIES, lock_after, plain_phrase, tries_after, weak_phrase

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "phrase", ["", "short words", "a" * 40, "1234 5678 9012 3456", "abab abab abab abab", "\u200b" * 30]
)
def test_it_takes_no_passphrase_that_is_short_or_repeats_itself(phrase):
    assert weak_phrase(phrase)


def test_it_takes_four_words_in_either_script():
    assert not weak_phrase("river lamp seven goat")
    assert not weak_phrase("ទន្លេ ចង្កៀង ប្រាំពីរ ពពែ")


def test_it_reads_a_passphrase_the_same_however_it_was_typed():
    assert plain_phrase("  ទន្លេ\u200b  ពពែ ") == plain_phrase("ទន្លេ ពពែ") == "ទន្លេ ពពែ"


def test_it_counts_tries_and_locks_after_ten():
    assert tries_after(3, None, NOW) == 4
    assert lock_after(TRIES - 1, NOW) is None
    until = lock_after(TRIES, NOW)
    assert tries_after(TRIES, until, NOW + timedelta(minutes=14)) is None
    assert tries_after(TRIES, until, NOW + timedelta(minutes=16)) == 1
