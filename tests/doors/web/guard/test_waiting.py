"""At a busy moment people wait a little with what they wrote in their hands; without JavaScript, too."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from samleng.doors.postman.models import Subscription
from samleng.doors.web.guard.doors import ALERT, FILE, RATING, RECEIPT, REPLY, REPORT
from samleng.ground.keys.models import Vault
from samleng.kit.limits.rules import solve
from samleng.kit.sealing.receipts import AT_ONCE, MOST_WAITING, TURNS
from samleng.voices.reports.models import Rating, Report
from tests.doors.web.guard.busy import FIELD, SECONDS, attacked, door
from tests.doors.web.speak.test_way import WORDS, dumped
from tests.doors.web.speak.walker import Walker, at, photo
from tests.town import Town

pytestmark = pytest.mark.django_db


def fields(walker: Walker) -> dict[str, str]:
    """What the page of waiting sends again by its button."""
    form = walker.page.split("data-guard", 1)[1]
    return dict(FIELD.findall(form))


def again(walker: Walker, **more: Any) -> str:
    return walker.saw(walker.client.post(walker.answer.request["PATH_INFO"], {**fields(walker), **more}))


def caller(address: str) -> Walker:
    return Walker(client=Client(REMOTE_ADDR=address))


def test_it_asks_nobody_to_wait_in_quiet_times(town: Town) -> None:
    walker = dumped(town, caller("203.0.113.7"))
    assert 'name="ticket"' not in walker.page
    walker.post("send")
    assert walker.status == 200 and Report.objects.count() == 1


def test_it_lets_whoever_looked_the_report_over_send_it_at_once(town: Town) -> None:
    _gate, clock = attacked(REPORT)
    walker = dumped(town, caller("203.0.113.7"))
    (ticket,) = (value for name, value in FIELD.findall(walker.page) if name == "ticket")
    clock.now += 10
    walker.post("send", ticket=ticket)
    assert walker.status == 200 and Report.objects.count() == 1


def test_it_keeps_the_report_in_a_page_of_waiting_and_takes_it_by_one_button(town: Town) -> None:
    _gate, clock = attacked(REPORT)
    walker = dumped(town, caller("203.0.113.7"))
    walker.post("send")
    assert walker.status == 429 and "What you wrote is not lost" in walker.page
    seconds = int(SECONDS.findall(walker.page)[0])
    assert walker.answer["Retry-After"] == str(seconds) and seconds < 10
    assert "no-store" in walker.answer["Cache-Control"] and WORDS not in walker.page
    clock.now += 1
    first = fields(walker)["ticket"]
    again(walker)
    # Too early: the same ticket, and the rest of the wait.
    assert walker.status == 429 and fields(walker)["ticket"] == first
    clock.now += seconds
    again(walker)
    assert walker.status == 200 and "Keep this receipt" in walker.page
    assert Report.objects.count() == 1 and not walker.client.cookies


def test_it_takes_a_piece_of_work_instead_of_the_wait(town: Town) -> None:
    attacked(REPORT)
    walker = dumped(town, caller("203.0.113.7"))
    walker.post("send")
    again(walker, nonce="1x")
    assert walker.status == 429
    again(walker, nonce=solve(fields(walker)["ticket"], 6))
    assert walker.status == 200 and Report.objects.count() == 1


def test_it_turns_back_to_the_check_in_the_other_language_from_the_page_of_waiting(town: Town) -> None:
    attacked(REPORT)
    walker = dumped(town, caller("203.0.113.7"))
    walker.post("send")
    walker.language = "km"
    walker.post("show", step="check")
    assert walker.status == 200 and WORDS in walker.page


def test_it_does_not_count_a_report_that_was_sent_back_with_a_fault(town: Town) -> None:
    gate, _clock = door(REPORT)
    walker = dumped(town, caller("203.0.113.7"))
    before = gate.limiter.site.left
    Vault.objects.filter(office=town.sweepers).delete()
    walker.post("send")
    assert walker.status == 422 and gate.limiter.site.left == before


def test_it_keeps_the_receipt_that_was_typed_and_never_locks_its_holder_out(town: Town) -> None:
    received = town.file("dump")
    receipt = town.receipts[received.report.pk]
    _gate, clock = attacked(RECEIPT)
    walker = caller("203.0.113.7")
    walker.saw(walker.client.post(at("follow"), {"receipt": receipt}))
    assert walker.status == 429 and fields(walker)["receipt"] == receipt
    clock.now += int(SECONDS.findall(walker.page)[0])
    again(walker)
    assert walker.status == 303 and walker.answer["Location"].endswith("/follow/case/")


def test_it_counts_only_receipts_that_might_have_been_right(town: Town) -> None:
    received = town.file("dump")
    receipt = town.receipts[received.report.pk]
    gate, _clock = door(RECEIPT)
    room = gate.limiter.site.left
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(60):
        assert client.post(at("follow"), {"receipt": "123"}).status_code == 422
        assert client.post(at("follow"), {"receipt": receipt}).status_code == 303
    assert gate.limiter.site.left == room
    client.post(at("follow"), {"receipt": "000 000 000 000 000 000"})
    assert gate.limiter.site.left <= room


def test_it_says_kindly_that_the_receipts_queue_is_full_and_keeps_what_was_typed(town: Town) -> None:
    received = town.file("slow")
    receipt = town.receipts[received.report.pk]
    walker = caller("203.0.113.7")
    held = [TURNS.turn(patience=0.01) for _ in range(AT_ONCE)]
    for one in held:
        one.__enter__()
    waiting = [TURNS._inside.acquire(blocking=False) for _ in range(MOST_WAITING)]
    try:
        walker.saw(walker.client.post(at("follow"), {"receipt": receipt}))
        assert walker.status == 503 and fields(walker)["receipt"] == receipt
        assert walker.answer["Retry-After"]
        report = dumped(town)
        report.post("send")
        assert report.status == 503 and not Report.objects.exclude(pk=received.report.pk).exists()
    finally:
        for one in held:
            one.__exit__(None, None, None)
        for _ in waiting:
            TURNS._inside.release()
    again(walker)
    assert walker.status == 303
    again(report)
    assert report.status == 200 and "Keep this receipt" in report.page


def test_it_keeps_a_rating_with_all_that_was_tapped(town: Town) -> None:
    _gate, clock = attacked(RATING)
    walker = caller("203.0.113.7")
    walker.get("rate", town.sweepers.code)
    sent = {**dict(FIELD.findall(walker.page)), "value": "2", "comment": "“Two\nlines” <b>"}
    walker.saw(walker.client.post(at("rate", town.sweepers.code), sent))
    assert walker.status == 429 and not Rating.objects.exists()
    assert fields(walker)["comment"] == "“Two\nlines” <b>"
    clock.now += 10
    again(walker)
    assert walker.status == 303 and Rating.objects.get().value == 2


def test_it_takes_words_on_when_there_is_no_room_for_files(town: Town) -> None:
    _gate, clock = attacked(FILE)
    walker = caller("203.0.113.7")
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk}, {"answer": "no"}, {"answer": "bag"})
    (ticket,) = (value for name, value in FIELD.findall(walker.page) if name == "ticket")
    walker.post(words=WORDS, photos=photo())
    assert walker.status == 422 and WORDS in walker.page and "Very many photos" in walker.page
    clock.now += 10
    walker.post("add", words=WORDS, photos=photo(), ticket=ticket)
    assert walker.status == 200 and "data:image/webp" in walker.page


def test_it_counts_what_the_holder_of_a_receipt_writes_by_the_report_alone(town: Town) -> None:
    mine, other = town.file("dump"), town.file("dump")
    gate, _clock = door(REPLY)
    for _ in range(60):
        gate.ask(mine.report.lookup, named=True)
    walkers = []
    for received in (mine, other):
        walker = caller("203.0.113.7")
        walker.client.post(at("follow"), {"receipt": town.receipts[received.report.pk]})
        walker.saw(walker.client.post(at("follow_reply"), {"words": "Still there."}))
        walkers.append(walker)
    assert [one.status for one in walkers] == [429, 303]
    assert fields(walkers[0])["words"] == "Still there."


def test_it_keeps_an_address_that_asks_for_alerts_with_its_token_against_forgery(town: Town) -> None:
    _gate, clock = attacked(ALERT)
    walker = Walker(client=Client(REMOTE_ADDR="203.0.113.7", enforce_csrf_checks=True))
    walker.get("alerts", place=town.commune.code)
    page = f"{at('alerts')}?place={town.commune.code}"
    sent = {"csrfmiddlewaretoken": dict(FIELD.findall(walker.page))["csrfmiddlewaretoken"]}
    walker.saw(walker.client.post(page, {**sent, "email": "dara@example.org", "category": "dump"}))
    assert walker.status == 429 and f'action="{page}"' in walker.page
    clock.now += 10
    walker.saw(walker.client.post(page, fields(walker)))
    assert walker.status == 302 and Subscription.objects.count() == 1


def test_it_says_that_files_must_be_chosen_again(town: Town) -> None:
    received = town.file("dump")
    gate, _clock = door(REPLY)
    walker = caller("203.0.113.7")
    walker.client.post(at("follow"), {"receipt": town.receipts[received.report.pk]})
    for _ in range(60):
        gate.ask(received.report.lookup, named=True)
    file = SimpleUploadedFile("a.jpg", photo().read(), content_type="image/jpeg")
    walker.saw(walker.client.post(at("follow_reply"), {"words": "x", "photos": file}))
    assert walker.status == 429 and "chosen once more" in walker.page


def test_it_asks_each_of_many_threads_at_the_same_gate() -> None:
    gate, _clock = door(RATING)
    burst = gate.policy.caller.burst
    ways: list[int] = []

    def many() -> None:
        for _ in range(60):
            ways.append(gate.ask("203.0.113.7")[0].way.value == "free")

    threads = [threading.Thread(target=many) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(ways) == burst
