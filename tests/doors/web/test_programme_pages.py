"""A programme's own desk and the register of offices: for whom they open, and what they change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samleng.answers.plans.models import Meeting
from samleng.answers.plans.verbs.meeting import close_meeting, hold_meeting
from samleng.doors.web.programme.forms import NamedForm, OpenForm
from samleng.doors.web.programme.office_forms import KindForm
from samleng.doors.web.programme.pages import whole_country
from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.offices.models import Duty, Implementer, Office, OfficeKind, Programme
from samleng.ground.people.models import Person, Seat
from samleng.insight.disclosure.models import Figure, Release
from samleng.insight.disclosure.verbs.rhythm import release_due
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.world import World, office, place, someone, words


def signed(person: Person) -> Client:
    if person.acting().staff:
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keeper(world: World) -> Person:
    """Who keeps the registers of the whole land and opens programmes."""
    registers = office("registers", "health_ministry", place("S"), words("បញ្ជី", "Registers"))
    return someone("អ្នកកាន់បញ្ជី", "registrar", office=registers)


@pytest.fixture
def closed(world: World) -> Meeting:
    """A closed meeting of the clinic, both sides completed; publication is off."""
    cards = [world.held_card("community"), world.held_card("provider")]
    meeting = hold_meeting(
        by=world.by(world.sophea),
        round=world.round,
        facility=world.clinic,
        place=world.commune,
        held_on=timezone.localdate(),
        cards=cards,
    )
    return close_meeting(by=world.by(world.officer), meeting=meeting)


def released(world: World) -> Release:
    switch_publication(by=SYSTEM, programme=world.programme, on=True)
    release_due()
    return Release.objects.get()


def page(client: Client, name: str, *given: object) -> str:
    answer = client.get(reverse(name, args=given))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


# --- who sees what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_opens_a_programme_to_its_own_staff_only(world: World, language: str) -> None:
    address = f"/{language}/programmes/{world.programme.pk}/"
    assert signed(world.admin).get(address).status_code == 200
    assert signed(world.officer).get(address).status_code == 200
    for person in (world.stranger, world.vuthy, world.sophea):
        assert signed(person).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_it_goes_straight_to_the_only_programme_one_works_for(world: World) -> None:
    answer = signed(world.officer).get(reverse("programmes"))
    assert answer.url == reverse("programme", args=[world.programme.pk])
    assert signed(world.vuthy).get(reverse("programmes")).status_code == 404


PAGES = ("programme_change", "implementer_new", "publication", "texts_held")


@pytest.mark.parametrize("name", PAGES)
def test_it_shows_what_changes_a_programme_to_its_managers_only(world: World, name: str) -> None:
    page(signed(world.admin), name, world.programme.pk)
    address = reverse(name, args=[world.programme.pk])
    for person in (world.officer, world.stranger, world.chief):
        client = signed(person)
        assert client.get(address).status_code == 404
        assert client.post(address, {"on": "1", "read": "on", "name_km": "ក", "code": "x"}).status_code == 404
    shown = page(signed(world.officer), "programme", world.programme.pk)
    assert address not in shown
    world.programme.refresh_from_db()
    assert world.programme.publishes_since is None
    assert world.programme.name["en"] == "Hear programme"


# --- names and implementers ------------------------------------------------------------------------------


def test_it_corrects_the_names_and_refuses_none(world: World) -> None:
    client = signed(world.admin)
    address = reverse("programme_change", args=[world.programme.pk])
    refused = client.post(address, {"name_km": " ", "name_en": ""})
    assert refused.status_code == 422
    assert "name is missing" in refused.content.decode()
    client.post(address, {"name_km": "កម្មវិធីថ្មី", "name_en": "New name"})
    world.programme.refresh_from_db()
    assert world.programme.name == {"km": "កម្មវិធីថ្មី", "en": "New name"}
    entry = Entry.objects.get(verb="offices.change_programme")
    assert "New name" not in str(entry.facts)


def test_it_adds_an_organisation_with_its_places_and_finds_more_without_losing_what_was_typed(
    world: World,
) -> None:
    client = signed(world.admin)
    address = reverse("implementer_new", args=[world.programme.pk])
    typed = {"name_en": "Second NGO", "code": "ngo-2", "target": [str(place("0102").pk)]}
    found = client.post(address, {**typed, "words": "Koh Meas", "find": "1"}).content.decode()
    assert "Second NGO" in found
    assert "Koh Meas" in found
    assert f'value="{place("0201").pk}"' in found
    assert not Implementer.objects.filter(code="ngo-2").exists()
    given = {**typed, "target": [place("0102").pk, place("0201").pk]}
    assert client.post(address, given).status_code == 302
    made = Implementer.objects.get(code="ngo-2")
    assert {one.code for one in made.targets.all()} == {"0102", "0201"}
    again = client.post(address, given)
    assert again.status_code == 422
    assert "has this code" in again.content.decode()


def test_it_corrects_an_organisation_and_keeps_another_programmes_out(world: World) -> None:
    one = [world.programme.pk, world.implementer.pk]
    client = signed(world.admin)
    assert "First NGO" in page(client, "implementer", *one)
    client.post(reverse("implementer", args=one), {"name_en": "Renamed", "code": "other"})
    world.implementer.refresh_from_db()
    assert (world.implementer.code, world.implementer.name) == ("ngo-1", {"en": "Renamed"})
    assert not world.implementer.targets.exists()
    theirs = [world.other_programme.pk, world.implementer.pk]
    assert signed(world.stranger).get(reverse("implementer", args=theirs)).status_code == 404


# --- publication -----------------------------------------------------------------------------------------


def test_it_says_what_becomes_public_before_it_is_switched_on(world: World, closed: Meeting) -> None:
    client = signed(world.admin)
    told = page(client, "publication", world.programme.pk)
    assert "1 closed meeting waits" in told
    address = reverse("publication", args=[world.programme.pk])
    assert client.post(address, {"on": "1"}).status_code == 422
    world.programme.refresh_from_db()
    assert world.programme.publishes_since is None
    # Clicked twice it stays on: the form says which way it was going.
    for _n in range(2):
        assert client.post(address, {"on": "1", "read": "on"}).status_code == 302
    world.programme.refresh_from_db()
    assert world.programme.publishes_since == timezone.localdate()
    release_due()
    assert "Prey Sros clinic" in page(client, "programme", world.programme.pk)
    client.post(address, {"on": "0", "read": "on"})
    world.programme.refresh_from_db()
    assert world.programme.publishes_since is None


def test_it_lists_releases_with_what_was_held_back(world: World, closed: Meeting) -> None:
    release = released(world)
    Figure.objects.filter(pk=release.figures.first().pk).update(form="hidden", n=None)
    told = page(signed(world.officer), "releases", world.programme.pk)
    assert "Prey Sros clinic" in told
    hidden = release.figures.filter(form="hidden").count()
    assert f"{hidden} figure" in told
    assert "hidden" in page(signed(world.officer), "release", world.programme.pk, release.pk)
    theirs = reverse("release", args=[world.other_programme.pk, release.pk])
    assert signed(world.stranger).get(theirs).status_code == 404


def test_it_asks_no_more_of_the_database_for_many_releases(
    world: World, closed: Meeting, django_assert_max_num_queries
) -> None:
    release = released(world)
    client = signed(world.officer)
    address = reverse("releases", args=[world.programme.pk])
    client.get(address)
    fields = {
        name: getattr(release, name) for name in ("programme_id", "kind", "facility_id", "place_id", "year")
    }
    Release.objects.bulk_create(
        [Release(**fields, meeting_id=None, number=n, digest="") for n in range(2, 22)]
    )
    with django_assert_max_num_queries(14):
        assert client.get(address).content.decode().count("Prey Sros clinic") >= 21


def test_it_takes_a_release_back_with_a_reason_only(world: World, closed: Meeting) -> None:
    release = released(world)
    public = reverse("facility", args=[world.clinic.pk])
    score = "How people score"
    client, address = signed(world.admin), reverse("release_withdraw", args=[world.programme.pk, release.pk])
    assert signed(world.officer).get(address).status_code == 404
    assert signed(world.stranger).post(address, {"reason": "x"}).status_code == 404
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "A reason is needed" in refused.content.decode()
    before = Client().get(public).content.decode()
    assert client.post(address, {"reason": "The wrong facility."}).status_code == 302
    release.refresh_from_db()
    assert release.withdrawn_at is not None
    after = Client().get(public).content.decode()
    assert before != after, score
    assert "Taken back" in page(client, "releases", world.programme.pk)
    entry = Entry.objects.get(verb="disclosure.withdraw")
    assert "wrong facility" not in str(entry.facts)


# --- texts that wait -------------------------------------------------------------------------------------


@pytest.fixture
def own_words(world: World, closed: Meeting) -> Figure:
    """A figure on a criterion in the village's own words, whose words are held back."""
    figure = released(world).figures.filter(side="community").first()
    figure.criterion, figure.text = "own-abc", {}
    figure.save(update_fields=["criterion", "text"])
    from samleng.voices.scorecards.models import Result

    sheets = figure.release.counted.values("sheet_id")
    card = Result.objects.filter(sheet__in=sheets, sheet__scorecard__side="community")
    one = card.order_by("order").first()
    Result.objects.filter(pk=one.pk).update(
        criterion="own-abc", custom=True, text={"km": "លោក សុខ មិនដែលមក", "en": "Mr Sok never comes"}
    )
    return figure


