"""`samleng telegram` tells Telegram where the bot is called, and nobody the token."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samleng.doors.console.main import main
from tests.doors.telegram.bot_api import BOT, TOKEN, Api

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def said(capsys: Any, *words: str) -> tuple[int, str]:
    code = main(["telegram", *words, "--json", "--language", "en"])
    out = capsys.readouterr()
    assert TOKEN not in out.out + out.err
    return code, out.out + out.err


def test_it_tells_telegram_where_and_by_which_secret(api: Api, settings: Any, capsys: Any):
    settings.SITE_ADDRESS, settings.HTTPS = "https://voice.example", True
    code, text = said(capsys, "on")
    told = dict(api.called)["setWebhook"]
    assert code == 0 and json.loads(text)["waiting"] == 3
    assert (
        told["url"] == "https://voice.example/hooks/telegram"
        and told["secret_token"] == "a-secret-of-the-site"
    )
    assert told["allowed_updates"] == ["message", "my_chat_member"]
    code, text = said(capsys, "off")
    assert code == 0 and json.loads(text)["url"] == ""


def test_it_says_what_is_wrong(api: Api, settings: Any, capsys: Any):
    assert said(capsys, "on")[0] == 2
    settings.HTTPS, settings.TELEGRAM_BOT = True, "OtherBot"
    code, text = said(capsys, "on")
    assert code == 2 and BOT in text
    settings.TELEGRAM_TOKEN = "1:wrong"
    code, text = said(capsys, "look")
    assert code == 1 and "trouble" in text
    settings.TELEGRAM_TOKEN = ""
    assert said(capsys, "look")[0] == 2
    assert not [one for one in api.called if one[0] == "setWebhook"]
