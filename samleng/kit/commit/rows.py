"""Many rows in one statement, without an object for each: for the few places where that is what costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, models

# No engine's limit of values in one statement is reached by so many.
MOST_VALUES = 900


def insert(
    model: type[models.Model],
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    once: bool = False,
    giving: tuple[str, ...] = (),
) -> list[tuple[Any, ...]]:
    """Insert rows in the order given; with `once` those that are there already are left as they are.

    `giving` names columns that are given back of each row inserted, as the engine holds them.
    """
    if not rows:
        return []
    ready = preparing(model, columns, connection.vendor)
    together = MOST_VALUES // len(columns)
    given: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), together):
            some = rows[start : start + together]
            values = [
                value if make is None else make(value)
                for row in some
                for make, value in zip(ready, row, strict=True)
            ]
            cursor.execute(statement(model, columns, len(some), once, giving), values)
            if giving:
                given += cursor.fetchall()
    return given


@lru_cache(maxsize=500)
def statement(
    model: type[models.Model], columns: tuple[str, ...], count: int, once: bool, giving: tuple[str, ...]
) -> str:
    """The text of the statement; names come from models, values never stand in it."""
    quote = connection.ops.quote_name

    def named(some: tuple[str, ...]) -> str:
        return ", ".join(quote(model._meta.get_field(one).column) for one in some)  # type: ignore[union-attr]

    places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * count)
    text = f"INSERT INTO {quote(model._meta.db_table)} ({named(columns)}) VALUES {places}"  # noqa: S608
    text += " ON CONFLICT DO NOTHING" if once else ""
    return text + (f" RETURNING {named(giving)}" if giving else "")


@lru_cache(maxsize=50)
def preparing(
    model: type[models.Model], columns: tuple[str, ...], _vendor: str
) -> tuple[Callable[[Any], Any] | None, ...]:
    """What makes a value of each column ready for the engine; None where it is so already."""
    return tuple(made_ready(model._meta.get_field(one)) for one in columns)


def made_ready(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return as_json
    if isinstance(field, models.DateTimeField):
        return as_moment
    if isinstance(field, models.UUIDField | models.ForeignKey) and isinstance(
        field.target_field if isinstance(field, models.ForeignKey) else field, models.UUIDField
    ):
        return None if connection.features.has_native_uuid_field else as_hex
    return None


def as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def as_moment(value: datetime | None) -> Any:
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def as_hex(value: Any) -> str | None:
    return None if value is None else value.hex
