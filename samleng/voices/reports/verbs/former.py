"""Reports that another system heard and published before: written down as they were, told to nobody."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.sealing.rules import Reader, fresh_keypair
from samleng.kit.sealing.verbs import seal_many
from samleng.voices.reports.models import Report
from samleng.voices.reports.rules.filing import PUBLIC, Filing, Point, Unfit
from samleng.voices.reports.verbs.hearing import said
from samleng.voices.reports.wording import refused


@dataclass(frozen=True, kw_only=True, repr=False)
class FormerReport:
    """What another system kept of one report. `words` are sealed; what it published stands with the case."""

    category: str
    place: Place
    point: Point | None
    heard_at: datetime
    language: str
    words: str = ""


@verb
def hear_former(
    *, by: Actor, office: Office, reader: Reader, catalogue: CatalogueVersion, former: Sequence[FormerReport]
) -> list[Report]:
    """Keep reports of another system in their order; words that it did not publish are sealed as always.

    Nobody holds a receipt for them: their look-ups and keys are drawn and thrown away. Whoever calls this
    writes the ledger's row, one for each case.
    """
    require(by, "exchange.import", owner=office.owner_key)
    reports = [written(by, catalogue, one, sample=office.sample) for one in former]
    wordy = [(report, one) for report, one in zip(reports, former, strict=True) if one.words]
    sealed = seal_many([(said(filing_of(one)), (reader, report.reader)) for report, one in wordy])
    for (report, _one), words in zip(wordy, sealed, strict=True):
        report.words = words
    return Report.objects.bulk_create(reports, batch_size=200)


def written(by: Actor, catalogue: CatalogueVersion, one: FormerReport, *, sample: bool) -> Report:
    category, point = category_of(catalogue, one.category), one.point
    return Report(
        catalogue=catalogue, category=one.category, kind=category.kind, exposure=PUBLIC, place=one.place,
        latitude=point.latitude if point else None, longitude=point.longitude if point else None,
        door=by.via, language=one.language, heard_at=one.heard_at,
        lookup=os.urandom(32).hex(), public_key=fresh_keypair().public, digest=os.urandom(32).hex(),
        sample=sample,
    )  # fmt: skip


def category_of(catalogue: CatalogueVersion, code: str) -> Category:
    found = catalogue.catalogue.category(code)
    if found is None:
        raise refused(Unfit("category", "category"))
    return found


def filing_of(one: FormerReport) -> Filing:
    return Filing(
        category=one.category, exposure=PUBLIC, receipt="", language=one.language, words=one.words
    )  # fmt: skip
