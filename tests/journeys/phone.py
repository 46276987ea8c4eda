"""A phone in a process of its own: it sends lines and says which were acknowledged. Killed at any moment.

`python -m tests.journeys.phone build` makes the world and a running card; `send SEED COUNT` sends the
COUNT lines that follow from SEED and prints each uid once its commit is done; `count` tells how many
lines stand and what they come to; `photos SEED COUNT` lays that many pictures beside the card and prints
each one's hash once it is acknowledged; `door` signs a browser in and says which card it holds; `enrol`
says what an enrolled phone keeps, `files` what has become of the files it sent. Where
PHONE_STOP names a file, a phone goes on at a finger's pace and puts itself away, its last word said, as
soon as that file is there.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def put_away() -> bool:
    """Whether somebody has laid the file that tells the phone to stop; if that may happen, after a pause."""
    stop = os.environ.get("PHONE_STOP")
    if stop:
        time.sleep(0.01)
    return bool(stop) and os.path.exists(stop)


def lines(seed: int, count: int) -> list[dict[str, object]]:
    """The same seed gives the same lines with the same uids: a phone that sends again after a crash."""
    chance = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {
            "uid": str(uuid.UUID(int=chance.getrandbits(128))),
            "kind": "person",
            "body": {"number": n % 400 + 1, "sex": "female", "band": "15-30"},
            "written_at": (start + timedelta(seconds=n)).isoformat(),
        }
        for n in range(count)
    ]


def build() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.world import build as build_world

    print(build_world().running_card().pk)


def send(seed: int, count: int) -> None:
    from samleng.ground.people.models import Person
    from samleng.voices.scorecards.models import Scorecard
    from samleng.voices.scorecards.verbs.writing import write

    card = Scorecard.objects.get()
    by = Person.objects.get(name="សុភា").acting()
    for line in lines(seed, count):
        if put_away():
            return
        write(by=by, scorecard=card, lines=[line])
        print(line["uid"], flush=True)


def count() -> None:
    from samleng.kit.ledger.models import Entry
    from samleng.voices.scorecards.models import Line, Scorecard
    from samleng.voices.scorecards.pinned import folded

    told = [
        uid for entry in Entry.objects.filter(verb="scorecards.write_line") for uid in entry.facts["lines"]
    ]
    print(
        json.dumps(
            {
                "uids": [str(uid) for uid in Line.objects.values_list("uid", flat=True)],
                "told": told,
                "people": len(persons := folded(Scorecard.objects.get()).people),
                "persons": sorted(persons),
            }
        )
    )


def photos(seed: int, count: int) -> None:
    import io

    from PIL import Image

    from samleng.ground.people.models import Person
    from samleng.kit.media.verbs import keep
    from samleng.voices.scorecards.models import Scorecard
    from samleng.voices.scorecards.verbs.writing import add_photo

    card = Scorecard.objects.get()
    by = Person.objects.get(name="សុភា").acting()
    chance = random.Random(seed)
    for _n in range(count):
        if put_away():
            return
        file = io.BytesIO()
        Image.frombytes("RGB", (40, 40), chance.randbytes(4800)).save(file, "PNG")
        blob = keep(by=by, file=file.getvalue(), kind="photo", owner=card.owner_key)
        add_photo(by=by, scorecard=card, blob=blob)
        print(blob.sha256, flush=True)


def door() -> None:
    from django.conf import settings
    from django.test import Client

    from samleng.ground.people.models import Person
    from samleng.voices.scorecards.models import Scorecard

    browser = Client()
    sophea = Person.objects.get(name="សុភា")
    browser.force_login(sophea, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    session = browser.cookies[name].value
    print(json.dumps({"cookie": name, "session": session, "card": str(Scorecard.objects.get().pk)}))


def enrol() -> None:
    from samleng.ground.people.models import Person
    from samleng.ground.people.verbs import keys
    from samleng.kit.ledger.rules import SYSTEM
    from samleng.voices.scorecards.models import Scorecard

    slip = keys.enrol(by=SYSTEM, person=Person.objects.get(name="សុភា"))
    token = keys.open_enrolment(code=slip.code, pin=slip.pin).token
    print(json.dumps({"token": token, "card": str(Scorecard.objects.get().pk)}))


def files() -> None:
    from samleng.kit.media.models import Upload
    from samleng.voices.scorecards.models import Photo, Recording

    laid = [one.blob for table in (Photo, Recording) for one in table.objects.select_related("blob")]
    print(
        json.dumps(
            {
                "uploads": {
                    str(one.uid): [one.state, one.blob.source_sha256 if one.blob else ""]
                    for one in Upload.objects.select_related("blob")
                },
                "laid": sorted(blob.source_sha256 for blob in laid),
            }
        )
    )


if __name__ == "__main__":
    import django

    django.setup()
    words = {"build": build, "send": send, "count": count, "photos": photos, "door": door}
    words |= {"enrol": enrol, "files": files}
    words[sys.argv[1]](*map(int, sys.argv[2:]))
