"""The people pages: who sees whom, what each act does, and that the desk offers only what is theirs."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.web.signin.accounts import give_totp, has_second_step
from samleng.ground.people.models import Contact, Device, Enrolment, Invitation, Person, Seat
from samleng.ground.people.verbs.accounts import number, seat
from samleng.ground.people.verbs.keys import enrol, invitation_of, open_enrolment
from samleng.ground.people.verbs.records import keep_contact, record_training
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from tests.world import World, place, someone

START = date(2026, 1, 1)
LONG = "ឧកញ៉ាមហាវិបុលសម្បត្តិ សុវណ្ណារ៉ាវតីបវរទេវី"


@pytest.fixture(autouse=True)
def in_the_land(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.COUNTRY_PACK = "demo"
    settings.HOME = tmp_path
    yield


def signed(person: Person) -> Client:
    if person.acting().staff and not has_second_step(person):
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(who: Person, page_name: str, /, *given: Any, **asked: Any) -> HttpResponse:
    return signed(who).get(reverse(page_name, args=given), asked)


def send(who: Person, page_name: str, /, *given: Any, **sent: Any) -> HttpResponse:
    return signed(who).post(reverse(page_name, args=given), sent)


def said(answer: HttpResponse) -> str:
    return answer.content.decode()


def names(answer: HttpResponse) -> set[str]:
    return {line.person.name for line in answer.context["lines"]}


def taken_in() -> QuerySet[ImportBatch]:
    """The lists of people taken in; the land's own places came in from a file too."""
    return ImportBatch.objects.filter(kind="people")


@pytest.fixture
def local(world: World) -> Person:
    """An officer of the same programme whose area is the other commune."""
    return someone("មន្ត្រីឆ្ងាយ", "officer", programme=world.programme, area=world.other_commune)


@pytest.fixture
def ngo(world: World) -> Person:
    """An implementer's officer of the region."""
    return someone(
        "អង្គការ",
        "implementer_officer",
        programme=world.programme,
        area=place("01"),
        implementer=world.implementer,
    )


@pytest.fixture
def theirs(world: World) -> Person:
    """A facilitator of that implementer."""
    return someone(
        "ដារ៉ា",
        "facilitator",
        programme=world.programme,
        area=world.commune,
        implementer=world.implementer,
    )


# --- the list ----------------------------------------------------------------------------------------------


def test_it_lists_whom_each_looks_after_and_nobody_else(
    world: World, local: Person, ngo: Person, theirs: Person
) -> None:
    assert {"សុភា", "អ្នកមិនបានចាត់តាំង", "អង្គការ", "ដារ៉ា"} <= names(page(world.admin, "people"))
    assert names(page(world.stranger, "people")) == {"អ្នកក្រៅ"}
    assert names(page(local, "people")) == {"អ្នកមិនបានចាត់តាំង", "មន្ត្រីឆ្ងាយ"}
    assert names(page(ngo, "people")) == {"អង្គការ", "ដារ៉ា"}
    assert names(page(world.vuthy, "people")) == {"វុទ្ធី"}


@pytest.mark.parametrize("name", ["people", "people_add", "people_file", "people_files", "people_slips"])
def test_it_is_closed_to_who_looks_after_nobody(world: World, name: str) -> None:
    for person in (world.sophea, world.unassigned):
        assert page(person, name).status_code == 404
    assert Client().get(reverse(name)).status_code == 302


def test_it_is_linked_from_the_desk_of_who_looks_after_people(world: World) -> None:
    address = reverse("people")
    for person in (world.admin, world.vuthy):
        assert f'href="{address}"' in said(page(person, "desk"))
    assert f'href="{address}"' not in said(page(world.sophea, "desk"))


def test_it_offers_no_lists_and_slips_to_an_office(world: World) -> None:
    for name in ("people_file", "people_files", "people_sample", "people_slips"):
        assert page(world.vuthy, name).status_code == 404


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_shows_nobody_one_and_long_names(world: World, language: str) -> None:
    address = f"/{language}/people/"
    assert signed(world.stranger).get(address).status_code == 200
    assert signed(world.stranger).get(address, {"q": "គ្មាន"}).status_code == 200
    someone(LONG, "facilitator", programme=world.other_programme, area=place("01"))
    assert LONG in said(signed(world.stranger).get(address))


