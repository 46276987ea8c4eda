"""Every text of a method that is heard as well as read, and when a recording of it still says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from samleng.ground.frameworks.rules import Criterion, Method, Point, Wording
from samleng.ground.materials.rules import Lesson

MIB = 1024 * 1024
# Half a minute needs 100 kB; a consent script of three minutes in a phone's own recorder stays below this.
LARGEST_TAKE = 4 * MIB
# Shorter than this nobody has said anything.
SHORTEST_SECONDS = 0.4
# A phone fetches a whole language over a village's line.
HEAVY_LANGUAGE = 10 * MIB
# What a file may be called after: a dash never stands inside the first part.
CONSENT, POINT, CRITERION, LESSON = "consent", "point", "criterion", "lesson"
# Signs that are not heard: where a line may break.
SILENT_SIGNS = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))


@dataclass(frozen=True)
class Slot:
    """One text that is heard, with what else is read with it (a hint, a standard).

    `about` is the code of the framework, "" for the lessons of this site, which belong to no framework.
    """

    about: str
    kind: str
    code: str
    texts: tuple[Mapping[str, str], ...]
    # The text languages, the first is the method's own; and the languages it is heard in.
    written: tuple[str, ...]
    spoken: tuple[str, ...]
    # The service of a criterion, or the lesson of a card.
    part: str = ""
    # Recordings that a pack brings itself, by language.
    given: Mapping[str, str] = field(default_factory=dict)

    def written_in(self, language: str) -> str:
        """The language of the words somebody reads who speaks in `language`, which may have no script."""
        text = self.texts[0]
        return next((tag for tag in (language, *self.written, *sorted(text)) if text.get(tag)), "")

    def words(self, language: str) -> tuple[str, ...]:
        """What is read aloud, piece by piece."""
        tag = self.written_in(language)
        return tuple(text[tag] for text in self.texts if text.get(tag))

    def digest(self, language: str) -> str:
        """The words as one hash: a recording belongs to them, not to the version they stand in."""
        heard = "\n".join(" ".join(one.translate(SILENT_SIGNS).split()) for one in self.words(language))
        return hashlib.sha256(heard.encode()).hexdigest()


def slots_of(method: Method, lessons: Sequence[Lesson]) -> tuple[Slot, ...]:
    """Everything that is heard in meetings of a method, in the order in which it is met."""
    return (
        *consent_slots(method),
        *(point_slot(method, one) for one in points_heard(method)),
        *(slot for one in method.criteria for slot in criterion_slots(method, one)),
        *(slot for one in lessons for slot in lesson_slots(method, one)),
    )


def slots_at(method: Method, service: str, side: str, place_kind: str) -> tuple[Slot, ...]:
    """What is heard in a meeting about a service, in the words used at a place of this kind."""
    listed = method.criteria_for(service, side, place_kind)
    return (
        *consent_slots(method),
        *(point_slot(method, one) for one in points_heard(method)),
        *(slot for one in listed if (slot := slot_at(method, one.code, place_kind))),
    )


def made(method: Method, kind: str, code: str, *texts: Mapping[str, str]) -> Slot:
    """A slot of the method; empty texts are left out."""
    return Slot(
        about=method.code,
        kind=kind,
        code=f"{kind}-{code}" if code else kind,
        texts=tuple(dict(one) for one in texts if one),
        written=method.languages,
        spoken=method.audio_languages,
    )


def consent_slots(method: Method) -> tuple[Slot, ...]:
    """What is read aloud before anybody speaks; none where a method has no such text."""
    text = method.consent or method.term("consent")
    return (made(method, CONSENT, "", text),) if text else ()


def points_heard(method: Method) -> tuple[Point, ...]:
    """The points that are tapped; of a range a number is typed."""
    return () if method.scale.kind == "range" else method.scale.points


def point_slot(method: Method, point: Point) -> Slot:
    return replace(made(method, POINT, str(point.value), point.name), given=point.sounds)


def criterion_slots(method: Method, criterion: Criterion) -> Iterator[Slot]:
    """A criterion in its own words, and in those of places of other kinds."""
    yield criterion_slot(method, criterion)
    for wording in criterion.wordings:
        yield criterion_slot(method, criterion, wording)


def criterion_slot(method: Method, criterion: Criterion, wording: Wording | None = None) -> Slot:
    texts = (
        wording.text if wording else criterion.text,
        (wording.hint if wording else {}) or criterion.hint,
        criterion.standard.text if criterion.standard else {},
    )
    code = "~".join((criterion.code, *(wording.place_kinds if wording else ())))
    # What a pack brings was read from the criterion's own words.
    given = {} if wording else criterion.sounds
    return replace(made(method, CRITERION, code, *texts), part=criterion.service, given=given)


def slot_at(method: Method, code: str, place_kind: str) -> Slot | None:
    """The slot of a criterion in the words that are used at a place of this kind."""
    criterion = method.criterion(code)
    if criterion is None:
        return None
    used = next((one for one in criterion.wordings if place_kind in one.place_kinds), None)
    return criterion_slot(method, criterion, used)


def lesson_code(lesson: Lesson, number: int) -> str:
    """A card of a lesson, counted from 1, among the codes of what is heard."""
    return f"{lesson.code}-{number}"


def lesson_slots(method: Method, lesson: Lesson) -> Iterator[Slot]:
    for number, card in enumerate(lesson.cards, start=1):
        slot = made(method, LESSON, lesson_code(lesson, number), card.text)
        yield replace(slot, about="", part=lesson.code, given=card.sounds)


@dataclass(frozen=True)
class State:
    """How a slot stands in one language: "recorded", "changed" (its words), or "missing"."""

    slot: Slot
    language: str
    code: str
    size: int = 0

    @property
    def done(self) -> bool:
        return self.code == "recorded"


@dataclass(frozen=True)
class Progress:
    """How far a language is."""

    done: int
    all: int
    size: int

    @property
    def heavy(self) -> bool:
        """Whether phones in villages would fetch too much."""
        return self.size > HEAVY_LANGUAGE


def progress(states: Iterable[State]) -> Progress:
    """The sum of how the slots stand."""
    listed = list(states)
    done = [one for one in listed if one.done]
    return Progress(len(done), len(listed), sum(one.size for one in done))


def next_undone(states: Sequence[State], after: str = "") -> State | None:
    """The first slot behind this one that still needs a recording, then from the start; None: all done."""
    at = next((i for i, one in enumerate(states) if one.slot.code == after), -1)
    turned = [*states[at + 1 :], *states[: max(at, 0)]]
    return next((one for one in turned if not one.done), None)
