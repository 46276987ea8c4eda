"""What somebody says into a page: a recording that is cleaned, and no longer than such a note may be."""

from __future__ import annotations

from samleng.kit.media.length import seconds
from samleng.kit.media.rules import Cleaned
from samleng.kit.media.verbs import cleaned
from samleng.kit.media.wording import unfit

# Seconds that a recorder counts, and how many a note may be longer until it is stopped.
LONGEST_NOTE, A_BREATH = 300, 10


def voice_note(data: bytes, field: str) -> Cleaned:
    """What somebody said, cleaned; a Refusal where it is no recording or longer than a note may be.

    Where a recording does not tell its length, its size alone is the limit.
    """
    fit = cleaned("sound", data, field)
    if (seconds(fit.media_type, fit.data) or 0) > LONGEST_NOTE + A_BREATH:
        raise unfit("too_long", field, limit=LONGEST_NOTE // 60)
    return fit
