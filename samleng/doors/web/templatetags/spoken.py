"""Where a text of the channel is heard."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def heard_at(voices: Any, sounds: Any) -> str:
    """The address of the recording of a text in the reader's language; "" where nobody recorded it."""
    return str(voices.of(sounds)) if voices and sounds else ""


@register.simple_tag
def wrongs(turn: Any) -> dict[str, str]:
    """What is wrong with each field of a step, by the field's name."""
    return {str(one.field): f"{one.message} {one.remedy}".strip() for one in turn.refusals}
