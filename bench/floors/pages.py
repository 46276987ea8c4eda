"""The least a server can do for a page: send bytes that lie in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PAGES = {f"/{path.name}": path.read_bytes() for path in Path(os.environ["FLOOR_FOLDER"]).iterdir()}


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/html")])
    return [PAGES.get(environ["PATH_INFO"], b"")]
