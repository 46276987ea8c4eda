"""What an update of Telegram's asks for, and how quickly may be written; all else in it is unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# What may be written: to all chats, and to one (seconds between two messages); and how long one may be.
BETWEEN, BETWEEN_IN_A_CHAT = 1 / 25, 1.0
LONGEST = 4096
# Nothing that is asked for here is as long.
MOST_BYTES = 64 * 1024
# The updates that are asked for; others Telegram keeps to itself.
WANTED = ("message", "my_chat_member")
# Telegram sends again what was not answered, for a day.
DAYS_KEPT = 7

START, STOP, LEFT, ELSE, NOTHING = "start", "stop", "left", "else", ""
STOPS = frozenset({"/stop", "stop", "ឈប់"})
COMMAND = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")


@dataclass(frozen=True)
class Asked:
    """Who wants what: `chat` is 0 where nothing is to be answered."""

    update_id: int
    chat: int = field(default=0, repr=False)
    what: str = NOTHING
    token: str = field(default="", repr=False)
    language: str = ""


def read_update(update: object) -> Asked | None:
    """What an update asks for; None for what is no update at all.

    Only chats with one person are answered: a group has nobody who speaks for it.
    """
    if not isinstance(update, Mapping) or not whole_number(update.get("update_id")):
        return None
    number: int = update["update_id"]
    if isinstance(moved := update.get("my_chat_member"), Mapping):
        chat, now = chat_of(moved), moved.get("new_chat_member")
        out = isinstance(now, Mapping) and now.get("status") in ("kicked", "left")
        return Asked(number, chat, LEFT if chat and out else NOTHING)
    message = update.get("message")
    if not isinstance(message, Mapping) or not (chat := chat_of(message)):
        return Asked(number)
    what, token = wanted(message.get("text"))
    return Asked(number, chat, what, token, language_of(message))


def whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def chat_of(about: Mapping[str, Any]) -> int:
    """The number of a chat with one person, else 0."""
    chat = about.get("chat")
    if not isinstance(chat, Mapping) or chat.get("type", "private") != "private":
        return 0
    # Groups and channels have numbers below nothing.
    return chat["id"] if whole_number(chat.get("id")) else 0


def language_of(message: Mapping[str, Any]) -> str:
    sender = message.get("from")
    tag = sender.get("language_code") if isinstance(sender, Mapping) else ""
    return tag.partition("-")[0].lower()[:3] if isinstance(tag, str) else ""


def wanted(text: object) -> tuple[str, str]:
    """What was written means: begin with this token, stop, or something that nobody here reads."""
    if not isinstance(text, str):
        return ELSE, ""
    if text.strip().partition("@")[0].lower() in STOPS:
        return STOP, ""
    found = COMMAND.fullmatch(text)
    return (START, found[1]) if found and found[1] else (ELSE, "")


class Pace:
    """Keeps to how quickly a bot may write."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self.clock, self.sleep = clock, sleep
        self.last = float("-inf")
        self.chats: dict[int, float] = {}

    def wait(self, chat: int) -> None:
        """Until one more message may go to this chat."""
        ready = max(self.last + BETWEEN, self.chats.get(chat, float("-inf")) + BETWEEN_IN_A_CHAT)
        if (left := ready - self.clock()) > 0:
            self.sleep(left)
        self.last = self.chats[chat] = self.clock()
