"""Bad input said clearly: what is wrong, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Misstep(Exception):
    """A rule that does not hold: `code` says which, `field` where in a form, `params` what its words name.

    Rules raise it because they know no words; `missteps.refusal_of` says it to people.
    """

    def __init__(self, code: str, field: str | None = None, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params


class Refusal(Exception):
    """One thing that was not accepted; nothing was changed.

    `message` and `remedy` are sentences for people (lazy translations are welcome), `field` names
    the field or column, `row` counts the file's rows from 1 (the heading is row 1), `code` is for
    programs ("conflict", "forbidden", "missing" ...). Doors show the parts; `str` is for logs.
    """

    def __init__(
        self,
        message: Any,
        *,
        field: str | None = None,
        row: int | None = None,
        remedy: Any = "",
        code: str = "refused",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.row = row
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                f"row {self.row}" if self.row is not None else "",
                str(self.field) if self.field else "",
            )
            if part
        )
        said = f"{self.message} {self.remedy}".strip()
        return f"{place}: {said}" if place else said

    def as_json(self) -> dict[str, object]:
        """The refusal for a machine: texts in the active language, the rest as it is."""
        return {
            "message": str(self.message),
            "field": self.field,
            "row": self.row,
            "remedy": str(self.remedy),
            "code": self.code,
        }


class Refusals(Refusal):
    """Several refusals together, as a form or a file gives them; may be iterated."""

    def __init__(self, many: Iterable[Refusal]) -> None:
        self.many = list(many)
        first = self.many[0] if self.many else Refusal("")
        super().__init__(
            first.message, field=first.field, row=first.row, remedy=first.remedy, code=first.code
        )

    def __iter__(self) -> Iterator[Refusal]:
        return iter(self.many)

    def __len__(self) -> int:
        return len(self.many)

    def __str__(self) -> str:
        return "\n".join(str(one) for one in self.many)


def each(refusal: Refusal) -> list[Refusal]:
    """The single refusals in one that may hold several."""
    return list(refusal.many) if isinstance(refusal, Refusals) else [refusal]
