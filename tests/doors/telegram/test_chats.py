"""A chat is told of its area once each, from the link that begins it to the word that ends it."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from samleng.doors.postman.models import Alert, Opening, Subscription
from samleng.doors.postman.rules import CHAT
from samleng.doors.postman.verbs.alerting import broadcast, forget_unconfirmed
from samleng.doors.postman.verbs.chatting import offer_chat
from samleng.doors.postman.verbs.lettering import send_letters
from samleng.doors.postman.verbs.matching import match_broadcasts, match_reports
from samleng.doors.telegram import rules
from samleng.doors.telegram.models import Update
from samleng.doors.telegram.sending import send_messages
from samleng.doors.telegram.verbs import forget_updates
from samleng.ground.people.sealing import unseal
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.models import Entry
from tests.doors.telegram.bot_api import HOOK, SECRET, TOKEN, Api
from tests.town import VISITOR, Town

DARA = 77_000_123_456


def offered(town: Town, **area: Any) -> str:
    return offer_chat(by=VISITOR, **{"language": "en", "place": town.commune, **area})


def begun(api: Api, town: Town, chat: int = DARA, **area: Any) -> Subscription:
    """Somebody opened the link of the page in a chat."""
    api.deliver(api.written(f"/start {offered(town, **area)}", chat))
    api.called.clear()
    return Subscription.objects.latest("made_at")


def told() -> int:
    follow_all()
    while match_reports():
        pass
    match_broadcasts()
    send_letters()
    return send_messages()


# --- from the link to the word that ends it ----------------------------------------------------------------


def test_it_begins_by_the_page_s_link_and_tells_each_report_once(api: Api, town: Town):
    said = api.deliver(api.written(f"/start {offered(town, category='dump')}", DARA))
    assert "From now on" in said and "I am a program" in said
    kept = Subscription.objects.get()
    assert (kept.kind, kept.place, kept.category) == (CHAT, town.commune, "dump") and kept.confirmed_at
    assert not Opening.objects.exists()
    api.called.clear()
    case = town.file("dump").case
    assert (told(), told()) == (1, 0)
    (message,) = api.sent()
    assert message["chat_id"] == DARA and message["link_preview_options"] == {"is_disabled": True}
    assert f"/en/map/reports/{case.reference}/" in message["text"] and "/stop" in message["text"]
    assert "គំនរ" not in message["text"]


def test_it_begins_once_by_a_link_and_within_an_hour(api: Api, town: Town):
    used, old = offered(town), offered(town)
    api.deliver(api.written(f"/start {used}", DARA))
    assert "good once" in api.deliver(api.written(f"/start {used}", 88))
    Opening.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    assert "good once" in api.deliver(api.written(f"/start {old}", 88))
    assert "good once" in api.deliver(api.written(f"/start {'x' * 43}", 88))
    assert Subscription.objects.count() == 1
    assert forget_unconfirmed() == 1 and not Opening.objects.exists()


def test_it_watches_around_a_point_and_a_place_in_one_chat(api: Api, town: Town):
    begun(api, town)
    begun(api, town, place=None, point=(12.34567, 104.56789), metres=2000)
    begun(api, town)
    assert Subscription.objects.count() == 2
    town.file("dump")
    assert told() == 2


@pytest.mark.parametrize("word", ["/stop", "STOP", " stop ", "ឈប់", "/stop@SamlengTestBot"])
def test_it_ends_by_one_word(api: Api, town: Town, word: str):
    begun(api, town)
    begun(api, town, place=town.other_commune)
    begun(api, town, chat=88)
    assert "Nothing more comes" in api.deliver(api.written(word, DARA))
    assert "Nothing comes to this chat" in api.deliver(api.written(word, DARA))
    api.called.clear()
    town.file("dump")
    told()
    assert [one["chat_id"] for one in api.sent()] == [88]


def test_it_ends_where_somebody_blocks_the_bot(api: Api, town: Town):
    begun(api, town)
    assert api.deliver(api.moved("member", DARA)) == "" and Subscription.objects.exists()
    assert api.deliver(api.moved("kicked", DARA)) == "" and not Subscription.objects.exists()


def test_it_takes_no_complaint_and_says_where_it_is_safe(api: Api, town: Town, caplog: Any):
    caplog.set_level(logging.DEBUG)
    secret = "the clerk took fifty thousand from me"
    for update in (api.written(secret), api.written("/start"), api.written("", voice={"file_id": "x"})):
        said = api.deliver(update)
        assert "I am a program" in said and "/en/speak/" in said and "/stop" in said
    kept = str([*Update.objects.values(), *Entry.objects.values(), *Subscription.objects.values()])
    assert secret not in kept + caplog.text


def test_it_answers_in_the_language_of_the_page_that_led_there(api: Api, town: Town):
    begun(api, town, language="km")
    assert "/km/speak/" in api.deliver(api.written("x", DARA))
    spoken = api.written("x", 88)
    spoken["message"]["from"]["language_code"] = "en-GB"
    assert "/en/speak/" in api.deliver(spoken)
    spoken = api.written("x", 88)
    spoken["message"]["from"]["language_code"] = "fr"
    assert "/km/speak/" in api.deliver(spoken)


# --- what is kept ------------------------------------------------------------------------------------------


def test_it_keeps_the_number_of_a_chat_sealed(api: Api, town: Town):
    kept = begun(api, town)
    assert unseal(bytes(kept.sealed)) == str(DARA)
    rows = [*Subscription.objects.values(), *Entry.objects.values(), *Update.objects.values()]
    assert str(DARA) not in str(rows)
    Update.objects.update(at=timezone.now() - timedelta(days=8))
    assert forget_updates() == 1


# --- the hook ----------------------------------------------------------------------------------------------


def test_it_takes_an_update_once_and_answers_it_the_same_again(api: Api, town: Town):
    update = api.written(f"/start {offered(town)}", DARA)
    first, again = api.deliver(update), api.deliver(update)
    assert first == again and Subscription.objects.count() == 1
    stop = api.written("/stop", DARA)
    first = api.deliver(stop)
    begun(api, town)
    # The same update a day later ends nothing that was begun since.
    assert api.deliver(stop) == first and Subscription.objects.count() == 1


@pytest.mark.once
@pytest.mark.parametrize("secret", ["", "wrong", "a-secret-of-the-sit", "é"])
def test_it_is_closed_to_whoever_does_not_know_its_secret(api: Api, town: Town, secret: str):
    update = json.dumps(api.written(f"/start {offered(town)}"))
    headers = {SECRET: secret} if secret else {}
    answer = Client().post(HOOK, update, content_type="application/json", headers=headers)
    assert answer.status_code == 403 and not Subscription.objects.exists() and not Update.objects.exists()


@pytest.mark.once
def test_it_is_not_there_where_the_site_has_no_bot(town: Town, settings: Any):
    settings.TELEGRAM_TOKEN = settings.TELEGRAM_SECRET = ""
    assert Client().post(HOOK, "{}", content_type="application/json", headers={SECRET: ""}).status_code == 404
    assert send_messages() == 0


@pytest.mark.once
def test_it_takes_no_get_and_calls_what_it_cannot_read_taken(api: Api, town: Town):
    assert Client().get(HOOK).status_code == 405
    long = b'{"update_id": 5, "message": {"text": "' + b"x" * rules.MOST_BYTES + b'"}}'
    for body in (b"", b"{", b"[]", b"[" * 60_000, b"\xff", b'{"update_id": "1"}', b"null", long):
        answer = Client().post(
            HOOK, body, content_type="application/json", headers={SECRET: "a-secret-of-the-site"}
        )
        assert (answer.status_code, answer.content) == (200, b""), body[:20]
    assert not Update.objects.exists()


@pytest.mark.once
def test_it_says_nothing_in_groups(api: Api, town: Town):
    for number, kind in ((-100123, "supergroup"), (-5, "group"), (-5, "private"), (5, "channel")):
        update = api.written(f"/start {offered(town)}")
        update["message"]["chat"] = {"id": number, "type": kind}
        assert api.deliver(update) == ""
    assert not Subscription.objects.exists()


@pytest.mark.once
def test_it_takes_what_telegram_really_sent(api: Api, town: Town, shared_data: Path):
    files = sorted((shared_data / "webhooks" / "telegram").glob("*.json"))
    assert len(files) >= 10
    answered = {}
    for number, file in enumerate(files):
        update = {**json.loads(file.read_text()), "update_id": 5000 + number}
        answered[file.stem] = api.deliver(update)
    # A bare "/start", voices and papers are answered by who it is; what was asked for in no message is not.
    for name in ("message", "voice_message", "message_with_audio", "message_with_document"):
        assert "/speak/" in answered[name], name
    for name in ("callback_query", "inline_query", "edited_message"):
        assert answered[name] == "", name
    assert Update.objects.count() == len(files)


# --- when it cannot go -------------------------------------------------------------------------------------


def test_it_waits_as_long_as_telegram_asks_and_counts_it_against_nobody(api: Api, town: Town):
    for chat in (DARA, 88, 89):
        begun(api, town, chat=chat)
    town.file("dump")
    api.says["sendMessage"] = (429, {"description": "Too Many Requests", "parameters": {"retry_after": 40}})
    assert told() == 0
    # One was asked; the others wait with it.
    assert {one.tries for one in Alert.objects.all()} == {0}
    assert all(one.next_try_at > timezone.now() + timedelta(seconds=35) for one in Alert.objects.all())
    api.says.clear()
    assert send_messages() == 0
    Alert.objects.update(next_try_at=timezone.now())
    assert send_messages() == 3 and not Alert.objects.exists()


@pytest.mark.parametrize(
    ("status", "description"),
    [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")],
)
def test_it_ends_where_the_chat_takes_nothing(api: Api, town: Town, status: int, description: str):
    begun(api, town)
    begun(api, town, chat=88)
    api.says[DARA] = (status, {"description": description})
    town.file("dump")
    assert told() == 1 and Subscription.objects.count() == 1
    assert [one["chat_id"] for one in api.sent()] == [88]


def test_it_loses_nothing_however_long_telegram_is_away(api: Api, town: Town):
    begun(api, town)
    first = town.file("dump").case
    api.down = True
    for _day in range(9):
        assert told() == 0
        Alert.objects.update(next_try_at=timezone.now())
    second = town.file("dump").case
    api.down = False
    assert told() == 1
    (message,) = api.sent()
    assert first.reference in message["text"] and second.reference in message["text"]


@pytest.mark.once
def test_it_blames_no_chat_for_a_token_that_is_wrong(api: Api, town: Town, settings: Any, caplog: Any):
    begun(api, town)
    town.file("dump")
    settings.TELEGRAM_TOKEN = "1:wrong"
    assert told() == 0
    assert Alert.objects.get().tries == 0 and Subscription.objects.exists()
    assert "wrong" not in caplog.text and TOKEN not in caplog.text and str(DARA) not in caplog.text


@pytest.mark.once
def test_it_fits_into_one_message_and_counts_what_does_not(api: Api, town: Town):
    begun(api, town)
    by = town.by(town.boss)
    for number in range(12):
        words = {"en": f"{number} " + "ស" * 390}
        broadcast(by=by, office=town.sweepers, place=town.commune, words=words)
    town.file("dump")
    assert told() == 1
    (message,) = api.sent()
    assert 3000 < len(message["text"]) <= 4096 and " more report" in message["text"]


@pytest.mark.once
def test_it_keeps_to_the_pace_that_telegram_allows():
    now, waits = [0.0], []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 3))
        now[0] += seconds

    pace = rules.Pace(lambda: now[0], sleep)
    for chat in (1, 2, 3, 1):
        pace.wait(chat)
    assert waits == [0.04, 0.04, 0.92]


# --- others' types -----------------------------------------------------------------------------------------


@pytest.mark.once
def test_it_sends_what_the_types_of_others_take(api: Api, town: Town):
    types, methods = pytest.importorskip("aiogram.types"), pytest.importorskip("aiogram.methods")
    came = [api.written(f"/start {offered(town)}", DARA), api.written("x", DARA), api.moved("kicked", 88)]
    for update in came:
        # What we play in these tests is what Telegram would send.
        types.Update.model_validate(update)
        api.deliver(update)
    town.file("dump")
    told()
    sent = api.sent()
    assert len(sent) == 3
    for message in sent:
        read = methods.SendMessage.model_validate(message)
        assert set(message) <= set(methods.SendMessage.model_fields) and read.text == message["text"]
