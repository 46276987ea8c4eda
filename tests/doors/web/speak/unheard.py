"""Which questions and choices of a page have no place where they are heard, recorded or missing."""

from __future__ import annotations

from html.parser import HTMLParser

# What is a name of a place or an office, and the marks of a part of a photo: nobody reads a register aloud.
NAMED = ("place", "inside", "office")
NO_END = ("input", "img", "br", "hr", "meta", "link", "source", "path", "use", "circle", "rect")


class Heard(HTMLParser):
    """Walks a page: behind each question and choice a sound must come before the next one does."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[str] = []
        self.unheard: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.faces = [0, 0]

    def within(self, name: str) -> bool:
        return any(name in classes.split() for _tag, classes in self.open)

    def asks(self, what: str) -> None:
        if self.waiting:
            self.unheard.append(self.waiting.pop())
        self.waiting.append(what)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if "sound" in classes:
            self.waiting.clear()
            self.faces[1] += self.within("faces")
        if tag == "label" and self.within("faces"):
            self.faces[0] += 1
        elif (
            tag in ("h1", "label") or (tag == "legend" and "hide" not in classes)
            or (tag in ("a", "button") and "tile" in classes and given.get("name") not in NAMED)
            or (tag == "button" and given.get("name") == "joins") or "errors" in classes
        ):  # fmt: skip
            self.asks(f"<{tag} {given}>")
        if tag == "input" and given.get("name") in NAMED and given.get("value") != "unknown":
            self.waiting.clear()
        if tag not in NO_END:
            self.open.append((tag, given.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in NO_END and tag in [one[0] for one in self.open]:
            while self.open.pop()[0] != tag:
                pass


def unheard(page: str) -> list[str]:
    """What of a page is asked and can be heard nowhere; empty is right."""
    start = page.find('<div id="speak"')
    # A poster hangs on a wall and asks nothing.
    if start < 0 or 'class="poster' in page:
        return []
    walked = Heard()
    walked.feed(page[start : page.find("<footer")])
    found = walked.unheard + walked.waiting
    if walked.faces[0] and not walked.faces[1]:
        found.append("faces without a sound")
    return found