def test_it_finds_by_khmer_latin_and_number(world: World) -> None:
    dara = someone("Dara Sok", "facilitator", programme=world.programme, area=world.commune)
    number(by=SYSTEM, person=dara, programme=world.programme, code="CAF-0012")
    for words, found in (
        ("សុ\u200bភា", {"សុភា"}),
        ("DARA", {"Dara Sok"}),
        ("caf-0012", {"Dara Sok"}),
        ("CAF-០០១២", {"Dara Sok"}),
        ("nobody", set()),
    ):
        assert names(page(world.admin, "people", q=words)) == found, words


def test_it_finds_no_number_of_another_programme(world: World) -> None:
    number(by=SYSTEM, person=world.stranger, programme=world.other_programme, code="X7")
    seat(by=SYSTEM, person=world.stranger, role="reviewer", programme=world.programme, area=place("01"))
    assert names(page(world.admin, "people", q="X7")) == set()
    assert names(page(world.stranger, "people", q="X7")) == {"អ្នកក្រៅ"}


def test_it_narrows_by_role_area_training_and_phone(world: World, ngo: Person, theirs: Person) -> None:
    record_training(by=SYSTEM, person=world.sophea, module="M3")
    slip = enrol(by=SYSTEM, person=theirs)
    open_enrolment(code=slip.code, pin=slip.pin)

    def found(**asked: Any) -> set[str]:
        return names(page(world.admin, "people", **asked))

    assert found(role="facilitator") == {"សុភា", "ដារ៉ា", "អ្នកមិនបានចាត់តាំង"}
    assert found(role="facilitator", area=str(place("01").pk)) == {"សុភា", "ដារ៉ា"}
    assert found(role="facilitator", module="M3") == {"ដារ៉ា", "អ្នកមិនបានចាត់តាំង"}
    assert found(phone="yes") == {"ដារ៉ា"}
    assert "ដារ៉ា" not in found(phone="no", role="facilitator")
    assert found(implementer=str(world.implementer.pk)) == {"អង្គការ", "ដារ៉ា"}
    assert found(implementer="no-uuid") == set()
    assert found(area="nowhere") == set()


def test_it_offers_areas_from_ones_own_downward(world: World, local: Person) -> None:
    assert {p.code for p in page(world.admin, "people").context["areas"]} >= {"01", "02"}
    inside = page(world.admin, "people", area=str(place("0101").pk)).context["areas"]
    assert [p.code for p in inside][:2] == ["01", "0101"]
    assert {p.code for p in inside} >= {"010101", "010102"}
    own = {p.code for p in page(local, "people").context["areas"]}
    assert all(code.startswith("020101") for code in own)
    # An area that is not theirs opens nothing and shows nothing of it.
    far = page(local, "people", area=str(world.commune.pk))
    assert names(far) == set() and {p.code for p in far.context["areas"]} == own


def test_it_shows_training_and_warns_without_blocking(world: World) -> None:
    line = next(
        one for one in page(world.admin, "people").context["lines"] if one.person.pk == world.sophea.pk
    )
    assert line.passed == [("M1", False), ("M2", False), ("M3", False), ("M4", False)]
    assert "not passed M3" in str(line.warnings[0].message)
    admin = next(
        one for one in page(world.admin, "people").context["lines"] if one.person.pk == world.admin.pk
    )
    assert not admin.warnings


