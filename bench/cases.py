"""Cases: a report sent with protection on; desk and duplicates among a million; who watches an area.

The cases are copies of one that came in by the real way, made by the database; BENCH_CASES says how many.
"""

from __future__ import annotations

import os
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from bench.people import signed_in
from bench.site import Drive, Site, drive, drive_at, fetch, post
from bench.told import p95, part, row, spread

MILLION, WATCHERS = 1_000_000, 100_000
# So many offices share the cases; the one measured has a tenth of them.
OFFICES, TIMES = 10, 20
# So many a second, and so many in all.
EACH_SECOND, STEADY = 5, 75
FORM = "application/x-www-form-urlencoded"
CAPITAL, LAND = (11.55, 104.92), (10.5, 14.4, 102.5, 107.4)


def measure(site: Site, windows: int, share: float) -> None:
    many = int(os.environ.get("BENCH_CASES") or max(2000, MILLION * share))
    part(f"cases: {many:,} of {OFFICES} offices, SQLite")
    offices, place, template = town()
    cookie = signed_in("office_head", office=offices[0])
    sending(site, windows, place)
    row("cases made by the database", f"{multiplied(many, template, offices):.0f} s for {many:,}")
    listing(site, windows, cookie, offices[0])
    searching(windows)
    alerting(windows, template, max(1000, int(WATCHERS * min(1.0, many / MILLION))))


def town() -> tuple[list[Any], Any, Any]:
    """Offices with keys and a duty, a catalogue with one public matter, and a first case of it."""
    from samleng.ground.offices.models import OfficeKind
    from samleng.ground.offices.verbs import give_duty
    from samleng.ground.places.models import Place
    from samleng.ground.services.models import Sector, Service
    from samleng.kit.ledger.rules import SYSTEM

    catalogued()
    sector, _made = Sector.objects.get_or_create(code="benchcases")
    service, _made = Service.objects.get_or_create(code="SWEEP", defaults={"sector": sector, "stands_at": 2})
    root = Place.objects.current().filter(level=0).get()
    place = Place.objects.current().order_by("-level", "pk").first()
    kind, _made = OfficeKind.objects.get_or_create(code="benchcases", defaults={"level": 0})
    offices = [keyed(number, kind, root) for number in range(OFFICES)]
    give_duty(by=SYSTEM, office=offices[0], service=service, area=root, since=date(2026, 1, 1))
    return offices, place, told_first(place)


def catalogued() -> None:
    """A catalogue with one public matter and thirty more like it, in force before any other."""
    from samleng.ground.channels.models import CatalogueVersion
    from tests.ground.channels.small import small

    data = small(code="benchcases")
    data["categories"] += [{**data["categories"][0], "code": f"kind-{n}"} for n in range(30)]
    always = datetime(2100, 1, 1).astimezone()
    given = {"digest": uuid.uuid4().hex, "data": data, "in_force_since": always}
    CatalogueVersion.objects.create(code="benchcases", version="1", **given)


def told_first(place: Any) -> Any:
    """The case of a first report, come in by the real way."""
    from samleng.answers.cases.verbs.receiving import receive
    from samleng.kit.ledger.rules import Actor
    from samleng.kit.words.codes import make_receipt_digits
    from samleng.voices.reports.rules.filing import Filing, Point

    filing = Filing(
        category="dump", exposure="public", language="km", receipt=make_receipt_digits(), words="សំរាម",
        point=Point(*CAPITAL),
    )  # fmt: skip
    return receive(by=Actor(key="visitor", via="web"), filing=filing, place=place).case


def keyed(number: int, kind: Any, root: Any) -> Any:
    """An office with a vault, and somebody who holds its key."""
    from samleng.ground.keys.models import PersonKey
    from samleng.ground.keys.verbs.vaults import open_vault
    from samleng.ground.offices.verbs import register_office
    from samleng.ground.people.verbs.accounts import seat, welcome
    from samleng.kit.ledger.rules import SYSTEM
    from samleng.kit.sealing.rules import Cost, fresh_keypair, lock

    name = {"km": "ក", "en": f"Bench {number}"}
    office = register_office(by=SYSTEM, code=f"bench-{number}", kind=kind, place=root, name=name)
    holder = welcome(by=SYSTEM, name=f"Holder {number}")
    seat(by=SYSTEM, person=holder, role="office_head", office=office)
    pair = fresh_keypair()
    locked = lock(pair.private, "bench", Cost(mib=1, passes=1))
    PersonKey.objects.create(person=holder, public=pair.public, locked=locked)
    open_vault(by=SYSTEM, office=office, purpose="cases", holders=[holder])
    return office


