"""A file uploaded, looked at, and confirmed: where it waits in between, and what its preview shows."""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import LARGEST_FILE
from samleng.doors.exchange.report import Report
from samleng.kit.words.refusals import Refusal, each

STORED = re.compile(r"([0-9a-f]{64})\.(xlsx|xlsm|xls|csv)")
MOST_SHOWN = 100
A_DAY = 86400
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def store(file: UploadedFile) -> Path:
    """Keep an upload until it is confirmed, under its content's hash and below the site's home."""
    if (file.size or 0) > LARGEST_FILE:
        raise Refusal(
            _("The file is too large."),
            field="file",
            remedy=_("Divide it into smaller files."),
            code="too_large",
        )
    folder = settings.HOME / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        # Confirmed or left: an upload waits a day, not longer.
        if old.stat().st_mtime < time.time() - A_DAY:
            old.unlink(missing_ok=True)
    ending = Path(file.name or "").suffix.lower()
    ending = ending if ending in (".xlsx", ".xlsm", ".xls") else ".csv"
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        for piece in file.chunks():
            digest.update(piece)
            out.write(piece)
    kept = folder / f"{digest.hexdigest()}{ending}"
    Path(out.name).replace(kept)
    return kept


def stored(name: str) -> Path:
    """An upload by the name the preview carries; a Refusal when it is gone."""
    path = settings.HOME / "uploads" / name
    if not STORED.fullmatch(name) or not path.is_file():
        raise Refusal(
            _("The file is no longer here."), field="file", remedy=_("Choose it again."), code="missing"
        )
    return path


def hash_in(name: str) -> str:
    """The SHA-256 of the content that a stored upload's name carries; empty for another name."""
    found = STORED.fullmatch(name)
    return found.group(1) if found else ""


def no_file() -> Refusal:
    return Refusal(
        _("No file was chosen."), field="file", remedy=_("Choose an .xlsx or .csv file."), code="missing"
    )


def preview(path: Path, filename: str, look: Callable[[], Report]) -> dict[str, Any]:
    """What the file would do, for the page that asks for a yes; a file that is no table is refused."""
    try:
        report = look()
    except Refusal as refusal:
        # Nothing of it can be taken in, so nobody will confirm it: it waits no day here.
        path.unlink(missing_ok=True)
        bad = each(refusal)
        if any(one.row is None for one in bad):
            raise
        report = Report(kind="", rejected=bad, dry_run=True)
    return {
        "report": report,
        "stored": path.name,
        "filename": filename[:200],
        "shown": report.rejected[:MOST_SHOWN],
        "more": max(len(report.rejected) - MOST_SHOWN, 0),
    }


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook to download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=WORKBOOK, headers=headers)
