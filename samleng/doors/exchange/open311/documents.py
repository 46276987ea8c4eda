"""Open311's two ways of writing one document: XML with a tag for each item, JSON by the Spark convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import orjson

from samleng.kit.words.text import UNPRINTABLE

XML, JSON = "xml", "json"
KINDS = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# What one item of each list is called in XML; JSON has no names for them.
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
    "notes": "note",
    "extended_attributes": "extended_attribute",
}


def written(root: str, content: Any, form: str) -> bytes:
    """The document: `content` is a list (then each item has its own tag) or one mapping under `root`."""
    if form == JSON:
        return orjson.dumps(plain(content))
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (head + tag(root, content)).encode()


def plain(value: Any) -> Any:
    """The value as JSON holds it: times with their zone, no control signs."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return printable(value) if isinstance(value, str) else value


def tag(name: str, value: Any) -> str:
    """One element with all that is in it; what is not known is an empty element."""
    inside = body(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def body(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "".join(tag(key, item) for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(tag(ITEMS[name], item) for item in value)
    return escape(text(value))


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(moment(value) if isinstance(value, datetime) else str(value))


def moment(value: datetime) -> str:
    """A time as W3C writes it, to the second and with its zone."""
    return value.isoformat(timespec="seconds")


def printable(value: str) -> str:
    """The text without the signs that XML does not know at all."""
    if value.isprintable():
        return value
    return UNPRINTABLE.sub("", value).replace("\ufffe", "").replace("\uffff", "")
