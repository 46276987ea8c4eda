from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import publish
from samleng.ground.services.models import Service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.words.refusals import Refusal, Refusals
from tests.ground.frameworks.bodies import demo, put

pytestmark = pytest.mark.django_db


def test_it_publishes_a_version_with_its_services():
    made = publish(by=SYSTEM, body=demo(), country="demo")
    assert made.method.code == "demo-five" and made.country == "demo"
    assert Service.objects.get(code="CL").serves_many
    assert Service.objects.get(code="SC").sector.ladder == ["school", "school_board", "school_ministry"]
    entry = Entry.objects.get(verb="frameworks.publish")
    assert entry.facts == {"code": "demo-five", "version": "1", "digest": made.digest}


def test_it_publishes_the_same_version_twice_as_once():
    first = publish(by=SYSTEM, body=demo())
    entries = Entry.objects.count()
    # The order in which settings are written says nothing.
    again = publish(by=SYSTEM, body=dict(reversed(demo().items())))
    assert again == first and Framework.objects.count() == 1 and Entry.objects.count() == entries


def test_it_refuses_other_data_under_a_published_version():
    first = publish(by=SYSTEM, body=demo())
    with pytest.raises(Refusal) as refused:
        publish(by=SYSTEM, body=put(demo(), "publication.small_count", 3))
    assert (refused.value.field, refused.value.code) == ("version", "conflict")
    assert "Raise the version" in str(refused.value.remedy)
    assert Framework.objects.get().digest == first.digest


def test_it_keeps_old_versions_beside_new_ones():
    old = publish(by=SYSTEM, body=demo())
    new = publish(by=SYSTEM, body=put(put(demo(), "publication.small_count", 3), "version", "2"))
    assert (old.method.publication.small_count, new.method.publication.small_count) == (5, 3)


def test_it_tells_every_problem_by_its_path_and_changes_nothing():
    with pytest.raises(Refusals) as refused:
        publish(by=SYSTEM, body=put(put(demo(), "aggregate", "mode"), "criteria[0].code", "?"))
    assert {one.field for one in refused.value} == {"aggregate", "criteria[0].code"}
    assert not Framework.objects.exists() and not Service.objects.exists() and not Entry.objects.exists()


def test_it_lets_nobody_publish_without_a_right():
    with pytest.raises(Denied):
        publish(by=Actor(key="person:x", owner="programme:y"), body=demo())
    assert not Framework.objects.exists()


def test_it_never_changes_what_is_published():
    made = publish(by=SYSTEM, body=demo())
    made.country = "elsewhere"
    with pytest.raises(TypeError):
        made.save()
    assert Framework.objects.get().country == ""


@pytest.mark.django_db(transaction=True)
def test_it_publishes_once_when_two_do_it_at_the_same_moment():
    def work(_n):
        try:
            return publish(by=SYSTEM, body=demo()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(work, range(4)))
    assert len(found) == 1 == Framework.objects.count()
    assert Entry.objects.filter(verb="frameworks.publish").count() == 1
