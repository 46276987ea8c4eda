"""A text is recorded: who may, what is heard then, and what becomes of it when the words change."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import publish
from samleng.ground.offices.models import Programme
from samleng.ground.sounds.models import COUNTRY, Shelf, Take, given_file
from samleng.ground.sounds.rules import LARGEST_TAKE
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import open_blob
from samleng.kit.words.refusals import Refusal
from tests.recorded import slots, spoken
from tests.world import World

pytestmark = pytest.mark.django_db


def recorded(world: World, code: str = "criterion-CL01", file: Any = None, **given: Any) -> Take:
    given = {"by": world.by(world.admin), "owner": world.programme.owner_key, "language": "km"} | given
    return keep_take(slot=slots(world.framework)[code], file=file or spoken(), **given)


def heard(owner: str, framework: Framework, code: str = "criterion-CL01") -> Take | None:
    slot = slots(framework)[code]
    return Shelf(owner, [slot]).take(slot, "km")


def state(world: World, framework: Framework, code: str = "criterion-CL01") -> str:
    slot = slots(framework)[code]
    return Shelf(world.programme.owner_key, [slot]).state(slot, "km").code


def next_version(framework: Framework, **texts: str) -> Framework:
    """The method as it is published next, with other words for some criteria."""
    body = copy.deepcopy(framework.body) | {"version": "2"}
    for one in body["criteria"]:
        if one["code"] in texts:
            one["text"]["km"] = texts[one["code"]]
    return publish(by=SYSTEM, body=body, country="demo")


def test_it_is_heard_from_then_on_and_stands_in_the_ledger(world: World) -> None:
    assert state(world, world.framework) == "missing"
    take = recorded(world)
    assert heard(world.programme.owner_key, world.framework) == take
    assert state(world, world.framework) == "recorded"
    assert take.millis == 1000 and take.blob and take.by == world.admin.key
    entry = Entry.objects.get(verb="sounds.record")
    assert entry.owner == world.programme.owner_key
    assert entry.facts["slot"] == "criterion-CL01" and entry.facts["blob"] == str(take.blob.pk)
    assert "រួសរាយ" not in str(entry.facts)


def test_it_is_the_same_take_when_it_is_sent_twice(world: World) -> None:
    assert recorded(world) == recorded(world)
    assert Take.objects.count() == 1
    assert Entry.objects.filter(verb="sounds.record").count() == 1


def test_it_gives_way_to_a_newer_take_which_phones_with_the_old_one_can_still_fetch(world: World) -> None:
    first, second = recorded(world), recorded(world, file=spoken(2))
    assert heard(world.programme.owner_key, world.framework) == second
    first.refresh_from_db()
    assert first.until is not None and first.blob is not None
    with open_blob(first.blob) as file:
        assert file.read(4) == b"RIFF"
    told = Entry.objects.filter(verb="sounds.record").order_by("id").last()
    assert told and told.facts["instead_of"] == str(first.pk)


def test_it_may_be_the_first_take_again_in_the_end(world: World) -> None:
    recorded(world)
    recorded(world, file=spoken(2))
    again = recorded(world)
    assert heard(world.programme.owner_key, world.framework) == again
    assert Take.objects.filter(until=None).count() == 1


def test_it_travels_to_the_next_version_where_the_words_are_the_same(world: World) -> None:
    kept, lost = recorded(world), recorded(world, "criterion-CL02", spoken(2))
    newer = next_version(world.framework, CL02="ថ្នាំគ្រប់មុខ")
    assert heard(world.programme.owner_key, newer) == kept
    assert state(world, newer, "criterion-CL02") == "changed"
    # Rounds that run keep the version they pinned, and hear what was recorded for it.
    assert heard(world.programme.owner_key, world.framework, "criterion-CL02") == lost
    fresh = keep_take(
        by=world.by(world.admin), owner=world.programme.owner_key, slot=slots(newer)["criterion-CL02"],
        language="km", file=spoken(3),
    )  # fmt: skip
    assert state(world, newer, "criterion-CL02") == "recorded"
    assert heard(world.programme.owner_key, newer, "criterion-CL02") == fresh
    assert heard(world.programme.owner_key, world.framework, "criterion-CL02") == lost


def test_it_hears_a_programme_s_own_recording_before_the_country_s(world: World) -> None:
    everybody = recorded(world, by=SYSTEM, owner=COUNTRY)
    own = recorded(world, file=spoken(2))
    assert heard(world.programme.owner_key, world.framework) == own
    assert heard(world.other_programme.owner_key, world.framework) == everybody


def test_it_takes_a_file_of_the_pack_for_a_recording_only_where_it_is(world: World, settings: Any) -> None:
    there = replace(slots(world.framework)["consent"], given={"km": f"{settings.STATIC_URL}faces/mark.svg"})
    gone = replace(there, given={"km": f"{settings.STATIC_URL}nowhere.mp3"})
    elsewhere = replace(there, given={"km": "https://example.org/consent.mp3"})
    shelf = Shelf(world.programme.owner_key, [there])
    assert [shelf.state(one, "km").code for one in (there, gone, elsewhere)] == [
        "recorded",
        "missing",
        "missing",
    ]
    assert given_file(there, "km") is not None and given_file(there, "en") is None


@pytest.mark.parametrize("who", ["sophea", "vuthy", "stranger"])
def test_it_is_as_if_absent_for_who_may_not_record_here(world: World, who: str) -> None:
    with pytest.raises(Denied):
        recorded(world, by=world.by(getattr(world, who)))
    assert not Take.objects.exists()


def test_it_lets_no_programme_record_for_the_whole_country(world: World) -> None:
    with pytest.raises(Denied):
        recorded(world, owner=COUNTRY)


def test_it_keeps_programmes_apart(world: World) -> None:
    recorded(world)
    assert heard(world.other_programme.owner_key, world.framework) is None


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"\xff\xd8\xff\xe0 a photo", "type"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "damaged"),
        (b" " * (LARGEST_TAKE + 1), "too_big"),
        (spoken(seconds=0.2), "too_short"),
    ],
)
def test_it_refuses_what_nobody_could_hear_and_keeps_nothing(world: World, file: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        recorded(world, file=file)
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert refused.value.remedy
    assert not Take.objects.exists()


def test_it_refuses_a_language_the_method_is_not_heard_in(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        recorded(world, language="fr")
    assert (refused.value.code, refused.value.field) == ("language", "language")


def test_it_belongs_to_the_words_of_the_language_that_is_read(world: World) -> None:
    method = replace(world.framework.method, audio_languages=("km", "cmo"))
    slot = replace(slots(world.framework)["criterion-CL01"], spoken=method.audio_languages)
    given = {"by": world.by(world.admin), "owner": world.programme.owner_key}
    keep_take(slot=slot, language="cmo", file=spoken(), **given)
    shelf = Shelf(world.programme.owner_key, [slot])
    assert list(shelf.by_language(slot)) == ["cmo"]
    other_english = replace(slot, texts=({**slot.texts[0], "en": "Kind staff"}, *slot.texts[1:]))
    assert shelf.take(other_english, "cmo") is not None
    other_khmer = replace(slot, texts=({**slot.texts[0], "km": "បុគ្គលិកល្អ"}, *slot.texts[1:]))
    assert shelf.take(other_khmer, "cmo") is None and shelf.state(other_khmer, "cmo").code == "changed"


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_later_of_two_that_come_at_once(world: World) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")
    by, start = world.by(world.admin), threading.Barrier(4)
    wrong: list[BaseException] = []

    def send(seed: int) -> None:
        start.wait()
        try:
            recorded(world, by=by, file=spoken(seed))
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[seed]) for seed in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong
    assert Take.objects.filter(until=None).count() == 1
    assert Take.objects.count() == 4
    assert Programme.objects.count() == 2
