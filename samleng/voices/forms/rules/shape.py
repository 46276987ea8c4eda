"""What a form asks: its questions in order, its repeats, languages and the files it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from samleng.voices.forms.rules.names import sound_file_name
from samleng.voices.forms.rules.reading import MIB, Element, Unreadable, read

# A form with whole lists of villages in it is large; a record never is.
MOST_FORM_BYTES, MOST_FORM_ELEMENTS = 20 * MIB, 500_000
MEDIA = re.compile(r"^jr://(images|audio|video|file|file-csv)/(.+)$")
PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"/\\]+)['\"]")
SEARCHED = re.compile(r"search\(\s*['\"]([^'\"/\\]+)['\"]")
KINDS = {"images": "image", "audio": "audio", "video": "video", "file": "file", "file-csv": "file"}
CONTROLS = {"select": "select_multiple", "select1": "select_one", "rank": "rank", "upload": "binary"}
ITEXT = re.compile(r"jr:itext\(\s*'([^']+)'\s*\)")


@dataclass(kw_only=True)
class Field:
    """One question: its path below the root, its type, the repeat it stands in, its labels by language."""

    path: str
    type: str
    repeat: str = ""
    label: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Shape:
    """A form as it was published; paths begin with "/" below the root and name no root."""

    form_id: str
    version: str
    title: str
    fields: list[Field]
    repeats: list[str]
    languages: list[str]
    media: list[tuple[str, str]]

    @property
    def binaries(self) -> list[str]:
        """The paths whose answer is the name of a file."""
        return [one.path for one in self.fields if one.type == "binary"]

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self.fields]


def shape_of(xform: bytes) -> Shape:
    """What a form asks; Unreadable for XML that is no form, or one that a programme must not use."""
    whole = read(xform, most_bytes=MOST_FORM_BYTES, most_elements=MOST_FORM_ELEMENTS)
    model = whole.first("head", "model")
    instance = model.first("instance") if model else None
    body = whole.first("body")
    if whole.name != "html" or model is None or body is None or instance is None or not instance.children:
        raise Unreadable("no_form")
    root = instance.children[0]
    form_id = root.attributes.get("id", "").strip()
    if not form_id or len(form_id) > 200 or "/" in form_id:
        raise Unreadable("no_id")
    refuse_elsewhere(model)
    title = whole.first("head", "title")
    translated = translations(model)
    return Shape(
        form_id=form_id,
        version=root.attributes.get("version", "").strip()[:200],
        title=(title.text.strip() if title else "")[:200] or form_id,
        fields=list(questions(root, model, body, translated)),
        repeats=repeats(root, body),
        languages=list(translated),
        media=media(whole, model),
    )


def refuse_elsewhere(model: Element) -> None:
    """A form that seals its records, or sends them to another address, is not ours to hand out."""
    submission = model.first("submission")
    if submission is None:
        return
    if submission.attributes.get("base64RsaPublicKey"):
        raise Unreadable("encrypted")
    if submission.attributes.get("action"):
        raise Unreadable("elsewhere", address=submission.attributes["action"][:200])


def below(path: str) -> str:
    """A path of the form without its root and prefixes: "/data/a/orx:b" is "/a/b"."""
    return "/" + "/".join(part.strip().rpartition(":")[2] for part in path.strip().split("/")[2:])


def repeats(root: Element, body: Element) -> list[str]:
    """The paths that may stand several times, outer ones first."""
    named = {below(one.attributes.get("nodeset", "")) for one in body.walk() if one.name == "repeat"}
    named |= {path for path, one in nodes(root) if "template" in one.attributes}
    return sorted(named - {"/"})


def nodes(root: Element) -> Iterator[tuple[str, Element]]:
    """Every element below the root with its path, in order."""
    waiting = [("", one) for one in reversed(root.children)]
    while waiting:
        above, one = waiting.pop()
        path = f"{above}/{one.name}"
        yield path, one
        waiting += [(path, child) for child in reversed(one.children)]


def questions(
    root: Element, model: Element, body: Element, translated: dict[str, dict[str, str]]
) -> Iterator[Field]:
    """The leaves of the form in order, each once, however often a template repeats it."""
    types = {
        below(one.attributes.get("nodeset", "")): one.attributes.get("type", "string").rpartition(":")[2]
        for one in model.children
        if one.name == "bind"
    }
    controls: dict[str, Element] = {}
    for one in body.walk():
        where = one.attributes.get("ref") or one.attributes.get("nodeset")
        if where and one.name not in ("group", "label", "hint", "itemset", "value", "repeat"):
            controls.setdefault(below(where), one)
    several, seen = repeats(root, body), set()
    for path, node in nodes(root):
        if node.children or path in seen or path in several:
            continue
        seen.add(path)
        control = controls.get(path)
        kind = CONTROLS.get(control.name, "") if control else ""
        within = [one for one in several if path.startswith(f"{one}/")]
        yield Field(
            path=path,
            type=kind or types.get(path, "string"),
            repeat=max(within, key=len, default=""),
            label=label_of(control, translated) if control else {},
        )


def label_of(control: Element, translated: dict[str, dict[str, str]]) -> dict[str, str]:
    """What the question says, by language; "" stands for a form without languages."""
    label = control.first("label")
    if label is None:
        return {}
    if found := ITEXT.search(label.attributes.get("ref", "")):
        return {lang: texts[found[1]] for lang, texts in translated.items() if texts.get(found[1])}
    text = " ".join(label.text.split())
    return {"": text[:500]} if text else {}


def translations(model: Element) -> dict[str, dict[str, str]]:
    """language -> id -> text, the form's default language first."""
    itext = model.first("itext")
    found = [one for one in itext.children if one.name == "translation"] if itext else []
    found.sort(key=lambda one: "default" not in one.attributes)
    return {
        one.attributes.get("lang", ""): {
            text.attributes.get("id", ""): plain_value(text) for text in one.children if text.name == "text"
        }
        for one in found
    }


def plain_value(text: Element) -> str:
    plain = (one for one in text.children if one.name == "value" and "form" not in one.attributes)
    return " ".join(next((one.text for one in plain), "").split())[:500]


def media(whole: Element, model: Element) -> list[tuple[str, str]]:
    """The files the form shows or looks things up in, each (name, image | audio | video | file), once."""
    found: dict[str, str] = {}
    for one in whole.walk():
        addresses = [one.attributes.get("src", "")] + ([one.text.strip()] if one.name == "value" else [])
        for address in addresses:
            if known := MEDIA.match(address):
                found.setdefault(known[2], KINDS[known[1]])
        formulas = " ".join(
            one.attributes.get(name, "") for name in ("calculate", "constraint", "relevant", "appearance")
        )
        for name in PULLED.findall(formulas) + SEARCHED.findall(formulas):
            found.setdefault(name if name.endswith(".csv") else f"{name}.csv", "file")
        if one.name == "input" and "itemsets" in one.attributes.get("query", ""):
            found.setdefault("itemsets.csv", "file")
    if any(not sound_file_name(name) for name in found):
        raise Unreadable("bad_name", name=next(name for name in found if not sound_file_name(name))[:80])
    return list(found.items())
