"""Framework data for tests: the invented land's, to be damaged at will."""

from copy import deepcopy
from functools import cache
from pathlib import Path

from samleng.ground.frameworks import folder
from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.vocabulary import BadFramework

PACKS = Path(__file__).resolve().parents[3] / "packs"


@cache
def _demo():
    return {one["code"]: one for one in folder.bodies(PACKS / "demo")}


def demo(code="demo-five"):
    """A fresh copy of a method of the invented land."""
    return deepcopy(_demo()[code])


def at(body, path):
    """The container and key that a path such as "scale.points[2].value" ends in."""
    keys = [int(k) if k.isdecimal() else k for k in path.replace("[", ".").replace("]", "").split(".")]
    for key in keys[:-1]:
        body = body[key]
    return body, keys[-1]


def put(body, path, value):
    holder, key = at(body, path)
    holder[key] = value
    return body


def cut(body, path):
    holder, key = at(body, path)
    del holder[key]
    return body


def problems(body):
    """The paths of everything wrong with a body."""
    try:
        Method.parse(body)
    except BadFramework as bad:
        return [problem.path for problem in bad.problems]
    return []
