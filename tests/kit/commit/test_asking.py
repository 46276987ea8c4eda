"""Questions put together once: they give what Django gives, for any values, and never what was so before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Q

from samleng.ground.offices.models import Duty, Office
from samleng.kit.commit.asking import Question, Things
from tests.town import Town

pytestmark = pytest.mark.django_db


def test_it_gives_the_rows_that_django_gives_for_each_value(town: Town) -> None:
    asked = Question(lambda code: Office.objects.filter(code=code).values_list("pk", "name", "sample"))
    for office in Office.objects.all():
        assert asked(office.code) == [(office.pk, office.name, office.sample)]
    assert asked("nobody") == [] and asked.first("nobody") is None
    assert len(asked.ready) == 1


def test_it_tells_values_of_one_kind_from_each_other_wherever_they_stand(town: Town) -> None:
    held = Question(
        lambda since, office, until, areas: Duty.objects.filter(
            Q(since__gte=since) & Q(since__lte=until), office=office, area__in=areas, zone__isnull=True
        ).values_list("pk", "since")
    )
    duty = Duty.objects.get()
    areas = [town.commune.pk, duty.area_id]
    first, last = date(2025, 1, 1), date(2027, 1, 1)
    assert held(first, duty.office_id, last, areas) == [(duty.pk, duty.since)]
    assert held(last, duty.office_id, first, areas) == []
    assert held(first, town.shire.pk, last, areas) == []
    # Another number of values is another text.
    assert held(first, duty.office_id, last, areas[1:]) == [(duty.pk, duty.since)]
    assert held(first, duty.office_id, last, areas[:1]) == []
    assert held(first, duty.office_id, last, []) == []


def test_it_sees_at_once_what_somebody_changed(town: Town) -> None:
    named: Things[Office] = Things(lambda code: Office.objects.filter(code=code))
    office = named.first("sweep-1")
    assert office == town.sweepers
    Office.objects.filter(code="sweep-1").update(phone="012", name={"en": "Others"})
    again: Any = named.first("sweep-1")
    assert (again.phone, again.name) == ("012", {"en": "Others"})
    Office.objects.filter(code="sweep-1").update(code="sweep-2")
    assert named.first("sweep-1") is None


def test_it_brings_along_those_a_row_belongs_to_as_they_are(
    town: Town, django_assert_num_queries: Any
) -> None:
    held: Things[Duty] = Things(lambda day: Duty.objects.on(day), "office__kind", "office__facility", "area")
    held(date(2026, 7, 1))
    with django_assert_num_queries(1):
        (duty,) = held(date(2026, 7, 1))
        assert duty.office.kind.code == "sweepers" and duty.office.facility is None
        assert duty.area.code == "0101"
    kept = Duty.objects.select_related("office__kind", "area").get()
    assert duty == kept and duty.since == kept.since and duty.categories == kept.categories
    assert duty.area.name == kept.area.name and duty.office.name == kept.office.name
    # A row that was asked for like this may be changed like any other.
    duty.until = date(2026, 12, 31)
    duty.save(update_fields=["until"])
    assert held(date(2027, 1, 1)) == []


def test_it_refuses_what_cannot_be_told_from_what_the_query_holds_itself() -> None:
    asked = Question(lambda sample: Office.objects.filter(sample=sample).values_list("pk"))
    with pytest.raises(TypeError):
        asked(True)
