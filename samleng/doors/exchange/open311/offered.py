"""What can be reported here by another system: the catalogue's public categories, in one language."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311.said import Attribute, Service
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Catalogue, Category, Question
from samleng.kit.words.text import say

# How Open311 calls each kind of answer.
DATATYPES = {
    "text": "text",
    "number": "number",
    "date": "datetime",
    "yes_no": "singlevaluelist",
    "choice": "singlevaluelist",
    "choices": "multivaluelist",
}
# A piece of help that is told before anything is sent; no answer has this code.
HELP = "_help"


def catalogue() -> Catalogue | None:
    """What is in force; None where no channel is open yet."""
    return CatalogueVersion.objects.catalogue()


def since() -> str:
    """The time from which what is offered is as it is, for discovery."""
    version = CatalogueVersion.objects.current()
    at = version.in_force_since if version else timezone.now().replace(month=1, day=1, hour=0, minute=0)
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat(timespec="seconds")


def open_to_all(known: Catalogue, category: Category) -> bool:
    """Whether another system may report in it: public, answered by a clock, and no list of help or rating."""
    return (
        category.public
        and not category.about_official
        and not category.only_referral
        and category.kind != "rating"
        and known.profile_of(category) is not None
    )


def services(language: str, *, keyed: bool = False) -> list[Service]:
    """Everything that is offered, in the catalogue's order; with a key, also what only programs are told."""
    known = catalogue()
    if known is None:
        return []
    shown = [one for one in known.categories if open_to_all(known, one)]
    found = [service_of(known, one, language) for one in shown]
    if not keyed:
        return found
    return [
        replace(one, keywords=(*category.for_systems, *one.keywords))
        for one, category in zip(found, shown, strict=True)
    ]


def service(code: str, language: str) -> Service | None:
    known = catalogue()
    found = known.category(code) if known else None
    if known is None or found is None or not open_to_all(known, found):
        return None
    return service_of(known, found, language)


def service_of(known: Catalogue, category: Category, language: str) -> Service:
    group = known.group(category.group)
    words = say(category.keywords, language).replace("\u200b", "")
    return Service(
        code=category.code,
        name=say(category.name, language),
        description=say(category.hint, language),
        group=say(group.name, language) if group else "",
        keywords=tuple(word.strip() for word in words.split(",") if word.strip()),
        attributes=tuple(attributes_of(known, category, language)),
    )


def attributes_of(known: Catalogue, category: Category, language: str) -> list[Attribute]:
    """The category's questions, after what is told first."""
    told = [told_first(known, category.referral, language)] if category.referral else []
    asked = [attribute_of(one, language) for one in category.questions]
    return [numbered(one, place) for place, one in enumerate([*told, *asked], 1)]


def numbered(one: Attribute, order: int) -> Attribute:
    return Attribute(**{**one.__dict__, "order": order})


def attribute_of(question: Question, language: str) -> Attribute:
    """One question. What is asked only after another answer is never required: Open311 knows no "after"."""
    if question.kind == "yes_no":
        values = (("yes", _("Yes")), ("no", _("No")))
    else:
        values = tuple((one.code, say(one.name, language)) for one in question.options)
    return Attribute(
        code=question.code,
        datatype=DATATYPES[question.kind],
        required=question.required and question.after is None,
        order=0,
        description=say(question.name, language),
        hint=say(question.hint, language),
        values=values,
    )


def told_first(known: Catalogue, code: str, language: str) -> Attribute:
    """The list of help of a category, as something that is only read."""
    return Attribute(
        code=HELP,
        datatype="text",
        required=False,
        order=0,
        description=help_words(known, code, language),
        variable=False,
    )


def help_words(known: Catalogue, code: str, language: str) -> str:
    """A list of help in one text: what is said first, and where to turn."""
    listed = known.referral(code)
    if listed is None:
        return ""
    lines = [say(listed.text, language) or say(listed.name, language)]
    lines += [f"{say(one.name, language)}: {one.phone}" for one in listed.contacts if one.phone]
    return " ".join(line for line in lines if line)
