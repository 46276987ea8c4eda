"""Files on their way in: cleaned where they can be, kept as they came where only that saves a record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import Actor
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import LIMITS, MIB
from samleng.kit.media.verbs import keep, read_whole
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.forms.rules.files import kind_of
from samleng.voices.forms.rules.reading import Unreadable

# A picture cut off on a full phone must not keep its whole record on that phone for ever.
AS_IT_CAME = {"damaged", "too_many_pixels", "too_big", "active", "type"}


def keep_file(by: Actor, file: Any, *, name: str, owner: str) -> Blob:
    """Keep a file under its programme; Refusal naming the file where it is too big or of no kind we take.

    What claims to be a picture, sound or PDF and cannot be cleaned is kept unopened, only for download.
    """
    data = read_whole(file, LIMITS["file"])
    if not data:
        raise told(
            name, _("The file “%(name)s” is empty."), _("Take it again and send the record once more.")
        )
    if len(data) > LIMITS["file"]:
        raise told(
            name,
            _("The file “%(name)s” is larger than %(most)d MB."),
            _("Make it smaller on the phone, for example a shorter film, and send the record once more."),
            code="too_big",
        )
    try:
        kind = kind_of(name, data)
    except Unreadable as unreadable:
        raise told(
            name,
            _("The file “%(name)s” is of a kind that is not taken here."),
            _("Pictures, sounds, films, PDF, CSV and office papers are taken."),
            code="type",
        ) from unreadable
    try:
        return keep(by=by, file=data, kind=kind, owner=owner, field=name)
    except Refusal as refusal:
        if kind == "file" or refusal.code not in AS_IT_CAME:
            raise
        return keep(by=by, file=data, kind="file", owner=owner, field=name)


def told(name: str, message: Any, remedy: Any, *, code: str = "empty") -> Refusal:
    given = {"name": name[:80], "most": LIMITS["file"] // MIB}
    return Refusal(filled(message, **given), field=name, remedy=remedy, code=code)
