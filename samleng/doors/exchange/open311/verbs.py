"""Keys of other systems that send reports: given to an office or a programme, taken back at any time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.verbs.receiving import Received
from samleng.doors.exchange.models import ApiKey, OutsideSystem, Posting
from samleng.doors.exchange.open311.trail import Trail
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.rules import REGISTRY
from samleng.ground.people.sealing import fresh_token, token_hash
from samleng.kit.commit.asking import Question, Things
from samleng.kit.commit.rows import put
from samleng.kit.ledger.permission import Denied, require
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


def keepers(owner: Office | Programme) -> tuple[str, ...]:
    """In whose name keys are given: the office's or programme's own, and of an office the register's."""
    return (owner.owner_key, REGISTRY) if isinstance(owner, Office) else (owner.owner_key,)


@verb
def give_key(
    *, by: Actor, owner: Office | Programme, label: str, sends: bool = True, answers: bool | None = None,
    system: OutsideSystem | None = None,
) -> Given:  # fmt: skip
    """Give another system a key by which it speaks in the name of an office or a programme.

    `sends`: reports, and news of them. `answers`: it moves the cases in the office's hands, as its officers
    do; unless it is said, an office's key may and a programme's has nothing to move. `system`: the office's
    own system whose key it is.
    """
    require(by, "exchange.give_key", owner=keepers(owner))
    label = clean(label)
    of_office = isinstance(owner, Office)
    answers = of_office if answers is None else answers
    if answers and not of_office:
        raise Refusal(_("A programme has no cases that could be moved."), field="answers")
    if not sends and not answers:
        raise Refusal(
            _("This key would open nothing."), field="sends", remedy=_("Tick at least one thing it may do.")
        )
    if system is not None and (not isinstance(owner, Office) or system.office_id != owner.pk):
        raise Denied
    if not label or len(label) > LONGEST_LABEL:
        raise Refusal(
            _("Say in at most eighty letters which system the key is for."),
            field="label",
            remedy=_("For example the name of the city's own site."),
        )
    token = fresh_token()
    whose = {"office": owner} if isinstance(owner, Office) else {"programme": owner}
    key = ApiKey.objects.create(
        token_hash=token_hash(token), label=label, sends=sends, answers=answers, system=system, **whose
    )
    facts = {"sends": sends, "answers": answers, "system": str(system.pk) if system else ""}
    record(by=by, verb="exchange.give_key", thing=key, owner=owner.owner_key, facts=facts, tell=())
    return Given(key=key, token=token)


@verb
def revoke_key(*, by: Actor, key: ApiKey) -> ApiKey:
    """The other system sends no more, or its key is lost: it opens nothing from now on."""
    require(by, "exchange.give_key", owner=keepers(key.owner))
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(by=by, verb="exchange.revoke_key", thing=key, owner=key.owner_key, tell=())
    return key


def key_of(token: str) -> ApiKey | None:
    """The live key with this token, or None; the day it is used is noted."""
    if not token or "\x00" in token:
        return None
    key = keys_with.first(token_hash(token))
    today = timezone.localdate()
    if key is not None and key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


def reference_of(key: ApiKey, theirs: str) -> str:
    """The number that a report got which came under the other system's own number; "" for one that is new."""
    row = postings.first(key.pk, theirs) if theirs else None
    return str(row[0]) if row else ""


def taken_in(*, key: ApiKey, theirs: str, trail: Trail, received: Received) -> Posting:
    """The report came by this key; in the transaction that takes it in. What the ledger says of it, the
    report's own verb writes."""
    posting = Posting(
        key=key, theirs=theirs, trail=trail, reference=received.case.reference, report=received.report
    )
    put([posting])
    return posting


# Asked for every report of another system.
keys_with: Things[ApiKey] = Things(lambda hashed: ApiKey.objects.live().filter(token_hash=hashed))
postings = Question(
    lambda key, theirs: Posting.objects.filter(key=key, theirs=theirs).values_list("reference")
)
