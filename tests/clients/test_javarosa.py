"""JavaRosa, the engine of Collect, out of ODK Validate's jar: accepts our forms, fills one in, is heard."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import pyxform

from samleng.voices.forms.models import Form, Submission
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.verbs.publishing import bring, open_form
from tests.served import served
from tests.voices.forms.asked import opened, phone_key
from tests.voices.forms.test_conversion import book
from tests.world import World
from tests.world import build as build_world

# Another's program in front of ours: what is kept of it, test_openrosa tries on both engines.
pytestmark = pytest.mark.once

JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
FILL = Path(__file__).resolve().parent / "javarosa" / "Fill.java"


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def java(*words: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("java") is None:
        pytest.skip("NO JAVA HERE: neither ODK Validate nor JavaRosa is run (`make tools` tries to get it)")
    return subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", *map(str, words)], capture_output=True, text=True, timeout=180
    )


def of_workbook(world: World) -> Form:
    by = world.by(world.admin)
    draft = bring(by=by, programme=world.programme, data=book(), filename="kids.xlsx")
    return open_form(by=by, form=draft.form)


def test_it_serves_forms_that_odk_validate_accepts(world: World, tmp_path: Path) -> None:
    for form in (opened(world), of_workbook(world)):
        assert form.current is not None
        path = tmp_path / f"{form.xml_id}.xml"
        path.write_bytes(bytes(form.current.xform))
        run = java("-jar", JAR, path)
        assert run.returncode == 0, run.stderr
        assert "valid" in (run.stdout + run.stderr).lower()


def test_it_keeps_what_collect_s_engine_filled_in(world: World, tmp_path: Path) -> None:
    opened(world)
    base = f"/v1/key/{phone_key(world).token}/projects/{number(world.programme.pk)}"
    form, record = tmp_path / "form.xml", tmp_path / "record.xml"
    with served() as address:
        form.write_bytes(urlopen(f"{address}{base}/forms/wells.xml").read())
        run = java("-cp", JAR, FILL, form, record, "/data/name", "អណ្ដូងភូមិថ្មី")
        if "jdk.compiler" in run.stderr:
            pytest.skip("ONLY A JRE HERE: JavaRosa fills in no form (that needs openjdk-17-jdk-headless)")
        assert (run.returncode, run.stdout.strip()) == (0, "/data/name 0"), run.stderr
        for _twice in range(2):
            assert posted(f"{address}{base}/submission", record.read_bytes()) == 201
    row = Submission.objects.get()
    assert row.answers["name"] == "អណ្ដូងភូមិថ្មី"
    assert bytes(row.xml) == record.read_bytes()


def posted(address: str, xml: bytes) -> int:
    """A multipart post as Collect's okhttp writes it."""
    head = 'Content-Disposition: form-data; name="xml_submission_file"; filename="record.xml"\r\n'
    body = f"--okhttp\r\n{head}Content-Type: text/xml; charset=UTF-8\r\n\r\n".encode() + xml
    request = Request(
        address,
        data=body + b"\r\n--okhttp--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=okhttp", "X-OpenRosa-Version": "1.0"},
    )
    with urlopen(request) as answer:
        return int(answer.status)
