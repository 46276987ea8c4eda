"""Publishing what people may say here, and entering the numbers of help that only the site knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.channels.folder import FOLDER, Gathered, gathered, has_channels
from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.channels.rules import BadCatalogue, Catalogue
from samleng.ground.frameworks.folder import Unreadable
from samleng.ground.frameworks.verbs import unreadable
from samleng.ground.frameworks.vocabulary import Problem, gettext_noop
from samleng.ground.offices.models import OfficeKind
from samleng.ground.offices.verbs import REGISTRY, checked_phone
from samleng.ground.services.models import Sector, Service
from samleng.ground.services.verbs import name_sector, name_service
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

NO_OFFICE_KIND = gettext_noop("No kind of office has the code “%(code)s”.")
NO_SERVICE = gettext_noop("No service has the code “%(code)s”.")


@verb
def publish_catalogue(*, by: Actor, data: Mapping[str, Any]) -> CatalogueVersion:
    """Publish what people may say here, and put it in force; the same data again is the same version.

    Refusals name every problem by its path in the data. What is under way keeps the version it pinned.
    """
    require(by, "channels.publish", owner=REGISTRY)
    catalogue = checked(data)
    kept, made = CatalogueVersion.objects.get_or_create(
        digest=fingerprint(data),
        defaults={"code": catalogue.code, "version": catalogue.version, "data": dict(data)},
    )
    current = CatalogueVersion.objects.current()
    if not made and current == kept:
        return kept
    name_services(by, catalogue)
    if not made:
        CatalogueVersion.objects.filter(pk=kept.pk).update(in_force_since=timezone.now())
        kept.refresh_from_db()
    record(
        by=by,
        verb="channels.publish_catalogue",
        thing=kept,
        owner="",
        facts={"code": kept.code, "version": kept.version, "digest": kept.digest, "new": made},
        tell=(),
    )
    return kept


def checked(data: Mapping[str, Any]) -> Catalogue:
    """The parsed catalogue, or Refusals with every problem's path as its field."""
    try:
        catalogue = Catalogue.parse(data)
    except BadCatalogue as bad:
        raise Refusals([refusal(problem) for problem in bad.problems]) from bad
    if problems := list(unregistered(catalogue)):
        raise Refusals([refusal(problem) for problem in problems])
    return catalogue


def unregistered(catalogue: Catalogue) -> Iterator[Problem]:
    """Kinds of office and services that the catalogue names and this site does not know."""
    kinds = set(OfficeKind.objects.values_list("code", flat=True))
    ladders = {"ombudsmen": catalogue.ombudsmen}
    ladders |= {f"profiles[{i}].ladder": one.ladder for i, one in enumerate(catalogue.profiles)}
    ladders |= {f"sectors[{i}].ladder": one.ladder for i, one in enumerate(catalogue.sectors)}
    for path, ladder in ladders.items():
        for code in ladder:
            if code not in kinds:
                yield Problem(path, NO_OFFICE_KIND, {"code": code})
    services = {one.code for one in catalogue.services}
    services |= set(Service.objects.values_list("code", flat=True))
    named = [(f"categories[{i}].service", one.service) for i, one in enumerate(catalogue.categories)]
    for i, form in enumerate(catalogue.rating_forms):
        named += [(f"rating_forms[{i}].services", code) for code in form.services]
    for path, code in named:
        if code and code not in services:
            yield Problem(path, NO_SERVICE, {"code": code})


def refusal(problem: Problem) -> Refusal:
    # The template was marked for the catalogue where it stands, in a module that knows no Django.
    return Refusal(
        filled(_(problem.template), **problem.facts),
        field=problem.path,
        remedy=_("Correct the channel's data here and try again."),
        code="catalogue",
    )


def name_services(by: Actor, catalogue: Catalogue) -> None:
    """Make the catalogue's own sectors and services known, so that offices can answer for them.

    What is known already is left alone: only the site itself may change it.
    """
    for sector in catalogue.sectors:
        ladder = list(sector.ladder)
        if not Sector.objects.filter(code=sector.code, name=sector.name, ladder=ladder).exists():
            name_sector(by=by, code=sector.code, name=sector.name, ladder=ladder)
    for one in catalogue.services:
        words, level, many = one.name, one.stands_at, one.serves_many
        same = Service.objects.filter(code=one.code, name=words, stands_at=level, serves_many=many)
        if not same.filter(sector__code=one.sector).exists():
            sector_row = Sector.objects.get(code=one.sector)
            name_service(
                by=by, code=one.code, sector=sector_row, name=words, stands_at=level, serves_many=many
            )


def load(*, by: Actor, folder: Path) -> CatalogueVersion | None:
    """Publish a pack's catalogue; None where the pack has no channels."""
    return load_catalogue(by=by, folder=folder / FOLDER) if has_channels(folder) else None


def load_catalogue(*, by: Actor, folder: Path) -> CatalogueVersion:
    """Publish the catalogue in a folder, whole or not at all.

    Refusals name the file, the path in it and the line at which the wrong entry begins.
    """
    try:
        with transaction.atomic():
            return publish_from(by, gathered(folder))
    except Unreadable as bad:
        raise unreadable(bad) from bad


def publish_from(by: Actor, found: Gathered) -> CatalogueVersion:
    try:
        return publish_catalogue(by=by, data=found.data)
    except Refusals as many:
        for each in many:
            each.field, each.row = found.where(each.field or "")
        raise Refusals(list(many)) from many


@verb
def enter_help_number(*, by: Actor, referral: str, contact: str, phone: str) -> HelpNumber:
    """Enter the number under which a list of help is reached here; "" takes it out again."""
    require(by, "channels.publish", owner=REGISTRY)
    current = CatalogueVersion.objects.current()
    listed = current.catalogue.referral(referral) if current else None
    if listed is None or contact not in {one.code for one in listed.contacts}:
        raise Refusal(
            _("No list of help has this entry."),
            field="contact",
            remedy=_("Choose one of the entries that are shown."),
            code="missing",
        )
    row, _made = HelpNumber.objects.update_or_create(
        referral=referral,
        contact=contact,
        defaults={"phone": checked_phone(phone), "entered_at": timezone.now()},
    )
    facts = {"referral": referral, "contact": contact, "entered": bool(phone)}
    record(by=by, verb="channels.enter_help_number", thing=row, owner="", facts=facts, tell=())
    return row
