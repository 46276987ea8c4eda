"""The vote by QR held from Safari's engine, on a site as deployed; and what is said when the site is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from samleng.voices.scorecards.balloting import Poll
from samleng.voices.scorecards.pinned import folded
from tests.journeys.test_field_app_in_webkit import prepared
from tests.journeys.webkit_phone import WebKitPhone, in_hand
from tests.served import served
from tests.voices.scorecards.polled import WOMAN, chosen_room, vote_of, voted
from tests.world import World

pytestmark = pytest.mark.once


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[WebKitPhone]:
    with in_hand(tmp_path / "phone") as phone:
        yield phone


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
def test_it_holds_the_vote_in_safari_s_engine(world: World, phone: WebKitPhone) -> None:
    card = chosen_room(world)
    with served(deployed=True) as site:
        pin = prepared(phone, world, site, card.code)
        phone.at(str(card.pk), "vote", "phones")
        phone.type("#places", "៣")
        phone.tap("main button.button")
        phone.there(".tally")
        phone.tap("section.next button")
        phone.there("section.next svg.qr")
        phone.tap("section.card button")
        phone.there("[data-state=waiting]")
        voted(phone.text(".short-way b"), vote_of(card, 4, **WOMAN))
        phone.there("[data-state=used]")
        phone.tap("button.linkish")
        phone.tap(".onward button")
        phone.there(".notice.good")
        phone.at(str(card.pk), "results")
        phone.until(lambda: phone.count(".score .figure") == 3)
    assert Poll.objects.get().closed_at is not None and folded(card).voters == 1

    phone.kill()
    phone.open(f"{site}/app/#/card/{card.pk}/vote/phones", pin)
    phone.there(".notice.care")
    phone.until(lambda: phone.count("main a.button") == 2)
