"""A whole meeting with no signal: three phones, thirty-three people, tabs killed, and the same figures."""

from __future__ import annotations

import random
import time

import pytest
from django.utils import timezone

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from samleng.ground.people.verbs.keys import revoke_device
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Parcel, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.opening import PATIENCE, open_parcels
from samleng.voices.scorecards.verbs.review import current_sheet, send_back, submit
from samleng.voices.scorecards.verbs.writing import start, write
from tests import browser as browsing
from tests.journeys.app_phone import AppPhone
from tests.world import line

TABLES, EACH = 3, 11
CELLS = ("female/15-30", "male/31-59", "female/60+", "female/31-59", "male/15-30")
IDEA = "សុំបន្ថែមឆ្មបម្នាក់នៅថ្ងៃសុក្រ"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    look.build()
    field.build()


def cells_of(table: int) -> list[str]:
    return [CELLS[(table * 2 + n) % len(CELLS)] for n in range(EACH)]


def scores_of(table: int, criteria: int) -> list[list[int]]:
    return [[(table * 3 + n * 7 + c * 5 + n * n // 3) % 5 + 1 for c in range(criteria)] for n in range(EACH)]


def profile_codes(card: Scorecard) -> tuple[list[str], list[str]]:
    profile = card.round.framework.method.profile
    return [one.code for one in profile.sexes if one.shown], [one.code for one in profile.age_bands]


def online_twin(world, card: Scorecard, tables: int = TABLES) -> Scorecard:
    """The same meeting written on another card by one phone with a signal."""
    twin = start(by=world.by(world.sophea), scorecard=world.plan_card(), holder="online")
    codes = criteria_of(card)
    lines = [
        line("setup", {"held_on": timezone.localdate().isoformat(), "language": "km", "voting": "people"})
    ]
    number = 0
    for table in range(1, tables + 1):
        for cell, scores in zip(cells_of(table), scores_of(table, len(codes)), strict=True):
            number += 1
            sex, _slash, band = cell.partition("/")
            person = line("person", {"number": number, "sex": sex, "band": band, "group": group_of(card)})
            lines.append(person)
            ballot = {
                "person": person["uid"],
                "group": group_of(card),
                "scores": dict(zip(codes, scores, strict=True)),
            }
            lines.append(line("ballot", ballot))
    lines += [line("raise", {"criterion": code}) for code in codes]
    lines.append(line("priorities", {"order": codes}))
    suggestion = {"strengths": [], "weaknesses": [], "suggestions": [{"text": IDEA, "chosen": False}]}
    lines += [line("reflect", {"criterion": code, **suggestion}) for code in codes]
    write(by=world.by(world.sophea), scorecard=twin, lines=lines)
    submit(by=world.by(world.sophea), scorecard=twin)
    return twin


def group_of(card: Scorecard) -> str:
    groups = card.round.framework.method.groups_for("community")
    return groups[0].code if groups else ""


def criteria_of(card: Scorecard) -> list[str]:
    listed = card.round.framework.method.criteria_for(card.service.code, "community", card.place.kind.code)
    return [one.code for one in listed][:3]


def figures(card: Scorecard) -> tuple[object, list[tuple[object, ...]]]:
    sheet = current_sheet(card)
    assert sheet is not None
    rows = sheet.results.order_by("order").values_list(
        "criterion", "n", "central_milli", "histogram", "cells", "groups", "raised_by", "suggestions"
    )
    return sheet.participation, list(rows)


def prepared(phone: AppPhone, card: Scorecard, table: int) -> None:
    """The evening before, with a signal: the meeting is taken along and the app will open without one."""
    phone.cells = profile_codes(card)
    phone.take(card.code, table)
    phone.ready()
    phone.cut()


@pytest.mark.django_db(transaction=True)
def test_it_holds_a_meeting_of_three_phones_without_a_signal(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    chance = random.Random(33)
    phones = [AppPhone(browser, live_server.url, world.sophea) for _n in range(TABLES)]
    for table, phone in enumerate(phones, start=1):
        prepared(phone, card, table)

    first = phones[0]
    first.at("information")
    first.onward()
    first.page.wait_for_selector("main[data-step=setup]")
    assert browsing.overflow(first.page) == 0
    first.onward()
    first.page.wait_for_selector("main[data-step=participants]")
    first.at("raise")
    for number in range(3):
        first.page.locator(".things > li").nth(number).locator(".act > button.small-button").last.click()
        first.page.wait_for_function(
            "n => document.querySelectorAll('.things > li.on').length === n", arg=number + 1
        )
    first.kill()
    first.at("prioritise")
    for number in range(3):
        first.page.locator("ul.things .small-button").first.click()
        first.page.wait_for_function(
            "n => document.querySelectorAll('ol.things > li').length === n", arg=number + 1
        )

    # Two tables know what the room has chosen from the first phone, which hands it over as a file.
    first.at("give")
    first.page.wait_for_selector("svg.qr")
    with first.page.expect_download() as download:
        first.page.locator("button:has(svg)").last.click()
    handed = download.value.path()
    for phone in phones[1:]:
        phone.at("take")
        phone.page.set_input_files("#handed", handed)
        phone.page.wait_for_selector(".notice.good")

    codes = folded_order(first)
    for table, phone in enumerate(phones, start=1):
        phone.add_people(cells_of(table))
        phone.vote(scores_of(table, len(codes)), chance)

    # The signal comes back at the other tables first; then the first phone, which knows of them, hands in.
    for phone in phones[1:]:
        phone.signal()
        phone.sent()
    first.signal()
    first.sent()
    open_parcels(now=timezone.now() + PATIENCE)
    for at in range(1, 4):
        first.at("reflect", at)
        first.page.locator("textarea").last.fill(IDEA)
        first.kill()
        expect_text(first, IDEA)
        first.onward()
    first.at("finish")
    first.page.locator(".notice.good").wait_for()
    first.onward()
    first.page.wait_for_url("**/sent")
    first.sent()
    open_parcels(now=timezone.now() + PATIENCE)
    for phone in phones:
        phone.close()

    card.refresh_from_db()
    assert card.state == State.IN_REVIEW
    assert len(folded(card).people) == TABLES * EACH
    assert figures(card) == figures(online_twin(world, card))


def folded_order(phone: AppPhone) -> list[str]:
    """The codes chosen, in order, as the phone's list shows them."""
    phone.at("prioritise")
    return list(
        phone.page.eval_on_selector_all("ol.things > li", "rows => rows.map(row => row.dataset.code)")
    )


def expect_text(phone: AppPhone, text: str) -> None:
    """What was being typed when the tab died is there again."""
    phone.page.wait_for_function(
        "text => [...document.querySelectorAll('textarea')].some(one => one.value === text)", arg=text
    )


SCREENS = (
    *("information", "setup", "participants", "participants/heads", "raise", "prioritise", "vote"),
    *("vote/counts", "results", "reflect/1", "photos", "finish", "give", "take"),
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), [("km", "phone"), ("en", "desk")])
def test_it_shows_every_screen_whole_and_readable_to_all(world, live_server, browser, language, size):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea, language=language, size=size)
    found: list[str] = []

    def look(name: str) -> None:
        issues = browsing.serious_issues(phone.page)
        if browsing.overflow(phone.page):
            issues += browsing.too_wide(phone.page)
        found.extend(f"{name}: {issue}" for issue in issues)

    look("home")
    prepared(phone, card, 1)
    look("door")
    phone.add_people(CELLS)
    phone.at("raise")
    phone.page.locator(".things .act > button.small-button").first.click()
    phone.at("prioritise")
    phone.page.locator("ul.things .small-button").first.click()
    phone.page.wait_for_selector("ol.things > li")
    for name in SCREENS:
        phone.at(*name.split("/"))
        look(name)
    phone.at("vote")
    phone.page.locator(".next a.button").first.click()
    phone.page.wait_for_selector("form.ballot")
    look("ballot")
    phone.close()
    assert not found, "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_it_shows_the_next_voter_nothing_of_the_last_one(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.add_people(CELLS[:2])
    phone.at("raise")
    phone.page.locator(".things .act > button.small-button").first.click()
    phone.at("prioritise")
    phone.page.locator("ul.things .small-button").first.click()
    phone.at("vote")
    phone.page.locator("button:has-text('ហុចបន្តគ្នា')").click()
    phone.page.locator(".next button").click()
    phone.page.locator("form.ballot input[type=radio]").first.check()
    phone.page.locator(".onward button").last.click()
    phone.page.wait_for_selector(".next .turn")
    # Back, another address and a restart all end at the same screen: whose turn it is, and nothing else.
    for way in ("back", "results", "kill"):
        if way == "back":
            phone.page.go_back()
        elif way == "kill":
            phone.kill()
        else:
            phone.page.evaluate("address => { location.hash = address }", f"/card/{card.pk}/{way}")
        phone.page.wait_for_selector(".next .turn")
        assert phone.page.locator("input:checked, .score, nav.way, header").count() == 0
    phone.page.locator("button.linkish").click()
    phone.page.fill("#pin", "000000")
    phone.page.locator("form button").click()
    phone.page.wait_for_selector(".error")
    phone.page.fill("#pin", phone.slip.pin)
    phone.page.locator("form button").click()
    phone.page.wait_for_selector("main[data-step=vote] nav.way")
    phone.close()


@pytest.mark.django_db(transaction=True)
def test_it_sends_a_finished_card_while_the_app_is_locked_and_brings_back_what_is_to_be_corrected(
    world, live_server, browser
):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.at("setup")
    phone.onward()
    phone.page.wait_for_selector("main[data-step=participants]")
    phone.add_people(CELLS[:2])
    phone.at("raise")
    phone.page.locator(".things .act > button.small-button").first.click()
    phone.at("prioritise")
    phone.page.locator("ul.things .small-button").first.click()
    phone.page.wait_for_selector("ol.things > li")
    phone.vote([[4], [2]])
    phone.at("reflect", 1)
    phone.page.locator("textarea").last.fill(IDEA)
    phone.onward()
    phone.page.wait_for_selector("main:is([data-step=photos], [data-step=finish])")
    phone.at("finish")
    phone.onward()
    phone.page.wait_for_url("**/sent")
    # Locked, the signal comes back: the card is sealed to the site and needs nobody.
    phone.page.locator(".top button").last.click()
    phone.page.wait_for_selector("#pin")
    phone.signal()
    phone.page.reload()
    phone.page.wait_for_selector("#pin")
    wait_until(lambda: Parcel.objects.filter(scorecard=card).exists())
    open_parcels(now=timezone.now() + PATIENCE)
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW

    code = folded(card).priorities[0]
    why = "សូមពិនិត្យចំនួនម្តងទៀត"
    send_back(
        by=world.by(world.officer),
        scorecard=card,
        reason="",
        marks=[{"field": f"counts:{code}", "reason": why}],
    )
    phone.open()
    phone.page.locator("main h3 a").first.click()
    phone.page.wait_for_selector(f".notice:has-text('{why}')")
    phone.cut()
    phone.at("vote")
    phone.page.locator("ul.chips a").first.click()
    phone.fill_ballot([5])
    phone.page.locator(".onward button").last.click()
    phone.page.wait_for_selector("main[data-step=vote]:not(:has(form.ballot))")
    phone.at("finish")
    phone.onward()
    phone.page.wait_for_url("**/sent")
    phone.signal()
    phone.sent()
    open_parcels(now=timezone.now() + PATIENCE)
    phone.close()
    card.refresh_from_db()
    sheets = list(card.sheets.order_by("number"))
    assert card.state == State.IN_REVIEW and len(sheets) == 2
    assert [row.histogram for row in sheets[1].results.all()] == [[0, 1, 0, 0, 1]]


def wait_until(done, seconds: float = 30) -> None:
    """Until the server has what a phone sends by itself."""
    for _n in range(int(seconds * 10)):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it never happened")


@pytest.mark.django_db(transaction=True)
def test_it_opens_again_by_a_new_slip_when_the_pin_is_forgotten(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.add_people(CELLS[:3])
    phone.signal()
    phone.enrol_again()
    phone.open(f"#/card/{card.pk}/participants")
    phone.page.wait_for_selector("main[data-step=participants]")
    assert phone.page.locator("ul.chips a").count() == 3
    # The new PIN opens it without a signal too, and the old key is the same.
    phone.cut()
    phone.kill()
    phone.page.wait_for_selector("main[data-step=participants]")
    phone.close()


@pytest.mark.django_db(transaction=True)
def test_it_shuts_a_phone_that_was_reported_lost(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.add_people(CELLS[:3])
    for device in world.sophea.devices.all():
        revoke_device(by=SYSTEM, device=device)
    phone.signal()
    phone.page.reload()
    phone.page.wait_for_selector("main a[href*='/pin/']")
    # Not even its own PIN opens what lies on it now, with a signal or without.
    phone.cut()
    phone.page.reload()
    phone.page.wait_for_selector("#pin")
    phone.page.fill("#pin", phone.slip.pin)
    phone.page.click("main button[type=submit]")
    assert "PIN" in phone.page.locator(".error").inner_text()
    assert phone.page.locator("main h3, ul.chips").count() == 0, "nothing of the meeting may be seen"
    phone.close()


@pytest.mark.django_db(transaction=True)
def test_it_tells_nobody_who_finds_the_phone_whose_it_is_or_what_was_said(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.add_people(CELLS[:3])
    phone.at("raise")
    phone.page.locator(".things > li .act > button.small-button").last.click()
    phone.page.wait_for_selector(".things > li.on")
    phone.at("prioritise")
    phone.page.locator("ul.things .small-button").first.click()
    phone.page.wait_for_selector("ol.things > li")
    phone.at("reflect", 1)
    phone.page.locator("textarea").last.fill(IDEA)
    phone.onward()
    phone.page.locator("header nav button").last.click()
    phone.page.wait_for_selector("#pin")
    seen = phone.page.locator("body").inner_text()
    lying = phone.lies_open()
    assert "parcels" in lying and str(card.pk) in lying, "ids lie open, and this reads them"
    names = [
        world.sophea.name,
        *card.facility.name.values(),
        *card.place.name.values(),
        IDEA,
        "female",
        "15-30",
    ]
    for told in (seen, lying):
        assert [name for name in names if name in told] == []
    assert "/app/cards" not in lying
    phone.close()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_says_so_when_the_phone_is_full_and_goes_on_when_there_is_room(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    prepared(phone, card, 1)
    phone.add_people(CELLS[:2])
    # Chromium looks at the room that is left when it opens the database, and again after half a minute.
    beside = phone.context.new_page()
    storage = phone.context.new_cdp_session(beside)
    storage.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": 1})
    phone.page.close()
    beside.wait_for_timeout(32000)
    phone.page = phone.fresh_tab()
    phone.open(f"#/card/{card.pk}/participants")
    phone.page.wait_for_selector("main[data-step=participants]")
    row, column = phone.cell_place(CELLS[0])
    tap = phone.page.locator(".tap tbody tr").nth(row).locator("button").nth(column)
    turn = phone.page.locator(".turn").inner_text()
    tap.click()
    full = phone.page.locator("[role=alert], .notice.bad").first
    full.wait_for()
    assert "ពេញ" in full.inner_text(), full.inner_text()
    assert phone.page.locator(".turn").inner_text() == turn, "nobody may seem to be on the list who is not"
    # A tab that dies now comes back with all that was said to be kept.
    phone.kill()
    phone.page.wait_for_selector("main[data-step=participants]")
    assert phone.page.locator("ul.chips a").count() == 2
    phone.page.close()
    storage.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url})
    beside.wait_for_timeout(4000)
    phone.page = phone.fresh_tab()
    phone.open(f"#/card/{card.pk}/participants")
    phone.add_people(CELLS[2:4])
    assert phone.page.locator("ul.chips a").count() == 4
    phone.close()
