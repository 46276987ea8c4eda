"""Alerts by letter: the one that asks "is this you?", and one for all the news of a subscription."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from samleng.doors.postman.models import Subscription
from samleng.doors.postman.rules import CONFIRM, EMAIL
from samleng.doors.postman.verbs.alerting import token
from samleng.doors.postman.verbs.bringing import News, NotNow, address, area_words, bring, subject
from samleng.doors.postman.verbs.nudging import by_mail
from samleng.ground.people.sealing import unseal

log = logging.getLogger("samleng.postman")


def send_letters(limit: int = 100) -> int:
    """Send what waits; how many letters went."""
    asking = Subscription.objects.filter(asks_since__isnull=False).order_by("asks_since")
    sent = sum(ask(pk) for pk in list(asking.values_list("pk", flat=True)[:limit]))
    return sent + bring(EMAIL, by_letter, limit)


def ask(pk: UUID) -> bool:
    """Ask the owner of an address; the letter counts as sent even where no server takes it."""
    with transaction.atomic():
        waiting = Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        one = waiting.select_related("place__kind").filter(pk=pk, asks_since__isnull=False).first()
        if one is None:
            return False
        one.asks_since, one.asked_at = None, timezone.now()
        one.save(update_fields=["asks_since", "asked_at"])
    with override(one.language):
        text = gettext(
            "Somebody asked for news of public reports for this address: %(area)s.\n\n"
            "If it was you, open this and press the button:\n%(yes)s\n\n"
            "If not, do nothing: nothing more will come, and the address is forgotten in a week."
        ) % {"area": area_words(one), "yes": address("alerts_yes", token(CONFIRM, one))}
        try:
            by_mail(unseal(bytes(one.sealed)), gettext("News of public reports: is this you?"), text)
        except OSError as error:
            # The address stands in no log.
            log.warning("a letter could not be sent: %s", type(error).__name__)
            return False
    return True


def by_letter(one: Subscription, news: News) -> None:
    """One letter with all of it, and the way to stop them."""
    foot = gettext("To stop these letters, open %(end)s") % {"end": news.end}
    text = "\n\n".join([*news.told(), f"-- \n{foot}"])
    head = {"List-Unsubscribe": f"<{news.end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    try:
        by_mail(unseal(bytes(one.sealed)), subject(), text, head)
    except OSError as error:
        raise NotNow(type(error).__name__) from None