def test_it_lets_held_words_go_once_somebody_has_read_and_shortened_them(
    world: World, own_words: Figure
) -> None:
    public = reverse("facility", args=[world.clinic.pk])
    client, address = signed(world.admin), reverse("texts_held", args=[world.programme.pk])
    assert "1 text of a meeting" in page(client, "programme", world.programme.pk)
    assert "Mr Sok never comes" in page(client, "texts_held", world.programme.pk)
    assert "Sok" not in Client().get(public).content.decode()
    empty = client.post(address, {"figure": own_words.pk, "text_km": "", "text_en": " "})
    assert empty.status_code == 422
    given = {"figure": own_words.pk, "text_km": "បុគ្គលិកមិនមក", "text_en": "Staff do not come"}
    for _n in range(2):
        assert client.post(address, given).status_code == 302
    own_words.refresh_from_db()
    assert own_words.text == {"km": "បុគ្គលិកមិនមក", "en": "Staff do not come"}
    assert "Staff do not come" in Client().get(public).content.decode()
    assert Entry.objects.filter(verb="disclosure.release_text").count() == 1
    assert "No text waits" in page(client, "texts_held", world.programme.pk)


def test_it_lets_go_only_ones_own_programmes_words(world: World, own_words: Figure) -> None:
    address = reverse("texts_held", args=[world.other_programme.pk])
    client = signed(world.stranger)
    assert "Sok" not in page(client, "texts_held", world.other_programme.pk)
    client.post(address, {"figure": own_words.pk, "text_en": "Mr Sok"})
    own_words.refresh_from_db()
    assert own_words.text == {}


