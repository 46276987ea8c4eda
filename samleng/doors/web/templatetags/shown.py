"""What public pages say about places and promises; loaded by those pages only."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.templatetags.said import say
from samleng.insight.disclosure.reading import Row, View, Yardstick

register = template.Library()
# state: (chip of the house, word)
STATES = {
    "kept": ("kept", _("Kept: people confirmed it")),
    "claimed": ("claimed", _("Said to be done, not yet confirmed")),
    "late": ("delayed", _("Late")),
    "in_progress": ("in_progress", _("Under way")),
    "not_started": ("not_started", _("Not begun yet")),
    "needs_higher_level": ("needs_higher_level", _("Put to a higher office")),
    "dropped": ("dropped", _("Given up, with a reason")),
}


@register.filter
def place_label(place: Any) -> str:
    """A place with its own kind, in the reader's language."""
    return str(place.label((translation.get_language() or "en").split("-")[0]))


@register.filter
def place_url(place: Any) -> str:
    """The address of a place's public page."""
    return reverse("place", args=[place.code])


@register.filter
def state_chip(state: str) -> str:
    """The house's status for a promise's public state."""
    return STATES[state][0]


@register.filter
def state_word(state: str) -> str:
    """What became of a promise, in words."""
    return str(STATES[state][1])


@register.simple_tag
def face_points(yardstick: Yardstick) -> list[dict[str, Any]]:
    """The points of a scale as the drawing tags take them."""
    if not yardstick.points:
        ends = (yardstick.low, yardstick.high)
        return [{"value": value, "label": "", "picture": "bar"} for value in ends]
    return [{"value": mark.value, "label": mark.label, "picture": mark.picture} for mark in yardstick.points]


@register.simple_tag
def count_points(yardstick: Yardstick, view: View) -> list[dict[str, Any]]:
    """What each bar of a distribution stands for: points, or classes of several points."""
    return [{"value": m.value, "label": m.label, "picture": m.picture} for m in yardstick.marks(view.form)]


@register.filter
def side_name(yardstick: Yardstick, side: str) -> str:
    """What the framework calls a side."""
    words: Mapping[str, str] = yardstick.sides.get(side, {})
    return say(words) or side


@register.filter
def sides(row: Row) -> list[tuple[str, View | None]]:
    """Both sides of a criterion, the community first; a criterion of only the provider's own has one."""
    both = [("community", row.community), ("provider", row.provider)]
    return [pair for pair in both if pair[1] or pair[0] == "community"]


@register.filter
def lookup(table: Mapping[Any, Any], key: Any) -> Any:
    """The table's entry, or nothing."""
    return table.get(key, "")
