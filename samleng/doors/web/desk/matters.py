"""What waits of cases: those given to me, those that nobody has, and recommendations without an answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Recommendation
from samleng.doors.web.cases.seen import offices_with
from samleng.doors.web.desk.task import MOST, Waiting, as_day
from samleng.ground.people.rules import Acting


def matters(acting: Acting) -> Iterator[Waiting]:
    """All of them; the desk puts them in order."""
    yield from given(acting)
    yield from nobodys(acting)
    yield from advised(acting)


def given(acting: Acting) -> Iterator[Waiting]:
    """Cases that were given to this person and are not answered yet."""
    if not acting.person:
        return
    today = timezone.localdate()
    rows = Case.objects.seen_by(acting).open().filter(assigned_id=acting.person).with_context()
    for case in rows.order_by("-urgent", "next_due", "pk")[:MOST]:
        names = case.of.name if case.of else {"": case.category}
        yield Waiting(
            what=_("Work on an urgent case") if case.urgent else _("Work on a case"),
            about={tag: f"{case.reference} · {name}" for tag, name in names.items()},
            place=case.place,
            since=case.opened_on,
            url=reverse("case", args=[case.pk]),
            late=case.overdue(today),
            urgent=case.urgent,
        )


def nobodys(acting: Acting) -> Iterator[Waiting]:
    """One line for each office in which cases wait for somebody to have them."""
    today = timezone.localdate()
    for office in offices_with(acting, "cases.assign"):
        rows = Case.objects.seen_by(acting, "cases.assign").open().filter(office=office, assigned=None)
        first = rows.order_by("next_due", "pk").first()
        if first is not None:
            yield Waiting(
                what=_("Give new cases to somebody"),
                about=office.name,
                place=office.place,
                since=first.opened_on,
                url=f"{reverse('cases')}?assigned=nobody",
                late=first.overdue(today),
            )


def advised(acting: Acting) -> Iterator[Waiting]:
    """Recommendations put to this person's offices that have no answer yet."""
    today = timezone.localdate()
    rows = Recommendation.objects.filter(to__in=offices_with(acting, "cases.respond"), answer="")
    for one in rows.select_related("office__place__kind").order_by("answer_by", "pk")[:MOST]:
        yield Waiting(
            what=_("Answer a recommendation"),
            about=one.office.name,
            place=one.office.place,
            since=as_day(one.at),
            url=reverse("recommendation", args=[one.pk]),
            late=one.answer_by < today,
        )
