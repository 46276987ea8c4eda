"""Cases go to an office's own system: each once, with a mark before it leaves and one when it has arrived."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from datetime import time as clock

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from samleng.answers.cases.models import PUBLIC, Case, Tenure
from samleng.answers.cases.rules.story import OPEN
from samleng.doors.exchange.models import HandedOver, OutsideSystem, Posting
from samleng.doors.exchange.open311.faults import IN_A_RING
from samleng.doors.exchange.open311.trail import leads_to
from samleng.doors.exchange.outside import reading, saying
from samleng.doors.exchange.outside.calling import Answer, Trouble, get, post
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.rules import (
    LONGEST_SENDING,
    PAUSES,
    TOKEN_SECONDS,
    TOKEN_TRIES,
    number_fits,
    pause,
)
from samleng.insight.disclosure.models import Pin
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.ledger.verbs import record

AT_ONCE = 50
# What came from there, or comes back in a ring, is never sent.
RING = "ring"
LEFT_ALONE = {"state": HandedOver.OVER, "trouble": RING}
# So often it is looked for where it may have arrived, before a person is asked.
LOOKED_FOR = 3


def mark_new(system: OutsideSystem) -> int:
    """Mark each public case that came to the office since its system was named; how many there are."""
    since = timezone.make_aware(datetime.combine(system.since, clock.min))
    came = Tenure.objects.filter(case=OuterRef("pk"), until=None, since__gte=since)
    marked = HandedOver.objects.filter(system=system, case=OuterRef("pk"))
    # What came by the office's own key came from this very system: it never goes round in a ring.
    theirs = Posting.objects.filter(key__office=system.office_id, reference=OuterRef("reference"))
    cases = Case.objects.filter(
        Exists(came), ~Exists(marked), ~Exists(theirs), office=system.office_id, exposure=PUBLIC,
        state__in=OPEN, category__in=list(system.services),
    )  # fmt: skip
    some = list(cases.order_by("opened_at")[:AT_ONCE])
    back = came_from(system, some)
    fresh = [
        HandedOver(system=system, case=one, **(LEFT_ALONE if one.reference in back else {})) for one in some
    ]
    HandedOver.objects.bulk_create(fresh, ignore_conflicts=True)
    # A case that had left and came back goes on where it was.
    again = HandedOver.objects.filter(
        system=system, state=HandedOver.OVER, case__office=system.office_id, case__state__in=OPEN
    ).exclude(trouble=RING)
    again.filter(number="").update(state=HandedOver.DUE, next_at=None)
    again.exclude(number="").update(state=HandedOver.HELD, seen=None)
    return len(fresh)


def came_from(system: OutsideSystem, cases: list[Case]) -> set[str]:
    """Those of the cases that went through this very system before they came here."""
    posted = Posting.objects.filter(reference__in=[one.reference for one in cases]).select_related("key")
    return {
        one.reference
        for one in posted
        if one.key.system_id == system.pk or leads_to(one.trail, system.address, system.jurisdiction)
    }


def find_left(system: OutsideSystem, now: datetime) -> None:
    """Of what was being sent when the worker was ended, nobody knows whether it arrived."""
    left = HandedOver.objects.filter(
        system=system, state=HandedOver.SENDING, began_at__lte=now - LONGEST_SENDING
    )
    left.update(state=HandedOver.UNSURE, next_at=now, trouble="ended")


def send_due(system: OutsideSystem, now: datetime) -> None:
    """Send what is due, ask for what is not sure, until something stands in the way."""
    find_left(system, now)
    asks: dict[str, list[str]] = {}
    rows = HandedOver.objects.due(system, now).select_related("case", "system")
    for handed in rows[:AT_ONCE]:
        gone = handed.case.office_id != system.office_id or handed.case.state not in OPEN
        if gone and handed.state == HandedOver.DUE:
            keep(handed, state=HandedOver.OVER)
        elif handed.state == HandedOver.TOKEN:
            ask_by_token(system, handed, now)
        elif handed.state == HandedOver.UNSURE and not system.takes_once:
            look_for(system, handed, now)
        else:
            send(system, handed, now, asks)


def send(system: OutsideSystem, handed: HandedOver, now: datetime, asks: dict[str, list[str]]) -> None:
    """One case. Between the mark that it leaves and the one that it arrived, everything may end."""
    pin = Pin.objects.select_related("place__kind", "photo").filter(case_id=handed.case_id).first()
    if pin is None or pin.category not in system.services:
        keep(handed, next_at=now + pause(1))
        return
    code = system.services[pin.category]
    if code not in asks:
        asks[code] = theirs_of(system, code)
    fields, files = saying.fields_of(system, pin, asks[code]), saying.files_of(system, pin)
    if not begun(handed, now):
        return
    try:
        answer = post(far(system), "requests", fields, files, came_by=saying.came_by(pin))
        number, token = named(answer)
    except Trouble as trouble:
        failed(system, handed, trouble, now)
        raise_on(trouble)
        return
    words = saying.known_words(pin)
    keep(handed, with_words=bool(words), words_mark=words)
    if number:
        arrived(system, handed, number, now)
    else:
        keep(handed, state=HandedOver.TOKEN, token=token, sent_at=now, tries=0)
        well(system, sent_at=now)
        ask_by_token(system, handed, now, TOKEN_TRIES)


def theirs_of(system: OutsideSystem, code: str) -> list[str]:
    """What their own definition of a service asks for; nothing where they have none."""
    try:
        return reading.attributes_of(get(far(system), f"services/{saying.in_path(code)}"))
    except Trouble as trouble:
        if trouble.status or trouble.code == "unreadable":
            return []
        fell(system, trouble, timezone.now())
        raise


def begun(handed: HandedOver, now: datetime) -> bool:
    """The mark before it leaves; False where another worker was quicker."""
    mine = HandedOver.objects.filter(pk=handed.pk, state=handed.state, tries=handed.tries)
    if not mine.update(state=HandedOver.SENDING, began_at=now, tries=handed.tries + 1):
        return False
    handed.state, handed.began_at, handed.tries = HandedOver.SENDING, now, handed.tries + 1
    return True


def named(answer: Answer) -> tuple[str, str]:
    """Their number, or the token for it; anything else leaves open what became of it."""
    for row in reading.rows(answer, "request"):
        number, token = row.get("service_request_id", ""), row.get("token", "")
        if number_fits(number):
            return number, ""
        if not number and 0 < len(token) <= 200 and token.isprintable():
            return "", token
    raise Trouble("unreadable", arrived=True)


def arrived(system: OutsideSystem, handed: HandedOver, number: str, now: datetime) -> None:
    """It is there under their number; a number that another case has is none."""
    try:
        with transaction.atomic():
            keep(
                handed, state=HandedOver.HELD, number=number, token="", next_at=None, trouble="", said="",
                sent_at=handed.sent_at or now, seen=None, tries=0,
            )  # fmt: skip
            record(
                by=SYSTEM, verb="exchange.hand_over", thing=handed.case, owner=system.owner_key,
                facts={"system": str(system.pk)}, tell=(),
            )  # fmt: skip
    except IntegrityError:
        keep(handed, state=HandedOver.ASKS, number="", trouble="number_taken")
    well(system, sent_at=now)


def failed(system: OutsideSystem, handed: HandedOver, trouble: Trouble, now: datetime) -> None:
    """It did not arrive, or nobody knows; what stands in the way of everything else is the system's fault."""
    if trouble.status == IN_A_RING and is_theirs(handed, trouble):
        keep(handed, next_at=None, **LEFT_ALONE)
        return
    state = HandedOver.DUE
    if trouble.arrived:
        state = HandedOver.UNSURE
    elif trouble.code == "refused":
        state = HandedOver.REFUSED
    keep(
        handed, state=state, next_at=now + pause(handed.tries), trouble=trouble.code,
        said=reading.what_they_say(trouble.body),
    )  # fmt: skip
    if trouble.code != "refused":
        fell(system, trouble, now)


