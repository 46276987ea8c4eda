"""What an update changes: a chat begins to be told of an area, or ends it. No writing is kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from samleng.doors.postman.verbs.chatting import end_chat, of_chat, open_chat
from samleng.doors.telegram.models import Update
from samleng.doors.telegram.rules import DAYS_KEPT, LEFT, START, STOP, Asked
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb

CHATTER = Actor(key="visitor", via="telegram")
BEGUN, USED, ENDED, NONE, BOT = "begun", "used", "ended", "none", "bot"


@verb
def take(*, by: Actor, asked: Asked) -> str:
    """Do what an update asks for, once; by what code it is answered, "" for not at all."""
    kept, new = Update.objects.get_or_create(update_id=asked.update_id)
    if new:
        kept.answer = done(by, asked)
        kept.save(update_fields=["answer"])
    return kept.answer


def done(by: Actor, asked: Asked) -> str:
    if not asked.chat or not asked.what:
        return ""
    if asked.what == START:
        return BEGUN if open_chat(by=by, token=asked.token, chat=asked.chat) else USED
    if asked.what in (STOP, LEFT):
        ended = end_chat(by=by, chat=asked.chat)
        return "" if asked.what == LEFT else ENDED if ended else NONE
    return BOT


def chat_language(asked: Asked) -> str:
    """The language in which a chat was told of last, else what its owner's program speaks."""
    known = of_chat(asked.chat)
    return known[0].language if known else asked.language


def forget_updates() -> int:
    """Forget what came so long ago that it cannot come again; how many."""
    old = timezone.now() - timedelta(days=DAYS_KEPT)
    return Update.objects.filter(at__lt=old).delete()[0]
