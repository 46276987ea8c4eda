"""A list of people taken in: each fault named by row and column, nobody doubled, slips for their owner."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.people import import_people, print_slips
from samleng.doors.exchange.report import Report
from samleng.ground.people.models import Badge, Contact, Enrolment, Person, Seat, Training
from samleng.ground.people.permission import Denied
from samleng.ground.people.verbs.keys import enrol, open_enrolment, revoke_device
from samleng.ground.people.verbs.records import read_contact
from samleng.ground.places.verbs import move
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.doors.exchange.damaged import workbook, written
from tests.world import World, place

HEAD = "code,name,sex,base,areas,implementer,phone,M1,M3\n"
ROWS = (
    "F1,ចាន់ ដារ៉ា,ប្រុស,010101,,ngo-1,+855 12 345 678,yes,2026-05-31\nF2,Sok Lida,f,010102,010101;010102,,,,\n"
)


@pytest.fixture
def take(world: World, tmp_path: Path) -> Callable[..., Report]:
    def run(text: str | Path, **how: Any) -> Report:
        path = text if isinstance(text, Path) else written(tmp_path / "people.csv", text)
        given = {"by": SYSTEM, "programme": world.programme, "country": "demo"}
        return import_people(path=path, **(given | how))

    return run


def refused(call: Callable[[], object]) -> list[Refusal]:
    with pytest.raises(Refusal) as found:
        call()
    return each(found.value)


def everything() -> list[int]:
    return [model.objects.count() for model in (Person, Seat, Badge, Contact, Training, Entry, ImportBatch)]


def found(code: str) -> Person:
    return Person.objects.get(badges__code=code)


def test_it_takes_a_list_in(world: World, take: Callable[..., Report]) -> None:
    report = take(HEAD + ROWS)
    assert (report.loaded, report.unchanged, report.rejected) == (2, 0, [])
    assert report.counts == {"rows": 2, "new": 2, "changed": 0, "slips": 0}
    dara, lida = found("F1"), found("F2")
    assert (dara.name, dara.sex, dara.base, dara.language) == ("ចាន់ ដារ៉ា", "male", world.commune, "km")
    seat = dara.seats.get()
    assert (seat.role, seat.area, seat.implementer) == ("facilitator", world.commune, world.implementer)
    assert {s.area.code for s in lida.seats.all()} == {"010101", "010102"}
    assert {t.module: t.passed_on for t in dara.trainings.all()} == {"M1": None, "M3": date(2026, 5, 31)}
    assert read_contact(by=SYSTEM, contact=dara.contacts.get()) == "+85512345678"
    assert not dara.has_usable_password()
    assert ImportBatch.objects.get(kind="people").loaded == 2


def test_it_knows_the_headings_of_the_tool_in_use(world: World, take: Callable[..., Report]) -> None:
    head = "caf_id,full_name,gender,commune_id,lngo_code,phone_number,educational_background,sk_001,sk_003\n"
    row = "77,ចាន់ ធី,female,10101,ngo-1,,edu_007,true,false\n"
    assert take(head + row).loaded == 1
    person = found("77")
    assert (person.sex, person.schooling, person.base) == ("female", "upper", world.commune)
    assert [t.module for t in person.trainings.all()] == ["M1"]
    km = "លេខកូដ,ឈ្មោះ,ភេទ,លេខកូដឃុំ,លេខទូរស័ព្ទ\n"
    assert take(km + "78,សុខ,ស្រី,010102,+855 11 222 333\n").loaded == 1
    assert found("78").base == place("010102")


def test_it_reads_a_workbook(world: World, take: Callable[..., Report], tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "people.xlsx",
        headings=["Name", "Base", "M3"],
        rows=[["ដារ៉ា", 10101, "31/05/2026"], ["លីដា", "010102", None]],
    )
    assert take(path).loaded == 2
    assert Person.objects.get(name="ដារ៉ា").base == world.commune


def test_it_reads_khmer_digits(world: World, take: Callable[..., Report]) -> None:
    take(HEAD + "១២,ដារ៉ា,f,០១០១០១,,,+៨៥៥ ១២ ៣៤៥ ៦៧៨,,៣១/០៥/២០២៦\n")
    dara = found("12")
    assert dara.base == world.commune and dara.trainings.get().passed_on == date(2026, 5, 31)
    assert read_contact(by=SYSTEM, contact=dara.contacts.get()) == "+85512345678"


def test_it_changes_nothing_when_sent_twice(take: Callable[..., Report]) -> None:
    take(HEAD + ROWS)
    before = everything()
    report = take(HEAD + ROWS)
    assert (report.loaded, report.unchanged) == (0, 2)
    assert everything() == before


def test_it_finds_people_again_by_number_contact_or_name(take: Callable[..., Report]) -> None:
    take(HEAD + ROWS + ",គ្មានលេខ,f,010101,,,+855 99 888 777,,\n,មានឈ្មោះ,f,010102,,,,,\n")
    before = Person.objects.count()
    report = take(
        HEAD
        + "F1,ចាន់ ដារ៉ារិទ្ធ,ប្រុស,010102,010101,ngo-1,,yes,\n"
        + ",គ្មានលេខ ថ្មី,f,010101,,,+855 99 888 777,,\n"
        + ",មានឈ្មោះ,f,010102,,,,,yes\n"
    )
    assert (report.loaded, Person.objects.count()) == (3, before)
    assert report.counts["changed"] == 3
    assert found("F1").name == "ចាន់ ដារ៉ារិទ្ធ" and found("F1").base == place("010102")
    # A day that was known is not lost by a list that does not know it.
    assert found("F1").trainings.get(module="M3").passed_on == date(2026, 5, 31)


def test_it_tells_what_became_of_an_old_code(take: Callable[..., Report]) -> None:
    gone = place("010102")
    move(by=SYSTEM, place=gone, parent=gone.parent, on=date(2026, 6, 1), codes={"010102": "010109"})
    (bad,) = refused(lambda: take("name,base\nDara,010102\n"))
    assert (bad.row, bad.field, bad.code) == (2, "base", "no_place")
    assert "became 010109" in str(bad.message)


DAMAGE = [
    ("name,sex\nDara,f\n", 1, "base", "missing_column"),
    ("base\n010101\n", 1, "name", "missing_column"),
    (HEAD + "F1,,f,010101,,,,,\n", 2, "name", "empty"),
    (HEAD + "F1,Dara,f,,,,,,\n", 2, "base", "empty"),
    (HEAD + "F1,Dara,f,999999,,,,,\n", 2, "base", "no_place"),
    (HEAD + "F1,Dara,f,010101,999999,,,,\n", 2, "areas", "no_place"),
    (HEAD + "F1,Dara,x,010101,,,,,\n", 2, "sex", "choice"),
    (HEAD + "F1,Dara,f,010101,,nobody,,,\n", 2, "implementer", "no_implementer"),
    (HEAD + "F1,Dara,f,010101,,,twelve,,\n", 2, "phone", "phone"),
    (HEAD + "F1,Dara,f,010101,,,,perhaps,\n", 2, "M1", "module"),
    (HEAD + "F1,Dara,f,010101,,,,,31/02/2026\n", 2, "M3", "module"),
    (HEAD + "F1,=1+1,f,010101,,,,,\n", 2, "name", "formula"),
    (HEAD + "F1," + "ដ" * 130 + ",f,010101,,,,,\n", 2, "name", "too_long"),
    (HEAD + "F1,Dara,f,010101,,,,,\nF1,Lida,f,010101,,,,,\n", 3, "code", "duplicate"),
    (HEAD + ",Dara,f,010101,,,,,\n,Dara,f,010101,,,,,\n", 3, "name", "duplicate"),
    (HEAD + ",Dara,f,010101,,,+85512345678,,\n,Lida,f,010101,,,+855 12 345 678,,\n", 3, "name", "duplicate"),
    (HEAD + "F1,Dara,f,010101,,,,,,,more\n", 2, "file", "overflow"),
    ("name,base,role\nDara,010101,office_head\n", 2, "role", "choice"),
    ("name,base,email\nDara,010101,me@here\n", 2, "email", "email"),
    (HEAD, None, "file", "no_rows"),
]


@pytest.mark.parametrize(("text", "row", "column", "code"), DAMAGE)
def test_it_names_row_and_column_of_a_fault_and_changes_nothing(
    take: Callable[..., Report], text: str, row: int | None, column: str, code: str
) -> None:
    before = everything()
    bad = refused(lambda: take(text))
    assert any((one.row, one.field, one.code) == (row, column, code) for one in bad), [
        (one.row, one.field, one.code) for one in bad
    ]
    assert all(str(one.message) and str(one.remedy) for one in bad)
    assert everything() == before


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 4096, b"\xff\xfe\x00\x00bad", b"PK\x03\x04not a zip", b"\xd0\xcf\x11\xe0old"]
)
def test_it_says_what_a_damaged_file_is(take: Callable[..., Report], tmp_path: Path, content: bytes) -> None:
    before = everything()
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    assert all(str(one.message) and str(one.remedy) for one in refused(lambda: take(path)))
    assert everything() == before


def test_it_takes_the_good_rows_alone_when_asked(take: Callable[..., Report]) -> None:
    text = HEAD + ROWS + "F3,Sros,f,999999,,,,,\nF2,Lida again,f,010101,,,,,\n,Boran,m,010101,,,bad,,\n"
    report = take(text, only_good=True)
    assert report.loaded == 2
    assert [(one.row, one.code) for one in report.rejected] == [
        (4, "no_place"), (5, "duplicate"), (6, "phone"),
    ]  # fmt: skip
    kept = ImportBatch.objects.get(kind="people").refused
    assert [row["row"] for row in kept] == [4, 5, 6]
    assert set(kept[0]["message"]) == {"km", "en"}


def test_it_tells_all_faults_when_no_row_is_good(world: World, take: Callable[..., Report]) -> None:
    local = world.by(world.chief)
    with pytest.raises(Denied):
        take(HEAD + ROWS, by=world.by(world.sophea))
    bad = refused(lambda: take(HEAD + ROWS + "F3,Sros,f,999999,,,,,\n", by=local, only_good=True))
    assert [(one.row, one.code) for one in bad] == [(2, "denied"), (3, "denied"), (4, "no_place")]


def test_it_does_all_and_undoes_it_in_a_dry_run(take: Callable[..., Report], tmp_path: Path) -> None:
    before = everything()
    slips = tmp_path / "slips.pdf"
    report = take(HEAD + ROWS, dry_run=True, slips=slips)
    assert (report.loaded, report.dry_run, report.batch) == (2, True, None)
    assert everything() == before and not slips.exists()


def test_it_asks_for_which_programme(take: Callable[..., Report]) -> None:
    (one,) = refused(lambda: take(HEAD + ROWS, programme=None))
    assert one.field == "--programme" and one.code == "missing"


def test_it_warns_of_a_shared_telephone_and_takes_both(take: Callable[..., Report]) -> None:
    both = "F1,Dara,f,010101,,,+855 12 345 678,,\nF2,Lida,f,010101,,,+855 12 345 678,,\n"
    report = take(HEAD + both)
    assert report.loaded == 2 and [(w.row, w.code) for w in report.warnings] == [(3, "shared_phone")]


def test_it_prints_slips_that_only_their_owner_may_read(
    world: World, take: Callable[..., Report], tmp_path: Path
) -> None:
    target = tmp_path / "slips.pdf"
    target.write_text("an older file, readable by all")
    target.chmod(0o644)
    report = take(HEAD + ROWS, slips=target)
    assert report.counts["slips"] == 2 and Enrolment.objects.count() == 2
    assert target.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    # No PIN lies in the database or the ledger.
    assert all(row.secret.startswith("$argon2") for row in Enrolment.objects.all())
    fresh = tmp_path / "fresh.pdf"
    take(HEAD + ROWS, slips=fresh)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o600


def test_it_prints_no_slip_for_who_has_a_phone_or_works_without(
    world: World, take: Callable[..., Report], tmp_path: Path
) -> None:
    take(HEAD + ROWS)
    dara, lida = found("F1"), found("F2")
    devices = []
    for person in (dara, lida):
        slip = enrol(by=SYSTEM, person=person)
        devices.append(open_enrolment(code=slip.code, pin=slip.pin).device)
    # One lost phone beside one that works: she still has a phone.
    second = enrol(by=SYSTEM, person=dara)
    open_enrolment(code=second.code, pin=second.pin)
    for device in devices:
        revoke_device(by=SYSTEM, device=device)
    target = tmp_path / "slips.pdf"
    people = [dara, lida, world.officer]
    assert print_slips(SYSTEM, world.programme, people, target, None) == 1
    assert Enrolment.objects.filter(used_at=None).get().person == lida


def test_it_gives_a_slip_that_opens_once(world: World, take: Callable[..., Report]) -> None:
    from samleng.ground.people.verbs.slips import enrol_many

    take(HEAD + ROWS)
    people = [found("F1"), found("F2")]
    older = enrol(by=SYSTEM, person=people[0])
    made = enrol_many(by=world.by(world.admin), people=people)
    with pytest.raises(Refusal, match="already used"):
        open_enrolment(code=older.code, pin=older.pin)
    for person, slip in made:
        assert open_enrolment(code=slip.code, pin=slip.pin).device.person == person
    assert Entry.objects.filter(verb="people.enrol", actor=world.admin.key).count() == 2
    for stranger in (world.stranger, world.vuthy, world.sophea):
        with pytest.raises(Denied):
            enrol_many(by=world.by(stranger), people=people)
    with pytest.raises(Refusal, match="no role that works with a phone"):
        enrol_many(by=SYSTEM, people=[world.officer])


def test_it_takes_a_nation_s_list_in_few_statements(world: World, take: Callable[..., Report]) -> None:
    many = 4100
    text = HEAD + "".join(
        f"N{n},ឈ្មោះ {n},f,01010{1 + n % 2},,ngo-1,+8551{n:07d},yes,2026-05-31\n" for n in range(many)
    )
    manager = world.by(world.admin)
    started = time.monotonic()
    with CaptureQueriesContext(connection) as seen:
        assert take(text, by=manager).loaded == many
    took = time.monotonic() - started
    # Some hundred rows a statement: nowhere near one a person.
    print(f"{many} rows: {len(seen)} statements, {took:.1f} s")
    assert len(seen) < 250, len(seen)
    assert took < 60, took
    with CaptureQueriesContext(connection) as again:
        assert take(text, by=manager).unchanged == many
    print(f"again: {len(again)} statements")
    assert len(again) < 100, len(again)
