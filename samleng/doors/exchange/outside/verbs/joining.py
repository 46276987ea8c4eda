"""What another system joined to another of its reports goes on here under that one's number."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from samleng.answers.cases.rules.story import OPEN
from samleng.doors.exchange.models import HandedOver, OutsideSystem
from samleng.doors.exchange.outside import reading, saying
from samleng.doors.exchange.outside.calling import Trouble, get
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.rules import News, number_fits
from samleng.doors.exchange.outside.verbs.sending import keep

# So many are asked for in one go, whoever was asked for longest ago first.
AT_ONCE = 20


def joined(system: OutsideSystem, now: datetime) -> list[News]:
    """Ask for some open cases one by one: whose answer bears another number was joined to that one there.

    News of what was joined comes under the other number only; without this it would be heard no more.
    """
    rows = HandedOver.objects.filter(system=system, state=HandedOver.HELD, case__state__in=OPEN)
    found = []
    for handed in rows.select_related("case").order_by("asked_at", "pk")[:AT_ONCE]:
        other = number_now(system, handed)
        keep(handed, asked_at=now)
        if other and other != handed.number:
            found.append(followed(handed, other))
    return found


def number_now(system: OutsideSystem, handed: HandedOver) -> str:
    """Under which number they have it now; "" where they do not say."""
    try:
        answer = get(far(system), f"requests/{saying.in_path(handed.number)}")
    except Trouble as trouble:
        if not trouble.status:
            raise
        return ""
    rows = reading.rows(answer, "request")
    number = rows[0].get("service_request_id", "") if len(rows) == 1 else ""
    return number if number_fits(number) else ""


def followed(handed: HandedOver, other: str) -> News:
    """Go on under the other number, unless another case of ours has it already, and say so."""
    try:
        with transaction.atomic():
            keep(handed, number=other)
    except IntegrityError:
        handed.refresh_from_db()
    with translation.override(settings.LANGUAGE_CODE):
        words = _("There it was joined with another report: %(number)s") % {"number": other}
    return News(id=f"joined:{other}", number=handed.number, status="duplicate", words=words)
