"""What phones leave at a site's door, from a process of its own.

`python -m tests.journeys.left world PHONES CARDS` builds the world with as many running cards and as many
phones, whose tokens are "phone-0" and on, and prints the cards' ids; `kept` opens what lies in parcels and
tells what is there.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def world(phones: int, cards: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from samleng.ground.people.models import Device
    from samleng.ground.people.sealing import token_hash
    from tests.world import build

    built = build()
    for n in range(phones):
        Device.objects.create(person=built.sophea, token_hash=token_hash(f"phone-{n}"), label="phone")
    print(json.dumps([str(built.running_card().pk) for _n in range(cards)]))


def kept() -> None:
    from samleng.kit.ledger.models import Entry
    from samleng.voices.scorecards.models import Line, Parcel
    from samleng.voices.scorecards.verbs.opening import open_card

    for card in set(Parcel.objects.waiting().values_list("scorecard_id", flat=True)):
        open_card(card)
    told = [entry.facts["parcel"] for entry in Entry.objects.filter(verb="scorecards.deliver")]
    found = {
        "parcels": [str(uid) for uid in Parcel.objects.values_list("uid", flat=True)],
        "told": told,
        "unopened": Parcel.objects.filter(opened_at=None).count(),
        "lines": [str(uid) for uid in Line.objects.values_list("uid", flat=True)],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    import django

    django.setup()
    {"world": world, "kept": kept}[sys.argv[1]](*map(int, sys.argv[2:]))
