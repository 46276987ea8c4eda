"""XML of strangers, read safely: no DTD, no entities, and never more than the reader was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MIB = 1024 * 1024
# A record of 250 questions has 20 kB and 300 elements; a household of forty with fifty questions each, 2,000.
MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 10 * MIB, 50_000, 60
A_PIECE = 64 * 1024
# One tag with all it says; the parser holds it whole before it tells of it.
LONGEST_TAG = 256 * 1024


class Unreadable(Exception):
    """A document that is not taken; `code` says why, `params` fill the sentence about it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(slots=True)
class Element:
    """One element: its name without a prefix, its attributes alike, its children and its own text."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def first(self, *names: str) -> Element | None:
        """The element down this path of names, the first of each."""
        found: Element | None = self
        for name in names:
            found = next((one for one in found.children if one.name == name), None) if found else None
        return found

    def walk(self) -> Iterator[Element]:
        """This element and everything in it, in the order of the document."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(one.children)


def local(name: str) -> str:
    return name.rpartition(" ")[2]


class Builder:
    """Makes elements of what the parser tells, and stops it as soon as there is too much."""

    def __init__(self, most_elements: int) -> None:
        self.most_elements = most_elements
        self.root: Element | None = None
        self.open: list[Element] = []
        # What stands in each open element, in pieces: joined once, since adding them up one by one would
        # copy all that came before with each.
        self.texts: list[list[str]] = []
        self.count = self.attributes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.attributes += len(attributes)
        # A form has about as many attributes as elements, a record hardly any.
        if self.count > self.most_elements or self.attributes > 2 * self.most_elements:
            raise Unreadable("too_many", most=self.most_elements)
        if len(self.open) >= MOST_DEPTH:
            raise Unreadable("too_deep", most=MOST_DEPTH)
        made = Element(local(name), {local(key): value for key, value in attributes.items()})
        if self.open:
            self.open[-1].children.append(made)
        else:
            self.root = made
        self.open.append(made)
        self.texts.append([])

    def end(self, _name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def said(self, text: str) -> None:
        self.texts[-1].append(text)

    def refuse(self, *_given: object) -> None:
        raise Unreadable("doctype")


def read(data: bytes, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS) -> Element:
    """The root of a document; Unreadable for one that is empty, too big, broken or brings a DTD along."""
    if not data.strip():
        raise Unreadable("empty")
    if len(data) > most_bytes:
        raise Unreadable("too_big", most=most_bytes // MIB)
    parser, builder = expat.ParserCreate(namespace_separator=" "), Builder(most_elements)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.said
    # Entities are declared in a DTD, and no form or record has one: what brings it means harm.
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        for start in range(0, len(data), A_PIECE):
            parser.Parse(data[start : start + A_PIECE], False)
            if start + A_PIECE - parser.CurrentByteIndex > LONGEST_TAG + A_PIECE:
                raise Unreadable("long_tag", row=parser.CurrentLineNumber)
        parser.Parse(b"", True)
    except expat.ExpatError as broken:
        raise Unreadable("broken", row=broken.lineno) from broken
    except (LookupError, ValueError) as unknown:  # an encoding that does not exist
        raise Unreadable("broken", row=1) from unknown
    if builder.root is None:
        raise Unreadable("empty")
    return builder.root
