"""What lies beside a card, read with its lines: a file of its own because models know no rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from samleng.kit.media.models import Upload, UploadState
from samleng.kit.media.parts import arrived
from samleng.voices.scorecards.models import Recording, Scorecard
from samleng.voices.scorecards.rules.lines import Line


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

    named: dict[str, list[Recording]] = field(default_factory=dict)
    said: dict[str, list[Recording]] = field(default_factory=dict)
    # Of which no line that counts speaks (yet).
    loose: list[Recording] = field(default_factory=list)


def heard(card: Scorecard, lines: Iterable[Line]) -> Heard:
    """The card's recordings as its standing lines name them: {"sound": uid} of a custom or reflect line."""
    found = Heard()
    left = {str(one.uid): one for one in card.recordings.order_by("at", "id")}
    by_uid = dict(left)
    for line in lines:
        uid = line.body.get("sound")
        key = {"custom": "code", "reflect": "criterion"}.get(line.kind)
        if key is None or not isinstance(uid, str) or uid.lower() not in by_uid:
            continue
        kept = found.named if line.kind == "custom" else found.said
        kept.setdefault(str(line.body[key]), []).append(by_uid[uid.lower()])
        left.pop(uid.lower(), None)
    found.loose = list(left.values())
    return found
