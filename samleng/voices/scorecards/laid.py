"""What lies beside a card, read with its lines: a file of its own because models know no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from samleng.kit.media.models import Upload, UploadState
from samleng.kit.media.parts import arrived
from samleng.voices.scorecards.models import Recording, Scorecard
from samleng.voices.scorecards.rules.lines import Card


def files_of(card: Scorecard) -> list[dict[str, Any]]:
    """What has come of each photo and sound a phone announced for the card, in that order.

    {"uid", "kind", "state", "length", "here"}: state is "open", "finished" or "refused" (then with the
    code "why"); `here` counts the bytes that have arrived.
    """
    return [
        {
            "uid": str(upload.uid),
            "kind": upload.kind,
            "state": upload.state,
            "length": upload.length,
            "here": arrived(upload.pk) if upload.state == UploadState.OPEN else upload.length,
            **({"why": upload.refused["code"]} if upload.refused else {}),
        }
        for upload in Upload.objects.about(card)
    ]


@dataclass
class Heard:
    """The recordings of a card by the criterion they belong to: its own name, or what was said of it."""

    named: dict[str, Recording] = field(default_factory=dict)
    said: dict[str, list[Recording]] = field(default_factory=dict)
    # Of which no line that counts speaks (yet).
    loose: list[Recording] = field(default_factory=list)


def heard(card: Scorecard, written: Card) -> Heard:
    """The card's recordings as its lines name them, each once; those that have not come are left out."""
    kept = {str(one.uid): one for one in card.recordings.order_by("at", "id")}
    found = Heard()
    for code, uid in written.spoken.items():
        if uid in kept:
            found.named[code] = kept[uid]
    for criterion, reflection in written.reflections.items():
        come = [kept[uid] for uid in reflection.sounds if uid in kept]
        if come:
            found.said[criterion] = come
    named = {*written.spoken.values(), *(uid for one in written.reflections.values() for uid in one.sounds)}
    found.loose = [one for uid, one in kept.items() if uid not in named]
    return found
