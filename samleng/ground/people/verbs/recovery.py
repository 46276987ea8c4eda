"""A forgotten PIN: the key of what lies on a phone is given back to its owner."""

from __future__ import annotations

import json

from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.site_key import NotForUs, open_sealed
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb


@verb
def recover_phone(*, by: Actor, sealed: str) -> str:
    """The key of what lies on a person's phone, opened again for them alone; on record, each time.

    `sealed` is the copy the phone made for the site: {"person", "key"}. Denied for anybody else's.
    """
    try:
        copy = json.loads(open_sealed(sealed))
    except (NotForUs, ValueError):
        copy = None
    if not isinstance(copy, dict) or by.key != f"person:{copy.get('person')}":
        raise Denied
    person = Person.objects.get(pk=copy["person"])
    record(by=by, verb="people.recover_phone", thing=person, tell=())
    return str(copy["key"])
