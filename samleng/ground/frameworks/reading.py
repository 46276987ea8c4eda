"""Reading a framework's data into a Method: shapes by the dataclasses, then what must hold between them."""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.soundness import between
from samleng.ground.frameworks.vocabulary import (
    AtLeast,
    BadFramework,
    Coded,
    OneOf,
    Problem,
    Said,
    gettext_noop,
)

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
LIST = gettext_noop("A list is expected here.")
TABLE = gettext_noop("A table of settings is expected here.")
UNKNOWN = gettext_noop("“%(name)s” is not a setting that belongs here.")
MISSING = gettext_noop("This setting is missing.")
NOT_TEXT = gettext_noop("A text is expected here, not %(found)s.")
NOT_NUMBER = gettext_noop("A whole number is expected here, not %(found)s.")
NOT_SWITCH = gettext_noop("True or false is expected here, not %(found)s.")
NOT_CHOICE = gettext_noop("“%(found)s” is none of %(words)s.")
TOO_SMALL = gettext_noop("%(found)s is less than %(least)s.")
BAD_CODE = gettext_noop("“%(found)s” is not a code of up to 40 Latin letters, digits and the signs . _ + -.")
BAD_TAG = gettext_noop("“%(found)s” is not a language tag such as km or en.")
NO_WORDS = gettext_noop("The text in “%(tag)s” is missing.")
EMPTY = gettext_noop("This text is empty.")
KINDS = {str: NOT_TEXT, int: NOT_NUMBER, bool: NOT_SWITCH}


def read(body: Mapping[str, Any]) -> Method:
    """The method in the data; BadFramework with everything wrong, each with its path.

    What holds between parts is looked at once every part is whole by itself.
    """
    if not isinstance(body, Mapping):
        raise BadFramework([Problem("", TABLE)])
    given = body.get("languages")
    languages = [tag for tag in given if isinstance(tag, str)] if isinstance(given, list | tuple) else []
    reader = Reader(languages)
    method = reader.build(Method, body, "")
    for i, tag in enumerate(languages):
        if not TAG.fullmatch(tag):
            reader.note(f"languages[{i}]", BAD_TAG, found=tag)
    if not reader.problems:
        reader.problems.extend(between(method))
    if reader.problems:
        raise BadFramework(reader.problems)
    return typing.cast(Method, method)


@functools.cache
def hints_of(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else str(name)


class Reader:
    """Builds values of wanted types and notes what is wrong on the way."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages
        self.problems: list[Problem] = []

    def note(self, path: str, template: str, **facts: object) -> None:
        self.problems.append(Problem(path, template, facts))

    def build(self, kind: Any, value: Any, path: str) -> Any:
        """The value in the wanted type, or None with its problems noted."""
        if dataclasses.is_dataclass(kind):
            return self.build_class(typing.cast(type, kind), value, path)
        origin, given = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Annotated:
            made = self.build(given[0], value, path)
            if made is not None:
                self.mark(given[1], made, path)
            return made
        if origin in (typing.Union, types.UnionType):
            wanted = next(one for one in given if one is not type(None))
            return None if value is None else self.build(wanted, value, path)
        if origin is tuple:
            return self.build_list(given[0], value, path)
        if origin in (dict, Mapping):
            return self.build_table(given[1], value, path)
        return self.plain(kind, value, path)

    def build_list(self, kind: Any, value: Any, path: str) -> Any:
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.note(path, LIST)
            return None
        return tuple(self.build(kind, item, f"{path}[{i}]") for i, item in enumerate(value))

    def build_table(self, kind: Any, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            self.note(path, TABLE)
            return None
        return {str(key): self.build(kind, item, f"{path}.{key}") for key, item in value.items()}

    def plain(self, kind: Any, value: Any, path: str) -> Any:
        if kind is Any:
            return value
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.note(path, KINDS[kind], found=f"{value!r:.60}")
            return None
        return value

    def build_class(self, kind: type, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            self.note(path, TABLE)
            return None
        hints, made, before = hints_of(kind), {}, len(self.problems)
        known = {spec.name: spec for spec in dataclasses.fields(kind)}
        for name in value:
            if name not in known:
                self.note(joined(path, str(name)), UNKNOWN, name=str(name)[:60])
        for name, spec in known.items():
            needed = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
            if name in value:
                # An optional text may stand empty, as a table's empty cell does.
                if not needed and value[name] == {}:
                    continue
                made[name] = self.build(hints[name], value[name], joined(path, name))
            elif needed:
                self.note(joined(path, name), MISSING)
        return kind(**made) if len(self.problems) == before else None

    def mark(self, mark: object, made: Any, path: str) -> None:
        """Hold a value against what its field is marked with."""
        if isinstance(mark, OneOf) and made not in mark.words:
            self.note(path, NOT_CHOICE, found=made[:60], words=", ".join(mark.words))
        elif isinstance(mark, AtLeast) and made < mark.least:
            self.note(path, TOO_SMALL, found=made, least=mark.least)
        elif isinstance(mark, Coded) and not CODE.fullmatch(made):
            self.note(path, BAD_CODE, found=made[:60])
        elif isinstance(mark, Said):
            wanted = self.languages if not mark.some else () if made else self.languages[:1]
            self.problems.extend(self.unsaid(made, wanted, path))

    def unsaid(self, made: Mapping[str, Any], wanted: Sequence[str], path: str) -> Iterator[Problem]:
        for tag in wanted:
            if tag not in made:
                yield Problem(path, NO_WORDS, {"tag": tag})
        for tag, text in made.items():
            if not TAG.fullmatch(tag):
                yield Problem(f"{path}.{tag}", BAD_TAG, {"found": tag[:60]})
            elif isinstance(text, str) and not text.strip():
                yield Problem(f"{path}.{tag}", EMPTY)
