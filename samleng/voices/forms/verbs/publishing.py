"""A form's life: brought from a file as a draft, opened to be filled in, closed, opened again."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Programme
from samleng.ground.places.models import PlaceKind
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.ledger.rules import Actor, fresh_id
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import path_of
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.forms.conversion import Drawn, drawn_from
from samleng.voices.forms.keeping import keep_file
from samleng.voices.forms.models import Form, FormFile, Source, State, Version
from samleng.voices.forms.rules.names import md5, plain_name
from samleng.voices.forms.rules.places import place_questions

VERSION = re.compile(rb"(<[^<>]*\bversion=)([\"'])[^\"']*\2")


def bring(
    *,
    by: Actor,
    programme: Programme,
    data: bytes,
    filename: str,
    form_id: str = "",
    only: Form | None = None,
    heed_warnings: bool = False,
    new: bool = False,
) -> Version:
    """Make a draft of the form in a file, a new form or a new version of one that is here.

    With `only` the file must hold that form, with `new` one that is not here yet; with `heed_warnings` a
    warning of pyxform refuses it. Refusal with row and remedy where the file is no form.
    """
    require(by, "forms.manage", owner=programme.owner_key)
    drawn = drawn_from(data, filename, form_id=form_id)
    check_wanted(programme, drawn, only, new=new, heed_warnings=heed_warnings)
    version: Version = draw_up(by=by, programme=programme, drawn=drawn)
    if drawn.itemsets:
        add_form_file(by=by, version=version, name="itemsets.csv", file=drawn.itemsets.encode())
    return version


def check_wanted(
    programme: Programme, drawn: Drawn, only: Form | None, *, new: bool, heed_warnings: bool
) -> None:
    """Refuse a file that holds another form than was asked for, or warnings where they are heeded."""
    found = drawn.shape.form_id
    if only is not None and found != only.xml_id:
        raise Refusal(
            filled(
                _("This file holds the form “%(found)s”, not “%(wanted)s”."), found=found, wanted=only.xml_id
            ),
            field="file",
            remedy=_("Keep the form_id as it is in every version, or bring the file as a new form."),
            code="unlike",
        )
    if new and Form.objects.filter(programme=programme, xml_id=found).exists():
        raise Refusal(
            filled(_("The form “%(found)s” is here already."), found=found),
            field="file",
            remedy=_("Bring the file as a new version of that form, or give it another form_id."),
            code="conflict",
        )
    heeded = [one["said"] for one in drawn.warnings if "said" in one] if heed_warnings else []
    if heeded:
        raise Refusal(
            filled(_("The form has a mistake: %(said)s"), said=" ".join(heeded)[:2000]),
            field="file",
            remedy=_("Put it right, or bring the form although it is so."),
            code="warnings",
        )


@verb
def draw_up(*, by: Actor, programme: Programme, drawn: Drawn) -> Version:
    """Keep a form as the draft; it takes the place of an earlier draft, whose files it keeps by name."""
    require(by, "forms.manage", owner=programme.owner_key)
    shape = drawn.shape
    form, _made = Form.objects.get_or_create(
        programme=programme, xml_id=shape.form_id, defaults={"title": shape.title}
    )
    form = Form.objects.select_for_update().get(pk=form.pk)
    earlier = form.draft or form.current
    files = {one.name: one for one in earlier.files.exclude(blob=None)} if earlier else {}
    form.versions.filter(published_at=None).delete()
    version = Version.objects.create(
        form=form,
        version=shape.version,
        title=shape.title,
        xform=drawn.xform,
        md5=md5(drawn.xform),
        fields=shape.as_json(),
        repeats=shape.repeats,
        binaries=shape.binaries,
        places=place_questions(shape, PlaceKind.objects.values_list("code", flat=True)),
        languages=shape.languages,
        warnings=[*drawn.warnings, *unbumped(form, drawn)],
    )
    if drawn.source:
        Source.objects.create(version=version, filename=drawn.filename, data=drawn.source)
    FormFile.objects.bulk_create([carried(version, name, kind, files) for name, kind in shape.media])
    told(by, "forms.draw_up", form, version)
    return version


def unbumped(form: Form, drawn: Drawn) -> list[dict[str, Any]]:
    """A warning where this version's name is used for another content: phones would see no change."""
    same = form.versions.published().filter(version=drawn.shape.version).exclude(md5=md5(drawn.xform))
    if not same.exists():
        return []
    place = {"sheet": "settings", "row": 2, "column": "version"}
    return [{"own": "version_used", "value": drawn.shape.version, **place}]


def carried(version: Version, name: str, kind: str, files: dict[str, FormFile]) -> FormFile:
    """The place of a file in a version, filled from the version before where it has one of this name."""
    place, before = FormFile(version=version, name=plain_name(name), kind=kind), files.get(plain_name(name))
    if before:
        place.blob, place.md5, place.brought_at = before.blob, before.md5, before.brought_at
    return place


def told(by: Actor, what: str, form: Form, version: Version) -> None:
    record(by=by, verb=what, thing=form, owner=form.owner_key, facts={"version": str(version.pk)}, tell=())


