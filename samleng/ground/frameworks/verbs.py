"""Publishing a method: a version once published never changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from samleng.ground.frameworks import folder as pack
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.vocabulary import BadFramework, Problem
from samleng.ground.offices.models import OfficeKind
from samleng.ground.offices.verbs import name_office_kind
from samleng.ground.services.models import Sector
from samleng.ground.services.verbs import name_sector, name_service
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

OF_CRITERION = re.compile(r"criteria\[(\d+)\]\.?(.*)")


@verb
def publish(*, by: Actor, body: Mapping[str, Any], country: str = "") -> Framework:
    """Publish a framework version with its sectors and services; the same version again is the same one.

    Refusals name every problem by its path in the data; other data under a published version is a
    conflict.
    """
    require(by, "frameworks.publish", owner="")
    method = checked(body)
    digest = fingerprint(body)
    kept = Framework.objects.filter(code=method.code, version=method.version).first()
    if kept is not None:
        if kept.digest == digest:
            return kept
        raise changed(method)
    # Two processes may load the same pack at once: the constraint makes the second wait, then read.
    made, new = Framework.objects.get_or_create(
        code=method.code,
        version=method.version,
        defaults={"country": country, "body": dict(body), "digest": digest},
    )
    if made.digest != digest:
        raise changed(method)
    if new:
        name_services(by, method)
        record(
            by=by,
            verb="frameworks.publish",
            thing=made,
            owner="",
            facts={"code": made.code, "version": made.version, "digest": digest},
            tell=(),
        )
    return made


def changed(method: Method) -> Refusal:
    return Refusal(
        filled(
            _("Version %(version)s of %(code)s is published and never changes."),
            version=method.version,
            code=method.code,
        ),
        field="version",
        remedy=_("Raise the version number; rounds that run keep the version they pinned."),
        code="conflict",
    )


def name_services(by: Actor, method: Method) -> None:
    """Make the method's sectors and services known, so that facilities can be registered."""
    for sector in method.sectors:
        name_sector(by=by, code=sector.code, name=sector.name, ladder=sector.ladder)
    for service in method.services:
        name_service(
            by=by,
            code=service.code,
            sector=Sector.objects.get(code=service.sector),
            name=service.name,
            stands_at=service.stands_at,
            serves_many=service.serves_many,
        )


def checked(body: Mapping[str, Any]) -> Method:
    """The parsed method, or Refusals with every problem's path as its field."""
    try:
        return Method.parse(body)
    except BadFramework as bad:
        raise Refusals([refusal(problem) for problem in bad.problems]) from bad


def refusal(problem: Problem) -> Refusal:
    # The template was marked for the catalogue where it stands, in a module that knows no Django.
    return Refusal(
        filled(_(problem.template), **problem.facts),
        field=problem.path,
        remedy=_("Correct the framework's data here and try again."),
        code="framework",
    )


def load(*, by: Actor, folder: Path) -> list[Framework]:
    """Bring a pack's kinds of office and frameworks in, all or none; what is there already stays as it is.

    Refusals name the file and, for criteria, the row and column that are wrong.
    """
    try:
        with transaction.atomic():
            land = pack.country(folder)
            found = list(pack.compiled(folder))
            if land.get("office_kinds"):
                load_office_kinds(by, folder / land["office_kinds"])
            return [publish_from(by, one, str(land.get("code", folder.name))) for one in found]
    except pack.Unreadable as bad:
        raise unreadable(bad) from bad


def load_office_kinds(by: Actor, path: Path) -> None:
    for number, row in enumerate(pack.rows(path, "code", "level"), start=2):
        name = pack.words(row, "name_")
        if not row["level"].isdecimal():
            raise pack.Unreadable(
                pack.NOT_WHOLE, file=path.name, row=number, column="level", found=row["level"][:40]
            )
        code, level, administers = row["code"], int(row["level"]), row.get("administers") == "yes"
        if not OfficeKind.objects.filter(code=code, name=name, level=level, administers=administers).exists():
            name_office_kind(by=by, code=code, name=name, level=level, administers=administers)


def publish_from(by: Actor, one: pack.Compiled, country: str) -> Framework:
    try:
        return publish(by=by, body=one.body, country=country)
    except Refusals as many:
        raise Refusals([placed(each, one) for each in many]) from many


def placed(told: Refusal, one: pack.Compiled) -> Refusal:
    """The refusal with the file it stands in, and the row where that is a criterion's."""
    inside = OF_CRITERION.fullmatch(told.field or "")
    if inside and int(inside[1]) < len(one.origins):
        name, row = one.origins[int(inside[1])]
        told.field = f"{name}: {inside[2]}"
        told.row = row or None
    else:
        told.field = f"{one.path.name}: {told.field}"
    return told


def unreadable(bad: pack.Unreadable) -> Refusal:
    return Refusal(
        filled(_(bad.template), **bad.facts),
        field=f"{bad.file}: {bad.column}" if bad.column else bad.file,
        row=bad.row,
        remedy=_("Correct the file as the packs' own page describes."),
        code="bad_pack",
    )
