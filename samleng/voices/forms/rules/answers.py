"""A record as it was sent, and the form in which it is kept so that nobody parses its XML again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from samleng.voices.forms.rules.names import plain_name, sound_file_name
from samleng.voices.forms.rules.reading import Element, Unreadable, read

# {"name": "Dara", "group": {"age": "23"}, "child": [{"name": "Bopha"}, ...]}; what is empty is left out.
Answers = dict[str, Any]
LONGEST_ID = 200
# Each gets a place in the database at once, before a single one has come.
MOST_FILES = 2000


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A record as a client sent it: which form and version, its own id, the one it corrects, its whole."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    digest: str
    root: Element


def read_sent(xml: bytes) -> Sent:
    """The record in the bytes; Unreadable where it is broken or says not which form or record it is."""
    root = read(xml)
    form_id = root.attributes.get("id", "").strip()
    if not form_id:
        raise Unreadable("no_id")
    if root.attributes.get("encrypted") == "yes":
        raise Unreadable("encrypted")
    instance_id = of_meta(root, "instanceID")
    if not instance_id:
        raise Unreadable("no_instance")
    if len(instance_id) > LONGEST_ID or len(form_id) > LONGEST_ID:
        raise Unreadable("long_id", most=LONGEST_ID)
    return Sent(
        form_id=form_id,
        version=root.attributes.get("version", "").strip(),
        instance_id=instance_id,
        deprecated_id=of_meta(root, "deprecatedID"),
        digest=hashlib.sha256(xml).hexdigest(),
        root=root,
    )


def of_meta(root: Element, name: str) -> str:
    found = root.first("meta", name)
    return found.text.strip() if found else ""


def arranged(root: Element, repeats: Collection[str]) -> Answers:
    """The answers as kept: groups as objects, repeats as lists, single answers as the text that was sent."""
    return {name: value for name, value in parts(root, "", frozenset(repeats)) if value != "" and value != {}}


def parts(element: Element, path: str, repeats: frozenset[str]) -> Iterator[tuple[str, Any]]:
    several: dict[str, list[Any]] = {}
    once: dict[str, Any] = {}
    for child in element.children:
        below = f"{path}/{child.name}"
        value: Any = child.text
        if child.children or below in repeats:
            value = {k: v for k, v in parts(child, below, repeats) if v != "" and v != {}}
        if below in repeats:
            several.setdefault(child.name, []).append(value)
        elif child.name in once:
            # Said twice although the form asks once: nothing is dropped.
            several.setdefault(child.name, [once.pop(child.name)]).append(value)
        elif child.name in several:
            several[child.name].append(value)
        else:
            once[child.name] = value
    yield from once.items()
    yield from several.items()


def values_at(answers: Answers, path: str) -> Iterator[str]:
    """Every answer at a path, through all repeats on the way."""
    waiting: list[tuple[Any, list[str]]] = [(answers, path.strip("/").split("/"))]
    while waiting:
        at, names = waiting.pop()
        if isinstance(at, list):
            waiting += [(one, names) for one in reversed(at)]
        elif not names:
            if isinstance(at, str) and at.strip():
                yield at.strip()
        elif isinstance(at, dict) and names[0] in at:
            waiting.append((at[names[0]], names[1:]))


def files_named(answers: Answers, binaries: Collection[str]) -> list[str]:
    """The names of the files that belong to the record, each once; Unreadable for one that is a path."""
    found: dict[str, None] = {}
    for path in binaries:
        for name in values_at(answers, path):
            if not sound_file_name(name):
                raise Unreadable("bad_name", name=name[:80])
            found.setdefault(plain_name(name))
            if len(found) > MOST_FILES:
                raise Unreadable("too_many_files", most=MOST_FILES)
    return list(found)
