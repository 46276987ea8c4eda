"""pyodk, ODK's own Python client, against the live site: what a programme's data person does with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client
from pyodk.errors import PyODKError

from samleng.voices.forms.models import Attachment, Submission
from samleng.voices.forms.rules.names import number
from tests.served import served
from tests.voices.forms.asked import data_key, opened, picture, record
from tests.voices.forms.test_conversion import SURVEY, book
from tests.world import World, build

# Another's program in front of ours: what is kept of it, test_openrosa tries on both engines.
pytestmark = pytest.mark.once


@pytest.fixture
def live_world(transactional_db: None) -> World:
    world = build()
    opened(world)
    return world


@pytest.fixture
def address(live_world: World) -> Iterator[str]:
    with served() as address:
        yield address


def client_of(world: World, address: str, folder: Path, password: str = "") -> Client:
    central = CentralConfig(
        base_url=address,
        username=world.admin.username,
        password=password or data_key(world).token,
        default_project_id=number(world.programme.pk),
    )
    return Client(config=Config(central=central), cache_path=folder / "cache.toml")


def test_it_lets_pyodk_list_send_correct_and_read(live_world: World, address: str, tmp_path: Path) -> None:
    client = client_of(live_world, address, tmp_path)
    (project,) = client.projects.list()
    assert project.name in live_world.programme.name.values()
    assert client.projects.get().id == project.id
    (form,) = client.forms.list()
    assert (form.xmlFormId, form.state, form.version) == ("wells", "open", "1")
    assert 'id="wells"' in client.forms.get_xml("wells")

    (tmp_path / "a.jpg").write_bytes(picture())
    xml = record("one", instance="uuid:one", photo="a.jpg").decode()
    made = client.submissions.create(xml=xml, form_id="wells", attachments=[tmp_path / "a.jpg"])
    assert made.instanceId == "uuid:one"
    assert [(one.name, one.exists) for one in made.attachments or []] == [("a.jpg", True)]
    assert Attachment.objects.get().blob is not None
    # A cut line: the client does not know and sends once more.
    assert client.submissions.create(xml=xml, form_id="wells").instanceId == "uuid:one"

    fixed = record("two", instance="uuid:two", corrects="uuid:one", photo="a.jpg").decode()
    client.submissions._put(instance_id="uuid:one", xml=fixed, form_id="wells")
    (listed,) = client.submissions.list(form_id="wells")
    assert (listed.instanceId, listed.reviewState) == ("uuid:one", "edited")
    got = client.submissions.get("uuid:one", form_id="wells")
    assert got.updatedAt is not None
    assert Submission.objects.count() == 2
    raw = client.get(f"projects/{project.id}/forms/wells/submissions/uuid:one.xml")
    assert raw.content == fixed.encode()


def test_it_lets_pyodk_review_comment_and_edit(live_world: World, address: str, tmp_path: Path) -> None:
    client = client_of(live_world, address, tmp_path)
    client.submissions.create(xml=record("one", instance="uuid:one").decode(), form_id="wells")
    assert client.submissions.get("uuid:one", form_id="wells").reviewState is None
    client.submissions.review("uuid:one", "hasIssues", form_id="wells", comment="សូមពិនិត្យឈ្មោះ")
    assert client.submissions.get("uuid:one", form_id="wells").reviewState == "hasIssues"
    fixed = record("two", instance="uuid:two", corrects="uuid:one").decode()
    client.submissions.edit("uuid:one", xml=fixed, form_id="wells", comment="put right")
    assert client.submissions.list(form_id="wells")[0].reviewState == "edited"
    said = client.submissions.list_comments("uuid:one", form_id="wells")
    assert [one.body for one in said] == ["put right", "សូមពិនិត្យឈ្មោះ"]
    assert {one.actorId for one in said} == {number(live_world.admin.pk)}
    for state in ("approved", "rejected"):
        client.submissions.review("uuid:one", state, form_id="wells")
        assert client.submissions.list(form_id="wells")[0].reviewState == state
    with pytest.raises(PyODKError):
        client.submissions.review("uuid:one", "splendid", form_id="wells")
    # What is not served here says so.
    for asked in (client.entity_lists.list, lambda: client.submissions.get_table(form_id="wells")):
        with pytest.raises(PyODKError) as caught:
            asked()
        assert "501" in str(caught.value)


def test_it_lets_nobody_in_by_a_wrong_password(live_world: World, address: str, tmp_path: Path) -> None:
    client = client_of(live_world, address, tmp_path, password="wrong")
    with pytest.raises(PyODKError):
        client.forms.list()
    # The account's own password opens no program: that needs the second step.
    live_world.admin.set_password("four words are easy")
    live_world.admin.save()
    with pytest.raises(PyODKError):
        client_of(live_world, address, tmp_path, password="four words are easy").forms.list()


def test_it_lets_pyodk_bring_publish_and_renew_a_form(
    live_world: World, address: str, tmp_path: Path
) -> None:
    client = client_of(live_world, address, tmp_path)
    path = tmp_path / "kids.xlsx"
    path.write_bytes(book())
    made = client.forms.create(definition=path, ignore_warnings=True)
    assert (made.xmlFormId, made.version, made.publishedAt) == ("kids", "1", None)
    assert client.forms.get("kids").publishedAt is not None
    with pytest.raises(PyODKError) as caught:
        client.forms.create(definition=path)
    assert "409" in str(caught.value)
    path.write_bytes(book(settings={"version": "2"}))
    client.forms.update("kids", definition=path)
    assert client.forms.get("kids").version == "2"

    (tmp_path / "well.png").write_bytes(picture(form="PNG"))
    client.forms.update("wells", attachments=[tmp_path / "well.png"], version_updater=lambda v: f"{v}1")
    assert client.forms.get("wells").version == "11"
    assert 'version="11"' in client.forms.get_xml("wells")
    files = client.get(f"projects/{number(live_world.programme.pk)}/forms/wells/attachments").json()
    assert [(one["name"], one["exists"]) for one in files] == [("well.png", True)]

    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(book([*SURVEY, ["intger", "n", "", ""]]))
    with pytest.raises(PyODKError) as caught:
        client.forms.create(definition=wrong)
    assert "intger" in str(caught.value)