def test_it_lists_ten_thousand_in_few_queries(world: World) -> None:
    client = signed(world.admin)

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse("people")).status_code == 200
        return len(seen)

    few = counted()
    people = [Person(username=f"p-{n}").named(f"មនុស្ស {n}") for n in range(10_000)]
    Person.objects.bulk_create(people, batch_size=1000)
    Seat.objects.bulk_create(
        [
            Seat(
                person=p, role="facilitator", programme=world.programme, area=world.commune, since=START
            )
            for p in people
        ],
        batch_size=1000,
    )  # fmt: skip
    assert counted() <= few + 2
    answer = client.get(reverse("people"), {"page": "301"})
    assert answer.context["page"].number == 301 and answer.context["page"].paginator.count > 10_000


# --- one person --------------------------------------------------------------------------------------------

ACTS = [
    "person_train",
    "person_contact",
    "person_slip",
    "person_invite",
    "person_revoke",
    "person_second_step",
    "person_give",
    "person_change",
]


def test_it_opens_a_person_to_who_looks_after_them_only(world: World, local: Person, ngo: Person) -> None:
    assert page(world.admin, "person", world.sophea.pk).status_code == 200
    for stranger in (world.stranger, local, ngo, world.vuthy, world.sophea):
        assert page(stranger, "person", world.sophea.pk).status_code == 404
        for act in ACTS:
            assert send(stranger, act, world.sophea.pk).status_code == 404, act
    assert not Enrolment.objects.exists() and not Invitation.objects.exists()


def test_it_shows_only_the_roles_one_looks_after(world: World) -> None:
    seat(by=SYSTEM, person=world.sophea, role="officer", programme=world.other_programme, area=place("02"))
    line = next(one for one in page(world.admin, "people", q="សុភា").context["lines"])
    assert [held.programme for _label, held in line.seats] == [world.programme]
    answer = said(page(world.admin, "person", world.sophea.pk))
    assert "Other programme" not in answer and "Programme officer" not in answer
    # Their keys would open the other programme too, so they are not this manager's to make.
    assert "not yours to give" in answer
    assert send(world.admin, "person_invite", world.sophea.pk).status_code == 404


def test_it_gives_and_ends_a_role(world: World) -> None:
    given = {
        "role": "ambassador",
        "owner": world.programme.owner_key,
        "area": "010102",
        "since": timezone.localdate().isoformat(),
    }
    assert send(world.admin, "person_give", world.sophea.pk, **given).status_code == 302
    held = Seat.objects.live().get(person=world.sophea, role="ambassador")
    assert held.area == place("010102")
    assert page(world.admin, "person_end", world.sophea.pk, held.pk).status_code == 200
    assert send(world.admin, "person_end", world.sophea.pk, held.pk).status_code == 302
    assert not Seat.objects.live().filter(pk=held.pk).exists()


def test_it_lets_nobody_give_or_end_beyond_their_own(world: World, local: Person, ngo: Person) -> None:
    beyond = {"role": "programme_admin", "owner": world.programme.owner_key, "area": "020101"}
    assert send(local, "person_give", world.unassigned.pk, **beyond).status_code == 422
    outside = {"role": "facilitator", "owner": world.programme.owner_key, "area": "010101"}
    assert send(local, "person_give", world.unassigned.pk, **outside).status_code == 422
    assert Seat.objects.filter(person=world.unassigned).count() == 1
    mine = Seat.objects.get(person=world.sophea)
    for stranger in (local, ngo, world.stranger):
        assert send(stranger, "person_end", world.sophea.pk, mine.pk).status_code == 404
    # A seat of somebody else under one's own person's address.
    assert send(local, "person_end", world.unassigned.pk, mine.pk).status_code == 404
    assert Seat.objects.live().filter(pk=mine.pk).exists()


def test_it_asks_which_place_is_meant(world: World) -> None:
    given = {"role": "facilitator", "owner": world.programme.owner_key, "area": "ភ"}
    answer = send(world.admin, "person_give", world.sophea.pk, **given)
    assert answer.status_code == 422
    offered = answer.context["form"].fields["area"].widget.offered
    assert len(offered) > 1
    pk, _label = offered[0]
    chosen = given | {"area_of": "ភ", "area_pick": pk}
    assert send(world.admin, "person_give", world.sophea.pk, **chosen).status_code == 302
    assert Seat.objects.filter(person=world.sophea, area_id=int(pk)).exists()
    # Other words than those it was chosen for.
    other = given | {"area": "nowhere at all", "area_of": "ភ", "area_pick": pk}
    assert send(world.admin, "person_give", world.sophea.pk, **other).status_code == 422


