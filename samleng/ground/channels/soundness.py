"""What must hold between the parts of a catalogue once each part is whole by itself."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from samleng.ground.channels.rules import (
    CHOSEN,
    DANGERS,
    FILLED,
    KINDS,
    STATES,
    Catalogue,
    Category,
    Question,
)
from samleng.ground.frameworks.soundness import EMPTY_LIST, NOT_HERE, RISING, TWICE
from samleng.ground.frameworks.vocabulary import Problem, gettext_noop

OFFICIAL_PUBLIC = gettext_noop("A complaint about an official can never be public.")
NOT_DEFAULT = gettext_noop("The default “%(code)s” is not among the exposures that are allowed.")
NO_BLUR = gettext_noop("A category that may be public needs a blur of at least one metre.")
NO_CLOCK = gettext_noop("A message that is answered needs a clock.")
NO_FORM = gettext_noop("A rating needs the form it is made with.")
NO_FIRST_CALL = gettext_noop("What is urgent says first whom to call: it needs a list of help.")
NO_REFERRAL = gettext_noop("Only a category with a list of help can stop there.")
NO_POINT = gettext_noop("A category that may be public is placed by a point on the map.")
TWO_OPTIONS = gettext_noop("A question to choose from needs at least two answers.")
NO_OPTIONS = gettext_noop("Only a question to choose from has answers in its list.")
NO_YES = gettext_noop("Only a yes-no question can be stopped by a yes.")
EARLIER = gettext_noop("“%(code)s” must be a question to choose from that comes before.")
NO_WORDS_FOR = gettext_noop("No reply fits every category in the state “%(state)s”.")
NO_FILLING = gettext_noop("“%(name)s” cannot be filled in here; %(names)s can.")
BAD_BRACES = gettext_noop("A curly bracket in this text has no partner.")
NO_DANGER = gettext_noop("No list of help is for the danger “%(danger)s”.")
NO_KIND = gettext_noop("The kind of message “%(kind)s” has no name.")
TOO_SHORT = gettext_noop("The last day cannot come before an earlier one of the same clock.")
POINTS = gettext_noop("A rating needs at least two points.")


def between(catalogue: Catalogue) -> Iterator[Problem]:
    """Everything that does not hold together, each with its path."""
    for check in (twice, categories, clocks, ratings, replies, help_lists):
        yield from check(catalogue)


def lists_of(catalogue: Catalogue) -> dict[str, Sequence[Any]]:
    return {
        "kinds": catalogue.kinds,
        "groups": catalogue.groups,
        "categories": catalogue.categories,
        "profiles": catalogue.profiles,
        "referrals": catalogue.referrals,
        "rating_forms": catalogue.rating_forms,
        "sectors": catalogue.sectors,
        "services": catalogue.services,
    }


# The sectors and services may all be known already, by a framework; a channel may do without ratings.
MAY_BE_EMPTY = {"sectors", "services", "rating_forms"}


def twice(catalogue: Catalogue) -> Iterator[Problem]:
    for path, things in lists_of(catalogue).items():
        if not things and path not in MAY_BE_EMPTY:
            yield Problem(path, EMPTY_LIST)
        yield from repeated(path, things)
    if not catalogue.ombudsmen:
        yield Problem("ombudsmen", EMPTY_LIST)


def repeated(path: str, things: Iterable[Any]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for i, thing in enumerate(things):
        if thing.code in seen:
            yield Problem(f"{path}[{i}].code", TWICE, {"code": thing.code, "first": seen[thing.code] + 1})
        seen.setdefault(thing.code, i)


def unknown(path: str, code: str, known: Iterable[str], where: str) -> Iterator[Problem]:
    if code and code not in set(known):
        yield Problem(path, NOT_HERE, {"code": code, "list": where})


def categories(catalogue: Catalogue) -> Iterator[Problem]:
    named = {one.code for one in catalogue.kinds}
    for kind in KINDS:
        if kind not in named and any(one.kind == kind for one in catalogue.categories):
            yield Problem("kinds", NO_KIND, {"kind": kind})
    groups = {one.code for one in catalogue.groups}
    for i, one in enumerate(catalogue.categories):
        path = f"categories[{i}]"
        yield from unknown(f"{path}.group", one.group, groups, "groups")
        yield from unknown(f"{path}.clock", one.clock, (p.code for p in catalogue.profiles), "profiles")
        yield from unknown(
            f"{path}.rating_form", one.rating_form, (f.code for f in catalogue.rating_forms), "rating_forms"
        )
        yield from unknown(
            f"{path}.referral", one.referral, (r.code for r in catalogue.referrals), "referrals"
        )
        yield from shown(path, one)
        yield from answered(path, one)
        yield from questions(path, one.questions, catalogue)


def shown(path: str, one: Category) -> Iterator[Problem]:
    """What a category's exposures demand."""
    if one.about_official and "public" in one.exposures:
        yield Problem(f"{path}.exposure", OFFICIAL_PUBLIC)
    if one.allowed and one.exposure not in one.allowed:
        yield Problem(f"{path}.allowed", NOT_DEFAULT, {"code": one.exposure})
    if "public" in one.exposures:
        if one.blur_metres < 1:
            yield Problem(f"{path}.blur_metres", NO_BLUR)
        if one.where != "point":
            yield Problem(f"{path}.where", NO_POINT)


