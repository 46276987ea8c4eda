"""The pictures of public pages: what became of the promises, and both sides' scores."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samleng.doors.web.look import charts
from samleng.doors.web.look.charts import Chart
from samleng.insight.disclosure.reading import Board, Promises
from samleng.kit.words.text import say

# What became of promises, each in one of these: (its count, tone, words).
STATES = (
    ("kept", "sure", gettext_lazy("Kept: people confirmed it")),
    ("claimed", "good", gettext_lazy("Said to be done, not yet confirmed")),
    ("running", "go", gettext_lazy("Under way, in time")),
    ("overdue", "care", gettext_lazy("Late")),
    ("stopped", "bad", gettext_lazy("Given up, with a reason")),
)


def promises_chart(promises: Promises, sample: bool) -> Chart | None:
    """What became of the promises; None while there are none."""
    if not promises.promised:
        return None
    rows = [(tone, words, getattr(promises, name)) for name, tone, words in STATES]
    return charts.promises(_("What became of the promises"), rows, sample=sample)


def board_chart(board: Board, language: str) -> Chart | None:
    """Both sides' middle scores criterion by criterion, as far as they may be shown."""
    rows = [
        (
            say(row.text, language, "en") or _("A criterion raised in this meeting"),
            row.community.central if row.community else None,
            row.provider.central if row.provider else None,
        )
        for row in board.rows
    ]
    rows = [row for row in rows if row[1] is not None or row[2] is not None]
    if not rows:
        return None
    sides = [say(board.yardstick.sides.get(code), language, "en") for code in ("community", "provider")]
    return charts.two_sides(
        say(board.service_name, language, "en"),
        rows,
        low=board.yardstick.low,
        high=board.yardstick.high,
        sides=(sides[0] or _("Citizens"), sides[1] or _("Providers")),
        sample=board.sample,
    )
