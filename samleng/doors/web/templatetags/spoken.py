"""Where a text of the channel is heard."""

from __future__ import annotations

from typing import Any

from django import template

from samleng.doors.web.speak.spoken import PAGES

register = template.Library()


@register.simple_tag
def heard_at(voices: Any, words: Any) -> str:
    """The address of the recording of the channel's words in the reader's language; "" where none does."""
    return str(voices.of(words)) if voices and words else ""


@register.simple_tag
def page_heard_at(voices: Any, step: str) -> str:
    """The address of the recording of what a page asks; "" where nobody recorded it."""
    return str(voices.page(step)) if voices else ""


@register.simple_tag
def page_words(code: str) -> str:
    """What a page's own question or choice says."""
    return str(PAGES.get(code, ""))


@register.simple_tag
def wrongs(turn: Any) -> dict[str, str]:
    """What is wrong with each field of a step, by the field's name."""
    return {str(one.field): f"{one.message} {one.remedy}".strip() for one in turn.refusals}
