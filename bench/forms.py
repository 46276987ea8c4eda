"""A form of 250 questions, sent in as Collect does: how many a second, and whether every one is kept."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

from bench.site import Drive, Site, drive, post, read_answer
from bench.told import p95, part, ratio, row, spread

GROUPS, IN_GROUP = 25, 10
A_SECOND, SECONDS = 60, 5
AT_ONCE = {8: 150, 32: 200}
BOUNDARY = "bench-boundary"


def measure(site: Site, windows: int) -> None:
    part(f"a record of a form of {GROUPS * IN_GROUP} questions (OpenRosa post, ledger row, durable)")
    address, form = opened()
    paced(site, windows, address, form)
    for clients, count in AT_ONCE.items():
        pushed(site, windows, address, form, clients, count)


def opened() -> tuple[str, Any]:
    """The form, open in the made-up programme, and the address at which a phone's key sends."""
    from bench.people import facilitator
    from samleng.ground.offices.models import Programme
    from samleng.ground.people.models import Person
    from samleng.kit.ledger.rules import SYSTEM
    from samleng.voices.forms.rules.names import number
    from samleng.voices.forms.verbs.keys import give_key
    from samleng.voices.forms.verbs.publishing import bring, open_form

    programme = Programme.objects.get(code="scale")
    draft = bring(by=SYSTEM, programme=programme, data=xform(), filename="bench.xml")
    form = open_form(by=SYSTEM, form=draft.form)
    person = Person.objects.get(pk=facilitator().person)
    token = give_key(by=SYSTEM, programme=programme, person=person).token
    return f"/v1/key/{token}/projects/{number(programme.pk)}/submission", form


def questions() -> list[tuple[str, str, str]]:
    """(group, name, type) of every question."""
    types = ("string", "int", "string", "decimal", "date")
    return [
        (f"part_{group}", f"question_{group}_{number}", types[number % len(types)])
        for group in range(GROUPS)
        for number in range(IN_GROUP)
    ]


def inside(leaf: Any) -> str:
    """The groups of the form with what `leaf` makes of each question."""
    found: dict[str, str] = {}
    for group, name, kind in questions():
        found[group] = found.get(group, "") + leaf(name, kind)
    return "".join(f"<{group}>{within}</{group}>" for group, within in found.items())


def xform() -> bytes:
    binds = "".join(
        f'<bind nodeset="/data/{group}/{name}" type="{kind}"/>' for group, name, kind in questions()
    )
    body = "".join(
        f'<input ref="/data/{group}/{name}"><label>{name}</label></input>'
        for group, name, _kind in questions()
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        "<h:head><h:title>Bench</h:title><model><instance>"
        f'<data id="bench" version="1">{inside(lambda name, _kind: f"<{name}/>")}'
        f"<meta><instanceID/></meta></data></instance>{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


ANSWERS = {"string": "អណ្ដូងទឹកនៅក្បែរសាលា", "int": "42", "decimal": "3.75", "date": "2026-11-25"}


def record(address: str) -> bytes:
    """One post of a record of its own."""
    xml = (
        '<?xml version="1.0"?><data id="bench" version="1">'
        f"{inside(lambda name, kind: f'<{name}>{ANSWERS[kind]}</{name}>')}"
        f"<meta><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>"
    )
    body = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="xml_submission_file"; filename="record.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n{xml}\r\n--{BOUNDARY}--\r\n"
    ).encode()
    return post(address, body, f"multipart/form-data; boundary={BOUNDARY}", {"X-OpenRosa-Version": "1.0"})


def paced(site: Site, windows: int, address: str, form: Any) -> None:
    """So many a second, whatever the site answers, as in ODK's own test of its server."""
    before = form.submissions.count()
    found = [
        asyncio.run(sent_at(site.port, [record(address) for _n in range(A_SECOND * SECONDS)]))
        for _window in range(windows)
    ]
    every = A_SECOND * SECONDS * windows
    late = p95([one.spent for one in found])
    size = len(record(address)) / 1000
    row(f"{A_SECOND} a second for {SECONDS} s, {size:.0f} kB each", spread([one.spent for one in found]))
    row("  p95", f"{late:.0f} ms", "< 200 ms at >= 50 a second", late < 200)
    kept_all(form, before, every, sum(one.statuses.get(201, 0) for one in found))


async def sent_at(port: int, requests: list[bytes]) -> Drive:
    """Each request on a connection of its own at its moment; waiting in a queue counts as time."""
    found = Drive()

    async def one(number: int, request: bytes) -> None:
        moment = began + number / A_SECOND
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        status, _body = await read_answer(reader)
        found.spent.append((time.perf_counter() - moment) * 1000)
        found.statuses[status] = found.statuses.get(status, 0) + 1
        writer.close()

    began = time.perf_counter() + 0.1
    await asyncio.gather(*(one(number, request) for number, request in enumerate(requests)))
    found.seconds = time.perf_counter() - began
    return found


def pushed(site: Site, windows: int, address: str, form: Any, clients: int, count: int) -> None:
    """As many as go through with so many phones at once, then all of the last window again."""
    before, found, again, used = form.submissions.count(), [], [], 0.0
    for _window in range(windows):
        requests = [record(address) for _n in range(count)]
        began = site.cpu()
        found.append(drive(site.port, requests, clients))
        used += site.cpu() - began
        again.append(drive(site.port, requests, clients))
    rates = [one.rate(201) for one in found]
    row(f"{clients} phones: per second", f"{min(rates):.0f}-{max(rates):.0f}", ">= 50", min(rates) >= 50)
    row("  time to the answer", spread([one.spent for one in found]))
    # What a busy machine cannot blur: one core gives a thousand of these milliseconds a second.
    row("  processor time of the site, each", f"{used / (count * windows) * 1000:.1f} ms")
    row("  the same records again, times as many", ratio([one.rate(201) for one in again], rates))
    kept_all(form, before, count * windows, sum(one.statuses.get(201, 0) for one in found))


def kept_all(form: Any, before: int, sent: int, acknowledged: int) -> None:
    """What was answered is there, once, with its ledger row."""
    from samleng.kit.ledger.models import Entry

    rows = form.submissions.count()
    told = Entry.objects.filter(verb="forms.send", facts__form=str(form.pk)).count()
    whole = acknowledged == sent == rows - before and told == rows
    row(
        "  acknowledged, rows, ledger rows in all",
        f"{acknowledged}, {rows - before}, {told}",
        f"{sent}, {sent}, {rows}",
        whole,
    )
