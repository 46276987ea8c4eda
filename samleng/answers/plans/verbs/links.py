"""A one-use link by which an action's owner without an account says how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from samleng.answers.actions.models import Action, Step
from samleng.answers.actions.rules import Misstep
from samleng.answers.actions.steps import require_part_in
from samleng.answers.actions.verbs import following
from samleng.answers.plans.models import UpdateLink
from samleng.answers.plans.rules import LINK_DAYS, Bearer, hashed, new_token
from samleng.answers.plans.verbs.meeting import refuse
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.rules import Brought, photo_or_scan
from samleng.kit.media.verbs import keep


@verb
def give_link(*, by: Actor, action: Action, days: int = LINK_DAYS) -> UpdateLink:
    """Make a one-use link for the action's owner; earlier unused ones stop working.

    Its `token` attribute is readable on this answer only: the database keeps a hash.
    """
    action = Action.objects.with_context().select_for_update(of=("self",)).get(pk=action.pk)
    require_part_in(by, "plans.give_link", action)
    now = timezone.now()
    withdraw_links(action)
    token = new_token()
    link = UpdateLink.objects.create(
        action=action, token_hash=hashed(token), expires_at=now + timedelta(days=days)
    )
    record(
        by=by,
        verb="plans.give_link",
        thing=action,
        owner=action.owner_key,
        facts={"link": str(link.pk), "expires_at": link.expires_at.isoformat()},
        tell=(),
    )
    link.token = token  # type: ignore[attr-defined]
    return link


def withdraw_links(action: Action) -> None:
    """Unused links of the action work no longer."""
    unused = UpdateLink.objects.filter(action=action, used_at=None, withdrawn_at=None)
    unused.update(withdrawn_at=timezone.now())


def find_link(token: str) -> UpdateLink:
    """The link of a token, used or not; Refusal when there is none."""
    links = UpdateLink.objects.select_related(
        "action__framework", "action__programme", "action__place__kind", "action__office"
    )
    link = links.filter(token_hash=hashed(token)).first()
    if link is None:
        refuse(Misstep("link_gone"))
    return link


def check_link(link: UpdateLink) -> UpdateLink:
    """The link if it still works now; Refusal says why not."""
    if link.used_at is not None:
        refuse(Misstep("link_used"))
    if link.withdrawn_at is not None:
        refuse(Misstep("link_gone"))
    if link.expires_at <= timezone.now():
        refuse(Misstep("link_old"))
    return link


def update_by_link(
    *,
    token: str,
    what: str,
    status: str = "",
    percent: int | None = None,
    note: str = "",
    photos: Sequence[Brought] = (),
    on: date | None = None,
    request: UUID | None = None,
    via: str = "link",
) -> Step:
    """Report "progress" or "claim" by a link, once. Sent again with the same `request`: the same answer."""
    link = find_link(token)
    bearer = Bearer(
        key=f"link:{link.pk}",
        owner=f"link:{link.pk}",
        via=via,
        offices=frozenset(link.action.office_keys),
    )
    given = {"what": what, "status": status, "percent": percent, "note": note}
    sent: Any = use_link  # `request` is taken by the mark of a verb, which types cannot say
    step: Step = sent(by=bearer, request=request, link=link, photos=list(photos), on=on, **given)
    return step


@verb
def use_link(
    *,
    by: Actor,
    link: UpdateLink,
    what: str,
    status: str,
    percent: int | None,
    note: str,
    photos: Sequence[Brought],
    on: date | None,
) -> Step:
    """Spend the link and write the step, both or neither; of two people at once one wins."""
    now = timezone.now()
    fresh = UpdateLink.objects.filter(pk=link.pk, used_at=None, withdrawn_at=None, expires_at__gt=now).update(
        used_at=now
    )
    if not fresh:
        check_link(UpdateLink.objects.get(pk=link.pk))
        refuse(Misstep("link_used"))
    action = link.action
    proofs = [
        keep(by=by, file=photo, kind=photo_or_scan(photo.data), owner=action.owner_key, field="photos")
        for photo in photos
    ]
    if what == "claim":
        step: Step = following.claim(by=by, action=action, proofs=proofs, reason=note, on=on)
    elif what == "progress":
        step = following.report_progress(
            by=by, action=action, status=status, percent=percent, note=note, proofs=proofs, on=on
        )
    else:
        refuse(Misstep("link_verb", "what"))
    return step
