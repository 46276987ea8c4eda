"""The pieces of an OpenAPI 3.1 description that its paths are put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Piece = dict[str, Any]
# As good as nothing: asking.SPACE goes from both ends of what is sent.
BLANK: Piece = {"type": "string", "pattern": "^[ \\t-\\r]*$"}


def ref(name: str) -> Piece:
    return {"$ref": f"#/components/schemas/{name}"}


def text(**more: Any) -> Piece:
    return {"type": "string", **more}


def maybe(schema: Piece) -> Piece:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(items: Piece, **more: Any) -> Piece:
    return {"type": "array", "items": items, **more}


def thing(properties: Mapping[str, Piece], optional: Sequence[str] = ()) -> Piece:
    """An object with these properties and no others, all there but the optional ones."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def asked(name: str, schema: Piece, description: str, *, where: str = "query") -> Piece:
    """A parameter; in the path it is always there."""
    piece = {"name": name, "in": where, "schema": schema, "description": description}
    return piece | {"required": True} if where == "path" else piece


def wish(name: str, schema: Piece, description: str) -> Piece:
    """A parameter that may be left out or be empty, which is the same."""
    return asked(name, {"anyOf": [schema, BLANK]}, description)


def answer(
    description: str, schema: Piece, *more_kinds: str, headers: Mapping[str, Piece] | None = None
) -> Piece:
    """A response in JSON, and perhaps in other forms that the schema does not describe."""
    content: Piece = {"application/json": {"schema": schema}}
    content |= {kind: {"schema": text()} for kind in more_kinds}
    said: Piece = {"description": description, "content": content}
    return said | {"headers": dict(headers)} if headers else said
