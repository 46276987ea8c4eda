"""What of speaking is heard: the channel's words and the questions of the pages, each a slot of its own.

What nobody has recorded yet shows as missing on the page and at the desk of sounds, where it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.played import heard_at, reader
from samleng.doors.web.speak import told
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Catalogue, Question
from samleng.ground.sounds.models import COUNTRY, Shelf, Take
from samleng.ground.sounds.rules import Slot

KIND, GROUP, CATEGORY, QUESTION, ANSWER, HELP, RATED, PAGE = (
    "kind", "group", "category", "question", "answer", "help", "rated", "page",
)  # fmt: skip
# The questions of the pages themselves, as they stand on them.
PAGES: Mapping[str, Any] = {
    "start": _("What do you want to say?"),
    "about": _("What is it about?"),
    "consent": _(
        "“I write down what you say and send it to the office that must answer. You get a receipt with a "
        "number; only you should keep it. With it you can read the answers and take it back. You may say no, "
        "now or later, and nothing happens to you.”"
    ),
    "place": _("Where is it?"),
    "office": _("Which office is it about?"),
    "words": _("Write, take a photo, or speak. One of them is enough."),
    "exposure": _("Who may know about it?"),
    "public": _(
        "It stands on the map: what it is, roughly where, and until when it must be answered. Words and "
        "photos only after somebody looked at them. Never your name."
    ),
    "confidential": _(
        "Only the office that answers reads it. If you give your name, it is sealed away from your words; it "
        "is opened only for a reason that is written down."
    ),
    "anonymous": _(
        "No name and no number is asked. The office can still ask you something, and you answer with your "
        "receipt."
    ),
    "who": _("You need not. It is sealed apart from your words. Whoever works on your case does not see it."),
    "climb": _("If nobody answers in time: may your words go to the next office?"),
    "near": _("Somebody reported this nearby. Is it the same?"),
    "check": _("Is it right like this?"),
    "receipt": _(
        "Write it down, take a photo, or print it. Only with it can you read the answer. Nobody can find it "
        "again for you, and whoever has it can read your case."
    ),
    "follow": _("The digits of your receipt"),
    "verdict": _("Is it fixed?"),
    "start_other": _("What does the person want to say?"),
    "search": _("Search in your own words"),
    "receipt_way": _("I have a receipt"),
    "myself": _("I speak for myself"),
    "for_other": _("I write for somebody else"),
    "yes": _("Yes"),
    "no": _("No"),
    "consented": _("How did they agree?"),
    "place_here": _("The place where I am"),
    "place_name": _("Name of the village, commune or district"),
    "office_rated": _("Which office do you rate?"),
    "office_unknown": _("I do not know, or it is not here"),
    "words_in": _("In your own words"),
    "photos": _("Photos"),
    "voice": _("A recording of your voice"),
    "name": _("Name"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "climb_yes": _("Yes, in the words below"),
    "climb_no": _("No. I can still allow it later with my receipt."),
    "approved": _("The words that may go further"),
    "me_too": _("Me too: it is this one"),
    "still_there": _("It is this one, and it is still there"),
    "notice_to": _("E-mail for notices"),
    "receipt_other": _(
        "Give the number to the person: on paper, by photo, or read it to them twice. Do not keep it "
        "yourself. Only with it can anybody read the answers."
    ),
    "saved": _("I have saved it. Its last three digits are"),
    "saved_other": _("Let them read you the last three digits from what they keep"),
    "sent": _("Thank you. It is on its way."),
    "gone": _("This draft is too old"),
    "closed": _("This cannot be sent here yet"),
    "wait": _("One moment, please"),
    "errors": _("Please look at this first"),
    "became": _("What became of it?"),
    "stars": _("How did the office treat your case?"),
    "add": _("Anything to add for the office"),
    "reply": _("Write or speak to the office"),
    "higher": _("Shall the next office take it?"),
    "wording": _("Which words may go beyond this office?"),
    "take_back": _("Take your report back?"),
    "rated": _("Thank you. Your rating counts."),
    **{f"consent_{code}": words for code, words in told.CONSENTS},
    **{f"verdict_{code}": words for code, _face, words in told.VERDICTS},
    **{f"star_{face}": words for _value, face, words in told.STARS},
    **{f"state_{code}": words for code, words in told.STATES.items()},
    **{f"outcome_{code}": words for code, words in told.OUTCOMES.items()},
    **{f"pause_{code}": words for code, words in told.PAUSES.items()},
}


def about_of(catalogue: Catalogue) -> str:
    """Under which name the recordings of a catalogue are kept; it outlives its versions."""
    return f"channel-{catalogue.code}"[:40]


@lru_cache(maxsize=8)
def slots_of_channel(digest: str, version: UUID) -> tuple[Slot, ...]:
    """Everything of a published catalogue that is heard, in the order in which it is met.

    The same words are read once, however many questions ask them.
    """
    found: dict[Any, Slot] = {}
    for one in slots(CatalogueVersion.objects.get(pk=version).catalogue):
        said = tuple(key_of(text) for text in one.texts)
        found.setdefault((said, one.code) if one.given else said, one)
    return tuple(found.values())


def of_version(version: CatalogueVersion) -> tuple[Slot, ...]:
    return slots_of_channel(version.digest, version.pk)


def slots(catalogue: Catalogue) -> Iterator[Slot]:
    def made(kind: str, code: str, *texts: Mapping[str, str], given: Mapping[str, str] | None = None) -> Slot:
        return Slot(
            about=about_of(catalogue), kind=kind, code=f"{kind}-{code}",
            texts=tuple(dict(one) for one in texts if one), written=catalogue.languages,
            spoken=catalogue.languages, given=dict(given or {}),
        )  # fmt: skip

    def asked(owner: str, question: Question) -> Iterator[Slot]:
        code = f"{owner}~{question.code}"
        yield made(QUESTION, code, question.name, question.hint, given=question.sounds)
        for option in question.options:
            yield made(ANSWER, f"{code}~{option.code}", option.name, given=option.sounds)

    for code, words in PAGES.items():
        yield made(PAGE, code, in_languages(words))
    for kind in catalogue.kinds:
        yield made(KIND, kind.code, kind.name, kind.hint, given=kind.sounds)
    for group in catalogue.groups:
        yield made(GROUP, group.code, group.name, given=group.sounds)
    for category in catalogue.categories:
        yield made(CATEGORY, category.code, category.name, category.hint, given=category.sounds)
        for question in category.questions:
            yield from asked(category.code, question)
    for referral in catalogue.referrals:
        yield made(HELP, referral.code, referral.name, referral.text, given=referral.sounds)
        for contact in referral.contacts:
            yield made(HELP, f"{referral.code}~{contact.code}", contact.name, contact.hint)
    for form in catalogue.rating_forms:
        yield made(RATED, form.code, form.name, given=form.sounds)
        for point in form.points:
            yield made(RATED, f"{form.code}~{point.value}", point.name, given=point.sounds)
        for aspect in form.aspects:
            yield made(RATED, f"{form.code}~{aspect.code}", aspect.name, given=aspect.sounds)
        for question in form.questions:
            yield from asked(f"rated~{form.code}", question)


def in_languages(words: Any) -> dict[str, str]:
    """A sentence of the site in every language it is written in."""
    found = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            found[tag] = str(words)
    return found


@dataclass(frozen=True)
class Voices:
    """The recordings of one catalogue for a reader's page; looked up only where any were made."""

    version: CatalogueVersion | None
    language: str

    @cached_property
    def shelf(self) -> Shelf | None:
        if self.version is None:
            return None
        found = of_version(self.version)
        given = any(one.given for one in found)
        about = about_of(self.version.catalogue)
        if not given and not Take.objects.filter(about=about, owner=COUNTRY, until=None).exists():
            return None
        return Shelf(COUNTRY, found)

    @cached_property
    def by_words(self) -> dict[tuple[str, ...], list[Slot]]:
        """Slots by the first of their words."""
        found: dict[tuple[str, ...], list[Slot]] = {}
        for one in self.shelf.slots if self.shelf else ():
            if one.texts:
                found.setdefault(key_of(one.texts[0]), []).append(one)
        return found

    @cached_property
    def by_code(self) -> dict[str, Slot]:
        return {one.code: one for one in self.shelf.slots} if self.shelf else {}

    def of(self, words: Mapping[str, str] | None) -> str:
        """Where these words of the catalogue are heard; "" where no recording says them."""
        if not words or not self.shelf:
            return ""
        return next(filter(None, map(self.heard, self.by_words.get(key_of(words), ()))), "")

    def page(self, step: str) -> str:
        """Where the question of a page is heard, or a choice on it."""
        if not self.shelf:
            return ""
        slot = self.by_code.get(f"{PAGE}-{step}")
        # The same words are read once, and may have their slot under another code.
        return self.heard(slot) if slot else self.of(in_languages(PAGES.get(step, "")))

    def heard(self, slot: Slot | None) -> str:
        return heard_at(self.shelf, slot, (self.language, *slot.spoken[:1])) if self.shelf and slot else ""


