"""Keys of other systems that send reports: given to an office or a programme, taken back at any time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.models import ApiKey
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.sealing import fresh_token, token_hash
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean

LONGEST_LABEL = 80


@dataclass(frozen=True, kw_only=True)
class Given:
    """A key to hand over now: its token is nowhere else."""

    key: ApiKey
    token: str


@verb
def give_key(*, by: Actor, owner: Office | Programme, label: str) -> Given:
    """Give another system a key by which it sends reports in the name of an office or a programme."""
    require(by, "exchange.give_key", owner=owner.owner_key)
    label = clean(label)
    if not label or len(label) > LONGEST_LABEL:
        raise Refusal(
            _("Say in at most eighty letters which system the key is for."),
            field="label",
            remedy=_("For example the name of the city's own site."),
        )
    token = fresh_token()
    whose = {"office": owner} if isinstance(owner, Office) else {"programme": owner}
    key = ApiKey.objects.create(token_hash=token_hash(token), label=label, **whose)
    record(by=by, verb="exchange.give_key", thing=key, owner=owner.owner_key, tell=())
    return Given(key=key, token=token)


@verb
def revoke_key(*, by: Actor, key: ApiKey) -> ApiKey:
    """The other system sends no more, or its key is lost: it opens nothing from now on."""
    require(by, "exchange.give_key", owner=key.owner_key)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(by=by, verb="exchange.revoke_key", thing=key, owner=key.owner_key, tell=())
    return key


def key_of(token: str) -> ApiKey | None:
    """The live key with this token, or None; the day it is used is noted."""
    if not token or "\x00" in token:
        return None
    key = (
        ApiKey.objects.live()
        .select_related("office", "programme")
        .filter(token_hash=token_hash(token))
        .first()
    )
    today = timezone.localdate()
    if key is not None and key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key
