"""What a phone takes along: one card with its method, in every language, small enough for a slow line.

Texts travel as {"km": ..., "en": ...}, so that a meeting changes its language without a signal. Sounds are
files of their own: the pack names each with its size, and the phone fetches them one by one.
"""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from samleng.ground.frameworks.rules import Criterion, Method
from samleng.ground.materials.lessons import lessons
from samleng.ground.sounds.models import Shelf, given_file
from samleng.ground.sounds.rules import (
    LESSON,
    Slot,
    consent_slots,
    lesson_code,
    lesson_slots,
    point_slot,
    slot_at,
    slots_at,
)
from samleng.kit.ledger.rules import fingerprint
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import method_of
from samleng.voices.scorecards.rules.vocabulary import LONGEST_TEXT, MOST_COUNT, MOST_LINES, MOST_PEOPLE

# Changes when the shape of the pack does: a phone with an older app then asks for a new one.
SHAPE = 1


def brief(card: Scorecard) -> dict[str, Any]:
    """A card as a list names it."""
    method = method_of(card)
    side = method.side(card.side)
    return {
        "id": str(card.pk),
        "code": card.code,
        "state": card.state,
        "side": card.side,
        "side_name": dict(side.card or side.name),
        "facility": dict(card.facility.name),
        "service": dict(service_name(method, card)),
        "place": {language: card.place.label(language) for language in method.languages},
        "planned_from": card.planned_from.isoformat(),
        "planned_to": card.planned_to.isoformat(),
        "held_on": card.held_on.isoformat() if card.held_on else "",
        "programme": dict(card.programme.name),
        "sample": card.programme.sample,
    }


def service_name(method: Method, card: Scorecard) -> dict[str, str]:
    """What the service is called at a place of this kind."""
    kind = method.service(card.service.code)
    return dict(kind.at(card.place.kind.code).name) if kind else dict(card.service.name)


def pack(card: Scorecard) -> dict[str, Any]:
    """Everything a meeting of this card needs; "key" changes when anything in it does."""
    shelf = shelf_for(card)
    body = {
        "shape": SHAPE,
        "card": brief(card),
        "method": method_for(card, shelf),
        "lessons": lessons_to_take(shelf),
        "pages": {"phones": pages_of("room_phones", card)},
    }
    return body | {"key": fingerprint(body)[:32], "handover": handover_key(card)}


def shelf_for(card: Scorecard) -> Shelf:
    """The recordings of all that is heard in this card's meeting, and of the lessons."""
    method = method_of(card)
    learned = (slot for one in lessons() for slot in lesson_slots(method, one))
    asked = slots_at(method, card.service.code, card.side, card.place.kind.code)
    return Shelf(card.programme.owner_key, (*asked, *learned))


def lessons_to_take(shelf: Shelf) -> list[dict[str, Any]]:
    """What a facilitator learns on the way, card by card, each with the recordings that have been made."""
    slots = {slot.code: slot for slot in shelf.slots if slot.kind == LESSON}
    return [
        {
            "code": lesson.code,
            "title": dict(lesson.title),
            "cards": [
                {
                    "text": dict(card.text),
                    "sounds": sounds_of(shelf, slots[f"{LESSON}-{lesson_code(lesson, number)}"]),
                }
                for number, card in enumerate(lesson.cards, start=1)
            ],
        }
        for lesson in lessons()
    ]


def pages_of(name: str, card: Scorecard) -> dict[str, str]:
    """A page of this card by language, for what needs a signal anyway: votes on people's own phones."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = reverse(name, args=[card.pk])
    return found


def handover_key(card: Scorecard) -> str:
    """The key by which phones of one meeting seal what they hand to each other, base64; the same for all."""
    keyed = salted_hmac("samleng.field.handover", str(card.pk), algorithm="sha256")
    return base64.b64encode(keyed.digest()).decode()


def method_for(card: Scorecard, shelf: Shelf) -> dict[str, Any]:
    """The part of the method that this card's side, service and place are asked by."""
    method = method_of(card)
    listed = method.criteria_for(card.service.code, card.side, card.place.kind.code)
    return {
        "name": dict(method.name),
        "languages": list(method.languages),
        "audio_languages": list(method.audio_languages),
        "language_names": {tag: dict(words) for tag, words in method.language_names.items()},
        "consent": dict(method.consent or method.term("consent")),
        "consent_sounds": sounds_of(shelf, *consent_slots(method)),
        "scale": scale_of(method, shelf),
        "aggregate": method.aggregate,
        "combine": method.combine,
        "sexes": [named(one) for one in method.profile.sexes if one.shown],
        "bands": [named(one) for one in method.profile.age_bands],
        "women": method.profile.women,
        "specials": [named(one) for one in method.specials_for(card.side)],
        "groups": [named(one) | {"plenary": one.plenary} for one in method.groups_for(card.side)],
        "raising": dataclasses.asdict(method.raising),
        "meeting": dataclasses.asdict(method.meeting),
        "steps": [
            named(step) | {"tip": dict(step.tip), "optional": step.optional, "gate": list(step.gate)}
            for step in method.steps
        ],
        "checks": [named(one) | {"kind": one.kind, "params": dict(one.params)} for one in method.checks],
        "small_count": method.publication.small_count,
        "retention_days": card.programme.retention_days,
        "limits": {
            "text": LONGEST_TEXT,
            "lines": MOST_LINES,
            "people": MOST_PEOPLE,
            "count": MOST_COUNT,
        },
        "criteria": [
            criterion_of(one, sounds_of(shelf, slot_at(method, one.code, card.place.kind.code)))
            for one in listed
        ],
    }


def named(thing: Any) -> dict[str, Any]:
    return {"code": thing.code, "name": dict(thing.name)}


def scale_of(method: Method, shelf: Shelf) -> dict[str, Any]:
    scale = method.scale
    return {
        "kind": scale.kind,
        "low": scale.low,
        "high": scale.high,
        "step": scale.step,
        "values": list(scale.values),
        "points": [
            {
                "value": p.value,
                "name": dict(p.name),
                "picture": p.picture,
                "sounds": sounds_of(shelf, point_slot(method, p)),
            }
            for p in scale.points
        ],
        "classes": [
            {"code": b.code, "name": dict(b.name), "low": b.low, "high": b.high, "picture": b.picture}
            for b in scale.classes
        ],
    }


def criterion_of(criterion: Criterion, sounds: dict[str, Any]) -> dict[str, Any]:
    standard = criterion.standard
    return {
        "code": criterion.code,
        "text": dict(criterion.text),
        "hint": dict(criterion.hint),
        "theme": criterion.theme,
        "standard": dataclasses.asdict(standard) if standard else None,
        "sounds": sounds,
    }


def sounds_of(shelf: Shelf, slot: Slot | None = None) -> dict[str, dict[str, Any]]:
    """A slot's recordings by language, {"km": {"url", "bytes"}}; one that is not on this site is left out.

    What was recorded for a programme or the country is heard before what the pack brings.
    """
    found: dict[str, dict[str, Any]] = {}
    if slot is None:
        return found
    for language, address in slot.given.items():
        path = given_file(slot, language)
        if path is not None:
            found[language] = {"url": address, "bytes": path.stat().st_size}
    for language, take in shelf.by_language(slot).items():
        if take.blob:
            found[language] = {"url": reverse("sound", args=[take.filename]), "bytes": take.blob.size}
    return found
