"""Speaking can be heard: what was recorded plays; the rest shows as missing, on the page and at the desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from samleng.doors.web.speak import frame
from samleng.doors.web.speak.spoken import PAGES, of_version
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.sounds.rules import Slot
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.facilitated import at as at_desk
from tests.doors.web.facilitated import client_of
from tests.doors.web.speak.unheard import unheard
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
        "group-waste", "page-yes", "page-no", "page-errors", "page-verdict_half", "page-exposure",
        "page-state_received", "page-consent_spoken", "help-violence",
        "rated-like", "rated-like~2", "rated-like~price",
    } <= codes  # fmt: skip
    assert slot("page-place").texts[0]["en"] == "Where is it?"


def test_a_page_names_no_sound_that_has_no_slot(town: Town) -> None:
    folder = Path(frame.__file__).parents[1] / "templates" / "speak"
    named = {
        code
        for file in folder.glob("*.html")
        for code in re.findall(r'_hear_(?:page|choice)\.html" with code="([^"]+)"', file.read_text())
    }
    assert len(named) > 40
    assert named <= set(PAGES)


def test_what_can_be_heard_nowhere_is_found_by_the_walk() -> None:
    mute = '<span class="sound none"></span>'
    page = f'<div id="speak"><h1>a</h1>{mute}<label><svg><path/></svg>b</label></div><footer'
    assert unheard(page) == ["<label {}>"]
    assert unheard(page.replace("</label>", '</label><span class="sound"></span>')) == []


def test_it_plays_what_was_recorded_and_shows_the_rest_as_missing(town: Town) -> None:
    assert "<audio" not in Walker("km").get("speak")
    assert Walker().get("speak").count("no recording yet") == 8
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
