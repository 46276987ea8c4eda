"""XML of strangers: refused with a reason before it costs anything, read in one pass where it is sound."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from samleng.voices.forms.rules.reading import MIB, Unreadable, read


def entities() -> bytes:
    named = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"lol") for n in range(10))
    return b"<!DOCTYPE d [" + named + b"]><d>&e9;</d>"


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "billion laughs": ("doctype", entities),
    "one long entity": (
        "doctype",
        lambda: b'<!DOCTYPE d [<!ENTITY a "' + b"x" * 100_000 + b'">]><d>' + b"&a;" * 10_000 + b"</d>",
    ),
    "a file of this machine": ("doctype", lambda: b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>'),
    "a million levels": ("too_deep", lambda: b"<a>" * 1_000_000 + b"</a>" * 1_000_000),
    "a million repeats": ("too_many", lambda: b"<d>" + b"<user/>" * 1_000_000 + b"</d>"),
    "a million attributes": (
        "long_tag",
        lambda: b"<a " + b" ".join(b'a%x=""' % n for n in range(900_000)) + b"/>",
    ),
    "attributes on many": (
        "too_many",
        lambda: b"<d>" + (b"<a " + b" ".join(b'a%d=""' % n for n in range(40)) + b"/>") * 20_000 + b"</d>",
    ),
    "a name of nine million letters": ("long_tag", lambda: b"<" + b"n" * 9_000_000 + b"/>"),
    "an instruction without end": ("long_tag", lambda: b"<?p " + b"x" * 9_000_000 + b"?><a/>"),
    "a closing mark without end": ("long_tag", lambda: b"<a></a" + b" " * 1_000_000 + b">"),
    "eleven million letters": ("too_big", lambda: b"<a>" + b"x" * 11_000_000 + b"</a>"),
    "a zero": ("broken", lambda: b"<a>&#0;</a>"),
    "bytes that are no letters": ("broken", lambda: b"<a>\xff</a>"),
    "an unknown encoding": ("broken", lambda: b'<?xml version="1.0" encoding="UTF-7"?><a/>'),
    "spaces alone": ("empty", lambda: b" " * 1_000_000),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_it_refuses_what_means_harm_quickly_and_in_little_memory(name: str) -> None:
    code, made = HOSTILE[name]
    data = made()
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable) as caught:
            read(data)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == code
    # Fifty thousand elements are read before it is known that there are more.
    assert most < 24 * MIB, f"{most / MIB:.0f} MiB"


def test_it_reads_text_between_many_children_in_one_pass() -> None:
    """Added up piece by piece this took a quarter of a minute."""
    data = b"<a>" + (b"x" * 190 + b"<b/>") * 49_900 + b"</a>"
    began = time.process_time()
    root = read(data)
    assert len(root.text) == 190 * 49_900 and len(root.children) == 49_900
    assert time.process_time() - began < 3


def test_it_reads_what_is_long_but_sound() -> None:
    assert read(b'<a b="' + b"x" * 200_000 + b'"/>').attributes["b"] == "x" * 200_000
    assert read(b"<a><![CDATA[" + b"<" * 3_000_000 + b"]]></a>").text == "<" * 3_000_000
    assert read('<?xml version="1.0" encoding="UTF-16"?><a>ស</a>'.encode("utf-16")).text == "ស"
