"""Past public requests of other systems (CSV, packed or not, XLSX), read as a mapping says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.rules.former import ENDED
from samleng.doors.exchange.guards import check_size
from samleng.doors.exchange.models import Former
from samleng.doors.exchange.past.mapping import Past, read_mapping
from samleng.doors.exchange.past.rows import Found, Ground, Reader
from samleng.doors.exchange.past.verbs import take_in_part
from samleng.doors.exchange.report import Progress, Report, in_order, take_in
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.offices.routing import responders
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.insight.disclosure.categories import may_be_public
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

# So many are written at once: what a stop in the middle loses.
TOGETHER = 500


def import_reports(
    *,
    by: Actor,
    path: Path | str,
    mapping: Path | str,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take over another system's published requests as cases; the same file again adds nothing.

    Bad rows raise Refusals before anything is written, or with `only_good` are the report's `rejected`. What
    is sound is written part by part, so that it can be stopped, and started again goes on.
    """
    path, past = Path(path), read_mapping(mapping)
    check_size(path)

    def work() -> Report:
        reader = Reader(past, ground_of(past))
        found = reader.read(path)
        load = Load(by, past, reader.ground)
        owned = load.routed(reader, found)
        if reader.rejected and not (only_good and owned):
            raise Refusals(in_order(reader.rejected))
        load.take(owned, progress)
        return load.told(reader)

    return take_in(kind="reports", by=by, path=path, work=work, dry_run=dry_run, in_parts=True)


def ground_of(past: Past) -> Ground:
    """What the mapping names of this site; Refusals for what there is not."""
    faults: list[Refusal] = []
    catalogue = CatalogueVersion.objects.current()
    if catalogue is None:
        raise Refusal(
            _("No channel is open here yet."), field="mapping: categories",
            remedy=_("Load one first, with: samleng import channels"), code="missing",
        )  # fmt: skip
    office = Office.objects.select_related("kind").filter(code=past.office).first() if past.office else None
    if past.office and office is None:
        faults.append(lacking("office", past.office, _("Write the code of an office that is registered.")))
    elif office is not None and Vault.objects.of(office, "cases") is None:
        faults.append(keyless("mapping: office", office))
    place = Place.objects.current().select_related("kind").filter(code=past.place).order_by("-level").first()
    if past.place and place is None:
        faults.append(lacking("place", past.place, _("Write the code of a place.")))
    open_ones = {one.code: one for one in catalogue.catalogue.categories if takes(catalogue, one)}
    for code in sorted(set(past.categories.values()) - set(open_ones)):
        remedy = filled(_("Use one of: %(choices)s."), choices=", ".join(open_ones) or "–")
        faults.append(lacking("categories", code, remedy))
    if faults:
        raise Refusals(faults)
    return Ground(
        catalogue=catalogue, categories=open_ones, office=office, place=place if past.place else None
    )


def takes(catalogue: CatalogueVersion, category: Category) -> bool:
    """Whether requests may come in under it: public, with a clock."""
    return (
        category.public
        and may_be_public(category)
        and not category.only_referral
        and catalogue.catalogue.profile_of(category) is not None
    )


def lacking(name: str, code: str, remedy: Any) -> Refusal:
    return Refusal(
        filled(_("There is none with the code “%(code)s”."), code=code),
        field=f"mapping: {name}", remedy=remedy, code="missing",
    )  # fmt: skip


def keyless(where: str, office: Office, row: int | None = None) -> Refusal:
    return Refusal(
        filled(_("The office %(code)s has no keys yet, to which words are sealed."), code=office.code),
        field=where, row=row, remedy=_("Open its keys first."), code="no_vault",
    )  # fmt: skip


class Load:
    """One file on its way into the database, part by part."""

    def __init__(self, by: Actor, past: Past, ground: Ground) -> None:
        self.by, self.past, self.ground = by, past, ground
        self.report = Report(kind="reports")
        self.states: Counter[str] = Counter()
        self.answering: dict[tuple[str, int], Office | None] = {}
        self.services = {one.code: one for one in Service.objects.select_related("sector")}

    def routed(self, reader: Reader, found: Iterable[Found]) -> list[tuple[Office, Found]]:
        """Each request with the office whose it is; where nobody is named, that is told at its row."""
        owned: list[tuple[Office, Found]] = []
        for one in found:
            office = self.ground.office or self.answers(one)
            if office is not None:
                owned.append((office, one))
                continue
            reader.rejected.append(
                Refusal(
                    _("No office answers for this here, or it has no keys yet."),
                    field=reader.table.labels.get("category", "category"),
                    row=one.row,
                    code="closed_channel",
                    remedy=_("Give an office the duty and its keys, or name an office in the mapping."),
                )
            )
        return owned

    def answers(self, one: Found) -> Office | None:
        """Who answers for the category in the place, by the duties of today; looked up once for both."""
        former = one.former
        key = (former.category, former.place.pk)
        if key not in self.answering:
            service = self.services.get(self.ground.categories[former.category].service)
            offices = responders(former.category, service, former.place, None, timezone.localdate())
            self.answering[key] = next((o for o in offices if Vault.objects.of(o, "cases")), None)
        return self.answering[key]

    def take(self, owned: Sequence[tuple[Office, Found]], progress: Progress | None) -> None:
        for start in range(0, len(owned), TOGETHER):
            part = owned[start : start + TOGETHER]
            numbers = [one.theirs for _office, one in part]
            known = set(
                Former.objects.filter(source=self.past.source, theirs__in=numbers).values_list(
                    "theirs", flat=True
                )
            )
            by_office: dict[Office, list[Found]] = defaultdict(list)
            for office, one in part:
                if one.theirs not in known:
                    by_office[office].append(one)
            for office, some in by_office.items():
                take_in_part(
                    by=self.by,
                    source=self.past.source,
                    office=office,
                    catalogue=self.ground.catalogue,
                    part=some,
                )
                self.report.loaded += len(some)
                self.states.update("ended" if one.former.state in ENDED else "open" for one in some)
            self.report.unchanged += len(known)
            if progress:
                progress(start + len(part), len(owned))

    def told(self, reader: Reader) -> Report:
        self.report.rejected = in_order(reader.rejected)
        self.report.counts = {
            "rows": reader.rows,
            "open": self.states["open"],
            "ended": self.states["ended"],
            "refused": len({one.row for one in reader.rejected}),
        }
        return self.report
