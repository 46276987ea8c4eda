"""What another system wrote, as rows of plain fields: XML without a DTD, or JSON, wrapped or bare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from samleng.doors.exchange.outside.calling import MOST_BYTES, Answer, Trouble, as_json
from samleng.doors.exchange.outside.rules import News, status_of
from samleng.kit.words.text import clean
from samleng.voices.forms.rules.reading import Element, Unreadable
from samleng.voices.forms.rules.reading import read as read_xml

MOST_ELEMENTS = 200_000
LONGEST = 4000
LONGEST_ERROR = 200
# So far inside wrappers a list is looked for.
DEEPEST = 3
Row = Mapping[str, str]


def rows(answer: Answer, item: str) -> list[Row]:
    """The items of a list, such as each `request`; Trouble for what cannot be read."""
    body = answer.body.strip()
    if not body:
        raise Trouble("unreadable", arrived=True)
    if body[:1] in b"[{":
        return [flat(one) for one in dicts(as_json(body), item)]
    root = root_of(body)
    found = [root] if root.name == item else [one for one in root.children if one.name == item]
    return [{part.name: part.text.strip() for part in one.children} for one in found]


def root_of(body: bytes) -> Element:
    try:
        return read_xml(body, most_bytes=MOST_BYTES, most_elements=MOST_ELEMENTS)
    except Unreadable:
        raise Trouble("unreadable", arrived=True) from None


def dicts(found: Any, item: str, depth: int = DEEPEST) -> list[dict[str, Any]]:
    """The rows of a bare list, or of one that is wrapped, as some systems do it."""
    if isinstance(found, list):
        inner = [one[item] if set(one) == {item} else one for one in found if isinstance(one, dict)]
        return [one for one in inner if isinstance(one, dict)]
    if isinstance(found, dict) and depth:
        for value in found.values():
            if isinstance(value, list | dict) and (some := dicts(value, item, depth - 1)):
                return some
        plain = any(not isinstance(one, list | dict) for one in found.values())
        return [found] if plain else []
    return []


def flat(row: Mapping[str, Any]) -> Row:
    """The plain fields of a row as text."""
    return {
        str(name): "" if value is None else str(value).strip()
        for name, value in row.items()
        if value is None or isinstance(value, str | int | float)
    }


def what_they_say(body: bytes) -> str:
    """What they say against it, in a line; "" where nothing can be made of it."""
    try:
        found = rows(Answer(body=body, kind="", ahead=None), "error") if body.strip() else []
        said = "; ".join(clean(one.get("description", "")) for one in found if one.get("description"))
        # Older systems say it in one element.
        root = root_of(body.strip()) if not said and body.strip()[:1] == b"<" else None
        said = said or (clean(root.text) if root is not None and root.name == "error" else "")
    except Trouble:
        return ""
    return " ".join(said.split())[:LONGEST_ERROR]


def news(answer: Answer) -> list[News]:
    """Their updates, as mySociety's pair of calls has them; what has no number or case is left out."""
    found = []
    for row in rows(answer, "request_update"):
        if row.get("update_id") and row.get("service_request_id"):
            found.append(
                News(
                    id=row["update_id"],
                    number=row["service_request_id"],
                    status=status_of(row.get("status", "")),
                    words=clean(row.get("description", ""))[:LONGEST],
                    at=row.get("updated_datetime", ""),
                    media_url=row.get("media_url", ""),
                    ending=row.get("external_status_code", ""),
                )
            )
    return found


def standings(answer: Answer, numbers: Iterable[str]) -> dict[str, Row]:
    """How the requests that were asked for stand; others are none of ours."""
    wanted = set(numbers)
    found = {row.get("service_request_id", ""): row for row in rows(answer, "request")}
    return {number: row for number, row in found.items() if number in wanted}


def attributes_of(answer: Answer) -> list[str]:
    """The codes of a service's own questions."""
    body = answer.body.strip()
    if body[:1] in b"[{":
        found = as_json(body)
        told = found.get("attributes") if isinstance(found, dict) else None
        return [str(one["code"]) for one in told or [] if isinstance(one, dict) and "code" in one]
    inside = root_of(body).first("attributes")
    codes = [one.first("code") for one in inside.children] if inside else []
    return [one.text.strip() for one in codes if one is not None and one.text.strip()]