# --- opening a programme ---------------------------------------------------------------------------------


def test_it_opens_a_programme_and_hands_its_first_manager_a_link_once(world: World, keeper: Person) -> None:
    client = signed(keeper)
    assert reverse("programme_open") in page(client, "programmes")
    answer = client.post(reverse("programme_open"), {"code": "wash", "name_en": "Clean water"})
    made = Programme.objects.get(code="wash")
    assert answer.url == reverse("programme_manager", args=[made.pk])
    assert "Clean water" in page(client, "desk")
    refused = client.post(answer.url, {"who": "other"})
    assert refused.status_code == 422
    given = {"who": "other", "name": "Chan Lina", "username": "lina"}
    told = client.post(answer.url, given).content.decode()
    link = told.split("/invited/")[1].split("<")[0].strip()
    assert Client().get(f"/en/invited/{link}").status_code == 200
    assert Seat.objects.get(programme=made).person.username == "lina"
    # A second manager is not the keeper's to give.
    second = client.post(answer.url, {**given, "username": "vanna"})
    assert second.status_code == 422
    assert "has a manager already" in second.content.decode()
    renewed = client.post(reverse("programme_manager_link", args=[made.pk])).content.decode()
    assert "/invited/" in renewed
    assert link not in renewed
    assert Client().get(f"/en/invited/{link}").status_code != 200


def test_it_lets_who_opens_a_programme_manage_it_themselves(world: World, keeper: Person) -> None:
    client = signed(keeper)
    client.post(reverse("programme_open"), {"code": "wash", "name_en": "Clean water"})
    made = Programme.objects.get(code="wash")
    answer = client.post(reverse("programme_manager", args=[made.pk]), {"who": "me"})
    assert answer.url == reverse("programme", args=[made.pk])
    page(client, "programme", made.pk)
    # But no other programme's inside.
    seen = client.get(reverse("programme", args=[world.programme.pk]))
    assert seen.url == reverse("programme_manager", args=[world.programme.pk])
    assert client.get(reverse("releases", args=[world.programme.pk])).status_code == 404


def test_it_refuses_a_taken_code_at_its_field(world: World, keeper: Person) -> None:
    answer = signed(keeper).post(reverse("programme_open"), {"code": "hear", "name_en": "Again"})
    assert answer.status_code == 422
    assert "exists already" in answer.content.decode()
    for person in (world.admin, world.vuthy):
        given = {"code": "mine", "name_en": "Mine"}
        assert signed(person).post(reverse("programme_open"), given).status_code == 404
        manager = reverse("programme_manager", args=[world.other_programme.pk])
        assert signed(person).post(manager, {"who": "me"}).status_code == 404
    assert not Programme.objects.filter(code="mine").exists()


# --- the register of offices -----------------------------------------------------------------------------