def sending(site: Site, windows: int, place: Any) -> None:
    """The last page of the way is sent: words sealed, case opened, answer drawn. Its draft was begun before.

    Whoever begins takes a receipt that was worked out ahead, and another is worked out meanwhile: that is
    part of the processor's time said here, and of what the others wait for.
    """
    most = 0.0
    for clients in (1, 8):
        worked, found = site.cpu(), []
        for _window in range(windows):
            found.append(drive(site.port, pages_sent(site, place), clients))
            # Others are being worked out now.
            most = max(most, site.memory()[0])
        name = f"report sent, {clients} client{'s' if clients > 1 else ''} without a pause"
        said_of(name, found)
        # What a machine that does other things as well cannot blur.
        work = (site.cpu() - worked) * 1000 / (windows * TIMES)
        row("  processor time of the site for each, begun and sent", f"{work:.0f} ms")
    steady(site, place, STEADY)
    row("  memory while receipts are worked out", f"{most:.0f} MiB resident", "<= 400 MiB", most <= 400)
    plain = [drive(site.port, pages_sent(site, place, ready=False), 1) for _window in range(windows)]
    said_of("report sent, none ready: Argon2 64 MiB x 3 first", plain)


def steady(site: Site, place: Any, many: int) -> None:
    """So many a second come whether or not the former are done, and between them as many begin."""
    begun = drive_at(site.port, [begin()] * many, EACH_SECOND)
    sent = [last_page(place, token_in(one)) for one in begun.bodies]
    both = drive_at(site.port, [one for page in sent for one in (page, begin())], 2 * EACH_SECOND)
    name = f"report sent, {EACH_SECOND} a second for {many / EACH_SECOND:.0f} s, as many begun"
    said_of(name, [Drive(spent=both.spent[::2], statuses=both.statuses)])
    row("  the first page of those begun", spread([both.spent[1::2]]))


def said_of(name: str, found: Sequence[Drive]) -> None:
    spent = [one.spent for one in found]
    answers: dict[int, int] = dict(sum((Counter(one.statuses) for one in found), Counter()))
    row(name, f"{spread(spent)}, answers {answers}", "p95 < 300 ms", p95(spent) < 300)


def pages_sent(site: Site, place: Any, ready: bool = True) -> list[bytes]:
    """The last pages of so many drafts, each begun on the site as by somebody's phone."""
    if not ready:
        return [last_page(place) for _n in range(TIMES)]
    return [last_page(place, token_in(one)) for one in drive(site.port, [begin()] * TIMES, 1).bodies]


def begin() -> bytes:
    """The first page: what it is about is chosen."""
    fields = {"do": "begin", "category": "dump"}
    return post("/en/speak/on/", urlencode(fields).encode(), FORM)


def token_in(page: bytes) -> str:
    return re.findall(rb'name="draft" value="([^"]+)"', page)[-1].decode()


def last_page(place: Any, token: str = "") -> bytes:
    """The form of the last page, with the draft that was begun, or one whose receipt is just drawn."""
    from samleng.doors.web.speak.draft import Draft, draft_in

    draft = draft_in(token) if token else Draft(kind="report", category="dump")
    assert draft is not None
    draft.place, draft.words, draft.exposure = place.pk, "A heap of rubbish", "public"
    draft.point = [round(random.uniform(*LAND[:2]), 5), round(random.uniform(*LAND[2:]), 5)]
    draft.done = ["place", "words", "exposure", "near", "climb", "q-fire", "q-size", "identity", "approve"]
    fields = {"draft": draft.token(), "step": "check", "do": "send"}
    return post("/en/speak/on/", urlencode(fields).encode(), FORM)


def columns_made(offices: Sequence[Any]) -> tuple[dict[str, str], str]:
    """What is not copied, as this engine says it, and the numbers that it counts by."""
    from django.db import connection

    lite = connection.vendor == "sqlite"
    chance = "(abs(random()) % 1000000 / 1000000.0)" if lite else "random()"
    key = "lower(hex(randomblob(16)))" if lite else "gen_random_uuid()"
    day = "date('now', '+' || (n % 60 - 10) || ' days')" if lite else "current_date + (n % 60 - 10)::int"
    rows = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
    uuids = [one.pk.hex if lite else str(one.pk) for one in offices]
    cast = "" if lite else "::uuid"
    owner = " ".join(f"WHEN {n} THEN '{pk}'{cast}" for n, pk in enumerate(uuids))
    # In each place of ten in turn, and a third of all in the capital.
    done, dense = "n / 10 % 2 = 0", "CASE WHEN n % 3 = 0 THEN"
    made = {
        "id": key, "reference": "'B' || n", "office_id": f"CASE n % {len(uuids)} {owner} END",
        # Half is done with; of the rest most is at work.
        "state": f"CASE WHEN {done} THEN 'closed' WHEN n / 20 % 5 = 0 THEN 'received' ELSE 'working' END",
        "next_due": f"CASE WHEN {done} THEN NULL ELSE {day} END",
        "closed_on": f"CASE WHEN {done} THEN {day} END",
        "category": "CASE WHEN n % 5 = 0 THEN 'dump' ELSE 'kind-' || (n % 30) END",
        "latitude": f"{dense} {CAPITAL[0]} + 0.1 * {chance} ELSE {LAND[0]} + 3.9 * {chance} END",
        "longitude": f"{dense} {CAPITAL[1]} + 0.1 * {chance} ELSE {LAND[2]} + 4.9 * {chance} END",
        # A few of an office's are urgent.
        "urgent": "n % 997 = 0", "review_by": "NULL",
    }  # fmt: skip
    return made, rows


