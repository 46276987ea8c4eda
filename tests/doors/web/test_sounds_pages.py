"""The pages on which a method's texts are recorded, and the address at which everybody hears them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.people.models import Person
from samleng.ground.sounds.models import COUNTRY, Take
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.facilitated import Meeting, client_of
from tests.doors.web.test_public_places import told
from tests.insight.walk import criteria, publish
from tests.recorded import packed, slots, spoken
from tests.voices.scorecards.polled import chosen_room, codes_of, drawn, opened
from tests.world import World, office, place, someone, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.COUNTRY_PACK = tmp_path / "media", "demo"


def signed(person: Person) -> Client:
    if person.acting().staff:
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keeper(world: World) -> Person:
    registers = office("registers", "health_ministry", place("S"), words("បញ្ជី", "Registers"))
    return someone("អ្នកកាន់បញ្ជី", "registrar", office=registers)


def at(world: World, page: str, *more: str) -> str:
    """A page of the programme's own desk, in English."""
    with translation.override("en"):
        if page == "sounds":
            return reverse("sounds", args=[world.programme.pk])
        return reverse(page, args=[world.programme.pk, world.framework.pk, "km", *more])


def upload(data: bytes, name: str = "take.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def record(world: World, code: str, seed: int = 1, owner: str | None = None) -> Take:
    owner = world.programme.owner_key if owner is None else owner
    return keep_take(
        by=SYSTEM, owner=owner, slot=slots(world.framework)[code], language="km", file=spoken(seed)
    )


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_it_lists_every_text_with_its_words_and_what_is_missing(world: World) -> None:
    client, count = signed(world.admin), len(slots(world.framework))
    record(world, "criterion-CL01")
    assert f"1 of {count} recorded" in text(client.get(at(world, "sounds")))
    page = text(client.get(at(world, "sounds_list")))
    assert "បុគ្គលិករួសរាយ" in page and page.count("missing</span>") == count - 1
    assert at(world, "sounds_slot", "consent") in page
    only = text(client.get(at(world, "sounds_list"), {"show": "missing"}))
    assert "បុគ្គលិករួសរាយ" not in only and "ថ្នាំគ្រប់គ្រាន់" in only


def test_it_takes_a_file_without_a_script_and_goes_on_with_the_next(world: World) -> None:
    client = signed(world.officer)
    answer = client.post(at(world, "sounds_slot", "consent"), {"file": upload(spoken())})
    assert answer.status_code == 302 and answer["Location"] == at(world, "sounds_slot", "point-1")
    assert Take.objects.get().slot == "consent"
    assert "The recording is kept." in text(client.get(answer["Location"]))


def test_it_answers_the_recorder_on_the_page_in_words_it_can_show(world: World) -> None:
    client, address = signed(world.admin), at(world, "sounds_slot", "consent")
    good = client.post(address, {"file": upload(spoken())}, headers={"accept": "application/json"})
    assert good.json() == {"next": at(world, "sounds_slot", "point-1")}
    bad = client.post(address, {"file": upload(b"no sound")}, headers={"accept": "application/json"})
    assert bad.status_code == 422 and "not accepted" in bad.json()["wrong"]


@pytest.mark.parametrize("data", [None, b"no sound at all", spoken(seconds=0.1)])
def test_it_says_at_the_field_what_is_wrong(world: World, data: bytes | None) -> None:
    given = {} if data is None else {"file": upload(data)}
    answer = signed(world.admin).post(at(world, "sounds_slot", "consent"), given)
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="file-error"' in page and 'href="#file"' in page
    assert not Take.objects.exists()


def test_it_leads_to_the_list_when_nothing_is_missing(world: World) -> None:
    *others, last = slots(world.framework)
    for seed, code in enumerate(others):
        record(world, code, seed)
    client = signed(world.admin)
    answer = client.post(at(world, "sounds_slot", last), {"file": upload(spoken(99))}, follow=True)
    assert answer.redirect_chain[-1][0] == at(world, "sounds_list")
    assert "Everything can be heard" in text(answer)


def test_it_removes_the_recording_that_was_on_the_page_and_no_other(world: World) -> None:
    client, address = signed(world.admin), at(world, "sounds_slot", "consent")
    first = record(world, "consent")
    second = record(world, "consent", 2)
    client.post(address, {"remove": str(first.pk)})
    second.refresh_from_db()
    assert second.until is None
    assert "Nobody hears it any more" in text(client.post(address, {"remove": str(second.pk)}, follow=True))
    assert client.get(reverse("sound", args=[second.filename])).status_code == 404


def test_it_does_not_let_a_programme_remove_what_the_country_hears(world: World) -> None:
    everybody = record(world, "consent", owner=COUNTRY)
    client, address = signed(world.admin), at(world, "sounds_slot", "consent")
    page = text(client.get(address))
    assert "heard in the whole country" in page and 'name="remove"' not in page
    assert client.post(address, {"remove": str(everybody.pk)}).status_code == 404
    assert Take.objects.get().until is None


def test_it_lets_who_keeps_the_registers_record_for_every_programme(world: World, keeper: Person) -> None:
    client = signed(keeper)
    with translation.override("en"):
        address = reverse("sounds_slot", args=[world.framework.pk, "km", "consent"])
        assert reverse("sounds") in text(client.get(reverse("desk")))
        assert client.get(reverse("sounds")).status_code == 200
    assert client.post(address, {"file": upload(spoken())}).status_code == 302
    assert Take.objects.get().owner == COUNTRY
    assert client.get(at(world, "sounds_list")).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "sophea", "vuthy"])
