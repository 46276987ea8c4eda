"""Speaking can be heard: what was recorded plays; the rest is silent, and a slot at the desk of sounds."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from samleng.doors.web.speak.spoken import of_version
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.sounds.rules import Slot
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.facilitated import at as at_desk
from tests.doors.web.facilitated import client_of
from tests.doors.web.speak.walker import Walker
from tests.recorded import spoken as sound
from tests.town import Town
from tests.world import someone

pytestmark = pytest.mark.django_db


def slot(code: str) -> Slot:
    version = CatalogueVersion.objects.current()
    assert version is not None
    return next(one for one in of_version(version) if one.code == code)


def record(code: str) -> None:
    keep_take(by=SYSTEM, owner="", slot=slot(code), language="km", file=sound())


def test_it_has_a_slot_for_every_question_kind_category_answer_and_list_of_help(town: Town) -> None:
    codes = {one.code for one in of_version(CatalogueVersion.objects.current())}
    assert {
        "page-place", "kind-complaint", "category-dump", "question-dump~size", "answer-dump~size~bag",
        "help-violence", "rated-like", "rated-like~2", "rated-like~price",
    } <= codes  # fmt: skip
    assert slot("page-place").texts[0]["en"] == "Where is it?"


def test_it_plays_what_was_recorded_and_is_silent_about_the_rest(town: Town) -> None:
    assert "<audio" not in Walker("km").get("speak") and "no recording" not in Walker().get("speak")
    for code in ("page-start", "page-place", "kind-report", "question-dump~size"):
        record(code)
    assert Walker("km").get("speak").count("<audio") == 2
    walker = Walker("km")
    assert walker.begin("dump").count("<audio") == 1
    walker.through({"do": None, "place": town.commune.pk})
    assert "<audio" not in walker.page
    assert walker.post(answer="no").count("<audio") == 1


def test_it_reads_the_same_words_once_and_plays_them_wherever_they_stand(town: Town) -> None:
    found = of_version(CatalogueVersion.objects.current())
    said = [one.texts for one in found]
    assert all(said.count(texts) == 1 for texts in said)
    page = Client().get(reverse("rate", args=[town.sweepers.code]), {"form": "like"}).content.decode()
    assert "<audio" not in page
    record("rated-like~2")
    page = Client().get(reverse("rate", args=[town.sweepers.code]), {"form": "like"}).content.decode()
    assert page.count("<audio") == 1
    record(next(one.code for one in found if one.code.startswith("help-") and "~" in one.code))
    walker = Walker("km")
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk})
    assert "<audio" not in walker.page and walker.post(answer="yes").count("<audio") >= 1


def test_it_lists_the_channel_at_the_desk_of_sounds_for_the_whole_country(town: Town) -> None:
    page = (
        client_of(someone("អ្នកចុះបញ្ជី", "registrar", office=town.shire)).get(at_desk("sounds")).content.decode()
    )
    assert "Small channel" in page