def multiplied(many: int, template: Any, offices: Sequence[Any]) -> float:
    """So many copies of a case, spread over offices, states, days and the land; how many seconds it took."""
    from django.db import connection, transaction

    from samleng.answers.cases.models import Case

    began = time.perf_counter()
    made, rows = columns_made(offices)
    columns = [one.column for one in Case._meta.concrete_fields]
    quote = connection.ops.quote_name
    chosen = ", ".join(made.get(one, f"t.{quote(one)}") for one in columns)
    names = ", ".join(quote(one) for one in columns)
    source = f"{rows} SELECT {chosen} FROM numbers, cases_case t WHERE t.reference = %s"
    text = f"INSERT INTO cases_case ({names}) {source}".replace(" % ", " %% ")
    # In bulk the indexes are made once at the end, as a restore does.
    indexes("remove_index")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, [many, template.reference])
    indexes("add_index")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")
    return time.perf_counter() - began


def indexes(change: str) -> None:
    from django.db import connection

    from samleng.answers.cases.models import Case

    with connection.schema_editor() as editor:
        for one in Case._meta.indexes:
            getattr(editor, change)(Case, one)


def listing(site: Site, windows: int, cookie: str, office: Any) -> None:
    """The desk's first page, and one far behind it, as a browser asks for them."""
    from samleng.answers.cases.models import Case
    from samleng.answers.cases.reading import mark_of

    waiting = Case.objects.filter(office=office, next_due__isnull=False).order_by("next_due", "pk")
    deep = waiting[int(waiting.count() * 0.8)]
    pages = {"first page": "/en/desk/cases/", "a deep page": f"/en/desk/cases/?after={mark_of(deep)}"}
    for name, address in pages.items():
        spent = sampled(windows, lambda at=address: fetch(site.port, at, cookie)[0])
        row(f"desk list, {name}", spread(spent), "p95 < 150 ms", p95(spent) < 150)


def sampled(windows: int, take: Callable[[], float]) -> list[list[float]]:
    take()
    return [[take() for _n in range(TIMES)] for _window in range(windows)]


def timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def searching(windows: int) -> None:
    """What lies near a new report of the commonest kind, in the densest town."""
    from samleng.answers.cases.reading import near

    def once() -> float:
        lat, lon = (base + random.random() * 0.1 for base in CAPITAL)
        return timed(lambda: near("dump", lat, lon, 100))

    spent = sampled(windows, once)
    row("duplicates within 100 m, densest town", spread(spent), "p95 < 50 ms", p95(spent) < 50)


def subscribed(many: int, places: Sequence[int], confirmed_at: datetime) -> int:
    """So many subscriptions, half of places and half around points; how many keys of the index."""
    from samleng.doors.postman.models import Subscription, Watch
    from samleng.doors.postman.rules import square_keys

    subscriptions, watches = [], []
    for number in range(many):
        one = Subscription(sealed=b"", blind_index=str(number), language="km", confirmed_at=confirmed_at)
        if number % 2:
            one.place_id = random.choice(places)
            keys = [one.place_id]
        else:
            lat, lon = random.uniform(*LAND[:2]), random.uniform(*LAND[2:])
            one.latitude, one.longitude, one.metres = lat, lon, 1000
            keys = square_keys(lat, lon, 1000)
        one.area = str(keys[0])
        subscriptions.append(one)
        watches += [Watch(subscription_id=one.pk, key=key) for key in keys]
    Subscription.objects.bulk_create(subscriptions, batch_size=2000)
    Watch.objects.bulk_create(watches, batch_size=5000)
    return len(watches)


def alerting(windows: int, template: Any, many: int) -> None:
    """A new report against so many subscriptions: who is told of it."""
    from django.db.models import Max

    from samleng.doors.postman.verbs.matching import watching
    from samleng.ground.places.models import Place
    from samleng.insight.disclosure.models import Pin
    from samleng.insight.disclosure.verbs.following import place_pins

    began = time.perf_counter()
    places = list(Place.objects.filter(level__gte=2).values_list("pk", flat=True)[:20_000])
    watches = subscribed(many, places, template.opened_at)
    row("subscriptions made", f"{many:,} in {time.perf_counter() - began:.0f} s, {watches:,} keys")
    place_pins([template.pk])
    pin = Pin.objects.select_related("place").get(case_id=template.pk)
    chosen = list(Place.objects.filter(pk__in=places[:200]))
    spread_out = Place.objects.aggregate(most=Max("level"))["most"]

    def once() -> float:
        pin.place = random.choice(chosen)
        pin.lat_e5, pin.lon_e5 = (int(random.uniform(*edge) * 100_000) for edge in (LAND[:2], LAND[2:]))
        return timed(lambda: watching(pin))

    spent = sampled(windows, once)
    row(f"alerts: who watches one report ({spread_out + 1} places, 1 square)", spread(spent), "one query")