def key_of(words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{tag}={text}" for tag, text in sorted(words.items()))


def voices(version: CatalogueVersion | None) -> Voices:
    return Voices(version, reader())


@dataclass(frozen=True)
class Spoken:
    """The channel as the desk of sounds lists it beside the methods."""

    pk: UUID
    code: str
    version: str
    method: Book


@dataclass(frozen=True)
class Book:
    """What the desk of sounds asks of a method, answered for the channel."""

    name: Mapping[str, str]
    audio_languages: tuple[str, ...]
    slots: tuple[Slot, ...]
    language_names: Mapping[str, Any]

    def service(self, code: str) -> None:
        return None


SECTIONS: Mapping[str, Any] = {
    PAGE: _("Questions of the pages"),
    KIND: _("Kinds of message"),
    GROUP: _("Groups of matters"),
    CATEGORY: _("What it is about"),
    QUESTION: _("Extra questions"),
    ANSWER: _("Answers to choose from"),
    HELP: _("Lists of help"),
    RATED: _("Ratings"),
}


def spoken_channel() -> Spoken | None:
    """The catalogue in force, for whoever records for the whole country."""
    version = CatalogueVersion.objects.current()
    if version is None:
        return None
    catalogue = version.catalogue
    book = Book(catalogue.name, catalogue.languages, of_version(version), {})
    return Spoken(version.pk, about_of(catalogue), version.version, book)
