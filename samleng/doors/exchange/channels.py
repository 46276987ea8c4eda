"""A country's channel from its folder of TOML files: what people may say and what follows."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import read_text
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.ground.channels.folder import HEAD
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.verbs import load_catalogue
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

LARGEST_TEXT = 2 * 1024 * 1024


def import_channels(
    *,
    by: Actor,
    path: Path | str,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Publish the catalogue that begins with the file (catalogue.toml) and goes on in those beside it.

    It is taken whole or not at all, so `only_good` changes nothing: a category without its clock or its list
    of help would promise what nobody keeps.
    """
    path = Path(path)
    check(path)

    def work() -> Report:
        before = CatalogueVersion.objects.current()
        row = load_catalogue(by=by, folder=path.parent)
        if progress:
            progress(1, 1)
        found, same = row.catalogue, row == before
        return Report(
            kind="channels",
            loaded=0 if same else 1,
            unchanged=int(same),
            counts={
                "categories": len(found.categories),
                "clocks": len(found.profiles),
                "rating_forms": len(found.rating_forms),
                "replies": len(found.templates),
                "lists_of_help": len(found.referrals),
            },
        )

    return take_in(kind="channels", by=by, path=path, work=work, dry_run=dry_run)


def check(path: Path) -> None:
    """Refuse what is no such folder's first file, or lies beside it and is no text of a sensible size."""
    read_text(path, LARGEST_TEXT)
    if path.name != HEAD:
        raise Refusal(
            filled(_("A channel begins with the file %(name)s."), name=HEAD),
            field="file",
            remedy=_("Name that file; those beside it are read with it."),
            code="other_kind",
        )
    for beside in sorted(path.parent.glob("*.toml")):
        read_text(beside, LARGEST_TEXT)
