"""The app's own rules give what the shared vectors say, as the server's do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "vectors"
STATISTICS = json.loads((FOLDER / "statistics.json").read_text())
LOGS = json.loads((FOLDER / "lines.json").read_text())["logs"]


@pytest.mark.parametrize("vector", LOGS, ids=lambda v: v["name"])
def test_it_says_of_a_log_what_the_shared_vectors_say(node, vector):
    said = node.ask(
        "told",
        lines=vector["lines"][::-1] + vector["lines"],
        counting=vector["counting"],
        reflections=vector["reflections_required"],
    )
    assert said == vector["told"]


def test_it_finds_the_centres_that_the_shared_vectors_say(node):
    found = node.ask("centres", cases=STATISTICS["centres"])
    assert [(one["milli"], one["n"]) for one in found] == [
        (vector["milli"], vector["n"]) for vector in STATISTICS["centres"]
    ]


def test_it_combines_groups_as_the_shared_vectors_say(node):
    found = node.ask("combined", cases=STATISTICS["combined"])
    assert [one["milli"] for one in found] == [vector["milli"] for vector in STATISTICS["combined"]]


def test_it_widens_classes_as_the_shared_vectors_say(node):
    found = node.ask("classes", cases=STATISTICS["classes"])
    assert found == [vector["counts"] for vector in STATISTICS["classes"]]


def test_it_rounds_as_the_shared_vectors_say(node):
    cases = [vector["value"].split("/") for vector in STATISTICS["milli"]]
    assert node.ask("millis", cases=cases) == [vector["milli"] for vector in STATISTICS["milli"]]