def answered(path: str, one: Category) -> Iterator[Problem]:
    """What an answer to a category demands."""
    if one.kind == "rating":
        if not one.rating_form:
            yield Problem(f"{path}.rating_form", NO_FORM)
    elif not one.clock and not one.only_referral:
        yield Problem(f"{path}.clock", NO_CLOCK)
    if one.urgent and not one.referral:
        yield Problem(f"{path}.urgent", NO_FIRST_CALL)
    if one.only_referral and not one.referral:
        yield Problem(f"{path}.only_referral", NO_REFERRAL)


def questions(path: str, asked: Sequence[Question], catalogue: Catalogue) -> Iterator[Problem]:
    """What must hold of the extra questions of a category or of a rating."""
    yield from repeated(f"{path}.questions", asked)
    lists = [one.code for one in catalogue.referrals]
    for i, one in enumerate(asked):
        at = f"{path}.questions[{i}]"
        yield from repeated(f"{at}.options", one.options)
        if one.kind in ("choice", "choices"):
            if len(one.options) < 2:
                yield Problem(f"{at}.options", TWO_OPTIONS)
        elif one.options:
            yield Problem(f"{at}.options", NO_OPTIONS)
        if one.yes_stops and one.kind != "yes_no":
            yield Problem(f"{at}.yes_stops", NO_YES)
        yield from unknown(f"{at}.yes_stops", one.yes_stops, lists, "referrals")
        for n, option in enumerate(one.options):
            yield from unknown(f"{at}.options[{n}].stops", option.stops, lists, "referrals")
        if one.after is not None:
            yield from follows(f"{at}.after", one, asked[:i])


def follows(path: str, one: Question, before: Sequence[Question]) -> Iterator[Problem]:
    assert one.after is not None  # noqa: S101  the caller looked
    first = next((q for q in before if q.code == one.after.question and q.kind in CHOSEN), None)
    if first is None:
        yield Problem(f"{path}.question", EARLIER, {"code": one.after.question})
        return
    for code in one.after.answers:
        yield from unknown(f"{path}.answers", code, first.answers, "answers")


def clocks(catalogue: Catalogue) -> Iterator[Problem]:
    for i, one in enumerate(catalogue.profiles):
        path = f"profiles[{i}]"
        if not one.ladder:
            yield Problem(f"{path}.ladder", EMPTY_LIST)
        if one.resolve < max(one.acknowledge, one.admissibility):
            yield Problem(f"{path}.resolve", TOO_SHORT)
        if one.admissibility and one.admissibility < one.acknowledge:
            yield Problem(f"{path}.admissibility", TOO_SHORT)
        yield from repeated(f"{path}.pauses", one.pauses)


def ratings(catalogue: Catalogue) -> Iterator[Problem]:
    for i, one in enumerate(catalogue.rating_forms):
        path = f"rating_forms[{i}]"
        if len(one.points) < 2:
            yield Problem(f"{path}.points", POINTS)
        if list(one.values) != sorted(set(one.values)):
            yield Problem(f"{path}.points", RISING)
        yield from repeated(f"{path}.aspects", one.aspects)
        yield from questions(path, one.questions, catalogue)


def replies(catalogue: Catalogue) -> Iterator[Problem]:
    codes, groups = [one.code for one in catalogue.categories], [one.code for one in catalogue.groups]
    for i, one in enumerate(catalogue.templates):
        yield from unknown(f"templates[{i}].category", one.category, codes, "categories")
        yield from unknown(f"templates[{i}].kind", one.kind, KINDS, "kinds")
        yield from unknown(f"templates[{i}].group", one.group, groups, "groups")
        for tag, text in one.text.items():
            yield from fillings(f"templates[{i}].text.{tag}", text)
    fitting_all = {one.state for one in catalogue.templates if one.for_any}
    for state in STATES:
        if state not in fitting_all:
            yield Problem("templates", NO_WORDS_FOR, {"state": state})


def fillings(path: str, text: str) -> Iterator[Problem]:
    try:
        names = [name for _text, name, _form, _as in string.Formatter().parse(text) if name is not None]
    except ValueError:
        yield Problem(path, BAD_BRACES)
        return
    for name in names:
        if name not in FILLED:
            yield Problem(path, NO_FILLING, {"name": name, "names": ", ".join(FILLED)})


def help_lists(catalogue: Catalogue) -> Iterator[Problem]:
    for i, one in enumerate(catalogue.referrals):
        if not one.text:
            yield Problem(f"referrals[{i}].text", EMPTY_LIST)
        yield from repeated(f"referrals[{i}].contacts", one.contacts)
    found = {one.danger for one in catalogue.referrals}
    for danger in DANGERS:
        if danger not in found:
            yield Problem("referrals", NO_DANGER, {"danger": danger})
