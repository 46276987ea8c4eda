"""What tests of promises and plans share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.answers.land import Land, make_land


@pytest.fixture
def land(db: None, settings: Any, tmp_path: Path) -> Land:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_land()


@pytest.fixture
def shared_land(transactional_db: None, settings: Any, tmp_path: Path) -> Land:
    """The same, committed, so that two threads see it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_land()
