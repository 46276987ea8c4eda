"""Recordings are kept below a folder of the test's own; the lessons are the invented land's."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.COUNTRY_PACK = "demo"
