"""Writing to the ledger, and making any verb safe to send twice."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.commit.rows import insert, put
from samleng.kit.ledger.models import Due, Entry, Receipt, Salt
from samleng.kit.ledger.rules import COLUMNS, Actor, fingerprint, fresh_id, salted
from samleng.kit.words.refusals import Refusal

READERS = ("projector", "postman")
Fn = TypeVar("Fn", bound=Callable[..., Any])


def record(
    *,
    by: Actor,
    verb: str,
    thing: models.Model,
    owner: str | None = None,
    facts: Mapping[str, object] | None = None,
    content: object = None,
    tell: tuple[str, ...] = READERS,
) -> Entry:
    """Write one row in the transaction of the change it tells of, and queue it for its readers.

    `facts` are ids, codes and counts; `content` (texts) is only hashed, with a salt that can be
    forgotten.
    """
    salt = os.urandom(16) if content is not None else b""
    entry = Entry(
        verb=verb,
        actor=by.key,
        via=by.via,
        owner=by.owner if owner is None else owner,
        thing_kind=thing._meta.label_lower,
        thing_id=str(thing.pk),
        facts=dict(facts or {}),
        content_hash=salted(salt, content) if content is not None else "",
    )
    put([entry])
    if salt:
        put([Salt(entry=entry, salt=salt)])
    put([Due(entry=entry, reader=reader) for reader in tell])
    return entry


def record_many(
    *,
    by: Actor,
    rows: Iterable[tuple[str, models.Model, str, Mapping[str, object]]],
    tell: tuple[str, ...] = (),
) -> None:
    """Write a row for each (verb, thing, owner, facts) of one large load, in few statements."""
    entries = Entry.objects.bulk_create(
        [
            Entry(
                verb=verb,
                actor=by.key,
                via=by.via,
                owner=owner,
                thing_kind=thing._meta.label_lower,
                thing_id=str(thing.pk),
                facts=dict(facts),
            )
            for verb, thing, owner, facts in rows
        ],
        batch_size=500,
    )
    Due.objects.bulk_create(
        [Due(entry=entry, reader=reader) for entry in entries for reader in tell], batch_size=1000
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of a thing that is at hand only by its kind and id."""

    by: Actor
    verb: str
    kind: str
    id: object
    owner: str
    facts: Mapping[str, object]


def record_each(*, rows: Iterable[Told]) -> None:
    """Write a row each, by whoever did it, in one statement; nobody else is told."""
    now = timezone.now()
    insert(
        Entry,
        COLUMNS[1:],
        [
            (now, one.verb, one.by.key, one.by.via, one.owner, one.kind, str(one.id), one.facts, "")
            for one in rows
        ],
    )


def done(*, reader: str, entry: Entry) -> None:
    """The reader has handled the entry; call it in the transaction of what the reader wrote."""
    Due.objects.filter(reader=reader, entry=entry).delete()


def verb(fn: Fn) -> Fn:
    """Make a verb atomic and, when `request` (a client-made UUID) is given, safe to repeat.

    The same request with the same content returns the first answer; with other content it is
    refused (409); another owner's request is as if it did not exist.
    """
    name = f"{fn.__module__.split('.')[-2]}.{fn.__name__}"

    @functools.wraps(fn)
    def run(*, by: Actor, request: UUID | None = None, **given: Any) -> Any:
        with transaction.atomic():
            if request is None:
                return fn(by=by, **given)
            mine = Receipt(
                id=fresh_id(),
                owner=by.owner or by.key,
                request=request,
                verb=name,
                payload_hash=fingerprint(
                    {"verb": name, "given": {k: described(v) for k, v in given.items()}}
                ),
            )
            # ON CONFLICT DO NOTHING waits for the other phone's transaction instead of failing.
            Receipt.objects.bulk_create([mine], ignore_conflicts=True)
            kept = Receipt.objects.get(owner=mine.owner, request=request)
            if kept.id != mine.id:
                return first_answer(kept, mine)
            answer = fn(by=by, **given)
            if isinstance(answer, models.Model):
                Receipt.objects.filter(id=mine.id).update(
                    answer_kind=answer._meta.label, answer_id=str(answer.pk)
                )
            return answer

    return cast(Fn, run)


def first_answer(kept: Receipt, again: Receipt) -> models.Model | None:
    if kept.payload_hash != again.payload_hash:
        raise Refusal(
            _("This was already sent with other content."),
            code="conflict",
            remedy=_("Open the newest version, make the change there and send it once more."),
        )
    if not kept.answer_kind:
        return None
    return apps.get_model(kept.answer_kind)._default_manager.filter(pk=kept.answer_id).first()


def described(value: Any) -> object:
    """An argument as canonical content: a row by its identity, a file by its hash, the rest as it is."""
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if hasattr(value, "content_digest"):
        return value.content_digest()
    if isinstance(value, Mapping):
        return {str(k): described(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [described(v) for v in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f: described(getattr(value, f)) for f in value.__dataclass_fields__}
    return value