def is_theirs(handed: HandedOver, trouble: Trouble) -> bool:
    """Whether they say under which of the numbers on its way here they have had it all along."""
    said = reading.what_they_say(trouble.body)
    came = Posting.objects.filter(reference=handed.case.reference).values_list("trail", flat=True)
    return any(number in said for trail in came for _site, number in trail)


def raise_on(trouble: Trouble) -> None:
    """Whatever is wrong with the system ends this round with it; one report that it refuses does not."""
    if trouble.code != "refused":
        raise trouble


def ask_by_token(system: OutsideSystem, handed: HandedOver, now: datetime, times: int = 1) -> None:
    """Ask which number is behind a token: a few times at once, then in each round."""
    for attempt in range(times):
        if attempt:
            time.sleep(TOKEN_SECONDS)
        try:
            found = reading.rows(get(far(system), f"tokens/{saying.in_path(handed.token)}"), "request")
        except Trouble as trouble:
            if not trouble.status and trouble.code != "unreadable":
                wait_for_token(handed, trouble.code, now)
                fell(system, trouble, now)
                raise
            found = []
        number = next((row.get("service_request_id", "") for row in found), "")
        if number_fits(number):
            arrived(system, handed, number, now)
            return
    wait_for_token(handed, "", now)


def wait_for_token(handed: HandedOver, trouble: str, now: datetime) -> None:
    """Later again; a token that never becomes a number is a person's matter."""
    state = HandedOver.ASKS if handed.tries > len(PAUSES) else HandedOver.TOKEN
    trouble = "no_number" if state == HandedOver.ASKS else trouble
    keep(handed, state=state, tries=handed.tries + 1, next_at=now + pause(handed.tries + 1), trouble=trouble)


