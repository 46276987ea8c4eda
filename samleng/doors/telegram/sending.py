"""Alerts written into chats, no quicker than Telegram takes them."""

from __future__ import annotations

import time
from functools import partial

from django.utils.translation import gettext

from samleng.doors.postman.verbs.bringing import Gone, News, NotNow
from samleng.doors.postman.verbs.chatting import bring_to_chats
from samleng.doors.telegram.bot import Blocked, Refused, Unanswered, ask, ready
from samleng.doors.telegram.rules import LONGEST, Pace


def send_messages(limit: int = 500) -> int:
    """Write what waits into its chats; how many were told something. Without a bot it goes on waiting."""
    if not ready():
        return 0
    pace = Pace(time.monotonic, time.sleep)
    return bring_to_chats(partial(write, pace), limit)


def write(pace: Pace, chat: int, news: News) -> None:
    """One message to one chat."""
    pace.wait(chat)
    foot = gettext("To stop this, write /stop")
    text = "\n\n".join([*news.told(LONGEST - len(foot) - 100), foot])
    try:
        ask("sendMessage", chat_id=chat, text=text, link_preview_options={"is_disabled": True})
    except Blocked:
        raise Gone from None
    except Refused as refused:
        raise NotNow(str(refused)) from None
    except Unanswered as unanswered:
        raise NotNow(str(unanswered), patience=unanswered.patience, everybody=True) from None
