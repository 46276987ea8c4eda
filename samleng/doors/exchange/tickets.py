"""Voting tickets on paper: a QR and its letters for one ballot each, ten on a page, to be cut apart."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import fontpkg
import typst
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from samleng.doors.exchange.papers.draw import qr_svg
from samleng.doors.exchange.slips import PICTURES
from samleng.doors.exchange.vote_links import language_of, short_address, vote_address
from samleng.ground.offices.models import Programme
from samleng.kit.words.khmer import word_breaks
from samleng.kit.words.text import say
from samleng.voices.scorecards.balloting import Poll, PollKind
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.polling import Drawn

LAYOUT = Path(__file__).parent / "print" / "tickets.typ"


def draw_sheets(
    *,
    language: str,
    programme: Programme,
    title: Mapping[str, str],
    tickets: Sequence[tuple[int, str, str]],
    short: str,
    days: tuple[datetime, datetime] | None,
) -> bytes:
    """The tickets as a PDF in the active language; each is (number, letters, address).

    `days` are the first and the end of the last moment of a vote in town; SAMPLE is drawn into those of
    a demonstration.
    """
    data = {
        "language": language,
        "title": word_breaks(say(title, language)),
        "short": short,
        "pictures": PICTURES[:1] + PICTURES[2:],
        "words": words(days),
        "sample": str(_("SAMPLE")) if programme.sample else "",
        "tickets": [
            {"number": number, "letters": letters, "qr": qr_svg(address)}
            for number, letters, address in tickets
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        # The letters pass through a private folder that is gone when the pages are drawn.
        (Path(folder) / "data.json").write_text(json.dumps(data, ensure_ascii=False))
        layout = Path(folder) / "tickets.typ"
        layout.write_text(LAYOUT.read_text())
        fonts = [str(Path(fontpkg.path("Noto Sans Khmer")).parent)]
        return bytes(typst.compile(str(layout), font_paths=fonts, sys_inputs={"data": "data.json"}))


def ticket_sheets(card: Scorecard, poll: Poll, drawn: Sequence[Drawn]) -> bytes:
    """Fresh tickets of a vote as a PDF, in the meeting's language."""
    language = language_of(card)
    with translation.override(language):
        return draw_sheets(
            language=language,
            programme=card.programme,
            title=card.facility.name,
            tickets=[(one.ticket.number, one.shown, vote_address(card, one.token)) for one in drawn],
            short=short_address(),
            days=(poll.opens_at, poll.closes_at) if poll.kind == PollKind.WEEK else None,
        )


def words(days: tuple[datetime, datetime] | None) -> dict[str, object]:
    """What a ticket says."""
    steps = [
        _("Look at the QR code with your phone's camera and open the page."),
        _("Answer, look it over, send."),
    ]
    said = {
        "name": _("Ticket for one vote"),
        "once": _("It works once, for one person. No name is asked."),
        "type": _("Without a camera, open this address and type the letters:"),
        "open": open_days(days),
    }
    broken: dict[str, object] = {key: word_breaks(str(text)) for key, text in said.items()}
    return {**broken, "steps": [word_breaks(str(step)) for step in steps]}


def open_days(days: tuple[datetime, datetime] | None) -> str:
    """From which to which day a vote in town is open; nothing for one in the room."""
    if days is None:
        return ""
    first, end = (timezone.localtime(moment) for moment in days)
    last = end - timedelta(days=1)
    return _("Open from %(first)s to %(last)s") % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
