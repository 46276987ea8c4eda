"""ODK's own form engine (@getodk/xforms-engine) fetches our form, fills it in and sends it, over the wire."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from samleng.doors.field import build
from samleng.voices.forms.models import Attachment, Submission
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.verbs.publishing import bring, open_form
from tests.served import served
from tests.voices.forms.asked import opened, phone_key, picture
from tests.voices.forms.test_conversion import book
from tests.world import World
from tests.world import build as build_world

# Another's program in front of ours: what is kept of it, test_openrosa tries on both engines.
pytestmark = pytest.mark.once

ENGINE = Path(__file__).resolve().parent / "engine"


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def filled(world: World, form_id: str, answers: dict[str, str]) -> dict[str, Any]:
    """What the engine says of filling in and sending this form on the live site."""
    try:
        node, _npm = build.commands()
    except build.NoNode as none:
        pytest.skip(f"NO NODE HERE: ODK's form engine is not run ({none})")
    if not (ENGINE / "node_modules" / "@getodk").is_dir():
        pytest.skip(
            "ODK'S FORM ENGINE IS NOT INSTALLED (`make tools` fetches it): no form is filled in by it"
        )
    token = phone_key(world).token
    with served() as address:
        base = f"{address}/v1/key/{token}/projects/{number(world.programme.pk)}"
        command = [*node, str(ENGINE / "fill.mjs"), base, form_id, json.dumps(answers)]
        run = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-3000:]
    return dict(json.loads(run.stdout.splitlines()[-1]))


def test_it_lets_the_engine_fill_in_and_send_a_form_twice(world: World) -> None:
    opened(world)
    photo = base64.b64encode(picture()).decode()
    told = filled(world, "wells", {"/name": "អណ្ដូងភូមិថ្មី", "/place/photo": photo})
    assert told["languages"][0] == "ខ្មែរ (km)"
    assert told["labels"]["/name"] == "ឈ្មោះអណ្ដូង"
    assert told["head"] == 204
    assert [status for status, _text in told["sent"]] == [201, 201], told["sent"]
    row = Submission.objects.get()
    assert row.answers["name"] == "អណ្ដូងភូមិថ្មី"
    assert row.instance_id.startswith("uuid:")
    kept = Attachment.objects.select_related("blob").get()
    assert kept.blob is not None and kept.blob.kind == "photo"


def test_it_lets_the_engine_use_a_workbook_s_form_with_choices_and_repeats(world: World) -> None:
    by = world.by(world.admin)
    draft = bring(by=by, programme=world.programme, data=book(), filename="kids.xlsx")
    open_form(by=by, form=draft.form)
    told = filled(world, "kids", {"/name": "បូផា", "/ok": "yes"})
    assert told["languages"] == ["ខ្មែរ (km)", "English (en)"]
    assert [status for status, _text in told["sent"]] == [201, 201], told["sent"]
    answers = Submission.objects.get().answers
    assert (answers["name"], answers["ok"]) == ("បូផា", "yes")