def test_it_is_as_if_absent_for_others(world: World, who: str) -> None:
    take, client = record(world, "consent"), signed(getattr(world, who))
    for page in ("sounds_list", "sounds_many", "sounds_reading", "sounds_csv"):
        assert client.get(at(world, page)).status_code == 404
    assert client.get(at(world, "sounds")).status_code == 404
    address = at(world, "sounds_slot", "consent")
    assert client.get(address).status_code == 404
    assert client.post(address, {"file": upload(spoken(2))}).status_code == 404
    assert client.post(address, {"remove": str(take.pk)}).status_code == 404
    assert client.post(at(world, "sounds_many"), {"file": packed({})}).status_code == 404
    assert Take.objects.get().until is None


def test_it_knows_no_text_language_or_method_that_is_not_there(world: World) -> None:
    client = signed(world.admin)
    with translation.override("en"):
        own = [world.programme.pk, world.framework.pk]
        assert client.get(at(world, "sounds_slot", "criterion-NOPE")).status_code == 404
        assert client.get(reverse("sounds_list", args=[*own, "fr"])).status_code == 404
        assert client.get(reverse("sounds_list", args=[own[0], own[0], "km"])).status_code == 404


@pytest.mark.parametrize("in_memory", [0, 10_000_000])
def test_it_gives_a_reading_list_whose_codes_are_the_names_of_the_files(
    world: World, settings: Any, in_memory: int
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    client = signed(world.admin)
    table = client.get(at(world, "sounds_csv")).content.decode("utf-8-sig").splitlines()
    assert table[0] == "code,text,state"
    codes = [line.split(",")[0] for line in table[1:]]
    assert codes == list(slots(world.framework))
    assert "criterion-CL01" in text(client.get(at(world, "sounds_reading")))
    archive = packed({f"{code}.wav": spoken(seed) for seed, code in enumerate(codes)})
    archive.name = "sounds.zip"
    answer = client.post(at(world, "sounds_many"), {"file": archive})
    assert answer.status_code == 302 and answer["Location"] == at(world, "sounds_list")
    assert Take.objects.count() == len(codes)


def test_it_tells_each_wrong_file_of_a_zip_and_what_was_left_out(world: World) -> None:
    client, address = signed(world.admin), at(world, "sounds_many")

    def sent(**more: str) -> Any:
        archive = packed({"consent.wav": spoken(), "wrong-name.wav": spoken(2)})
        archive.name = "sounds.zip"
        return client.post(address, {"file": archive, **more})

    answer = sent()
    assert answer.status_code == 422 and not Take.objects.exists()
    assert "wrong-name.wav" in text(answer) and "Nothing was kept" in text(answer)
    answer = sent(only_good="1")
    assert answer.status_code == 200 and Take.objects.count() == 1
    assert "wrong-name.wav" in text(answer) and "1 recording is kept" in text(answer)
    hostile = packed({"../../consent.wav": spoken()})
    hostile.name = "sounds.zip"
    answer = client.post(address, {"file": hostile})
    assert answer.status_code == 422 and 'id="file-error"' in text(answer)
    assert 'id="file-error"' in text(client.post(address, {}))


def test_it_warns_when_a_language_grows_too_large_for_phones(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("samleng.ground.sounds.rules.HEAVY_LANGUAGE", 1000)
    client = signed(world.admin)
    assert "more than 10 MB" not in text(client.get(at(world, "sounds_list")))
    record(world, "consent")
    assert "more than 10 MB" in text(client.get(at(world, "sounds_list")))


def test_it_is_heard_by_everybody_in_parts_and_kept_by_browsers(world: World) -> None:
    take, client = record(world, "consent"), Client()
    address = reverse("sound", args=[take.filename])
    whole = client.get(address)
    assert whole.status_code == 200 and whole["Content-Type"] == "audio/wav"
    assert "immutable" in whole["Cache-Control"] and "public" in whole["Cache-Control"]
    assert whole["X-Content-Type-Options"] == "nosniff"
    # Nor does it hang on who asks, so that a proxy of a town fetches it once.
    assert not whole.has_header("Vary") and not whole.cookies
    assert "Vary" not in signed(world.admin).get(address).headers
    part = client.get(address, headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, whole.content[4:8])
    assert part["Content-Range"] == f"bytes 4-7/{len(whole.content)}"
    assert client.get(address, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416
    # A take that was done better is still there for a phone that has the older pack.
    record(world, "consent", 2)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["x.wav", "0191b2f0-0000-7000-8000-000000000000.wav", "{0}.mp3", "{0}"])
def test_it_serves_nothing_under_another_name(world: World, name: str) -> None:
    take = record(world, "consent")
    assert Client().get(f"/sounds/{name.format(take.pk)}").status_code == 404


def test_it_is_heard_in_the_room_of_the_facilitator(world: World) -> None:
    consent, criterion = record(world, "consent"), record(world, "criterion-CL01", 2)
    meeting = Meeting(client_of(world.sophea), world.plan_card())
    meeting.begin()
    # Nobody has said yet in which language they meet, and the facilitator reads English.
    assert reverse("sound", args=[consent.filename]) in meeting.get("consent")
    assert reverse("sound", args=[criterion.filename]) in meeting.get("raise")


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_is_heard_on_a_voter_s_own_phone(world: World, language: str) -> None:
    card = chosen_room(world)
    poll = opened(world, card, places=1)
    takes = [record(world, "point-5"), record(world, f"criterion-{codes_of(card)[0]}", 2)]
    with translation.override(language):
        address = reverse("vote_ticket", args=[drawn(world, poll)[0].shown])
    page = text(Client().get(address))
    for take in takes:
        assert f'src="{reverse("sound", args=[take.filename])}"' in page
    # Two criteria and four faces of each are still to be recorded.
    assert page.count('class="sound none"') == 3 * (1 + 5) - 3 - 1


@pytest.mark.parametrize("printed", ["", "print"])
def test_it_is_heard_on_a_facility_s_public_page(world: World, printed: str) -> None:
    publish(world)
    told(world)
    address = f"/en/facilities/{world.clinic.pk}/{printed}"
    assert text(Client().get(address)).count('class="sound none"') == 1
    take = record(world, f"criterion-{criteria(world, world.clinic)[0]}")
    page = text(Client().get(address))
    assert page.count(f'src="{reverse("sound", args=[take.filename])}"') == 1
    assert 'class="sound none"' not in page
