"""A form's life: a draft for its makers, versions that never change, open, closed, open again."""

from __future__ import annotations

import pytest

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import Form, State, Version
from samleng.voices.forms.verbs.publishing import (
    add_form_file,
    begin_draft,
    bring,
    close_form,
    open_form,
    read_answers,
)
from tests.voices.forms.asked import opened, picture, xform
from tests.world import World


def draft(world: World, version: str = "1") -> Version:
    return bring(
        by=world.by(world.admin), programme=world.programme, data=xform(version), filename="wells.xml"
    )


def test_it_keeps_one_draft_and_lets_the_newest_file_take_its_place(world: World) -> None:
    first = draft(world)
    add_form_file(by=world.by(world.admin), version=first, name="well.png", file=picture(form="PNG"))
    second = draft(world, "2")
    form = Form.objects.get()
    assert form.state == State.DRAFT and form.draft == second
    # A file brought for the draft before is still there.
    assert second.files.get().blob is not None
    assert not Version.objects.filter(pk=first.pk).exists()


def test_it_opens_closes_and_opens_again(world: World) -> None:
    form, by = opened(world), world.by(world.admin)
    assert (form.state, form.title) == (State.OPEN, "អណ្ដូង Wells")
    assert close_form(by=by, form=form).state == State.CLOSED
    assert close_form(by=by, form=form).state == State.CLOSED
    assert open_form(by=by, form=form).state == State.OPEN
    verbs = list(Entry.objects.about(form).values_list("verb", flat=True))
    assert verbs == ["forms.draw_up", "forms.open_form", "forms.close_form", "forms.open_form"]


def test_it_publishes_a_version_s_name_once(world: World) -> None:
    form = opened(world)
    draft(world, "1")
    with pytest.raises(Refusal) as caught:
        open_form(by=world.by(world.admin), form=form)
    assert (caught.value.code, caught.value.field) == ("conflict", "version")
    form = open_form(by=world.by(world.admin), form=form, as_version="2026112502")
    assert form.current is not None and form.current.version == "2026112502"
    assert b'<data id="wells" version="2026112502">' in bytes(form.current.xform)


def test_it_changes_no_published_version(world: World) -> None:
    form = opened(world)
    assert form.current is not None
    with pytest.raises(Refusal) as caught:
        add_form_file(by=world.by(world.admin), version=form.current, name="well.png", file=picture())
    assert caught.value.code == "state"
    again = begin_draft(by=world.by(world.admin), form=form)
    add_form_file(by=world.by(world.admin), version=again, name="well.png", file=picture())
    with pytest.raises(Refusal) as caught:
        add_form_file(by=world.by(world.admin), version=again, name="other.png", file=picture())
    assert caught.value.code == "missing"


@pytest.mark.parametrize("who", ["sophea", "stranger", "vuthy", "unassigned"])
def test_it_lets_only_those_who_manage_forms_change_them_or_read_answers(world: World, who: str) -> None:
    form, by = opened(world), world.by(getattr(world, who))
    for do in (
        lambda: bring(by=by, programme=world.programme, data=xform("2"), filename="wells.xml"),
        lambda: open_form(by=by, form=form),
        lambda: close_form(by=by, form=form),
        lambda: begin_draft(by=by, form=form),
        lambda: read_answers(by=by, form=form, what="list"),
    ):
        with pytest.raises(Denied):
            do()
    assert Form.objects.get().state == State.OPEN


def test_it_keeps_two_programmes_forms_of_one_id_apart(world: World) -> None:
    mine = opened(world)
    theirs = bring(
        by=world.by(world.stranger), programme=world.other_programme, data=xform(), filename="wells.xml"
    )
    assert theirs.form != mine
    assert theirs.form.state == State.DRAFT
