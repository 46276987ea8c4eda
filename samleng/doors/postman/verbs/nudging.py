"""A word to whoever reported that something moved, and where to look. It never says more.

A message may be read by whoever shares the phone or the inbox. So it names no service, no office, no place,
no outcome and no reference, and carries no link that opens anything: what there is to read opens with the
receipt.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from samleng.answers.cases.models import Heard
from samleng.doors.postman.models import Nudge
from samleng.doors.postman.rules import next_wait
from samleng.ground.people.sealing import unseal
from samleng.kit.ledger.models import Entry
from samleng.voices.reports.models import NoticeContact

log = logging.getLogger("samleng.postman")


def nudge(entry: Entry) -> int:
    """Note down that reporters of a case are to hear that something moved; how many, those who left a way."""
    heard = Heard.objects.filter(case=UUID(entry.thing_id), report__withdrawn_at=None)
    only = entry.facts.get("reports")
    if entry.verb == "cases.write_to" and isinstance(only, list):
        heard = heard.filter(report__in=only)
    reports = NoticeContact.objects.filter(report__in=heard.values("report"))
    own = entry.actor.removeprefix("report:")
    ids = [one for one in reports.values_list("report_id", flat=True) if str(one) != own]
    waiting = Nudge.objects.filter(report__in=ids, sent_at=None).values_list("report_id", flat=True)
    fresh = set(ids) - set(waiting)
    Nudge.objects.bulk_create([Nudge(report_id=one) for one in fresh], ignore_conflicts=True)
    return len(fresh)


def send_nudges(limit: int = 100) -> int:
    """Send what waits, each through its reporter's own way; how many went out.

    A message that fails is tried again later, for two days; one whose report was forgotten never goes.
    """
    sent = 0
    due = Nudge.objects.filter(sent_at=None, next_try_at__lte=timezone.now()).order_by("next_try_at")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            waiting = Nudge.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None)
            one = waiting.first()
            if one is not None:
                sent += deliver(one)
    return sent


def deliver(one: Nudge) -> bool:
    """Try once; whether it went out."""
    contact = NoticeContact.objects.select_related("report").filter(report=one.report_id).first()
    carry = CARRIERS.get(contact.kind) if contact else None
    if contact is None or carry is None:
        one.delete()
        return False
    try:
        carry(unseal(bytes(contact.sealed)), *words_in(contact.report.language))
    except OSError as error:
        # The address stands in no log: a server's answer may repeat it.
        log.warning("a notice could not be sent: %s", type(error).__name__)
        wait = next_wait(one.tries + 1)
        if wait is None:
            one.delete()
            return False
        one.tries, one.next_try_at = one.tries + 1, timezone.now() + timedelta(minutes=wait)
        one.save(update_fields=["tries", "next_try_at"])
        return False
    one.sent_at = timezone.now()
    one.save(update_fields=["sent_at"])
    return True


def words_in(language: str) -> tuple[str, str]:
    """Subject and text of the one message there is, in the reporter's language."""
    with override(language):
        where = f"{settings.SITE_ADDRESS.rstrip('/')}{reverse('follow')}"
        return (
            gettext("Something moved"),
            gettext("Something moved. To read it, open %(where)s and type your receipt.") % {"where": where},
        )


def by_mail(address: str, subject: str, text: str, headers: Mapping[str, str] | None = None) -> None:
    """One message to one address; a server that does not take it raises OSError."""
    EmailMessage(subject=subject, body=text, to=[address], headers=dict(headers or {})).send()


# Ways that messages can go; settings.NOTICE_KINDS says which of them people are offered.
CARRIERS: Mapping[str, Callable[[str, str, str], None]] = {"email": by_mail}


def offered() -> Iterable[str]:
    """The kinds of contact that can be told anything."""
    return tuple(kind for kind in settings.NOTICE_KINDS if kind in CARRIERS)