def test_it_corrects_name_number_and_home(world: World) -> None:
    given = {"name": "សុភា ច័ន្ទ", "sex": "female", "schooling": "upper", "base": "010101", "code": "A-1"}
    assert send(world.admin, "person_change", world.sophea.pk, **given).status_code == 302
    world.sophea.refresh_from_db()
    assert (world.sophea.name, world.sophea.sex, world.sophea.base) == ("សុភា ច័ន្ទ", "female", world.commune)
    assert "A-1" in said(page(world.admin, "person", world.sophea.pk))
    # The form comes back filled and may be sent as it stands.
    form = page(world.admin, "person_change", world.sophea.pk)
    assert "(010101)" in said(form)
    taken = given | {"name": "ផ្សេង"}
    answer = send(world.admin, "person_change", world.unassigned.pk, **taken)
    assert answer.status_code == 422 and "has this number" in said(answer)


def test_it_writes_training_down_and_refuses_a_day_to_come(world: World) -> None:
    assert (
        send(
            world.admin, "person_train", world.sophea.pk, module="M3", passed_on="2026-03-01"
        ).status_code
        == 302
    )  # fmt: skip
    assert world.sophea.trainings.get().passed_on == date(2026, 3, 1)
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = send(world.admin, "person_train", world.sophea.pk, module="M4", passed_on=ahead)
    assert answer.status_code == 422 and "not come yet" in said(answer)


def test_it_keeps_a_contact_sealed_until_somebody_looks_and_logs_it(world: World) -> None:
    sent = {"kind": "phone", "value": "+៨៥៥ ១២ ៣៤៥ ៦៧៨"}
    assert send(world.admin, "person_contact", world.sophea.pk, **sent).status_code == 302
    contact = Contact.objects.get()
    assert "85512345678" not in said(page(world.admin, "person", world.sophea.pk))
    assert not Entry.objects.filter(verb="people.read_contact").exists()
    read = send(world.admin, "person_contact_read", world.sophea.pk, contact.pk)
    assert "+85512345678" in said(read) and "no-store" in read["Cache-Control"]
    assert Entry.objects.filter(verb="people.read_contact", actor=world.admin.key).count() == 1
    assert send(world.admin, "person_contact_forget", world.sophea.pk, contact.pk).status_code == 302
    assert not Contact.objects.exists()
    bad = send(world.admin, "person_contact", world.sophea.pk, kind="phone", value="12")
    assert bad.status_code == 422 and "not a telephone number" in said(bad)


def test_it_shows_no_contact_to_a_stranger_or_by_another_ones_address(world: World, local: Person) -> None:
    contact = keep_contact(by=SYSTEM, person=world.sophea, kind="email", value="s@example.org")
    for stranger, under in (
        (world.stranger, world.sophea),
        (local, world.sophea),
        (local, world.unassigned),
        (world.admin, world.unassigned),
    ):
        for act in ("person_contact_read", "person_contact_forget"):
            assert send(stranger, act, under.pk, contact.pk).status_code == 404
    assert Contact.objects.exists()


def test_it_makes_a_slip_as_a_pdf_that_no_cache_keeps(world: World) -> None:
    for _n in range(2):
        answer = send(world.admin, "person_slip", world.sophea.pk)
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
    # Of two made one after the other only the last is good.
    assert Enrolment.objects.filter(person=world.sophea, withdrawn_at=None).count() == 1
    assert send(world.admin, "person_slip", world.officer.pk).status_code == 422


def test_it_shows_an_invitation_once(world: World) -> None:
    answer = send(world.admin, "person_invite", world.officer.pk)
    address = answer.context["address"]
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert address in said(answer) and "no-store" in answer["Cache-Control"]
    invitation = invitation_of(token)
    assert invitation is not None and invitation.person == world.officer
    assert token not in said(page(world.admin, "person", world.officer.pk))
    assert page(world.admin, "person_invite", world.officer.pk).status_code == 405


