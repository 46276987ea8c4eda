"""A record comes in: once however often it is sent, corrected by later ones, with its files."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from samleng.ground.people.models import Person
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.keeping import keep_file
from samleng.voices.forms.models import Attachment, Form, Submission
from samleng.voices.forms.verbs.publishing import close_form
from samleng.voices.forms.verbs.sending import add_file, send
from tests.voices.forms.asked import opened, picture, record, sent, standing
from tests.world import World, build


@pytest.fixture
def form(world: World) -> Form:
    return opened(world)


def refused(world: World, xml: bytes, code: str, **more: object) -> Refusal:
    before = Submission.objects.count()
    with pytest.raises(Refusal) as caught:
        sent(world, xml, **more)
    assert caught.value.code == code, str(caught.value)
    assert str(caught.value.message) and str(caught.value.remedy)
    assert Submission.objects.count() == before
    return caught.value


def test_it_keeps_a_record_as_sent_and_parsed(world: World, form: Form) -> None:
    xml = record(name="ស្រះ <b>".replace("<b>", "&lt;b&gt;"))
    kept = sent(world, xml)
    row = Submission.objects.get()
    assert kept.fresh and bytes(row.xml) == xml
    assert row.answers["name"] == "ស្រះ <b>"
    assert row.answers["place"] == {"gps": "11.55 104.9 12.0 4.5"}
    assert row.answers["user"] == [{"age": "31"}, {"age": "5"}]
    assert row.sender == world.sophea and row.version == form.current
    told = Entry.objects.get(verb="forms.send")
    assert (told.thing_id, told.owner) == (str(row.pk), world.programme.owner_key)
    assert row.instance_id not in str(told.facts)


def test_it_counts_the_same_record_once(world: World, form: Form) -> None:
    xml = record()
    first, again = sent(world, xml), sent(world, xml)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.submission.pk == again.submission.pk
    assert Entry.objects.filter(verb="forms.send").count() == 1


def test_it_refuses_other_answers_under_the_same_number(world: World, form: Form) -> None:
    sent(world, record("one", instance="uuid:1"))
    refused(world, record("two", instance="uuid:1"), "conflict")
    assert Submission.objects.get().answers["name"] == "one"


def test_it_lets_a_correction_supersede_and_refuses_one_of_something_older(world: World, form: Form) -> None:
    sent(world, record("one", instance="uuid:1"))
    fixed = record("two", instance="uuid:2", corrects="uuid:1")
    sent(world, fixed)
    assert [row.answers["name"] for row in standing(form)] == ["two"]
    assert Submission.objects.count() == 2
    # The same correction again is the same answer, though what it corrects is no longer the newest.
    assert not sent(world, fixed).fresh
    refused(world, record("three", instance="uuid:3", corrects="uuid:1"), "conflict")
    refused(world, record("three", instance="uuid:3", corrects="uuid:nothing"), "missing")
    sent(world, record("three", instance="uuid:3", corrects="uuid:2"))
    newest = standing(form)[0]
    assert newest.first is not None and newest.first.instance_id == "uuid:1"


def test_it_lets_a_record_be_corrected_by_who_sent_it_and_by_who_looks_through_its_area(
    world: World, form: Form
) -> None:
    def corrected(person: Person, instance: str, before: str) -> Submission:
        xml = record(instance, instance=instance, corrects=before)
        return send(by=world.by(person), programme=world.programme, xml=xml).submission

    sent(world, record("one", instance="uuid:1"))
    # Another facilitator knows its number, and learns no more than that there is nothing for them.
    with pytest.raises(Refusal) as caught:
        corrected(world.unassigned, "uuid:2", "uuid:1")
    assert caught.value.code == "missing" and Submission.objects.count() == 1
    assert corrected(world.officer, "uuid:3", "uuid:1").supersedes is not None
    # Whose record it was from the first may go on correcting it.
    assert corrected(world.sophea, "uuid:4", "uuid:3").supersedes is not None
    assert [row.answers["name"] for row in standing(form)] == ["uuid:4"]


def test_it_takes_nothing_new_on_a_closed_form_but_knows_what_it_has(world: World, form: Form) -> None:
    xml = record(photo="a.jpg")
    sent(world, xml)
    close_form(by=world.by(world.admin), form=form)
    refused(world, record(), "closed")
    # A phone that never saw the answer sends again, and a split record is still made whole.
    assert not sent(world, xml, files={"a.jpg": picture()}).fresh
    assert Attachment.objects.get().blob is not None


def test_it_knows_no_form_of_another_programme_no_draft_and_no_unknown_version(
    world: World, form: Form
) -> None:
    refused(world, record(form="other"), "missing")
    refused(world, record(version="2"), "missing")
    with pytest.raises(Denied):
        send(by=world.by(world.stranger), programme=world.programme, xml=record())
    with pytest.raises(Refusal) as caught:
        send(by=world.by(world.stranger), programme=world.other_programme, xml=record())
    assert caught.value.code == "missing"


def test_it_takes_records_of_an_older_version_while_the_form_is_open(world: World, form: Form) -> None:
    opened(world, "2")
    assert sent(world, record(version="1")).fresh
    assert sent(world, record(version="2")).fresh


def test_it_gathers_the_files_of_a_record_over_several_posts(world: World, form: Form) -> None:
    xml = record(photo="a.jpg", users=(("3", "ខ.jpg"),))
    sent(world, xml, files={"a.jpg": picture("red")})
    assert Counter(row.blob is not None for row in Attachment.objects.all()) == {True: 1, False: 1}
    sent(world, xml, files={"ខ.jpg": picture("blue")})
    assert {row.name for row in Attachment.objects.exclude(blob=None)} == {"a.jpg", "ខ.jpg"}


def test_it_minds_not_that_two_files_hold_the_same(world: World, form: Form) -> None:
    same = picture()
    sent(world, record(photo="a.jpg", users=(("3", "b.jpg"),)), files={"a.jpg": same, "b.jpg": same})
    assert Attachment.objects.exclude(blob=None).count() == 2


def test_it_strips_pictures_and_keeps_a_broken_one_unopened(world: World, form: Form) -> None:
    whole = picture()
    sent(
        world,
        record(photo="a.jpg", users=(("3", "cut.jpg"),)),
        files={"a.jpg": whole, "cut.jpg": whole[:300]},
    )
    kinds = {row.name: row.blob.kind for row in Attachment.objects.select_related("blob") if row.blob}
    assert kinds == {"a.jpg": "photo", "cut.jpg": "file"}


def test_it_leaves_out_files_the_record_does_not_name(world: World, form: Form) -> None:
    kept = sent(world, record(photo="a.jpg"), files={"a.jpg": picture(), "stray.jpg": picture("red")})
    assert kept.left_out == ["stray.jpg"]
    assert Attachment.objects.count() == 1


def test_it_takes_over_the_files_of_what_it_corrects_and_lets_new_ones_replace_them(
    world: World, form: Form
) -> None:
    sent(world, record(instance="uuid:1", photo="a.jpg"), files={"a.jpg": picture("red")})
    fixed = record("two", instance="uuid:2", corrects="uuid:1", photo="a.jpg")
    red = Attachment.objects.get().blob
    sent(world, fixed)
    place = Attachment.objects.get(submission__instance_id="uuid:2")
    assert place.blob == red
    sent(world, fixed, files={"a.jpg": picture("blue")})
    place.refresh_from_db()
    assert place.blob is not None and place.blob != red
    assert Attachment.objects.get(submission__instance_id="uuid:1").blob == red


def test_it_adds_one_file_and_refuses_another_under_its_name(world: World, form: Form) -> None:
    kept = sent(world, record(photo="a.jpg"))
    by, owner = world.by(world.sophea), world.programme.owner_key
    one = keep_file(by, picture("red"), name="a.jpg", owner=owner)
    other = keep_file(by, picture("blue"), name="a.jpg", owner=owner)
    for _twice in range(2):
        assert add_file(by=by, submission=kept.submission, name="a.jpg", blob=one).blob == one
    for name, blob, code in (("a.jpg", other, "conflict"), ("b.jpg", other, "missing")):
        with pytest.raises(Refusal) as caught:
            add_file(by=by, submission=kept.submission, name=name, blob=blob)
        assert caught.value.code == code


@pytest.mark.parametrize("who", ["stranger", "vuthy", "chief"])
def test_it_lets_only_the_programme_s_own_people_send(world: World, form: Form, who: str) -> None:
    with pytest.raises(Denied):
        send(by=world.by(getattr(world, who)), programme=world.programme, xml=record())
    assert not Submission.objects.exists()


def test_it_makes_one_row_of_the_same_record_sent_twenty_times_at_once(transactional_db: None) -> None:
    world = build()
    opened(world)
    xml, by = record(photo="a.jpg"), world.by(world.sophea)
    found: list[object] = []

    def phone() -> None:
        try:
            kept = send(by=by, programme=world.programme, xml=xml, files={"a.jpg": picture()})
            found.append((kept.submission.pk, kept.fresh))
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    phones = [threading.Thread(target=phone) for _n in range(20)]
    for one in phones:
        one.start()
    for one in phones:
        one.join()
    row = Submission.objects.get()
    assert [one for one in found if isinstance(one, Exception)] == []
    assert Counter(fresh for _pk, fresh in found) == {True: 1, False: 19}  # type: ignore[misc]
    assert {pk for pk, _fresh in found} == {row.pk}  # type: ignore[misc]
    assert Entry.objects.filter(verb="forms.send").count() == 1
    assert Attachment.objects.count() == 1
