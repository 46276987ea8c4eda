"""A catalogue of two categories, whole enough to be published, for tests that damage it."""

from __future__ import annotations

import copy
from typing import Any

from samleng.ground.channels.rules import STATES


def said(text: str) -> dict[str, str]:
    return {"km": f"ខ្មែរ {text}", "en": text}


SMALL: dict[str, Any] = {
    "code": "small",
    "version": "1",
    "name": said("Small channel"),
    "languages": ["km", "en"],
    "ombudsmen": ["ombudsman"],
    "kinds": [
        {"code": "complaint", "name": said("Complain")},
        {"code": "report", "name": said("Report")},
        {"code": "rating", "name": said("Rate")},
    ],
    "groups": [{"code": "waste", "name": said("Rubbish")}],
    "sectors": [{"code": "cleaning", "name": said("Cleaning"), "ladder": ["hall", "district"]}],
    "services": [{"code": "SWEEP", "sector": "cleaning", "name": said("Sweeping"), "stands_at": 2}],
    "profiles": [
        {"code": "long", "name": said("Complaints"), "ladder": ["ombudsman"]},
        {
            "code": "short",
            "name": said("Rubbish"),
            "acknowledge": 1,
            "admissibility": 0,
            "resolve": 3,
            "extension": 2,
            "ladder": ["hall", "district"],
            "pauses": [{"code": "flood", "name": said("Flood")}],
        },
    ],
    "categories": [
        {
            "code": "dump",
            "name": said("Dump"),
            "kind": "report",
            "group": "waste",
            "exposure": "public",
            "allowed": ["public", "confidential"],
            "service": "SWEEP",
            "clock": "short",
            "where": "point",
            "blur_metres": 50,
            "near_metres": 60,
            "photo": "needed",
            "evidence": "photo",
            "questions": [
                {"code": "fire", "name": said("Is it burning?"), "kind": "yes_no", "yes_stops": "fire"},
                {
                    "code": "size",
                    "name": said("How much?"),
                    "kind": "choice",
                    "options": [
                        {"code": "bag", "name": said("A bag")},
                        {"code": "truck", "name": said("A truck")},
                    ],
                },
                {
                    "code": "since",
                    "name": said("Since when?"),
                    "kind": "date",
                    "after": {"question": "size", "answers": ["truck"]},
                },
            ],
        },
        {
            "code": "conduct",
            "name": said("Conduct"),
            "kind": "complaint",
            "group": "waste",
            "about": "official",
            "exposure": "anonymous",
            "allowed": ["anonymous", "confidential"],
            "clock": "long",
            "where": "office",
        },
        {"code": "rate", "name": said("Rate"), "kind": "rating", "group": "waste", "rating_form": "like"},
    ],
    "rating_forms": [
        {
            "code": "like",
            "name": said("How was it?"),
            "points": [{"value": 1, "name": said("Dislike")}, {"value": 2, "name": said("Like")}],
            "aspects": [{"code": "price", "name": said("Price")}],
            "questions": [{"code": "safe", "name": said("Was it safe for women?"), "kind": "yes_no"}],
        }
    ],
    "referrals": [
        {
            "code": code,
            "name": said(code),
            "danger": danger,
            "text": said("Get help first."),
            "contacts": [{"code": "near", "name": said("Nearest help")}],
        }
        for code, danger in (
            ("fire", "emergency"),
            ("violence", "violence"),
            ("trafficking", "trafficking"),
            ("children", "children"),
        )
    ],
    "templates": [{"state": state, "text": said(f"Case {{reference}}: {state}.")} for state in STATES]
    + [
        {"state": "resolved", "category": "dump", "text": said("It is clean. See {reference}.")},
        {"state": "resolved", "kind": "report", "text": said("What you reported is done.")},
        {"state": "resolved", "group": "waste", "text": said("The rubbish is gone.")},
    ],
}


def small(**changed: Any) -> dict[str, Any]:
    """The small catalogue's data, a copy of its own, with top-level settings changed."""
    return {**copy.deepcopy(SMALL), **changed}
