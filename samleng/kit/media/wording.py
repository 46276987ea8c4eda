"""Why a file is not taken in, in words: the verbs and rules know codes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.media.models import Upload
from samleng.kit.media.rules import Unsound, fit_to_come
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

WHY: Mapping[str, tuple[Any, Any]] = {
    "empty": (_("The file is empty."), _("Choose it again; it may not have been saved yet.")),
    "too_big": (
        _("The file is larger than %(limit)d MB."),
        _("Send a smaller picture, or scan the paper in black and white."),
    ),
    "type": (
        _("This kind of file is not accepted here (%(found)s)."),
        _("Photos: JPEG, PNG or WebP. Scans: also PDF. Sound: MP3, M4A, Ogg, WebM or WAV."),
    ),
    "damaged": (
        _("The file is damaged or cut off."),
        _("Take the picture, scan or recording again and send it once more."),
    ),
    "too_many_pixels": (
        _("The picture has more than %(limit)d million pixels."),
        _("Set the camera to a smaller picture, or send a screenshot of it."),
    ),
    "too_long": (
        _("The recording is longer than %(limit)d minutes."),
        _("Say it in two parts, or shorter."),
    ),
    "active": (
        _("This PDF contains hidden program code, a form or another file."),
        _("Print it and scan the paper, or save it again as a plain PDF."),
    ),
}


def unfit(code: str, field: str | None, **params: object) -> Refusal:
    """Why a file is not kept, in words."""
    message, remedy = WHY[code]
    params = {"found": "?", "limit": 0, **{name: value for name, value in params.items() if value}}
    return Refusal(filled(message, **params), field=field, remedy=remedy, code=code)


def worth_sending(kind: str, length: int) -> None:
    """Refuses a file of which its kind and length already say that it is not kept."""
    try:
        fit_to_come(kind, length)
    except Unsound as unsound:
        raise unfit(unsound.code, "file", **unsound.params) from unsound


def no_room(field: str = "file") -> Refusal:
    """The disk is full or refuses to write."""
    return Refusal(
        _("The file could not be stored here; nothing was changed."),
        field=field,
        remedy=_("Try again later, and tell whoever runs this site that its disk refuses files."),
        code="storage",
    )


def told_before(upload: Upload) -> Refusal:
    """What the sender of a refused file is told, as often as they ask."""
    return unfit(field="file", **upload.refused)


def not_here() -> Refusal:
    return Refusal(
        _("Nothing is known here of this file."),
        field="file",
        remedy=_("Send it from its beginning."),
        code="missing",
    )


def go_on_at(offset: int, here: int) -> int:
    """The same number twice, or a refusal that says where to go on."""
    if offset != here:
        raise Refusal(
            filled(
                _("%(here)d bytes of this file are here, and the sender went on at %(offset)d."),
                here=here,
                offset=offset,
            ),
            field="offset",
            remedy=_("Ask how much is here and go on there."),
            code="offset",
        )
    return here


def busy() -> Refusal:
    return Refusal(
        _("This file is being sent from somewhere else at this moment."),
        field="file",
        remedy=_("Try again in a few seconds."),
        code="busy",
    )


def garbled() -> Refusal:
    return Refusal(
        _("The file was damaged on its way."),
        field="file",
        remedy=_("Send this part once more."),
        code="checksum",
    )


def other_file() -> Refusal:
    return Refusal(
        _("Another file was already announced under this name."),
        field="uid",
        remedy=_("Send it under a new name."),
        code="conflict",
    )


def too_long() -> Refusal:
    return Refusal(
        _("More was sent than was announced of this file."),
        field="file",
        remedy=_("Send it under a new name, and say how long it is."),
        code="too_long",
    )
