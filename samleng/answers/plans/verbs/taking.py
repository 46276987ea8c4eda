"""What people reported becomes a promise: a case or a cluster is taken up, and its reporters hear the end."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from samleng.answers.actions.rules import Misstep
from samleng.answers.cases.models import Case, Cluster
from samleng.answers.cases.rules.story import MERGED
from samleng.answers.cases.steps import locked as held_case
from samleng.answers.cases.verbs.clustering import promised
from samleng.answers.plans.models import PlanItem, TakenUp
from samleng.answers.plans.verbs.meeting import refuse
from samleng.answers.plans.verbs.planning import locked, require_on
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb

KEPT, DROPPED = "kept", "dropped"
# The step by which reporters read it on their own page.
STEPS = {KEPT: "promise_kept", DROPPED: "promise_dropped"}


@verb
def take_up(
    *, by: Actor, item: PlanItem, case: Case | None = None, cluster: Cluster | None = None
) -> TakenUp:
    """Let an action of the plan answer a public case or a cluster; every reporter of it is told so.

    Taken up again it stays as it is. A sealed case comes into a plan in a cluster only, where its reporters
    let their wording go and are six or more.
    """
    plan = locked(item.plan)
    require_on(by, "plans.agree", plan)
    if (case is None) == (cluster is None):
        refuse(Misstep("one_thing", "voice"))
    thing = case or cluster
    if thing is None or plan.place_id not in thing.place.ancestor_ids:
        raise Denied
    if case is not None and (case.sealed or case.state == MERGED):
        raise Denied
    if cluster is not None and cluster.withdrawn_at is not None:
        refuse(Misstep("taken_back", "voice"))
    if item.action.stopped_on is not None:
        refuse(Misstep("finished", "action"))
    kept, made = TakenUp.objects.get_or_create(action=item.action, case=case, cluster=cluster)
    if made:
        facts = {"action": str(item.action_id), "thing": thing._meta.label_lower, "id": str(thing.pk)}
        record(by=by, verb="plans.take_up", thing=plan, owner=plan.owner_key, facts=facts)
        for one in cases_in(kept):
            promised(by=by, case=one)
    return kept


def cases_in(taken: TakenUp) -> Iterable[Case]:
    """The cases behind it as they are now, each once; of those that were joined, the one they went to."""
    found = [taken.case] if taken.case else list(taken.cluster.cases.all()) if taken.cluster else []
    ids = set()
    for one in found:
        while one.merged_into is not None:
            one = one.merged_into
        ids.add(one.pk)
    return [held_case(one) for one in Case.objects.filter(pk__in=ids).order_by("pk")]


def tell_ends(limit: int = 200) -> int:
    """Tell the reporters of what was taken up that the promise was kept, or given up; of how many things.

    Found by their missing mark, so nothing is lost while the worker stands still, and nobody is told twice.
    """
    told = 0
    for pk in list(TakenUp.objects.untold().order_by("at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            waiting = TakenUp.objects.untold().select_for_update(skip_locked=True, of=("self",))
            taken = waiting.select_related("action", "case", "cluster").filter(pk=pk).first()
            if taken is None:
                continue
            taken.told_as = KEPT if taken.action.confirmed_on else DROPPED
            taken.save(update_fields=["told_as"])
            for case in cases_in(taken):
                promised(by=SYSTEM, case=case, code=STEPS[taken.told_as])
            told += 1
    return told
