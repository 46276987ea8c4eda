"""What became of a file that was taken in, for people, for machines and for the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from samleng.doors.exchange.models import ImportBatch
from samleng.ground.offices.models import Programme
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal

Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class Report:
    """How much was loaded or already there, every refused row with its reason, and what to look at.

    `counts` are further numbers of the kind (rows, matched ...), by name.
    """

    kind: str
    loaded: int = 0
    unchanged: int = 0
    rejected: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False
    batch: UUID | None = None

    def as_json(self) -> dict[str, object]:
        """The report for a machine; sentences in the active language."""
        return {
            "kind": self.kind,
            "dry_run": self.dry_run,
            "loaded": self.loaded,
            "unchanged": self.unchanged,
            "counts": self.counts,
            "rejected": [one.as_json() for one in self.rejected],
            "warnings": [one.as_json() for one in self.warnings],
            "batch": str(self.batch) if self.batch else None,
        }


def take_in(
    *,
    kind: str,
    by: Actor,
    path: Path | str,
    work: Callable[[], Report],
    dry_run: bool = False,
    filename: str = "",
    in_parts: bool = False,
) -> Report:
    """Do an import as one whole and keep its report; a dry run does all of it and then undoes it.

    `filename` is what its sender called the file, where the path says something else. `in_parts` is work
    that commits as it goes, so that it can be stopped and goes on.
    """
    with nullcontext() if in_parts and not dry_run else transaction.atomic():
        report = work()
        report.dry_run = dry_run
        if dry_run:
            transaction.set_rollback(True)
        else:
            _keep(report, kind, by, Path(path), filename)
    return report


def _keep(report: Report, kind: str, by: Actor, path: Path, filename: str) -> None:
    digest = sha256(path)
    refused = [in_every_language(one) for one in report.rejected]
    warnings = [in_every_language(one) for one in report.warnings]
    last = ImportBatch.objects.filter(kind=kind, owner=by.owner, sha256=digest).order_by("-at").first()
    if last and not report.loaded and (last.refused, last.warnings) == (refused, warnings):
        # The same file again changed nothing, so there is nothing new to tell.
        report.batch = last.pk
        return
    batch = ImportBatch.objects.create(
        kind=kind,
        owner=by.owner,
        filename=(filename or path.name)[:200],
        sha256=digest,
        loaded=report.loaded,
        unchanged=report.unchanged,
        refused=refused,
        warnings=warnings,
        by=by.key,
    )
    report.batch = batch.pk


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_every_language(refusal: Refusal) -> dict[str, object]:
    """A refusal as kept: message and remedy in every language of the site, so that each reader has theirs."""
    kept: dict[str, object] = {"row": refusal.row, "field": refusal.field, "code": refusal.code}
    for part in ("message", "remedy"):
        said = {}
        for tag, _name in settings.LANGUAGES:
            with override(tag):
                said[tag] = str(getattr(refusal, part))
        kept[part] = said
    return kept


def in_order(refusals: Iterable[Refusal]) -> list[Refusal]:
    """As the rows stand in the file; what concerns the whole file first."""
    return sorted(refusals, key=lambda refusal: refusal.row or 0)


def needed(programme: Programme | None) -> Programme:
    """The programme a list is taken into, or a Refusal where nobody named one."""
    if programme is None:
        raise Refusal(
            _("For which programme is this list?"),
            field="--programme",
            code="missing",
            remedy=_("Name the programme's code."),
        )
    return programme