def look_for(system: OutsideSystem, handed: HandedOver, now: datetime) -> None:
    """Look among what they have for our number; what is not found there in the end, a person decides."""
    began = handed.began_at or now
    try:
        found = numbers_with(system, handed, began)
    except Trouble as trouble:
        keep(handed, next_at=now + pause(handed.tries), trouble=trouble.code)
        fell(system, trouble, now)
        raise
    if len(found) == 1:
        arrived(system, handed, found[0], now)
    elif found or handed.tries >= LOOKED_FOR:
        keep(handed, state=HandedOver.ASKS, trouble="not_sure", next_at=None)
    else:
        keep(handed, tries=handed.tries + 1, next_at=now + pause(handed.tries))


def numbers_with(system: OutsideSystem, handed: HandedOver, began: datetime) -> list[str]:
    """Their numbers of those requests in which ours stands."""
    asked = {
        "service_code": system.services.get(handed.case.category, ""),
        "start_date": moment(began - LONGEST_SENDING * 3, system),
        "end_date": moment(began + LONGEST_SENDING * 3, system),
        "extensions": "true",
    }
    rows = reading.rows(get(far(system), "requests", **{k: v for k, v in asked.items() if v}), "request")
    mine = [row for row in rows if any(handed.case.reference in value for value in row.values())]
    return [number for row in mine if number_fits(number := row.get("service_request_id", ""))]


def moment(at: datetime, system: OutsideSystem) -> str:
    """A time of ours on their clock."""
    return (at + timedelta(seconds=system.ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def keep(row: HandedOver, **facts: object) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def well(system: OutsideSystem, **facts: object) -> None:
    """It answers again."""
    facts |= {"fails": 0, "trouble": "", "next_at": None}
    changed(system, facts)


def fell(system: OutsideSystem, trouble: Trouble, now: datetime) -> None:
    """It could not be spoken to: a pause, longer with each time."""
    fails = system.fails + 1
    changed(system, {"fails": fails, "trouble": trouble.code, "next_at": now + pause(fails)})


def changed(system: OutsideSystem, facts: dict[str, object]) -> None:
    # Only these columns: whoever changes the system on the desk at the same time loses nothing.
    OutsideSystem.objects.filter(pk=system.pk).update(**facts)
    for name, value in facts.items():
        setattr(system, name, value)
