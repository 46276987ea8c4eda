"""Questions to the database that are put together once: for the few that every report asks.

Django makes the text of a query anew each time it is asked, which takes longer than to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Row = tuple[Any, ...]
Thing = TypeVar("Thing", bound=models.Model)


class Question:
    """A query of which only the values differ: texts, numbers, days, UUIDs, and lists of these.

    `make` builds it as a `values_list` out of those values, once for each number of them. What it holds
    besides is asked as it was then, so it may hang on nothing else.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self.make = make
        self.ready: dict[Any, Ready | None] = {}

    def __call__(self, *values: Any) -> list[Row]:
        """The rows, as `values_list` gives them."""
        shape = (connection.vendor, *map(shape_of, values))
        try:
            ready = self.ready[shape]
        except KeyError:
            ready = self.ready[shape] = Ready.of(self.make, values)
        return [] if ready is None else ready.rows(values)

    def first(self, *values: Any) -> Row | None:
        """The first row, if there is one."""
        return next(iter(self(*values)), None)


class Ready:
    """The text of a query, where its values belong in it, and what makes of the engine's values ours."""

    def __init__(self, text: str, params: Sequence[Any], where: dict[Any, int], converters: Any) -> None:
        self.text, self.params, self.converters = text, params, converters
        self.where = [where.get(key_of(one)) for one in params]

    @classmethod
    def of(cls, make: Callable[..., models.QuerySet[Any, Any]], values: Sequence[Any]) -> Ready | None:
        """Put together with marks in place of the values; None for what can have no rows."""
        marks, flat = [], 0
        for value in values:
            if isinstance(value, list | tuple):
                marks.append([mark(one, flat + at) for at, one in enumerate(value)])
                flat += len(value)
            else:
                marks.append(mark(value, flat))
                flat += 1
        compiler = make(*marks).query.get_compiler(connection=connection)
        try:
            text, params = compiler.as_sql()
        except EmptyResultSet:
            if all(marks):
                # A mark that the column could never hold: what is asked must not be silently nothing.
                raise
            return None
        where = {key_of(prepared(one)): at for at, one in enumerate(flattened(marks))}
        converters = compiler.get_converters([one[0] for one in compiler.select])
        return cls(text, params, where, converters)

    def rows(self, values: Sequence[Any]) -> list[Row]:
        given = list(flattened(values))
        params = [
            one if at is None else prepared(given[at])
            for one, at in zip(self.params, self.where, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.text, params)
            found = cursor.fetchall()
        return [tuple(self.converted(list(row))) for row in found] if self.converters else found

    def converted(self, row: list[Any]) -> list[Any]:
        for place, (makers, expression) in self.converters.items():
            value = row[place]
            for make in makers:
                value = make(value, expression, connection)
            row[place] = value
        return row


def shape_of(value: Any) -> Any:
    return len(value) if isinstance(value, list | tuple) else type(value)


def flattened(values: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list | tuple):
            flat += value
        else:
            flat.append(value)
    return flat


def mark(value: Any, number: int) -> Any:
    """A value of the same kind that stands nowhere else in the query."""
    if isinstance(value, str):
        return f"\u2060mark-{number}\u2060"
    if isinstance(value, UUID):
        return UUID(int=(0xFEED << 96) + number)
    if isinstance(value, date):
        return date.fromordinal(3 + number)
    if isinstance(value, float):
        return -8_123_456.5 - number
    if isinstance(value, int) and not isinstance(value, bool):
        return -1_900_000_000 - number
    raise TypeError(f"{type(value).__name__} is not asked for like this")


def prepared(value: Any) -> Any:
    """The value as the engine takes it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def key_of(value: Any) -> Any:
    """What tells a parameter from others: 1 and True, or 1 and 1.0, are not the same."""
    return type(value).__name__, str(value)


class Things(Generic[Thing]):
    """The same for whole rows: what `select_related` would bring along is named as in it."""

    def __init__(self, make: Callable[..., models.QuerySet[Thing]], *related: str) -> None:
        self.make, self.related = make, related
        self.parts: list[Part] = []
        self.question = Question(self.asked)

    def asked(self, *values: Any) -> models.QuerySet[Any, Any]:
        rows = self.make(*values)
        self.parts = list(parts_of(rows.model, self.related))
        names = [f"{part.path}__{name}".lstrip("_") for part in self.parts for name in part.names]
        return rows.values_list(*names)

    def __call__(self, *values: Any) -> list[Thing]:
        return [self.made(row) for row in self.question(*values)]

    def first(self, *values: Any) -> Thing | None:
        row = self.question.first(*values)
        return None if row is None else self.made(row)

    def made(self, row: Row) -> Thing:
        """The row as a model has it, with those it belongs to."""
        made: dict[str, Any] = {}
        start = 0
        for part in self.parts:
            some = row[start : start + len(part.names)]
            start += len(part.names)
            held = made.get(part.holder)
            if part.path and held is None:
                continue
            there = some[part.key] is not None
            made[part.path] = one = part.model.from_db("default", part.names, some) if there else None
            if part.path:
                held._state.fields_cache[part.name] = one
        return made[""]


class Part(NamedTuple):
    """One table's share of a row: where it hangs, and its columns."""

    path: str
    model: type[models.Model]
    names: list[str]
    key: int

    @property
    def holder(self) -> str:
        return self.path.rpartition("__")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("__")[2]


def parts_of(model: type[models.Model], related: Sequence[str]) -> Iterator[Part]:
    """The model's own share first, then those on the ways that are named, each once."""
    paths = [""]
    for way in related:
        steps = way.split("__")
        paths += ["__".join(steps[: end + 1]) for end in range(len(steps))]
    for path in dict.fromkeys(paths):
        of: Any = model
        for step in filter(None, path.split("__")):
            of = of._meta.get_field(step).related_model
        names = [one.attname for one in of._meta.concrete_fields]
        yield Part(path, of, names, names.index(of._meta.pk.attname))
