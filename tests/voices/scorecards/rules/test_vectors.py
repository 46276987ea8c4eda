"""Whole logs and all that the rules say of them: the phone's code is held to the same vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samleng.voices.scorecards.rules.lines import Line
from samleng.voices.scorecards.rules.tally import Counting
from tests.voices.scorecards.rules.told import told

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "lines.json").read_text())["logs"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_it_says_of_a_log_what_the_shared_vectors_say(vector):
    counting = Counting(**{**vector["counting"], "values": tuple(vector["counting"]["values"])})
    lines = [Line(**line) for line in vector["lines"]]
    assert told(lines, counting, vector["reflections_required"]) == vector["told"]
    assert told(lines[::-1] + lines, counting, vector["reflections_required"]) == vector["told"]
