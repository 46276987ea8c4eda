"""The same town on a site of its own, built in its own process: prints the keys that its offices gave."""

from __future__ import annotations

import json

import django

django.setup()

from samleng.doors.exchange.open311.verbs import give_key  # noqa: E402
from samleng.ground.places.models import Place  # noqa: E402
from samleng.kit.ledger.rules import SYSTEM  # noqa: E402
from tests.town import DUMP_AT, build_town  # noqa: E402

if __name__ == "__main__":
    town = build_town()
    # Where it lies, so that a point is found to be in it.
    Place.objects.filter(pk=town.commune.pk).update(latitude=DUMP_AT.latitude, longitude=DUMP_AT.longitude)
    keys = {"sender": town.shire, "office": town.sweepers}
    print(json.dumps({name: give_key(by=SYSTEM, owner=one, label=name).token for name, one in keys.items()}))
