"""A channel with a public category that asks everything Open311 can ask, for its tests."""

from __future__ import annotations

import copy
from typing import Any

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.offices.verbs import name_office_kind
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.channels.small import SMALL, said

HYDRANT: dict[str, Any] = {
    "code": "light",
    "name": said("Broken <light> & lamp"),
    "hint": said("A lamp that does not shine"),
    "kind": "report",
    "group": "waste",
    "exposure": "public",
    "clock": "short",
    "where": "point",
    "blur_metres": 30,
    "near_metres": 30,
    "keywords": {"km": "ភ្លើង, អំពូល", "en": "lamp, dark"},
}


def channel() -> dict[str, Any]:
    """The small catalogue with one more public category."""
    data = copy.deepcopy(SMALL)
    data["categories"].append(copy.deepcopy(HYDRANT))
    return data


def opened() -> CatalogueVersion:
    """The same, in force."""
    for code, level in (("hall", 2), ("district", 1), ("ombudsman", 1)):
        name_office_kind(by=SYSTEM, code=code, name=said(code), level=level)
    return publish_catalogue(by=SYSTEM, data=channel())