def test_it_lists_offices_by_place_and_shows_the_ladder(world: World) -> None:
    client = signed(world.officer)
    whole = page(client, "offices")
    assert "Cheung Phnom" in whole
    shire = page(client, "offices_at", place("0101").pk)
    assert "Prey Sros clinic" in shire
    assert "Ou Tnaot" in shire
    assert "Enter an office" not in shire
    told = page(client, "office", world.clinic_office.pk)
    assert told.index("Prey Sros clinic") < told.index("Cheung Phnom health board")
    assert "passed over" in told
    assert signed(world.sophea).get(reverse("offices")).status_code == 404
    assert Client().get(reverse("offices")).status_code == 302


def test_it_enters_an_office_and_gives_and_ends_its_duty(world: World, keeper: Person) -> None:
    client = signed(keeper)
    where = place("010102")
    kind = OfficeKind.objects.get(code="parish_office")
    assert "Enter an office here" in page(client, "offices_at", where.pk)
    given = {"code": "parish-010102", "kind": kind.pk, "name_km": "ឃុំបឹងឈូក", "name_en": "Boeng Chhuk parish"}
    address = reverse("office_new", args=[where.pk])
    answer = client.post(address, given)
    made = Office.objects.get(code="parish-010102")
    assert (made.place, made.kind, answer.url) == (where, kind, reverse("office_duty", args=[made.pk]))
    assert client.post(address, given).status_code == 422

    service = world.hall.service
    today = timezone.localdate()
    client.post(answer.url, {"service": service.pk, "area": where.pk, "since": today.isoformat()})
    kept = Duty.objects.get(office=made)
    assert (kept.service, kept.area, kept.since) == (service, where, today)

    end = reverse("office_duty_end", args=[made.pk, kept.pk])
    assert client.post(end, {"on": today.isoformat()}).status_code == 422
    assert client.post(end, {"on": (today + timedelta(days=3)).isoformat()}).status_code == 302
    assert "Former duties" in page(client, "office", made.pk)

    corrected = {"kind": kind.pk, "name_en": "Renamed", "code": "x", "phone": "012 345 678"}
    change = reverse("office_change", args=[made.pk])
    assert client.post(change, {**corrected, "phone": "call me"}).status_code == 422
    assert client.post(change, corrected).status_code == 302
    assert "tel:012345678" in page(client, "office", made.pk)
    made.refresh_from_db()
    assert (made.code, made.name, made.place) == ("parish-010102", {"en": "Renamed"}, where)


def test_it_leaves_the_register_to_its_keeper(world: World) -> None:
    kind = OfficeKind.objects.get(code="parish_office")
    duty = Duty.objects.get(office=world.clinic_office)
    tries = (
        (reverse("office_new", args=[place("010102").pk]), {"code": "x", "kind": kind.pk, "name_en": "X"}),
        (reverse("office_change", args=[world.clinic_office.pk]), {"kind": kind.pk, "name_en": "X"}),
        (reverse("office_duty", args=[world.clinic_office.pk]), {"since": "2026-01-01"}),
        (reverse("office_duty_end", args=[world.clinic_office.pk, duty.pk]), {"on": "2026-12-31"}),
    )
    for person in (world.admin, world.vuthy, world.stranger):
        client = signed(person)
        for address, given in tries:
            assert client.get(address).status_code == 404
            assert client.post(address, given).status_code == 404
    assert not Office.objects.filter(code="x").exists()
    duty.refresh_from_db()
    assert duty.until is None


def test_it_names_a_kind_of_office(world: World, keeper: Person) -> None:
    address = reverse("office_kinds")
    given = {"code": "market_office", "name_km": "ការិយាល័យផ្សារ", "name_en": "Market office", "level": "2"}
    assert signed(keeper).post(address, given).status_code == 302
    assert OfficeKind.objects.get(code="market_office").level == 2
    assert OfficeKind.objects.get(code="market_office").administers is False
    kept = signed(keeper).get(address, {"code": "parish_office"}).content.decode()
    assert "checked" in kept.split('name="administers"')[1].split(">")[0]
    assert "Market office" in page(signed(world.officer), "office_kinds")
    signed(world.officer).post(address, {**given, "level": "3"})
    assert OfficeKind.objects.get(code="market_office").level == 2


def test_it_asks_for_names_in_the_sites_own_languages_where_the_form_has_its_name(
    db: None, settings: LazySettings
) -> None:
    settings.LANGUAGES = [("fr", "French"), ("lo", "Lao")]
    assert list(NamedForm().fields) == ["name_fr", "name_lo"]
    assert list(OpenForm().fields) == ["name_fr", "name_lo", "code"]
    assert list(KindForm().fields) == ["code", "name_fr", "name_lo", "level", "administers"]


def test_it_says_what_to_do_on_a_site_without_places(db: None) -> None:
    with pytest.raises(Refusal) as refused:
        whole_country()
    assert str(refused.value) == "No places are loaded. Import the country's places first."
