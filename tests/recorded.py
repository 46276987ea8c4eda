"""Recordings for tests: real WAVE files that differ by their seed, and ZIPs of them."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

from samleng.ground.frameworks.models import Framework
from samleng.ground.materials.lessons import lessons
from samleng.ground.sounds.rules import Slot, slots_of


def spoken(seed: int = 1, seconds: float = 1.0) -> bytes:
    """A WAVE file of a made-up voice."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        count = int(8000 * seconds)
        file.writeframes(struct.pack(f"<{count}h", *((i * (seed + 3)) % 2000 - 1000 for i in range(count))))
    return out.getvalue()


def packed(files: Mapping[str, bytes]) -> io.BytesIO:
    """A ZIP of files by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in files.items():
            book.writestr(name, data)
    out.seek(0)
    return out


def slots(framework: Framework) -> dict[str, Slot]:
    """What is heard in a framework's meetings, by code."""
    return {one.code: one for one in slots_of(framework.method, lessons())}
