"""A file becomes a form: XLSForm workbooks through pyxform, XForms as they are; each looked at whole."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled
from samleng.voices.forms.rules.pitfalls import SERIOUS, TELLING
from samleng.voices.forms.rules.reading import Unreadable
from samleng.voices.forms.rules.shape import MOST_FORM_BYTES, Shape, shape_of
from samleng.voices.forms.wording import not_taken, pitfall

WORKBOOKS = (".xlsx", ".xls", ".csv", ".md")
FORMS = (".xml", ".xform", ".xhtml")
SECONDS = 90
NO_ID = re.compile(r"[^\w\u1780-\u17ff\u0300-\u036f\u0e00-\u0eff-]+")
# Where a form would send its records, and with which key it would seal them.
SUBMISSION = re.compile(rb"<(\w+:)?submission\b[^<>]*(/>|>\s*</(\w+:)?submission\s*>)")
ROW = re.compile(r"\[row : (\d+)\]\s*")
SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices|osm)' sheet")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A form made from a file: its XML, what it asks, what the form program warned of, the file itself."""

    xform: bytes
    shape: Shape
    filename: str
    source: bytes = b""
    warnings: list[dict[str, Any]] = field(default_factory=list)
    itemsets: str = ""

    def content_digest(self) -> str:
        """The same form makes the same request."""
        return hashlib.sha256(self.xform).hexdigest()


def drawn_from(data: bytes, filename: str, *, form_id: str = "") -> Drawn:
    """The form in a file; Refusal that names the row and the remedy where it is not one.

    `form_id` is used where the workbook names none, else the file's own name is.
    """
    ending = Path(filename).suffix.lower()
    if len(data) > MOST_FORM_BYTES:
        raise not_taken(Unreadable("too_big", most=MOST_FORM_BYTES // 1024 // 1024), field="file")
    if not data:
        raise not_taken(Unreadable("empty"), field="file")
    if ending in FORMS or data.lstrip()[:1] == b"<":
        return whole(xform=data, filename=filename)
    if ending not in WORKBOOKS:
        raise Refusal(
            _("This is neither an XLSForm nor an XForm."),
            field="file",
            remedy=_("Choose a workbook (.xlsx, .xls), a table (.csv) or an XForm (.xml)."),
            code="type",
        )
    told = convert(data, f"form{ending}", safe_id(form_id or Path(filename).stem))
    own = told.get("own") or []
    serious = [pitfall(one) for one in own if one["code"] in SERIOUS]
    if "error" in told:
        # What is hidden explains what pyxform only shows as a name that is not right.
        hidden = [pitfall(one) for one in own if one["code"] in TELLING]
        raise Refusals([mistake(told), *serious, *hidden])
    if serious:
        raise Refusals(serious)
    return whole(
        xform=told["xform"].encode(),
        filename=filename,
        source=data,
        warnings=[
            *({"said": str(one)} for one in told["warnings"]),
            *({"own": one.pop("code"), **one} for one in own),
        ],
        itemsets=told["itemsets"] or "",
    )


def whole(*, xform: bytes, filename: str, warnings: list[dict[str, Any]] | None = None, **more: Any) -> Drawn:
    """The form, with what would seal its records or send them elsewhere taken out and told of."""
    warnings = list(warnings or [])
    plain = SUBMISSION.sub(b"", xform)
    if plain != xform:
        warnings.append({"own": "submission"})
    try:
        name = Path(filename).name[:200]
        return Drawn(xform=plain, shape=shape_of(plain), filename=name, warnings=warnings, **more)
    except Unreadable as unreadable:
        raise not_taken(unreadable, field="file") from unreadable


def safe_id(name: str) -> str:
    """A form id out of a file's name: its letters (signs above and below them too), digits, dashes."""
    return NO_ID.sub("_", name).strip("_")[:60] or "form"


def convert(data: bytes, name: str, form_id: str) -> dict[str, Any]:
    """What the child says; a child that was stopped or ran out of memory says "memory"."""
    command = [sys.executable, "-m", "samleng.voices.forms.conversion_child", name, form_id]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
        return dict(json.loads(run.stdout)) if run.returncode == 0 else {"error": "", "kind": "memory"}
    except (subprocess.TimeoutExpired, ValueError):
        return {"error": "", "kind": "memory"}


def mistake(told: dict[str, Any]) -> Refusal:
    """What the form program found, in its own words, with the row and what to do."""
    if told["kind"] == "memory":
        return Refusal(
            _("Unpacked, this file would be far larger than any form."),
            field="file",
            remedy=_("Save only the sheets of the form, and upload that file."),
            code="bomb",
        )
    if told["kind"] == "damaged":
        return Refusal(
            _("The workbook is damaged."),
            field="file",
            remedy=_("Open it in a spreadsheet program, save it as .xlsx and upload it again."),
            code="damaged",
        )
    said = str(told["error"])
    row, sheet = ROW.search(said), SHEET.search(said)
    at = int(row[1]) if row else told.get("row")
    # A row without a sheet is one of the questions.
    on = sheet[1] if sheet else told.get("sheet") or ("survey" if row else None)
    remedy = _("Put it right in the workbook and upload it again.")
    if on:
        remedy = filled(
            _("Put it right on the sheet “%(sheet)s” of the workbook and upload it again."), sheet=on
        )
    return Refusal(
        filled(_("The form has a mistake: %(said)s"), said=ROW.sub("", said).strip()),
        field=on or "file",
        row=at,
        remedy=remedy,
        code="xlsform",
    )
