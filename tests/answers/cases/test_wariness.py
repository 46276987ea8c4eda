"""What may point at somebody in words that are to become public."""

from __future__ import annotations

import pytest

from samleng.answers.cases.rules.wariness import telling


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("គំនរសំរាមនៅជិតផ្សារ ៣ ថ្ងៃហើយ", []),
        ("Rubbish by the market since 2026, about 150 kg", []),
        ("ទូរស័ព្ទ ០១២ ៣៤៥ ៦៧៨", ["number"]),
        ("call 012-345-678 or dara@example.org", ["number", "email"]),
        ("លោកសុខ ចាក់សំរាម", ["name"]),
        ("Mr. Sok throws it there", ["name"]),
        ("It was Sok Dara", ["name"]),
        ("car 2AB-1234", ["plate"]),
        ("see https://fb.com/x", ["link"]),
    ],
)
def test_it_names_what_may_point_at_somebody(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in telling(text)] == kinds


def test_it_shows_the_piece_as_it_was_typed() -> None:
    assert telling("ទូរស័ព្ទ ០១២ ៣៤៥ ៦៧៨")[0].text == "០១២ ៣៤៥ ៦៧៨"
