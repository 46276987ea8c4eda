"""Addresses of a vote by QR: what tickets on paper, pages of the room and the field app show alike."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.rules import polls


def language_of(card: Scorecard) -> str:
    """The language in which a meeting's voters are met first: the meeting's, else the site's."""
    return card.language if card.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def vote_address(card: Scorecard, token: str) -> str:
    """The whole address of a ticket's page, as its QR holds it."""
    with translation.override(language_of(card)):
        return settings.SITE_ADDRESS + reverse("vote_ticket", args=[polls.in_fours(token)])


def door_address(card: Scorecard, code: str) -> str:
    """The whole address behind the room's own QR."""
    with translation.override(language_of(card)):
        return settings.SITE_ADDRESS + reverse("vote_door", args=[code])


def short_address() -> str:
    """What is written beneath a QR for those who type: the site without its scheme, and /v."""
    return f"{settings.SITE_ADDRESS.partition('://')[2]}/v"
