"""Many rows in one statement, without an object for each: for the few places where that is what costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

# No engine's limit of values in one statement is reached by so many.
MOST_VALUES = 900
Query = Callable[[list[Any]], models.QuerySet[Any, Any]]


def insert(
    model: type[models.Model],
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    once: bool = False,
) -> int:
    """Insert rows in the order given; how many. With `once` those that are there already stay as they are."""
    if not rows:
        return 0
    ready = preparing(model, columns, connection.vendor)
    together = MOST_VALUES // len(columns)
    inserted = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), together):
            some = rows[start : start + together]
            values = [
                value if make is None else make(value)
                for row in some
                for make, value in zip(ready, row, strict=True)
            ]
            cursor.execute(statement(model, columns, len(some), once), values)
            inserted += cursor.rowcount
    return inserted


def put(rows: Sequence[models.Model]) -> None:
    """Insert fresh rows of one model, all of them as they stand, and leave them as `save` would.

    For tables whose rows never change or whose verb makes each of them whole: no default of the engine's is
    asked for, nothing is looked up and nobody is told.
    """
    if not rows:
        return
    model = type(rows[0])
    names, numbered = columns_of(model)
    ready = preparing(model, names, connection.vendor)
    together = MOST_VALUES // len(names)
    text = f" RETURNING {connection.ops.quote_name(model._meta.pk.column)}" if numbered else ""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), together):
            some = rows[start : start + together]
            values = [
                value if make is None or value is None else make(value)
                for row in some
                for make, value in zip(ready, [row.__dict__[name] for name in names], strict=True)
            ]
            cursor.execute(statement(model, names, len(some), False) + text, values)
            if numbered:
                for row, (key,) in zip(some, cursor.fetchall(), strict=True):
                    row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=100)
def columns_of(model: type[models.Model]) -> tuple[tuple[str, ...], bool]:
    """The attributes that are a row, and whether the engine numbers it."""
    key = model._meta.pk
    numbered = isinstance(key, models.AutoField)
    fields = [one for one in model._meta.concrete_fields if not (numbered and one is key)]
    return tuple(one.attname for one in fields), numbered


@lru_cache(maxsize=500)
def statement(model: type[models.Model], columns: tuple[str, ...], count: int, once: bool) -> str:
    """The text of the statement; names come from models, values never stand in it."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(one).column) for one in columns)  # type: ignore[union-attr]
    places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * count)
    text = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places}"  # noqa: S608
    return text + (" ON CONFLICT DO NOTHING" if once else "")


def select(make: Query, keys: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """Rows as the engine gives them for these keys; `make` builds the query once for each number of keys.

    Nothing but the keys may differ in the query.
    """
    if not keys:
        return []
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(
            compiled(make, len(keys), connection.vendor), [key if native else key.hex for key in keys]
        )
        return cursor.fetchall()


@lru_cache(maxsize=500)
def compiled(make: Query, count: int, _vendor: str) -> str:
    return make([UUID(int=n) for n in range(count)]).query.sql_with_params()[0]


def uuid_in(value: Any) -> UUID:
    """A UUID as an engine gives it."""
    return value if isinstance(value, UUID) else UUID(value)


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
    if isinstance(field, models.DateField):
        return as_day
    if isinstance(field, models.UUIDField | models.ForeignKey) and isinstance(
        field.target_field if isinstance(field, models.ForeignKey) else field, models.UUIDField
    ):
        return None if connection.features.has_native_uuid_field else as_hex
    return None


def as_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def as_moment(value: datetime | None) -> Any:
    return None if value is None else moment_for(value, connection.vendor)


def as_day(value: date | None) -> Any:
    return None if value is None else connection.ops.adapt_datefield_value(value)


@lru_cache(maxsize=50)
def moment_for(value: datetime, _vendor: str) -> Any:
    """Rows of one commit share their moments, and to write one down takes longer than to look it up."""
    return connection.ops.adapt_datetimefield_value(value)


def as_hex(value: Any) -> str | None:
    return None if value is None else value.hex