def test_it_revokes_one_phone_or_every_way_in(world: World, local: Person) -> None:
    slip = enrol(by=SYSTEM, person=world.sophea)
    device = open_enrolment(code=slip.code, pin=slip.pin).device
    for who in (local, world.admin):
        assert send(who, "person_revoke_phone", world.unassigned.pk, device.pk).status_code == 404
    assert send(world.admin, "person_revoke_phone", world.sophea.pk, device.pk).status_code == 302
    assert Device.objects.get().revoked_at
    assert page(world.admin, "person_revoke", world.sophea.pk).status_code == 200
    turn = Person.objects.get(pk=world.sophea.pk).turn
    assert send(world.admin, "person_revoke", world.sophea.pk).status_code == 302
    assert Person.objects.get(pk=world.sophea.pk).turn == turn + 1


def test_it_lets_a_lost_second_step_be_set_up_anew(world: World) -> None:
    give_totp(world.officer)
    assert send(world.admin, "person_second_step", world.officer.pk).status_code == 302
    assert not has_second_step(world.officer)


def test_it_finds_who_left_and_takes_them_back(world: World) -> None:
    mine = Seat.objects.get(person=world.sophea)
    Seat.objects.filter(pk=mine.pk).update(until=timezone.localdate())
    assert "សុភា" not in names(page(world.admin, "people"))
    assert names(page(world.admin, "people", held="former")) == {"សុភា"}
    assert names(page(world.stranger, "people", held="former")) == set()
    assert page(world.stranger, "person", world.sophea.pk).status_code == 404
    given = {"role": "facilitator", "owner": world.programme.owner_key, "area": "010101"}
    assert send(world.admin, "person_give", world.sophea.pk, **given).status_code == 302
    assert "សុភា" in names(page(world.admin, "people"))


# --- one more ----------------------------------------------------------------------------------------------


def newcomer(world: World, **more: Any) -> dict[str, Any]:
    return {
        "token": str(uuid.uuid4()),
        "name": "ចាន់ធី",
        "sex": "female",
        "role": "facilitator",
        "owner": world.programme.owner_key,
        "area": "010101",
        "code": "N-1",
        "phone": "+855 12 345 678",
        "language": "km",
    } | more


def test_it_adds_one_person_once_however_often_it_is_sent(world: World) -> None:
    sent = newcomer(world)
    first, second = send(world.admin, "people_add", **sent), send(world.admin, "people_add", **sent)
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    person = Person.objects.get(name="ចាន់ធី")
    assert person.seats.get().area == world.commune
    assert person.badges.get().code == "N-1" and person.contacts.count() == 1


def test_it_asks_before_it_adds_a_namesake(world: World) -> None:
    answer = send(world.admin, "people_add", **newcomer(world, name="សុភា"))
    assert answer.status_code == 422 and "here already" in said(answer)
    assert reverse("person", args=[world.sophea.pk]) in said(answer)
    assert send(world.admin, "people_add", **newcomer(world, name="សុភា", another="on")).status_code == 302
    assert Person.objects.filter(name="សុភា").count() == 2


def test_it_asks_a_sign_in_name_for_who_signs_in_with_a_password(world: World) -> None:
    sent = newcomer(world, role="officer")
    assert send(world.admin, "people_add", **sent).status_code == 422
    assert send(world.admin, "people_add", **(sent | {"username": "chanthy"})).status_code == 302
    assert Person.objects.get(name="ចាន់ធី").username == "chanthy"


def test_it_leaves_nothing_behind_when_the_role_is_not_theirs_to_give(world: World, ngo: Person) -> None:
    sent = newcomer(world, implementer=str(world.implementer.pk))
    assert send(ngo, "people_add", **(sent | {"area": "020101"})).status_code == 422
    assert send(ngo, "people_add", **(sent | {"code": "", "phone": "12"})).status_code == 422
    assert not Person.objects.filter(name="ចាន់ធី").exists()
    assert send(ngo, "people_add", **sent).status_code == 302
    assert Seat.objects.get(person__name="ចាន់ធី").implementer == world.implementer


