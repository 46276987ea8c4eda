"""A record lies where its answers say, else where its sender works; who works in one area reads only that."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from samleng.ground.people.models import Person
from samleng.ground.places.models import Place
from samleng.kit.ledger.permission import Denied
from samleng.voices.forms.models import Form, Submission
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.rules.places import codes_said, common_ground, place_questions
from samleng.voices.forms.rules.shape import shape_of
from samleng.voices.forms.verbs.keys import give_key
from samleng.voices.forms.verbs.reviewing import readable, review
from samleng.voices.forms.verbs.sending import send
from tests.voices.forms.asked import opened, picture, record, sent, xform
from tests.world import World, place, someone

ASKS = {"<name/>": "<name/><district/><commune_code/>"}


@pytest.fixture
def form(world: World) -> Form:
    return opened(world, "1", **ASKS)


def in_place(code: str, district: str = "", **more: Any) -> bytes:
    answers = f"<district>{district}</district><commune_code>{code}</commune_code><place>"
    return record(**more).replace(b"<place>", answers.encode())


def lies(world: World, xml: bytes) -> Place:
    return sent(world, xml).submission.place


def officer_of(world: World, area: Place, role: str = "officer") -> Person:
    return someone(f"មន្ត្រី{uuid4().hex[:4]}", role, programme=world.programme, area=area)


def test_it_finds_the_questions_that_ask_for_a_place() -> None:
    shape = shape_of(
        xform("1", **{"<name/>": "<name/><parish/><Village_Code/>", "<age/>": "<age/><commune/>"})
    )
    assert place_questions(shape, ["parish"]) == ["/parish", "/Village_Code"], "none within a repeat"


def test_it_lies_where_the_answers_say_by_the_smallest_place(world: World, form: Form) -> None:
    assert lies(world, in_place("020101", "0101")).code == "020101"
    assert lies(world, in_place("", "0101")).code == "0101"
    assert lies(world, in_place("០២០១០១")).code == "020101"
    assert lies(world, in_place("20101")).code == "020101", "a spreadsheet program ate the nought"


@pytest.mark.parametrize("code", ["", "999999", "ភូមិថ្មី", "S'; --", "0" * 500])
def test_it_lies_where_its_sender_works_where_the_answers_say_no_place(
    world: World, form: Form, code: str
) -> None:
    assert lies(world, in_place(code)) == world.commune


def test_it_lies_in_what_holds_all_areas_of_a_sender_with_several(world: World, form: Form) -> None:
    both = someone("ពីរកន្លែង", "facilitator", programme=world.programme, area=world.commune)
    both.seats.create(role="facilitator", programme=world.programme, area=place("010102"), since="2026-01-01")
    kept = send(by=world.by(both), programme=world.programme, xml=record())
    assert kept.submission.place == place("0101")


def test_it_knows_the_ground_that_areas_share() -> None:
    assert common_ground(["/1/2/3/", "/1/2/4/"]) == 2
    assert common_ground(["/1/2/3/"]) == 3
    assert common_ground(["/1/2/", "/1/2/3/"]) == 2
    assert common_ground(["/1/", "/2/"]) is None and common_ground([]) is None
    assert codes_said({"a": "101"}, ["/a"]) == ["101", "0101"]


@pytest.fixture
def two(world: World, form: Form) -> dict[str, Submission]:
    """One record in each of two communes."""
    here = sent(world, in_place("010101", instance="uuid:here", photo="a.jpg"), files={"a.jpg": picture()})
    there = sent(world, in_place("020101", instance="uuid:there", photo="a.jpg"), files={"a.jpg": picture()})
    return {"here": here.submission, "there": there.submission}


def test_it_opens_to_a_reader_the_records_of_their_area(
    world: World, form: Form, two: dict[str, Submission]
) -> None:
    def seen(person: Person) -> set[str]:
        return set(readable(world.by(person), form).values_list("instance_id", flat=True))

    assert seen(world.officer) == {"uuid:here", "uuid:there"}
    assert seen(officer_of(world, world.commune)) == {"uuid:here"}
    assert seen(officer_of(world, place("02"))) == {"uuid:there"}
    assert seen(officer_of(world, world.commune, "reviewer")) == {"uuid:here"}
    assert seen(world.sophea) == seen(world.stranger) == seen(world.vuthy) == set()


def test_it_moves_with_a_correction(world: World, form: Form, two: dict[str, Submission]) -> None:
    sent(world, in_place("020101", instance="uuid:fixed", corrects="uuid:here"))
    rows = readable(world.by(officer_of(world, world.commune)), form).standing()
    assert not rows.exists()


class Program:
    """A computer with the key of somebody whose role covers one commune."""

    def __init__(self, world: World, person: Person) -> None:
        token = give_key(by=world.by(person), programme=world.programme, person=person, purpose="data").token
        basic = base64.b64encode(f"{person.username}:{token}".encode()).decode()
        self.client = Client(headers={"Authorization": f"Basic {basic}"})
        self.base = f"/v1/projects/{number(world.programme.pk)}/forms/wells/submissions"


def test_it_gives_a_program_the_records_of_its_owner_s_area_by_every_address(
    world: World, form: Form, two: dict[str, Submission]
) -> None:
    program = Program(world, officer_of(world, world.commune))
    get = lambda path: program.client.get(program.base + path)  # noqa: E731
    assert [one["instanceId"] for one in get("").json()] == ["uuid:here"]
    for path in ("", ".xml", "/attachments", "/attachments/a.jpg", "/comments"):
        assert get(f"/uuid:here{path}").status_code == 200, path
        assert get(f"/uuid:there{path}").status_code == 404, path
    table = b"".join(get(".csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "uuid:here" in table and "uuid:there" not in table
    fixed = in_place("010101", instance="uuid:mine", corrects="uuid:there")
    there = f"{program.base}/uuid:there"
    assert program.client.put(there, fixed, content_type="application/xml").status_code == 404
    told = program.client.patch(there, {"reviewState": "approved"}, content_type="application/json")
    assert told.status_code == 404
    said = program.client.post(f"{there}/comments", {"body": "x"}, content_type="application/json")
    assert said.status_code == 404
    assert Submission.objects.count() == 2


def test_it_is_reviewed_only_by_who_reads_it(world: World, form: Form, two: dict[str, Submission]) -> None:
    by = world.by(officer_of(world, world.commune, "reviewer"))
    assert review(by=by, submission=two["here"], state="approved").state == "approved"
    for person, which in ((world.sophea, "here"), (world.vuthy, "here"), (world.stranger, "here")):
        with pytest.raises(Denied):
            review(by=world.by(person), submission=two[which], state="approved")
    with pytest.raises(Denied):
        review(by=by, submission=two["there"], state="approved")
