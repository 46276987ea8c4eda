"""What is said of a row of criteria that was refused, or that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled


class Told(Protocol):
    """A criterion as a row gives it, as far as a sentence about it goes."""

    @property
    def row(self) -> int: ...
    @property
    def sheet(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def text(self) -> Any: ...


def column(sheet: str, name: str) -> str:
    return f"{sheet}: {name}" if sheet else name


def text_of(draft: Told) -> str:
    return str(next(iter(draft.text.values()), ""))[:80]


def no_service(sheet: str) -> Refusal:
    return Refusal(
        filled(_("The sheet “%(sheet)s” does not say which service its criteria are for."), sheet=sheet),
        field=column(sheet, "service"),
        remedy=_("End the sheet's name with the service's code in brackets, or add a column “service”."),
        code="no_service",
    )


def unknown_service(named: str, known: Sequence[str], sheet: str, row: int) -> Refusal:
    return Refusal(
        filled(_("The framework has no service “%(service)s”."), service=named),
        field=column(sheet, "service"),
        row=row,
        remedy=filled(_("Use one of: %(choices)s."), choices=", ".join(known)),
        code="unknown_service",
    )


def bad_sound(name: str, heading: str, sheet: str, row: int) -> Refusal:
    return Refusal(
        filled(_("“%(name)s” is not the plain name of a sound file."), name=name[:60]),
        field=column(sheet, heading),
        row=row,
        remedy=_("Write the file's name only, such as ps_1.mp3, without folder or link."),
        code="bad_sound",
    )


def no_point(value: object, sheet: str, row: int) -> Refusal:
    return Refusal(
        filled(_("The framework's scale has no point %(value)s."), value=value),
        field=column(sheet, "No"),
        row=row,
        remedy=_("Correct the number, or leave the sheet out."),
        code="no_point",
    )


def twice(draft: Told, first: Told) -> Refusal:
    return Refusal(
        filled(_("“%(text)s” already stands in row %(first)d."), text=text_of(draft), first=first.row),
        field=column(draft.sheet, "text"),
        row=draft.row,
        remedy=_("Keep one of the two rows."),
        code="duplicate",
    )


def taken(draft: Told, code: str) -> Refusal:
    return Refusal(
        filled(_("The code “%(code)s” already belongs to a criterion with another text."), code=code),
        field=column(draft.sheet, "tag"),
        row=draft.row,
        remedy=_("Give a changed criterion a code of its own: figures of both must not be mixed."),
        code="taken",
    )


def no_theme(draft: Any, themes: Sequence[str]) -> Refusal:
    return Refusal(
        filled(_("The framework has no theme “%(theme)s”."), theme=draft.theme),
        field=column(draft.sheet, "theme"),
        row=draft.row,
        remedy=filled(_("Use one of: %(choices)s."), choices=", ".join(themes)),
        code="no_theme",
    )


def untranslated(draft: Told, code: str) -> Refusal:
    return Refusal(
        filled(
            _("The new criterion %(code)s “%(text)s” waits for its translation."),
            code=code,
            text=text_of(draft),
        ),
        field=column(draft.sheet, "text"),
        row=draft.row,
        remedy=_("Send the list again with a column for the other language."),
        code="untranslated",
    )


def other_name(value: int, name: str, sheet: str, row: int) -> Refusal:
    return Refusal(
        filled(
            _("The file calls point %(value)d “%(name)s”; the framework's own name stays."),
            value=value,
            name=name[:80],
        ),
        field=column(sheet, "No"),
        row=row,
        code="other_name",
    )


def strays(drafts: Sequence[Told]) -> Iterator[Refusal]:
    """Rows whose text the file also gives for another service: often pasted by mistake."""
    seen: dict[str, Told] = {}
    for draft in drafts:
        for text in draft.text.values():
            first = seen.setdefault(searchable(text), draft)
            if first.service != draft.service:
                yield Refusal(
                    filled(
                        _("“%(text)s” also stands in the list of %(service)s; it may have been pasted here."),
                        text=text_of(draft),
                        service=first.service,
                    ),
                    field=column(draft.sheet, "text"),
                    row=draft.row,
                    remedy=_("Take it out if this service has nothing to do with it."),
                    code="stray",
                )
