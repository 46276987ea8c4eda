"""Which day it is on the phone: that of the people in the room, early in the morning too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from samleng.voices.scorecards.models import Mark, Scorecard
from samleng.voices.scorecards.verbs.review import send_back, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.journeys.app_phone import AppPhone

pytestmark = pytest.mark.django_db(transaction=True)
# Half past six in the morning of the thirtieth in Phnom Penh.
DAWN = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    look.build()
    field.build()


def test_it_offers_the_day_of_the_phone_while_utc_has_the_day_before(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea, language="en")
    phone.take(card.code)
    phone.page.clock.set_fixed_time(DAWN)
    phone.at("setup")
    expect(phone.page.locator("#held_on")).to_have_value("2026-11-30")
    phone.close()


def test_it_says_on_which_day_the_reviewer_asked(world, live_server, browser):
    card = world.running_card()
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card))
    submit(by=world.by(world.sophea), scorecard=card)
    asked = [{"field": "setup:held_on", "reason": "Was it that day?"}]
    send_back(by=world.by(world.officer), scorecard=card, marks=asked)
    Mark.objects.update(at=DAWN)
    phone = AppPhone(browser, live_server.url, world.sophea, language="en")
    phone.take(Scorecard.objects.get(pk=card.pk).code)
    phone.at("setup")
    expect(phone.page.locator(".notice.care").first).to_contain_text("30 November 2026")
    phone.close()
