"""What shows that a promise was kept, as everybody may see it: only what somebody looked at and let go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from samleng.answers.actions.models import Action, Proof
from samleng.insight.disclosure.reading import publishing
from samleng.insight.evidence.models import PromiseFact, PromiseSpot
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import open_small
from samleng.kit.words.refusals import Refusal

MARK = "SAMPLE"
# The newest few of each promise; a page of promises stays light.
MOST = 4


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture, or the first page of a paper, that shows a step of a promise."""

    id: int
    paper: bool
    on: date


@dataclass(frozen=True, kw_only=True)
class Released:
    """A proof that may be served now: its file, and what is drawn over it where all is invented."""

    blob: Blob
    mark: str
    at: datetime | None

    def picture(self) -> bytes | None:
        """The small picture; None where its file is gone or cannot be drawn."""
        try:
            return open_small(self.blob, self.mark)
        except Refusal:
            return None


def shown_of(action_ids: Collection[UUID]) -> dict[UUID, tuple[Shown, ...]]:
    """The newest released proofs of these promises. The promises themselves are public already."""
    rows = Proof.objects.filter(step__action_id__in=list(action_ids), shown=True, blob__erased_at=None)
    found: dict[UUID, tuple[Shown, ...]] = {}
    for pk, action, kind, on in rows.order_by("-step__on", "-pk").values_list(
        "pk", "step__action_id", "blob__media_type", "step__on"
    ):
        before = found.get(action, ())
        if len(before) < MOST:
            found[action] = (*before, Shown(id=pk, paper=kind == "application/pdf", on=on))
    return found


def released_proof(proof_id: int) -> Released | None:
    """The proof if everyone may see it now: let go, not erased, of a promise that is itself public."""
    proof = (
        Proof.objects.filter(pk=proof_id, shown=True, blob__erased_at=None)
        .select_related("blob", "step__action__programme", "step__action__facility")
        .first()
    )
    if proof is None:
        return None
    action = proof.step.action
    facts = PromiseFact.objects.filter(pk=action.pk, settled=True, programme_id__in=publishing())
    if not facts.exists():
        return None
    return Released(blob=proof.blob, mark=mark_of(action), at=proof.shown_at)


def mark_of(action: Action) -> str:
    """What is drawn over a picture of this promise: SAMPLE where its programme or facility is invented."""
    sample = action.programme.sample or bool(action.facility and action.facility.sample)
    return MARK if sample else ""


def proofs_moved(
    places: Collection[int], facility_id: UUID | None = None
) -> tuple[datetime | int | None, ...]:
    """Changes whenever a proof of a promise on these pages is let go, taken back or erased."""
    here = PromiseSpot.objects.filter(place_id__in=list(places)).values("fact_id")
    about = Q(step__action_id__in=here)
    if facility_id:
        about |= Q(step__action__facility=facility_id)
    kept = Count("pk", filter=Q(shown=True, blob__erased_at=None))
    found = Proof.objects.filter(about, shown_at__isnull=False).aggregate(at=Max("shown_at"), n=kept)
    return (found["at"], found["n"])
