"""A person's own named ways of looking at the desk."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from samleng.doors.web.models import SavedFilter
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean

MOST_KEPT = 20
LONGEST_NAME, LONGEST_QUERY = 60, 400


@verb
def keep_filter(*, by: Actor, person: Person, name: str, asked: dict[str, str]) -> SavedFilter:
    """Remember what is asked for under a name; the same name is given to the newest."""
    if by.key != person.key:
        raise Denied
    called = clean(name)[:LONGEST_NAME]
    if not called:
        raise Refusal(
            _("The name is missing."),
            field="name",
            remedy=_("Write what you call this view."),
            code="missing",
        )
    query = urlencode({key: value for key, value in asked.items() if value})
    mine = SavedFilter.objects.filter(person=person)
    if len(query) > LONGEST_QUERY or mine.exclude(name=called).count() >= MOST_KEPT:
        raise Refusal(
            _("No more views can be kept."), field="name", remedy=_("Remove one first."), code="conflict"
        )
    kept, _made = SavedFilter.objects.update_or_create(person=person, name=called, defaults={"query": query})
    record(by=by, verb="desk.keep_filter", thing=kept, owner=person.key, tell=())
    return kept


@verb
def drop_filter(*, by: Actor, saved: SavedFilter) -> None:
    """Forget a named view; somebody else's is as if absent."""
    if by.key != saved.person.key:
        raise Denied
    record(by=by, verb="desk.drop_filter", thing=saved, owner=by.key, tell=())
    saved.delete()
