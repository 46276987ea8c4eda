"""Every verb may be sent twice, and the ledger never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from samleng.ground.offices.models import Programme
from samleng.kit.ledger.models import Due, Entry, Receipt, Salt
from samleng.kit.ledger.rules import SYSTEM, Actor, canonical, fingerprint, fresh_id, salted
from samleng.kit.ledger.verbs import done, record, verb
from samleng.kit.words.refusals import Refusal

SOMEBODY = Actor(key="person:1", owner="programme:1")
OTHER = Actor(key="person:2", owner="programme:2")


@verb
def name_it(*, by: Actor, code: str) -> Programme:
    made = Programme.objects.create(code=code, name={"en": code})
    record(by=by, verb="tests.name_it", thing=made, facts={"code": code}, content={"said": "private words"})
    return made


@pytest.mark.django_db
def test_it_gives_the_same_answer_when_sent_twice() -> None:
    request = uuid4()
    first = name_it(by=SOMEBODY, code="a", request=request)
    assert name_it(by=SOMEBODY, code="a", request=request) == first
    assert Entry.objects.filter(verb="tests.name_it").count() == 1
    assert Programme.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_the_same_request_with_other_content() -> None:
    request = uuid4()
    name_it(by=SOMEBODY, code="a", request=request)
    with pytest.raises(Refusal) as refused:
        name_it(by=SOMEBODY, code="b", request=request)
    assert refused.value.code == "conflict"
    assert Programme.objects.count() == 1


@pytest.mark.django_db
def test_it_keeps_anothers_request_as_if_absent() -> None:
    request = uuid4()
    name_it(by=SOMEBODY, code="a", request=request)
    other = name_it(by=OTHER, code="b", request=request)
    assert other.code == "b"
    assert Receipt.objects.filter(request=request).count() == 2


@pytest.mark.django_db
def test_it_forgets_a_request_whose_verb_was_refused() -> None:
    @verb
    def refuse(*, by: Actor, code: str) -> None:
        raise Refusal("no")

    with pytest.raises(Refusal):
        refuse(by=SOMEBODY, code="a", request=uuid4())
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_it_never_changes_a_row() -> None:
    name_it(by=SOMEBODY, code="a")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(actor="person:9")
    assert Entry.objects.get(verb="tests.name_it").actor == "person:1"


@pytest.mark.django_db
def test_it_never_deletes_a_row_on_a_server() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite empties its tables between tests row by row")
    name_it(by=SOMEBODY, code="a")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all()._raw_delete(using="default")


@pytest.mark.django_db
def test_it_holds_no_words_only_a_hash_that_its_salt_opens() -> None:
    name_it(by=SOMEBODY, code="a")
    row = Entry.objects.get(verb="tests.name_it")
    assert "private" not in str(row.facts) + row.content_hash
    salt = bytes(Salt.objects.get(entry=row).salt)
    assert salted(salt, {"said": "private words"}) == row.content_hash
    assert salted(b"another", {"said": "private words"}) != row.content_hash


@pytest.mark.django_db
def test_it_waits_for_each_reader_until_handled() -> None:
    name_it(by=SOMEBODY, code="a")
    row = Entry.objects.get(verb="tests.name_it")
    assert row in Entry.objects.due_to("projector")
    done(reader="projector", entry=row)
    assert row not in Entry.objects.due_to("projector")
    assert row in Entry.objects.due_to("postman")
    assert Due.objects.count() == 1


@pytest.mark.django_db
def test_it_has_one_digest_for_equal_ledgers() -> None:
    empty = Entry.objects.digest()
    name_it(by=SOMEBODY, code="a")
    one = Entry.objects.digest()
    assert one not in (empty, "")
    assert Entry.objects.digest() == one
    name_it(by=SOMEBODY, code="b")
    assert Entry.objects.digest() != one


def test_it_lets_only_the_site_itself_do_everything() -> None:
    assert SYSTEM.may("anything.at_all", owner="")
    assert not replace(SOMEBODY, via="system").may("anything.at_all", owner="programme:1")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=12,
    )
)
def test_it_gives_one_byte_form_whatever_the_order_of_keys(value: object) -> None:
    def turned(one: object) -> object:
        if isinstance(one, dict):
            return {key: turned(one[key]) for key in reversed(one)}
        return [turned(item) for item in one] if isinstance(one, list) else one

    assert canonical(turned(value)) == canonical(value)


def test_it_refuses_what_does_not_repeat() -> None:
    with pytest.raises(TypeError):
        canonical(0.1)
    assert fingerprint({"at": datetime(2026, 1, 1, tzinfo=UTC)}) == fingerprint(
        {"at": "2026-01-01T00:00:00.000000Z"}
    )


def test_it_makes_ids_that_sort_by_time() -> None:
    made = [fresh_id() for _n in range(50)]
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)
    assert all(one.version == 7 for one in made)