def test_it_lets_the_head_of_an_office_add_a_clerk(world: World) -> None:
    sent = {
        "token": str(uuid.uuid4()),
        "name": "ស្មៀន",
        "role": "clerk",
        "owner": world.clinic_office.owner_key,
        "language": "km",
        "username": "clerk.one",
    }
    assert send(world.vuthy, "people_add", **sent).status_code == 302
    held = Seat.objects.get(person__name="ស្មៀន")
    assert (held.office, held.area) == (world.clinic_office, world.clinic_office.place)
    other = sent | {"token": str(uuid.uuid4()), "name": "ឆ្ងាយ", "username": "far.one"}
    assert (
        send(world.vuthy, "people_add", **(other | {"owner": world.hall_office.owner_key})).status_code == 422
    )
    assert names(page(world.vuthy, "people")) == {"វុទ្ធី", "ស្មៀន"}
    assert names(page(world.chief, "people")) == {"មេឃុំ"}


def test_it_lets_who_keeps_the_registers_name_the_head_of_any_office(world: World) -> None:
    keeper = someone("អ្នកកាន់បញ្ជី", "registrar", office=world.health_board, area=place("S"))
    assert {"វុទ្ធី", "មេឃុំ", "អ្នកកាន់បញ្ជី"} == names(page(keeper, "people"))
    sent = {
        "token": str(uuid.uuid4()),
        "name": "ប្រធានថ្មី",
        "role": "office_head",
        "owner": world.health_board.owner_key,
        "office": "shire-0101",
        "language": "km",
        "username": "new.head",
    }
    assert send(keeper, "people_add", **sent).status_code == 302
    assert Seat.objects.get(person__name="ប្រធានថ្មី").office == world.shire_office
    assert page(keeper, "person", world.sophea.pk).status_code == 404
    assert page(keeper, "person", world.vuthy.pk).status_code == 200


# --- many --------------------------------------------------------------------------------------------------

GOOD = "code,name,sex,base\nF1,ចាន់ ដារ៉ា,ប្រុស,010101\nF2,សុខ លីដា,ស្រី,010102\n"
HALF = GOOD + "F3,គ្មានទីកន្លែង,ស្រី,999999\n"


