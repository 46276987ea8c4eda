"""Crews: the office forms them and sees what they found; a crew has its day by a link on any phone."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from samleng.answers.cases.models import Case, Crew, Order
from samleng.answers.cases.verbs.moderating import review, show
from samleng.answers.cases.verbs.working import order as give_order
from samleng.doors.exchange.openrosa.unlogged import WithoutKeys
from samleng.doors.web.crew.seen import Job, to_do, walked
from samleng.kit.media.verbs import keep
from samleng.voices.reports.rules.filing import Point
from tests.answers.land import picture
from tests.doors.web.facilitated import at, client_of
from tests.town import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
LONG = "ក្រុមប្រមូលសំរាមពេលព្រឹកប្រចាំសង្កាត់ទាំងប្រាំពីររបស់រដ្ឋបាលខណ្ឌនិងរថយន្តលេខបី"


@dataclass
class Office:
    """The boss of the sweepers in a browser, and a crew's phone."""

    town: Town
    browser: Client = field(init=False)
    phone: Client = field(default_factory=Client)
    link: str = ""

    def __post_init__(self) -> None:
        self.browser = client_of(self.town.boss)

    def form(self, name: str = LONG) -> Crew:
        answer = self.browser.post(at("crews"), {"office": str(self.town.sweepers.pk), "name": name})
        page = answer.content.decode()
        assert answer.status_code == 200 and answer["Referrer-Policy"] == "no-referrer", page[-900:]
        found = re.search(r"/km/crew/[\w-]+/", page)
        assert (
            found and "<svg" in page and found.group() not in self.browser.get(at("crews")).content.decode()
        )
        self.link = found.group()
        return Crew.objects.latest("made_at")

    def give(self, crew: Crew, **filed: Any) -> Order:
        case = self.town.file("dump", **filed).case
        return give_order(
            by=self.town.by(self.town.boss), case=case, crew=crew, day=timezone.localdate(), task="Two sacks"
        )

    def see(self, order: Order | None = None, status: int = 200) -> str:
        answer = self.phone.get(self.link + (f"{order.pk}/" if order else ""))
        assert answer.status_code == status and not answer.cookies
        assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
        return answer.content.decode()

    def say(self, order: Order, **sent: Any) -> Any:
        return self.phone.post(f"{self.link}{order.pk}/", sent)


def shot(colour: str = "green", name: str = "IMG_2231.JPG") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(colour), content_type="image/jpeg")


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


def test_it_leads_a_crew_from_its_link_to_the_place_and_to_done(office: Office):
    order = office.give(office.form())
    day = office.see()
    assert f"{order.pk}/" in day and 'data-at="12.34567,104.56789"' in day
    page = office.see(order)
    assert 'href="geo:12.34567,104.56789?q=12.34567,104.56789"' in page and "Two sacks" in page
    for _twice in range(2):
        answer = office.say(order, do="done", before=shot("red"), after=shot())
        assert answer.status_code == 303 and answer["Location"] == office.link + "?sent=1"
    case = Case.objects.get()
    assert case.state == "answered" and case.evidence.count() == 2
    assert f'href="{office.link}{order.pk}/"' not in office.see()
    assert "<form" not in office.see(order)
    # The photo was drawn anew: nothing of the phone is left, and nobody outside sees it yet.
    assert {one.blob.media_type for one in case.evidence.all()} == {"image/webp"}
    assert not case.evidence.filter(shown=True).exists()


def test_it_says_at_once_at_the_desk_what_a_crew_could_not_do(office: Office):
    order = office.give(office.form())
    assert office.say(order, do="not").status_code == 422
    assert office.say(order, do="not", reason="not_our_zone").status_code == 303
    desk = office.browser.get(at("desk")).content.decode()
    assert "A crew could not do its work" in desk
    assert at("crew_photos", order.case_id) in desk
    crews = office.browser.get(at("crews")).content.decode()
    assert "Not our zone" in crews and at("crew_give", order.case_id) in crews
    # Given anew it waits at the desk no more.
    give_order(
        by=office.town.by(office.town.boss), case=order.case, crew=order.crew, day=timezone.localdate()
    )
    assert "A crew could not do its work" not in office.browser.get(at("desk")).content.decode()


def test_it_tells_a_script_in_json_and_keeps_a_wrong_file_out(office: Office):
    order = office.give(office.form())
    wrong = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    address = f"{office.link}{order.pk}/"
    answer = office.phone.post(address, {"do": "done", "after": wrong}, headers={"X-Crew": "1"})
    assert answer.status_code == 422 and answer.json()["errors"]
    answer = office.phone.post(address, {"do": "done", "after": shot()}, headers={"X-Crew": "1"})
    assert answer.json() == {"to": office.link + "?sent=1"}


