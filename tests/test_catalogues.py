"""Everything a person reads is in the catalogues, whole and with its places for values kept."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/km/LC_MESSAGES/django.po")
COLLECTED_AS_ONE = {"gettext", "gettext_lazy"}
BLOCK = re.compile(r"\{%\s*blocktranslate\b([^%]*)%\}(.*?)\{%\s*endblocktranslate", re.DOTALL)
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def texts(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def key(message: Message) -> tuple[str | None, str]:
    return message.context, texts(message.id)[0]


@pytest.fixture(scope="module")
def khmer() -> list[Message]:
    assert (ROOT / CATALOGUE).exists(), "no Khmer catalogue: make messages, then translate it"
    return [message for message in catalogue(ROOT / CATALOGUE) if message.id]


def test_it_leaves_no_message_without_khmer(khmer):
    missing = [key(m)[1] for m in khmer if m.fuzzy or not all(texts(m.string or ""))]
    assert not missing, f"{len(missing)} of {len(khmer)}:\n" + "\n".join(missing)


def test_it_keeps_every_place_for_a_value(khmer):
    wrong = [
        f"{original!r} -> {said!r}"
        for message in khmer
        # Khmer has one form where English has two; each form is held against the English plural.
        for original in texts(message.id)[-1:]
        for said in texts(message.string)
        if said and sorted(PLACE.findall(original)) != sorted(PLACE.findall(said))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_it_knows_every_message_of_the_source(khmer, tmp_path):
    # Collected from a copy, so that looking changes nothing.
    for folder in ("samleng", "config", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("built", "*.mo"))
    command = [sys.executable, "-m", "django", "makemessages", "-l", "km", "--no-obsolete", "--no-location"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(tmp_path)}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    source = {key(message) for message in catalogue(tmp_path / CATALOGUE) if message.id}
    new = sorted(text for _, text in source - {key(message) for message in khmer})
    assert not new, f"{len(new)} not collected, run `make messages`:\n" + "\n".join(new)


def other_names(source: str) -> list[str]:
    """Functions of gettext that a module imports under a name xgettext does not collect."""
    return [
        f"{one.name} as {one.asname}"
        for found in ast.walk(ast.parse(source))
        if isinstance(found, ast.ImportFrom)
        for one in found.names
        if "gettext" in one.name and one.asname and not (one.asname == "_" and one.name in COLLECTED_AS_ONE)
    ]


def test_it_imports_gettext_under_no_name_that_is_not_collected():
    assert other_names("from django.utils.translation import ngettext as _n, gettext as _") == [
        "ngettext as _n"
    ]
    assert other_names("from django.utils.translation import pgettext as _") == ["pgettext as _"]
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("samleng", "config")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in other_names(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def test_it_keeps_the_layout_of_a_template_out_of_its_messages():
    wrong = [
        f"{path.relative_to(ROOT)}: {' '.join(text.split())[:60]}"
        for path in sorted((ROOT / "samleng").rglob("*.html"))
        for how, text in BLOCK.findall(path.read_text(encoding="utf-8"))
        if "\n" in text and "trimmed" not in how
    ]
    assert not wrong, "blocktranslate over lines without trimmed:\n" + "\n".join(wrong)


def test_it_speaks_khmer_and_english():
    assert [code for code, _ in settings.LANGUAGES] == ["km", "en"]
