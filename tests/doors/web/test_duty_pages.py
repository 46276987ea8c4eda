"""A duty narrowed to messages and an outline; which messages reach an office; the numbers of help."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from samleng.doors.web.programme.channels import outline
from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Duty, Office
from samleng.ground.people.models import Person, Seat
from samleng.ground.services.models import Service
from samleng.kit.ledger.models import Entry
from tests.doors.web.test_programme_pages import page, signed
from tests.town import Town, town
from tests.world import office, place, someone, words

__all__ = ["town"]

SQUARE = {"type": "Polygon", "coordinates": [[[104.5, 12.3], [104.6, 12.3], [104.6, 12.4], [104.5, 12.3]]]}


@pytest.fixture
def keeper(town: Town) -> Person:
    registers = office("registers", "shire_office", place("S"), words("បញ្ជី", "Registers"))
    return someone("អ្នកកាន់បញ្ជី", "registrar", office=registers)


@pytest.fixture
def firm(town: Town) -> Office:
    """An office without duty, seat or key."""
    return office("firm", "sweepers", place("0101"), words("ក្រុមហ៊ុន", "The firm"))


def asked(service: Service, **more: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"service": service.pk, "area": place("0101").pk, "since": today, **more}


def test_it_narrows_a_duty_to_messages_and_an_outline(town: Town, keeper: Person, firm: Office) -> None:
    client, sweep = signed(keeper), Service.objects.get(code="SWEEP")
    address = reverse("office_duty", args=[firm.pk])
    assert client.post(address, asked(sweep, zone=json.dumps(SQUARE))).status_code == 302
    kept = Duty.objects.get(office=firm)
    assert kept.categories == [] and kept.zone["type"] == "Polygon" and kept.east == 104.6
    assert "The outline of the zone" in page(client, "office", firm.pk)
    # Corrected from a file; then for everything in the whole place again.
    change = reverse("office_duty_change", args=[firm.pk, kept.pk])
    assert "104.6" in page(client, "office_duty_change", firm.pk, kept.pk)
    wider = {"type": "Feature", "geometry": json.loads(json.dumps(SQUARE).replace("104.6", "104.7"))}
    file = SimpleUploadedFile("zone.geojson", json.dumps(wider).encode(), "application/geo+json")
    assert client.post(change, {"categories": ["slow"], "zone_file": file}).status_code == 302
    kept.refresh_from_db()
    assert (kept.categories, kept.east) == (["slow"], 104.7)
    assert "Only: Slow" in " ".join(page(client, "office", firm.pk).split())
    assert client.post(change, {"zone": ""}).status_code == 302
    kept.refresh_from_db()
    assert (kept.categories, kept.zone, Duty.objects.filter(office=firm).count()) == ([], None, 1)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("{", "This is not GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "zone"),
        ("[1]", "not GeoJSON"),
    ],
)
def test_it_says_at_the_field_what_is_wrong_with_an_outline(
    town: Town, keeper: Person, firm: Office, zone: str, told: str
) -> None:
    sweep = Service.objects.get(code="SWEEP")
    answer = signed(keeper).post(reverse("office_duty", args=[firm.pk]), asked(sweep, zone=zone))
    assert answer.status_code == 422
    assert told in answer.content.decode().split('id="id_zone_error"')[1]
    assert not Duty.objects.filter(office=firm).exists()


def test_it_refuses_messages_of_another_service_and_whoever_keeps_no_register(
    town: Town, keeper: Person, firm: Office
) -> None:
    kept = Duty.objects.filter(office=town.sweepers).get()
    change = reverse("office_duty_change", args=[town.sweepers.pk, kept.pk])
    answer = signed(keeper).post(change, {"categories": ["nothing_of_it"]})
    assert answer.status_code == 422 and 'id="id_categories_error"' in answer.content.decode()
    assert signed(town.boss).post(change, {}).status_code == 404
    assert signed(keeper).get(reverse("office_duty_change", args=[firm.pk, kept.pk])).status_code == 404


def test_it_says_which_messages_reach_an_office_and_what_lacks(
    town: Town, keeper: Person, firm: Office
) -> None:
    client = signed(keeper)
    bare = page(client, "office_channels", firm.pk)
    assert all(said in bare for said in ("It has no duty", "Nobody has a seat", "It has no keys"))
    open_here = page(client, "office_channels", town.sweepers.pk)
    assert "it comes to this office" in open_here and "It has no keys" not in open_here
    # Complaints about officials are the ombudsman's.
    assert "it comes to this office" in page(client, "office_channels", town.ombudsman.pk)
    Vault.objects.filter(office=town.sweepers).update(retired_at=timezone.now())
    sealed = page(client, "office_channels", town.sweepers.pk)
    assert "It has no keys" in sealed and "which has no keys yet" in sealed
    Seat.objects.filter(office=town.sweepers).delete()
    assert "nobody there can answer" in page(client, "office_channels", town.sweepers.pk)


def test_it_enters_and_corrects_numbers_of_help(town: Town, keeper: Person) -> None:
    lists = CatalogueVersion.objects.current().catalogue.referrals
    listed, contact = lists[0], lists[0].contacts[0]
    name, client = f"{listed.code}-{contact.code}", signed(keeper)
    address = reverse("help_numbers")
    assert "not yet entered" in page(client, "help_numbers")
    before = Entry.objects.filter(verb="channels.enter_help_number").count()
    wrong = client.post(address, {name: "call us"})
    assert wrong.status_code == 422 and f'id="id_{name}_error"' in wrong.content.decode()
    assert not HelpNumber.objects.exists()
    assert client.post(address, {name: "០១២ 345-678"}).status_code == 302
    assert HelpNumber.objects.get().phone == "012345678"
    # Sent again nothing is new; emptied it is taken out.
    client.post(address, {name: "012345678"})
    assert Entry.objects.filter(verb="channels.enter_help_number").count() == before + 1
    client.post(address, {name: ""})
    assert HelpNumber.objects.get().phone == ""
    assert signed(town.boss).get(address).status_code == 404


def test_it_draws_an_outline_with_north_above() -> None:
    drawn = outline(SQUARE)
    assert drawn is not None and drawn["path"].startswith("M0.0 100.0L100.0 100.0L100.0 0.0")
    assert outline(None) is None
