"""Letting a village's own words be read in public, once a person has looked at them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.held import OWN
from samleng.insight.disclosure.models import Figure, PublicPlace
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import check_words


@verb
def release_text(*, by: Actor, figure: Figure, text: Mapping[str, str]) -> Figure:
    """Show these words beside a criterion that a meeting raised itself; a name in them is left out first."""
    row = Figure.objects.select_related("release").select_for_update(of=("self",)).get(pk=figure.pk)
    programme = Programme.objects.get(pk=row.release.programme_id)
    require(by, "disclosure.publish", owner=programme.owner_key)
    if not row.criterion.startswith(OWN) or row.release.withdrawn_at is not None:
        raise Denied
    words = check_words(text, (), field="text", longest=300)
    if not words:
        raise Refusal(
            _("The words are missing."),
            field="text",
            remedy=_("Write what may be read, or leave this one waiting."),
            code="missing",
        )
    if row.text == words:
        return row
    row.text = words
    row.save(update_fields=["text"])
    PublicPlace.objects.filter(programme_id=programme.pk).update(at=timezone.now())
    record(
        by=by,
        verb="disclosure.release_text",
        thing=row.release,
        owner=programme.owner_key,
        facts={"figure": row.pk},
        content=words,
        tell=(),
    )
    return row
