"""A chart's specification made into SVG or PNG: from the disk when it was drawn before, else by the child."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT_IN_A_FOLDER = 200


class ChartFailed(Exception):
    """The specification could not be drawn; the text is the drawing library's."""


class _Child:
    """One drawing process for this server process, started when first needed, gone when idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "samleng.doors.web.look.chart_child"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parents[4], close_fds=True,
            )  # fmt: skip
        return self._process

    def _ask(self, line: bytes) -> tuple[int, bytes]:
        process = self._alive()
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        process.stdin.write(line)
        process.stdin.flush()
        head = process.stdout.readline()
        if not head:
            raise BrokenPipeError
        body = process.stdout.read(abs(int(head)))
        return int(head), body

    def draw(self, kind: str, **asked: Any) -> bytes:
        line = json.dumps({"kind": kind, **asked}).encode() + b"\n"
        with self._lock:
            try:
                length, body = self._ask(line)
            except (BrokenPipeError, ValueError):
                # It went idle between the look and the write: a fresh one answers, or the error is real.
                self.end()
                length, body = self._ask(line)
        if length < 0:
            raise ChartFailed(body.decode())
        return body

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None


child = _Child()


def key(spec: dict[str, Any]) -> str:
    """A name for the picture: equal specifications drawn by equal libraries share it."""
    text = json.dumps(spec, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{version('vl-convert-python')}|{text}".encode()).hexdigest()[:32]


def _folder(name: str) -> Path:
    return Path(settings.HOME) / "cache" / "charts" / name[:2]


def _make_room(folder: Path) -> None:
    """Old pictures go; they are drawn again if anyone asks."""
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in kept[: max(0, len(kept) - KEPT_IN_A_FOLDER)]:
        path.unlink(missing_ok=True)


def picture(spec: dict[str, Any], kind: str = "svg") -> bytes:
    """The picture of a Vega-Lite specification; raises ChartFailed.

    "svg" is for pages, "placed" for print engines that space Khmer wrongly by themselves, "png" for chats.
    """
    name = key(spec)
    path = _folder(name) / f"{name}.{kind}"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    asked = {"spec": spec} if kind == "svg" else {"svg": picture(spec).decode()}
    body = child.draw(kind, **asked)
    path.parent.mkdir(parents=True, exist_ok=True)
    _make_room(path.parent)
    half = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    half.write_bytes(body)
    half.replace(path)
    return body


def for_page(svg: str, name: str, label: str) -> str:
    """The SVG as it stands inside a page: named once, sized by the page, its inner ids its own."""
    svg = re.sub(r' (?:role|aria-[a-z]+|class)="[^"]*"', "", svg)
    svg = re.sub(r'id="([^"]+)"', rf'id="c{name[:8]}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#c{name[:8]}-\1)", svg)
    inside = re.sub(r"^.*?<svg[^>]*>", "", svg, count=1, flags=re.S)
    box = re.search(r'viewBox="([^"]+)"', svg)
    said = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    size = box.group(1) if box else "0 0 360 200"
    return f'<svg class="drawn" viewBox="{size}" role="img" aria-label="{said}">{inside}'
