"""Everything a person reads is in the catalogues, whole and with its places for values kept."""

from __future__ import annotations

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


def test_it_speaks_khmer_and_english():
    assert [code for code, _ in settings.LANGUAGES] == ["km", "en"]