def uploaded(text: str, name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def look(world: World) -> Callable[..., HttpResponse]:
    def run(text: str, person: Person | None = None) -> HttpResponse:
        return send(
            person or world.admin, "people_file", programme=str(world.programme.pk), file=uploaded(text)
        )

    return run


def confirmed(world: World, shown: HttpResponse, person: Person | None = None, **more: Any) -> HttpResponse:
    sent = {
        "stored": shown.context["stored"],
        "filename": shown.context["filename"],
        "programme": str(world.programme.pk),
    }
    return send(person or world.admin, "people_file_confirm", **sent, **more)


def test_it_shows_what_a_list_would_do_and_does_nothing(world: World, look: Any) -> None:
    before = Person.objects.count()
    shown = look(HALF)
    assert (shown.context["report"].loaded, len(shown.context["report"].rejected)) == (2, 1)
    assert "999999" in said(shown) and Person.objects.count() == before
    assert not taken_in().exists()


def test_it_takes_in_all_or_nothing(world: World, look: Any) -> None:
    before = Person.objects.count()
    assert confirmed(world, look(HALF)).status_code == 422
    assert Person.objects.count() == before
    answer = confirmed(world, look(GOOD))
    assert answer.status_code == 302 and Person.objects.count() == before + 2
    batch = taken_in().get()
    assert (batch.filename, batch.loaded, batch.owner) == ("people.csv", 2, world.programme.owner_key)
    # The file held names, and waits no longer than it must.
    assert hashlib.sha256(GOOD.encode()).hexdigest() not in str(
        list((Path(settings.HOME) / "uploads").iterdir())
    )
    assert "2" in said(page(world.admin, "people_batch", batch.pk))


def test_it_takes_in_only_the_good_rows_when_asked(world: World, look: Any) -> None:
    before = Person.objects.count()
    assert confirmed(world, look(HALF), only_good="1").status_code == 302
    assert Person.objects.count() == before + 2
    batch = taken_in().get()
    assert [row["row"] for row in batch.refused] == [4]
    assert "no place" in said(page(world.admin, "people_batch", batch.pk))


def test_it_answers_a_second_click_with_the_same_page(world: World, look: Any) -> None:
    shown = look(GOOD)
    first, second = confirmed(world, shown), confirmed(world, shown)
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    assert taken_in().count() == 1


@pytest.mark.parametrize("text", ["", "only one column\n", "\x00" * 400, HALF.replace("0101", "99")])
def test_it_says_what_is_wrong_with_a_file(world: World, look: Any, text: str) -> None:
    before = Person.objects.count()
    answer = look(text)
    assert answer.status_code in (200, 422) and Person.objects.count() == before
    assert answer.context.get("errors") or answer.context["report"].rejected


def test_it_keeps_a_list_to_who_sent_it_and_who_runs_the_programme(
    world: World, look: Any, local: Person, ngo: Person
) -> None:
    confirmed(world, look(GOOD))
    batch = taken_in().get()
    for stranger in (world.stranger, local, ngo):
        assert list(page(stranger, "people_files").context["page"]) == []
        assert page(stranger, "people_batch", batch.pk).status_code == 404
    assert list(page(world.officer, "people_files").context["page"]) == [batch]


def test_it_takes_no_list_into_another_programme_or_area(world: World, look: Any, local: Person) -> None:
    assert look(GOOD, world.stranger).status_code == 404
    shown = look(GOOD, local)
    assert shown.context["report"].loaded == 0 and len(shown.context["report"].rejected) == 2
    assert confirmed(world, shown, local, only_good="1").status_code in (404, 422)
    assert not Person.objects.filter(badges__code="F1").exists()


def test_it_gives_out_an_empty_list_that_it_reads_back(world: World) -> None:
    answer = page(world.admin, "people_sample")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:4] == ["code", "name", "sex", "base"] and sheet.max_row == 1
    assert {row[0].value for row in book["places"].iter_rows(min_row=2)} >= {"010101", "020101"}
    row = {"code": "S1", "name": "ពេជ្រ", "sex": "female", "base": "010101", "M3": "2026-05-31"}
    sheet.append([row.get(heading, "") for heading in headings])
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("people.xlsx", out.getvalue())
    shown = send(world.admin, "people_file", programme=str(world.programme.pk), file=file)
    assert (shown.context["report"].loaded, shown.context["report"].rejected) == (1, [])


# --- slips -------------------------------------------------------------------------------------------------


def test_it_prints_slips_for_who_has_neither_phone_nor_slip(
    world: World, local: Person, theirs: Person
) -> None:
    enrol(by=SYSTEM, person=theirs)
    waiting = page(world.admin, "people_slips")
    assert names(waiting) == {"សុភា", "អ្នកមិនបានចាត់តាំង"}
    assert names(page(local, "people_slips")) == {"អ្នកមិនបានចាត់តាំង"}
    sent = {"programme": str(world.programme.pk), "person": [str(world.sophea.pk), str(world.unassigned.pk)]}
    answer = send(local, "people_slips", **sent)
    assert answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    # Sophea works in another area: no slip of hers was made.
    assert not world.sophea.enrolments.exists() and world.unassigned.enrolments.count() == 1
    again = send(local, "people_slips", **sent)
    assert again.content.startswith(b"%PDF")
    assert world.unassigned.enrolments.filter(withdrawn_at=None).count() == 1
    assert names(page(world.admin, "people_slips")) == {"សុភា"}
    assert page(world.stranger, "people_slips", programme=str(world.programme.pk)).status_code == 404
