"""Cases of one kind go to a plan together, in words that point at nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from samleng.answers.cases.models import Case, Cluster
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import changed, refuse_unapproved, require_case, told, words_of, write_step
from samleng.answers.cases.wording import refuse
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied, require
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb

# Sealed cases speak only in company: one fewer, and a village could guess who.
FEWEST_SEALED = 6


@verb
def gather(*, by: Actor, office: Office, place: Place, cases: Iterable[Case], words: str) -> Cluster:
    """Put cases together as evidence for the plan of a place, in the office's own words.

    Sealed cases count six or more together, each with a wording its reporter approved.
    """
    require(by, "cases.triage", owner=office.owner_key)
    chosen = list({one.pk: one for one in cases}.values())
    if not chosen:
        refuse(Misstep("nothing", "cases"))
    for case in chosen:
        require_case(by, "cases.triage", case)
        if case.office_id != office.pk or place.pk not in case.place.ancestor_ids:
            raise Denied
    refuse_few(chosen)
    cluster = Cluster.objects.create(
        office=office, place=place, words=words_of(words), by=by.key,
        people=sum(one.reports for one in chosen),
    )  # fmt: skip
    cluster.cases.set(chosen)
    facts = {"cases": len(chosen), "place": place.pk}
    record(by=by, verb="cases.gather", thing=cluster, owner=office.owner_key, facts=facts, tell=())
    return cluster


def refuse_few(cases: list[Case]) -> None:
    """Refuse too few sealed cases, and sealed ones whose reporters let no wording go."""
    sealed = [one for one in cases if one.sealed]
    if sealed and sum(one.reports for one in sealed) < FEWEST_SEALED:
        refuse(Misstep("too_few", "cases"))
    for case in sealed:
        refuse_unapproved(case, "cases")


@verb
def take_back(*, by: Actor, cluster: Cluster) -> Cluster:
    """The office takes a cluster back; plans that took it up keep their promise."""
    require(by, "cases.triage", owner=cluster.office.owner_key)
    cluster.withdrawn_at = cluster.withdrawn_at or timezone.now()
    cluster.save(update_fields=["withdrawn_at"])
    record(by=by, verb="cases.take_back", thing=cluster, owner=cluster.office.owner_key, tell=())
    return cluster


@verb
def promised(*, by: Actor, case: Case, code: str = "promised") -> Case:
    """A plan has taken the case up, or the promise made of it was kept: its reporters read it here.

    Called by plans and by whoever tells people that a promise was confirmed; they have asked for permission.
    """
    step = write_step(by, case, code)
    changed(case)
    told(by, case, code, step)
    return case
