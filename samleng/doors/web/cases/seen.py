"""What each may open at the desk of cases, and what every page of a case needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language

from samleng.answers.cases.models import Case
from samleng.answers.cases.steps import allowed
from samleng.doors.web import visit
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import Acting, seats_for
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal

# What a verb names, as the forms of the desk call it.
AT = {"heard": "to", "cases": "others", "office": "to"}


def language() -> str:
    return (get_language() or "km")[:2]


def seen_case(by: Acting, case_id: UUID, right: str = "cases.see") -> Case:
    """The case if this person may see it (or do this to it); Denied, as if absent, if not."""
    case = Case.objects.seen_by(by, right).with_context().select_related("about").filter(pk=case_id).first()
    if case is None or not allowed(by, right, case):
        raise Denied
    return case


def may(by: Acting, right: str, case: Case) -> bool:
    """Whether they may do this to a case they see."""
    return allowed(by, right, case)


def offices_with(by: Acting, right: str) -> list[Office]:
    """The offices in which somebody holds the right, in the order of their codes."""
    held = {seat.office for seat in seats_for(by, right) if seat.office}
    return list(Office.objects.filter(pk__in=held).select_related("kind", "place__kind").order_by("code"))


def require_desk(by: Acting, right: str = "cases.see") -> list[Office]:
    """The offices at whose desk of cases somebody sits; Denied for whoever sits at none."""
    offices = offices_with(by, right)
    if not offices:
        raise Denied
    return offices


def people_of(offices: list[Office]) -> list[Person]:
    """Those who sit in the offices now, by name."""
    seats = Seat.objects.live().filter(office__in=offices)
    return list(
        Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("sort_key", "pk")
    )


def at_fields(form: forms.Form, refusals: list[Refusal]) -> None:
    """Put what a verb refused at the fields of the form."""
    visit.at_fields(form, refusals, lambda name: (AT.get(name, ""),))


def status_of(form: Any) -> int:
    return 422 if form is not None and form.errors else 200


class Unkept(str):
    """Words that go into a verb sent once: a request is kept as a hash, which must not tell them."""

    __slots__ = ()

    def content_digest(self) -> str:
        return ""
