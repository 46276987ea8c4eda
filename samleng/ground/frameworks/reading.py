"""Reading a framework's data into a Method: shapes by the dataclasses, then what must hold between them."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from samleng.ground.frameworks import rules
from samleng.ground.frameworks.rules import BadFramework, Method, Problem


def read(body: Mapping[str, Any]) -> Method:
    """The method in the data; BadFramework with everything wrong, each with its path."""
    problems: list[Problem] = []
    method = build(Method, body, "", problems)
    if not problems and isinstance(method, Method):
        problems.extend(between(method))
        problems.extend(words_missing(method, method.languages, ""))
    if problems or not isinstance(method, Method):
        raise BadFramework(problems)
    return method


def build(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    """A value of the wanted type, or None with its problems noted."""
    if dataclasses.is_dataclass(kind):
        return build_class(kind, value, path, problems)
    origin, given = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return build(next(one for one in given if one is not type(None)), value, path, problems)
    if origin is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            problems.append(Problem(path, "a list is expected"))
            return None
        return tuple(build(given[0], item, f"{path}[{i}]", problems) for i, item in enumerate(value))
    if origin in (dict, Mapping) or kind is Mapping:
        if not isinstance(value, Mapping):
            problems.append(Problem(path, "a table is expected"))
            return None
        inner = given[1] if given else Any
        return {str(k): build(inner, item, f"{path}.{k}", problems) for k, item in value.items()}
    return plain(kind, value, path, problems)


def plain(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    if kind is Any:
        return value
    right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not right:
        words = {str: "a text", int: "a whole number", bool: "true or false"}
        problems.append(Problem(path, f"{words.get(kind, kind)} is expected, found {value!r:.60}"))
        return None
    return value


def build_class(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, "a table is expected"))
        return None
    hints = typing.get_type_hints(kind)
    known = {f.name: f for f in dataclasses.fields(kind)}
    before = len(problems)
    for name in value:
        if name not in known:
            problems.append(Problem(joined(path, name), "is not a known setting"))
    made = {}
    for name, spec in known.items():
        if name in value:
            made[name] = build(hints[name], value[name], joined(path, name), problems)
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            problems.append(Problem(joined(path, name), "is missing"))
    return kind(**made) if len(problems) == before else None


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else str(name)


def words_missing(thing: Any, languages: Sequence[str], path: str) -> Iterator[Problem]:
    """Names and texts that lack one of the framework's languages."""
    if not dataclasses.is_dataclass(thing):
        return
    hints = typing.get_type_hints(type(thing))
    for spec in dataclasses.fields(thing):
        value, where = getattr(thing, spec.name), joined(path, spec.name)
        if hints[spec.name] == rules.Words and spec.name != "sounds":
            if value or (spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING):
                yield from (
                    Problem(where, f"has no text in {tag!r}") for tag in languages if not value.get(tag)
                )
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                yield from words_missing(item, languages, f"{where}[{i}]")
        else:
            yield from words_missing(value, languages, where)


def between(method: Method) -> Iterator[Problem]:
    """What must hold between the parts of a method."""
    yield from twice(method)
    yield from choices(method)
    yield from scale(method)
    sectors = {s.code for s in method.sectors}
    services = {s.code for s in method.services}
    themes = {t.code for t in method.themes}
    for i, service in enumerate(method.services):
        if service.sector not in sectors:
            yield Problem(f"services[{i}].sector", f"{service.sector!r} is not a sector here")
    for i, criterion in enumerate(method.criteria):
        if criterion.service not in services:
            yield Problem(f"criteria[{i}].service", f"{criterion.service!r} is not a service here")
        if criterion.theme and criterion.theme not in themes:
            yield Problem(f"criteria[{i}].theme", f"{criterion.theme!r} is not a theme here")
        if method.scale.kind == "count_vs_standard" and criterion.standard is None:
            yield Problem(f"criteria[{i}].standard", "is needed on a scale of counted standards")
    for i, service in enumerate(method.services):
        for side in rules.SIDES:
            if not method.criteria_for(service.code, side):
                yield Problem(f"services[{i}]", f"no criteria for the {side} side")
    if method.raising.priorities_min > method.raising.priorities_max:
        yield Problem("raising.priorities_min", "is more than priorities_max")


def twice(method: Method) -> Iterator[Problem]:
    lists: dict[str, Sequence[Any]] = {
        "sectors": method.sectors,
        "services": method.services,
        "criteria": method.criteria,
        "themes": method.themes,
        "groups": method.groups,
        "steps": method.steps,
        "checks": method.checks,
        "sides": method.sides,
        "profile.sexes": method.profile.sexes,
        "profile.age_bands": method.profile.age_bands,
        "profile.special_groups": method.profile.special_groups,
        "plan.parts": method.plan.parts,
        "plan.columns": method.plan.columns,
        "plan.statuses": method.plan.statuses,
        "plan.categories": method.plan.categories,
    }
    for path, things in lists.items():
        seen: dict[str, int] = {}
        for i, thing in enumerate(things):
            if thing.code in seen:
                yield Problem(f"{path}[{i}].code", f"{thing.code!r} stands already at [{seen[thing.code]}]")
            seen.setdefault(thing.code, i)
            if "/" in thing.code or not thing.code.strip():
                yield Problem(f"{path}[{i}].code", "must not be empty or hold a slash")


def choices(method: Method) -> Iterator[Problem]:
    if method.aggregate not in rules.AGGREGATES:
        yield Problem("aggregate", f"must be one of {', '.join(rules.AGGREGATES)}")
    if method.combine not in rules.COMBINES:
        yield Problem("combine", f"must be one of {', '.join(rules.COMBINES)}")
    if {side.code for side in method.sides} != set(rules.SIDES):
        yield Problem("sides", f"must be {' and '.join(rules.SIDES)}")
    if method.profile.women not in {sex.code for sex in method.profile.sexes}:
        yield Problem("profile.women", "must be the code of a sex")
    for i, check in enumerate(method.checks):
        if check.kind not in rules.CHECK_KINDS:
            yield Problem(f"checks[{i}].kind", f"must be one of {', '.join(rules.CHECK_KINDS)}")
    kinds = [status.kind for status in method.plan.statuses]
    for i, kind in enumerate(kinds):
        if kind not in rules.STATUS_KINDS:
            yield Problem(f"plan.statuses[{i}].kind", f"must be one of {', '.join(rules.STATUS_KINDS)}")
    for wanted in rules.STATUS_KINDS:
        if wanted not in kinds:
            yield Problem("plan.statuses", f"none is of kind {wanted!r}")


def scale(method: Method) -> Iterator[Problem]:
    given = method.scale
    if given.kind not in rules.SCALES:
        yield Problem("scale.kind", f"must be one of {', '.join(rules.SCALES)}")
        return
    if given.kind == "range":
        if given.step < 1 or given.high <= given.low or (given.high - given.low) % given.step:
            yield Problem("scale.step", "must divide the way from low to high")
            return
    elif len(given.points) < 2:
        yield Problem("scale.points", "needs at least two points")
        return
    values = given.values
    if list(values) != sorted(set(values)):
        yield Problem("scale.points", "values must go up, each once")
    covered = [v for low, high in given.bounds for v in values if low <= v <= high]
    if given.classes and sorted(covered) != list(values):
        yield Problem("scale.classes", "must cover every value of the scale exactly once")
