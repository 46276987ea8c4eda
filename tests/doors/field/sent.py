"""A phone as the field app's server sees it: a device cookie, tus headers, and files made here."""

from __future__ import annotations

import base64
import io
import struct
import uuid
from typing import Any

from django.test import Client
from PIL import Image

from samleng.ground.people.models import Person
from samleng.ground.people.verbs.keys import enrol, open_enrolment
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Scorecard

PIECE = "application/offset+octet-stream"


def picture(seed: int = 1, side: int = 60) -> bytes:
    """A PNG of noise: nothing in it repeats, so that a byte in a wrong place shows."""
    import random

    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


def voice(seconds: float = 0.2, seed: int = 1) -> bytes:
    """A WAVE file with a device's name in it, as recorders write one."""
    import random

    samples = random.Random(seed).randbytes(int(8000 * seconds) * 2)
    parts = b"WAVE" + b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    parts += b"LIST" + struct.pack("<I", 8) + b"INFOdara"
    parts += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(parts)) + parts


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def told(**words: object) -> str:
    return ",".join(f"{key} {b64(str(value))}" for key, value in words.items())


def enrolled(person: Person) -> str:
    """The token a phone of theirs keeps."""
    slip = enrol(by=SYSTEM, person=person)
    return open_enrolment(code=slip.code, pin=slip.pin).token


class Phone:
    """An enrolled phone whose app is locked: it has its cookie and nothing else."""

    def __init__(self, token: str = "", client: Client | None = None) -> None:
        self.client = client or Client()
        if token:
            self.client.cookies["samleng_device"] = token

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given.setdefault("Tus-Resumable", "1.0.0")
        kind = given.pop("Content-Type", "application/octet-stream")
        sent = {name: value for name, value in given.items() if value}
        return self.client.generic(
            method, path, body, kind, CONTENT_TYPE=kind, headers={"Accept-Language": "en", **sent}
        )

    def announce(self, card: Scorecard, data: bytes, kind: str = "photo", **how: Any) -> Any:
        words = {"uid": uuid.uuid4(), "kind": kind, "card": card.pk} | how.pop("words", {})
        length = how.pop("length", len(data))
        return self.call(
            "POST", "/app/files/", Upload_Length=str(length), Upload_Metadata=told(**words), **how
        )

    def patch(self, path: str, offset: int, data: bytes, **how: str) -> Any:
        return self.call("PATCH", path, data, Upload_Offset=str(offset), **{"Content_Type": PIECE, **how})

    def head(self, path: str) -> Any:
        return self.call("HEAD", path)

    def send(self, card: Scorecard, data: bytes, kind: str = "photo", **words: object) -> Any:
        """The whole in one piece; the last answer."""
        begun = self.announce(card, data, kind, words=words)
        assert begun.status_code in (200, 201), begun.content
        return self.patch(begun["Location"], 0, data)


def code(answer: Any) -> str:
    return answer.json()["refusals"][0]["code"]
