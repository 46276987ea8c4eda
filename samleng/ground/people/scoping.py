"""Private rows have one owner; their QuerySets open only what a Scope opens."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from samleng.ground.people.rules import Grant, Scope

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """A QuerySet whose rows are read with `within(scope)`.

    Name the fields that tell whose a row is: `programme_field`, `office_fields` (any of them),
    `place_field` (a foreign key to a place; "" when rows have none) and `implementer_field`.
    """

    programme_field: ClassVar[str] = "programme"
    office_fields: ClassVar[tuple[str, ...]] = ()
    place_field: ClassVar[str] = "place"
    implementer_field: ClassVar[str] = ""
    # A row of no implementer is the programme's own: open to all who work in its area, or to none.
    implementer_shared: ClassVar[bool] = True

    def within(self, scope: Scope) -> Self:
        """The rows the scope opens; none when it opens nothing here."""
        if scope.everything:
            return self
        opened = self.opened_to(scope)
        return self.none() if opened is None else self.filter(opened)

    def opened_to(self, scope: Scope) -> Q | None:
        """The same as a condition, to be joined with others; None when the scope opens nothing here."""
        if scope.everything:
            return Q(pk__isnull=False)
        opened = [part for grant in scope.grants if (part := self.opened_by(grant)) is not None]
        if not opened:
            return None
        whole = opened[0]
        for part in opened[1:]:
            whole |= part
        return whole

    def opened_by(self, grant: Grant) -> Q | None:
        """The condition one grant gives, or None when it says nothing about these rows."""
        if grant.office:
            # An office's own rows are its own wherever they lie: a duty may reach beyond its area.
            parts = [Q(**{f"{field}_id": grant.office}) for field in self.office_fields]
            whole = None
            for part in parts:
                whole = part if whole is None else whole | part
            return whole
        if not grant.programme or not self.programme_field:
            return None
        found = Q(**{f"{self.programme_field}_id": grant.programme})
        if self.place_field and grant.area_path != "/":
            found &= Q(**{f"{self.place_field}__path__startswith": grant.area_path})
        if self.implementer_field and grant.implementer:
            mine = Q(**{f"{self.implementer_field}_id": grant.implementer})
            found &= mine | Q(**{self.implementer_field: None}) if self.implementer_shared else mine
        return found
