"""Photos and recordings between two pages: cleaned at once, and laid by as bytes that only the page can open.

No database row and no name tells of them. Each has a key of its own that stands in the draft alone, so that
what lies on the disk is noise to everybody else; what is not sent within a day is swept away.
"""

from __future__ import annotations

import base64
import re
import secrets
import time
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random
from PIL import Image

from samleng.kit.media.rules import LIMITS
from samleng.kit.media.spoken import voice_note
from samleng.kit.media.verbs import cleaned, read_whole
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.rules.filing import Brought

A_DAY = 86400
# So many bytes may wait in all; beyond them nobody adds a file until some were sent or swept.
MOST_WAITING = 1024 * 1024 * 1024
NAME = re.compile(r"[0-9a-f]{32}")
SMALL = 240


def folder() -> Path:
    path = settings.HOME / "speak"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def park(file: object, kind: str, field: str) -> dict[str, str]:
    """Clean a "photo" or "sound" and lay it by; what the draft keeps of it. Refusal when it is not fit."""
    data = read_whole(file, LIMITS[kind])
    fit = voice_note(data, field) if kind == "sound" else cleaned(kind, data, field)
    sweep()
    if sum(one.stat().st_size for one in folder().iterdir()) > MOST_WAITING:
        raise Refusal(
            _("There is no room for another file at this moment."),
            field=field,
            remedy=_("Send it without, and add the file later under your receipt."),
            code="busy",
        )
    name, key = secrets.token_hex(16), random(SecretBox.KEY_SIZE)
    (folder() / name).write_bytes(SecretBox(key).encrypt(fit.data))
    return {"id": name, "key": base64.b64encode(key).decode(), "kind": kind, "type": fit.media_type}


def opened(one: dict[str, str]) -> bytes | None:
    """The bytes of a parked file; None when it is no longer here."""
    if not NAME.fullmatch(one.get("id", "")):
        return None
    try:
        return bytes(SecretBox(base64.b64decode(one["key"])).decrypt((folder() / one["id"]).read_bytes()))
    except (OSError, CryptoError, ValueError, KeyError):
        return None


def brought(many: list[dict[str, str]]) -> list[Brought]:
    """The parked files as they are filed; a Refusal when one is gone."""
    found = []
    for one in many:
        data = opened(one)
        if data is None:
            raise Refusal(
                _("A photo or recording waited too long and is gone."),
                field="words",
                remedy=_("Take it out and add it once more."),
                code="missing",
            )
        found.append(Brought(one["kind"], data, one["type"]))
    return found


def drop(many: list[dict[str, str]]) -> None:
    """What was sent, or taken out, waits no longer."""
    for one in many:
        if NAME.fullmatch(one.get("id", "")):
            (folder() / one["id"]).unlink(missing_ok=True)


def sweep() -> None:
    for old in folder().iterdir():
        if old.stat().st_mtime < time.time() - A_DAY:
            old.unlink(missing_ok=True)


def small(one: dict[str, str]) -> str:
    """A small picture of a parked photo, as a page shows it without an address of its own."""
    data = opened(one) if one.get("kind") == "photo" else None
    if data is None:
        return ""
    with Image.open(BytesIO(data)) as picture:
        picture.thumbnail((SMALL, SMALL))
        out = BytesIO()
        picture.convert("RGB").save(out, "WEBP", quality=60)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