def add_form_file(*, by: Actor, version: Version, name: str, file: Any) -> FormFile:
    """Bring a file that a draft shows; the one brought last counts."""
    require(by, "forms.manage", owner=version.form.owner_key)
    place = version.files.filter(name=plain_name(name)).first()
    if place is None:
        raise Refusal(
            filled(_("The form shows no file called “%(name)s”."), name=name[:80]),
            field="file",
            remedy=_("Name the file exactly as it stands in the form."),
            code="missing",
        )
    blob = keep_file(by, file, name=name, owner=version.form.owner_key)
    found: FormFile = lay_form_file(by=by, place=place, blob=blob)
    return found


@verb
def lay_form_file(*, by: Actor, place: FormFile, blob: Blob) -> FormFile:
    """Put a kept file into its place in a draft."""
    form = place.version.form
    require(by, "forms.manage", owner=form.owner_key)
    if place.version.published_at is not None:
        raise Refusal(
            _("This version is published and never changes."),
            remedy=_("Bring the form again as a new version, and the file with it."),
            code="state",
        )
    place.blob, place.md5, place.brought_at = blob, md5(path_of(blob).read_bytes()), timezone.now()
    place.save(update_fields=["blob", "md5", "brought_at"])
    told(by, "forms.add_form_file", form, place.version)
    return place


@verb
def open_form(*, by: Actor, form: Form, as_version: str = "") -> Form:
    """Publish the draft, if there is one, and let the form be filled in.

    `as_version` gives the draft another version than its file says. A version's name is used once.
    """
    form = Form.objects.select_for_update().get(pk=form.pk)
    require(by, "forms.manage", owner=form.owner_key)
    draft = form.versions.filter(published_at=None).first()
    if draft is None and form.current is None:
        raise Refusal(
            _("This form has no version to open."), remedy=_("Upload the form first."), code="state"
        )
    if draft is not None:
        if as_version:
            rename(draft, as_version)
        if form.versions.published().filter(version=draft.version).exists():
            raise taken_version(draft.version)
        draft.published_at = timezone.now()
        draft.save()
        form.current, form.title = draft, draft.title
    before, form.state = form.state, State.OPEN
    form.save(update_fields=["current", "title", "state"])
    if form.current is not None and (draft is not None or before != State.OPEN):
        told(by, "forms.open_form", form, form.current)
    return form


def taken_version(version: str) -> Refusal:
    return Refusal(
        filled(_("Version “%(version)s” of this form was published before."), version=version),
        field="version",
        remedy=_("Write a new version on the sheet “settings”, for example the day: 2026112501."),
        code="conflict",
    )


def rename(draft: Version, version: str) -> None:
    """Write another version into a draft's root element, the first that carries one."""
    clean = re.sub(r"[^\w.:+-]", "", version)[:100]
    xform = bytes(draft.xform)
    head, mark, rest = xform.partition(b"<instance")
    tail = mark + rest
    written = VERSION.sub(rb'\g<1>"' + clean.encode() + b'"', tail, count=1)
    if b"version=" not in tail[: tail.find(b">", tail.find(b"id="))]:
        written = re.sub(rb"(\bid=)", b'version="' + clean.encode() + rb'" \1', tail, count=1)
    draft.xform, draft.version = head + written, clean
    draft.md5 = md5(draft.xform)


@verb
def begin_draft(*, by: Actor, form: Form) -> Version:
    """Begin a new version that reads like the published one, to bring other files for it."""
    form = Form.objects.select_for_update().get(pk=form.pk)
    require(by, "forms.manage", owner=form.owner_key)
    waiting, before = form.draft, form.current
    if waiting is not None or before is None:
        if waiting is None:
            raise Denied
        return waiting
    files = {one.name: one for one in before.files.all()}
    draft = Version.objects.get(pk=before.pk)
    draft.pk, draft.published_at, draft.made_at = fresh_id(), None, timezone.now()
    draft.save(force_insert=True)
    FormFile.objects.bulk_create([carried(draft, one.name, one.kind, files) for one in files.values()])
    told(by, "forms.begin_draft", form, draft)
    return draft


@verb
def close_form(*, by: Actor, form: Form) -> Form:
    """Take no more records; what is here stays, and the form may be opened again."""
    form = Form.objects.select_for_update().get(pk=form.pk)
    require(by, "forms.manage", owner=form.owner_key)
    if form.state == State.DRAFT:
        raise Refusal(
            _("This form was never open."), remedy=_("A draft is seen by nobody; leave it."), code="state"
        )
    if form.state == State.OPEN:
        form.state = State.CLOSED
        form.save(update_fields=["state"])
        record(by=by, verb="forms.close_form", thing=form, owner=form.owner_key, tell=())
    return form


@verb
def read_answers(*, by: Actor, form: Form, what: str) -> Form:
    """Somebody entitled is about to read what people answered; each look is written down.

    `what` says how: "list", "record", "csv", "xlsx" or "file".
    """
    require(by, "forms.read", owner=form.owner_key)
    record(by=by, verb="forms.read_answers", thing=form, owner=form.owner_key, facts={"what": what}, tell=())
    return form
