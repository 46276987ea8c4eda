"""A server for bots on this machine: it takes methods as Telegram's does, and calls the site's hook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client

from tests.listening import Quiet, listening

TOKEN, BOT = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "SamlengTestBot"
HOOK, SECRET = "/hooks/telegram", "X-Telegram-Bot-Api-Secret-Token"
Method = tuple[str, dict[str, Any]]


@dataclass
class Api:
    """What was called, and what is answered instead of "ok": by chat, or by method."""

    address: str = ""
    called: list[Method] = field(default_factory=list)
    says: dict[object, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    # A port that nobody listens on any more.
    down: bool = False
    updates: int = 100
    hook: str = ""

    def answer(self, path: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        token, _slash, method = path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        for key in (given.get("chat_id"), method):
            if key in self.says:
                status, said = self.says[key]
                return status, {"ok": False, "error_code": status, **said}
        self.called.append((method, given))
        known: dict[str, Any] = {
            "getMe": {"id": 1, "is_bot": True, "first_name": "x", "username": BOT},
            "getWebhookInfo": {"url": self.hook, "pending_update_count": 3},
        }
        if method in ("setWebhook", "deleteWebhook"):
            self.hook = given.get("url", "")
        return 200, {"ok": True, "result": known.get(method, True)}

    def sent(self) -> list[dict[str, Any]]:
        """Messages that were written into chats, those in answers to updates too."""
        out = [given for method, given in self.called if method == "sendMessage"]
        self.called.clear()
        return out

    def deliver(self, update: dict[str, Any], secret: str | None = None) -> str:
        """Call the hook as Telegram does, and do what its answer asks for; what was said to the chat."""
        headers = {SECRET: settings.TELEGRAM_SECRET if secret is None else secret}
        answer = Client().post(HOOK, json.dumps(update), content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.status_code
        if not answer.content:
            return ""
        asked = answer.json()
        self.called.append((asked.pop("method"), asked))
        return asked["text"]

    def written(self, text: str, chat: int = 77, **more: Any) -> dict[str, Any]:
        """The update of somebody who writes to the bot."""
        self.updates += 1
        who = {"id": chat, "is_bot": False, "first_name": "Dara", "language_code": "en"}
        message = {
            "message_id": self.updates, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"},
            "from": who, "text": text,
        }  # fmt: skip
        return {"update_id": self.updates, "message": {**message, **more}}

    def moved(self, status: str, chat: int = 77) -> dict[str, Any]:
        """The update of somebody who blocks the bot, or lets it in again."""
        self.updates += 1
        who = {"id": chat, "is_bot": False, "first_name": "Dara"}
        bot = {"id": 1, "is_bot": True, "first_name": "x"}
        states = {
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": status, "user": bot, "until_date": 0},
        }
        about = {"chat": {"id": chat, "type": "private"}, "from": who, "date": 1_790_000_000, **states}
        return {"update_id": self.updates, "my_chat_member": about}


@contextmanager
def bot_api() -> Iterator[Api]:
    api = Api()

    class Handler(Quiet):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if api.down:
                self.connection.close()
                return
            status, said = api.answer(self.path, given)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as api.address:
        yield api


def with_a_bot(settings: Any, address: str) -> None:
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_BOT = TOKEN, BOT
    settings.TELEGRAM_SECRET, settings.TELEGRAM_API = "a-secret-of-the-site", address
