"""Publishing a method: a version once published never changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.ground.frameworks import folder as pack
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.vocabulary import BadFramework
from samleng.ground.offices.models import OfficeKind
from samleng.ground.offices.verbs import name_office_kind
from samleng.ground.services.models import Sector
from samleng.ground.services.verbs import name_sector, name_service
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled


@verb
def publish(*, by: Actor, body: Mapping[str, Any], country: str = "") -> Framework:
    """Publish a framework version with its sectors and services; the same version again is the same one."""
    require(by, "frameworks.publish", owner="")
    method = checked(body)
    digest = fingerprint(body)
    kept = Framework.objects.filter(code=method.code, version=method.version).first()
    if kept is not None:
        if kept.digest == digest:
            return kept
        raise Refusal(
            filled(
                _("Version %(version)s of %(code)s is published and never changes."),
                version=method.version,
                code=method.code,
            ),
            field="version",
            remedy=_("Raise the version number; rounds that run keep the version they pinned."),
            code="conflict",
        )
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
    made = Framework.objects.create(
        code=method.code, version=method.version, country=country, body=dict(body), digest=digest
    )
    record(
        by=by,
        verb="frameworks.publish",
        thing=made,
        owner="",
        facts={"code": made.code, "version": made.version, "digest": digest},
        tell=(),
    )
    return made


def checked(body: Mapping[str, Any]) -> Method:
    try:
        return Method.parse(body)
    except BadFramework as bad:
        refusals = [Refusal(p.message, field=p.path, code="framework") for p in bad.problems]
        raise Refusals(refusals) from bad


def load(*, by: Actor, folder: Path) -> list[Framework]:
    """Bring a pack's kinds of office and frameworks in; what is there already stays as it is."""
    land = pack.country(folder)
    for row in pack.rows(folder / land["office_kinds"]):
        name, level = pack.words(row, "name_"), int(row["level"])
        if not OfficeKind.objects.filter(code=row["code"], name=name, level=level).exists():
            name_office_kind(by=by, code=row["code"], name=name, level=level)
    return [publish(by=by, body=body, country=land["code"]) for body in pack.bodies(folder)]
