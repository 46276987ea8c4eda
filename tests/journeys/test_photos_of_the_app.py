"""Photos taken in the app with no signal are on the card when there is one; a wrong one holds up no other."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from samleng.kit.media.models import Upload
from samleng.voices.scorecards.models import Scorecard
from tests.doors.field.sent import picture
from tests.journeys.app_phone import AppPhone
from tests.journeys.test_field_app import prepared


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    look.build()
    field.build()


def until(ready: Any, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_it_sends_photos_taken_without_a_signal(
    world: Any, live_server: Any, browser: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.at("photos")
    lies = [b"no picture at all, but a text" * n for n in (9, 10, 11)]
    paths = []
    for n, data in enumerate([*lies, picture(1, 700)]):
        paths.append(tmp_path / f"{n}.jpg")
        paths[-1].write_bytes(data)
    phone.page.set_input_files("#photo", paths)
    phone.page.wait_for_function("() => document.querySelectorAll('.pictures > li').length === 4")
    phone.kill()
    phone.signal()
    until(lambda: Upload.objects.exclude(state="open").count() == 4)
    phone.close()
    assert sorted(Upload.objects.values_list("state", flat=True)) == ["finished", *["refused"] * 3]
    upload = Upload.objects.get(state="finished")
    assert len(upload.checksum) == 64 and card.photos.get().uid == upload.uid
