"""A meeting in Safari's engine: the site gone, the browser killed, and the figures of one phone online."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from samleng.ground.people.verbs.keys import enrol
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.verbs.opening import open_parcels
from tests.journeys.test_field_app import (
    IDEA,
    cells_of,
    criteria_of,
    figures,
    online_twin,
    profile_codes,
    scores_of,
)
from tests.journeys.webkit_phone import WebKitPhone, in_hand
from tests.recorded import slots, spoken
from tests.served import served
from tests.world import World

KEPT = "caches.open('samleng-sounds').then((kept) => kept.keys())"
# It tries another browser's engine; the same meeting in Chromium runs on both databases.
pytestmark = pytest.mark.once


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[WebKitPhone]:
    with in_hand(tmp_path / "phone") as phone:
        yield phone


def prepared(phone: WebKitPhone, world: World, site: str, code: str) -> str:
    """The evening before: enrolled by its slip, opened with the PIN, the meeting taken along; the PIN."""
    slip = enrol(by=SYSTEM, person=world.sophea, keep_earlier=True)
    phone.goto(f"{site}/km/enrol/{slip.code}/")
    phone.type("input[name=pin]", slip.pin)
    phone.tap("main button[type=submit]")
    phone.until(lambda: phone.js("return location.pathname.endsWith('/desk/')"))
    phone.open(f"{site}/app/", slip.pin)
    phone.type("#code", code)
    phone.tap("form:has(#code) button")
    phone.until(lambda: phone.js("return location.hash.startsWith('#/card/')"))
    phone.until(lambda: phone.js("return navigator.serviceWorker.controller?.state === 'activated'"))
    return slip.pin


def hears(phone: WebKitPhone, card: Scorecard) -> None:
    """The consent script is heard to its end."""
    phone.at(str(card.pk), "information")
    phone.js(
        """const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () { window.heard = this; return play.call(this); };"""
    )
    phone.tap(".sound button")
    phone.until(lambda: phone.js("return Boolean(window.heard?.ended)"))


def held(phone: WebKitPhone, card: Scorecard) -> None:
    """The meeting up to its last ballot."""
    sexes, bands = profile_codes(card)
    phone.at(str(card.pk), "setup")
    phone.tap(".onward :is(button, a)", -1)
    phone.came("participants")
    for cell in cells_of(1):
        sex, _slash, band = cell.partition("/")
        before = phone.text(".turn")
        phone.tap(f".tap tbody tr:nth-child({bands.index(band) + 1}) button", sexes.index(sex))
        phone.until(lambda before=before: phone.text(".turn") != before)
    phone.at(str(card.pk), "raise")
    for number in range(1, 4):
        phone.tap(f".things > li:nth-child({number}) .act > button.small-button", -1)
        phone.until(lambda number=number: phone.count(".things > li.on") == number)
    phone.at(str(card.pk), "prioritise")
    for number in range(1, 4):
        phone.tap("ul.things .small-button")
        phone.until(lambda number=number: phone.count("ol.things > li") == number)
    phone.at(str(card.pk), "vote")
    phone.vote(scores_of(1, len(criteria_of(card))))


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
def test_it_holds_a_meeting_in_safari_s_engine_without_a_site(world: World, phone: WebKitPhone) -> None:
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    slot, owner = slots(world.framework)["consent"], world.programme.owner_key
    keep_take(by=SYSTEM, owner=owner, slot=slot, language="km", file=spoken())
    with served(deployed=True) as site:
        pin = prepared(phone, world, site, card.code)
        phone.tap("section:has(ul.ready) button", -1)
        phone.until(lambda: phone.js(f"return {KEPT}.then((all) => all.length === 1)"))
    hears(phone, card)
    held(phone, card)
    phone.at(str(card.pk), "results")
    shown = phone.text("main#room")

    # The battery is empty; the app opens where there is still no site, with everything.
    phone.kill()
    phone.open(f"{site}/app/#/card/{card.pk}/results", pin)
    phone.there("main[data-step=results]")
    assert phone.text("main#room") == shown
    for at in range(1, 4):
        phone.at(str(card.pk), "reflect", at)
        phone.type("textarea", IDEA, -1)
        phone.tap(".onward :is(button, a)", -1)
        phone.until(lambda at=at: not phone.js("return location.hash.endsWith(arguments[0])", f"/{at}"))
    phone.at(str(card.pk), "finish")
    phone.there(".notice.good")
    phone.tap(".onward :is(button, a)", -1)
    phone.until(lambda: phone.js("return location.hash.endsWith('/sent')"))

    with served(deployed=True, port=urlsplit(site).port or 0):
        phone.kill()
        phone.open(f"{site}/app/", pin)
        phone.there(".chip.good")
        phone.until(lambda: phone.count(".chip.care") == 0)
    open_parcels()
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW
    assert figures(card) == figures(online_twin(world, card, tables=1))
