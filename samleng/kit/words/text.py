"""Text keyed by language tag: {"km": "...", "en": "..."}; a language that is sound only is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from samleng.kit.words.khmer import grapheme_length
from samleng.kit.words.refusals import Refusal

Words = dict[str, str]

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
# Control and direction-changing signs can hide or turn round what others read; half a letter cannot be kept.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def say(words: Mapping[str, str] | None, language: str, *fallbacks: str) -> str:
    """The words in the language, else in the first fallback that has some, else in any; "" if none."""
    if not words:
        return ""
    for tag in (language, language.split("-")[0], *fallbacks):
        if words.get(tag):
            return words[tag]
    return next((words[tag] for tag in sorted(words) if words[tag]), "")


def _fill(template: Any, given: Mapping[str, Any]) -> str:
    return str(template) % given


_fill_later = lazy(_fill, str)


def filled(template: Any, **given: Any) -> Any:
    """A lazy sentence with its %(names)s filled in, in the language of whoever reads it later."""
    return _fill_later(template, given)


def clean(text: str) -> str:
    """The text as people see it: ends trimmed, control signs gone, U+200B kept."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check_words(
    value: Any,
    required: Iterable[str] = ("km", "en"),
    *,
    field: str | None = None,
    longest: int = 2000,
) -> Words:
    """The cleaned words, or a Refusal naming the field and the language that is missing or too long."""
    if not isinstance(value, Mapping):
        raise Refusal(
            _("A text in its languages is needed here."),
            field=field,
            remedy=_("Give one text for each language."),
            code="words",
        )
    words: Words = {}
    for tag, text in value.items():
        shown = _check_one(tag, text, field, longest)
        if shown:
            words[tag] = shown
    for tag in required:
        if tag not in words:
            raise Refusal(
                filled(_("The text in “%(tag)s” is missing."), tag=tag),
                field=field,
                remedy=_("Write it in this language too."),
                code="words",
            )
    return words


def _check_one(tag: Any, text: Any, field: str | None, longest: int) -> str:
    if not isinstance(tag, str) or not TAG.fullmatch(tag) or not isinstance(text, str):
        raise Refusal(
            filled(_("“%(tag)s” is not a language tag with a text."), tag=tag),
            field=field,
            remedy=_("Use tags such as km or en."),
            code="words",
        )
    shown = clean(text)
    if grapheme_length(shown) > longest:
        raise Refusal(
            filled(_("The text in “%(tag)s” is longer than %(longest)d letters."), tag=tag, longest=longest),
            field=field,
            remedy=_("Shorten it."),
            code="too_long",
        )
    return shown