def test_it_shows_a_crew_the_photo_that_was_reviewed_and_no_other(office: Office):
    order = office.give(office.form())
    boss = office.town.by(office.town.boss)
    owner = order.case.office.owner_key
    office.say(order, do="not", reason="no_access", before=shot("red"))
    hidden = order.case.evidence.get()
    kept = keep(by=boss, file=picture("blue"), kind="photo", owner=owner)
    review(by=boss, case=order.case, public_words="A heap", pictures=[kept])
    seen = order.case.evidence.get(blob=kept)
    page = office.see(order)
    assert f"{order.pk}/{seen.pk}/" in page and f"{order.pk}/{hidden.pk}/" not in page and "A heap" in page
    assert office.phone.get(f"{office.link}{order.pk}/{seen.pk}/")["Content-Type"] == "image/webp"
    assert office.phone.get(f"{office.link}{order.pk}/{hidden.pk}/").status_code == 404


def test_it_opens_nothing_of_another_crew_nor_with_a_link_that_ended(office: Office):
    first = office.form()
    order = office.give(first)
    mine, other = office.link, office.form("ល្ងាច")
    assert office.phone.get(f"{office.link}{order.pk}/").status_code == 404
    office.link = mine
    answer = office.browser.post(at("crew_link", first.pk))
    assert answer.status_code == 200 and office.see(status=410)
    office.browser.post(at("crew_end", other.pk))
    assert other.name not in office.browser.get(at("crews")).content.decode()
    assert office.phone.post(f"{mine}{order.pk}/", {"do": "done", "after": shot()}).status_code == 410


def test_it_lets_only_the_office_give_and_only_a_moderator_show(office: Office):
    town = office.town
    order = office.give(office.form())
    office.say(order, do="done", after=shot())
    one = order.case.evidence.get()
    for person in (town.mayor, town.stranger, town.chan):
        other = client_of(person)
        for name, given in (
            ("crew", [order.crew_id]), ("crew_photos", [order.case_id]), ("crew_give", [order.case_id]),
            ("crew_photo", [order.case_id, one.pk]),
        ):  # fmt: skip
            assert other.get(at(name, *given)).status_code == 404, (person.name, name)
    page = office.browser.get(at("crew_photos", order.case_id)).content.decode()
    assert "only the office sees it" in page
    office.browser.post(at("crew_photos", order.case_id), {"evidence": one.pk, "do": "show"})
    one.refresh_from_db()
    assert one.shown
    picked = office.browser.get(at("crew_photo", order.case_id, one.pk))
    assert picked["Content-Type"] == "image/webp"


def test_it_gives_a_case_from_the_list_once(office: Office):
    crew = office.form()
    case = office.town.file("dump").case
    assert at("crew_give", case.pk) in office.browser.get(at("crews")).content.decode()
    page = office.browser.get(at("crew_give", case.pk)).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    sent = {"token": token.group(1), "crew": str(crew.pk), "day": timezone.localdate().isoformat()}
    for _twice in range(2):
        office.browser.post(at("crew_give", case.pk), sent)
    assert case.orders.count() == 1
    assert office.browser.post(at("crew_give", case.pk), {"token": token.group(1)}).status_code == 422
    sealed = office.town.file("slow").case
    assert office.browser.get(at("crew_give", sealed.pk)).status_code == 404


def test_it_goes_from_each_job_to_the_nearest_of_the_rest(office: Office):
    crew = office.form()
    for lat in (12.30, 12.50, 12.31, 12.49):
        office.give(crew, point=Point(lat, 104.5))
    assert [one.case.latitude for one in to_do(crew)] == [12.30, 12.31, 12.49, 12.50]
    Case.objects.filter(latitude=12.31).update(reopened=1)
    english = office.phone.get(office.link.replace("/km/", "/en/")).content.decode()
    assert english.count("Somebody says it is still there") == 1
    jobs = to_do(crew)
    assert walked([Job(one.order, one.case, False) for one in jobs], jobs[2].case)[0].case == jobs[2].case


def test_it_shows_everyone_the_photo_of_the_work_once_it_was_let_pass(office: Office):
    from samleng.insight.disclosure.verbs.following import follow_all

    order = office.give(office.form())
    office.say(order, do="done", after=shot())
    review(by=office.town.by(office.town.boss), case=order.case, public_words="A heap")
    follow_all()
    address = at("map_report", order.case.reference)
    proof = at("map_proof", order.case.reference)
    assert proof not in office.phone.get(address).content.decode()
    assert office.phone.get(proof).status_code == 404
    show(by=office.town.by(office.town.boss), evidence=order.case.evidence.get())
    follow_all()
    assert proof in office.phone.get(address).content.decode()
    assert office.phone.get(proof)["Content-Type"] == "image/webp"


@pytest.mark.once
def test_it_writes_no_link_into_a_log():
    row = logging.LogRecord("x", 30, "x", 1, "Not Found: %s", ("/km/crew/abcDEF_-123/",), None)
    assert WithoutKeys().filter(row) and row.getMessage() == "Not Found: /km/crew/-/"
