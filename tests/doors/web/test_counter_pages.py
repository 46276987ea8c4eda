"""At the counter: a question closed at once, complaints and letters sealed, help before a word is stored."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from samleng.answers.cases.models import Case, Letter
from samleng.answers.cases.verbs.mediating import recommend
from samleng.answers.cases.verbs.moving import transfer
from samleng.doors.web.counter import papers as drawn
from samleng.doors.web.counter.typed import place_in
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.people.verbs.accounts import seat
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import open_file, open_text
from samleng.voices.reports.models import Report
from tests.answers.land import picture
from tests.doors.web.facilitated import at, client_of
from tests.ground.channels.small import said
from tests.town import PASSPHRASE, Town, catalogue, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
WORDS = "តម្លៃសំបុត្រកំណើតប៉ុន្មាន"


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


class Counter:
    """A clerk at the counter of the shire."""

    def __init__(self, town: Town, person: Any = None) -> None:
        self.town, self.browser = town, client_of(person or town.clerk)

    def open(self, name: str) -> dict[str, str]:
        page = self.browser.get(at(f"counter_{name}")).content.decode()
        return {key: field(page, key) for key in ("receipt", "office", "asked")}

    def send(self, name: str, status: int = 200, **given: Any) -> str:
        answer = self.browser.post(at(f"counter_{name}"), {**self.open(name), **given})
        assert answer.status_code == status, answer.content.decode()[-1500:]
        assert "no-store" in answer["Cache-Control"]
        return answer.content.decode()


@pytest.fixture
def counter(town: Town) -> Counter:
    return Counter(town)


def test_it_answers_a_question_on_one_page_and_closes_it(counter: Counter):
    page = counter.browser.get(at("counter_question")).content.decode()
    # The only matter is chosen already: type the question, tab, type the answer, enter.
    assert "Ask" in field(page, "category") and 'list="categories"' in page and "autofocus" in page
    given = {
        **counter.open("question"),
        "category": field(page, "category"),
        "words": WORDS,
        "answer": "5,000",
    }
    for _twice in range(2):
        answer = counter.browser.post(at("counter_question"), given)
        assert answer.status_code == 200 and "Answered and closed" in answer.content.decode()
    case = Case.objects.get()
    assert (case.state, case.outcome, case.office) == ("closed", "answer", counter.town.shire)
    opener = counter.town.opener(counter.town.mayor, counter.town.shire)
    assert open_text(case.messages.get().sealed, opener) == "5,000"
    report = Report.objects.get()
    assert (report.door, report.consent, report.helper) == ("counter", "spoken", counter.town.clerk.key)


def test_it_keeps_an_unanswered_question_with_a_receipt(counter: Counter):
    page = counter.send("question", category="ask", words=WORDS)
    assert len(re.findall(r"<span>\d{3}</span>", page)) == 6 and "Print the receipt" in page
    assert Case.objects.get().state == "received"


def test_it_seals_a_complaint_from_the_first_keystroke(counter: Counter):
    given = {"category": "slow", "words": WORDS, "exposure": "confidential", "about": "", "place": "010101"}
    # Wrong: neither the consent nor the office it is about. What was typed is in the page and nowhere else.
    page = counter.send("complaint", 422, **given)
    assert WORDS in page and not Sealed.objects.exists() and not Report.objects.exists()
    assert WORDS not in json.dumps([one.get_decoded() for one in Session.objects.all()], ensure_ascii=False)
    hall = f"{counter.town.hall.name['en']} ({counter.town.hall.code})"
    given |= {"about": hall, "place": "", "consent": "thumbprint", "climb": "on"}
    counter.send("complaint", **given, files=SimpleUploadedFile("a.png", picture()))
    report = Report.objects.get()
    assert (report.consent, report.about, report.approved is not None) == (
        "thumbprint",
        counter.town.hall,
        True,
    )
    opener = counter.town.opener(counter.town.mayor, counter.town.shire)
    assert WORDS in open_text(report.words, opener)
    assert open_file(report.files.get().sealed, opener)[1] == "image/webp"
    assert not [one for one in Entry.objects.all() if WORDS in json.dumps(one.facts)]


def test_it_lets_no_office_take_a_complaint_about_itself_or_about_somebody_in_office(counter: Counter):
    own = f"{counter.town.shire.name['en']} ({counter.town.shire.code})"
    given = {"words": WORDS, "consent": "spoken", "exposure": ""}
    assert "cannot have the case" in counter.send("complaint", 422, category="slow", about=own, **given)
    page = counter.send("complaint", 422, category="conduct", about=own, **given)
    assert "Nothing was written down" in page and counter.town.ombudsman.name["en"] in page
    assert not Report.objects.exists()


def test_it_asks_who_is_meant_when_letters_fit_several_or_none(counter: Counter):
    assert "Choose from the list" in counter.send("complaint", 422, category="zzz", words=WORDS)
    given = {"category": "slow", "words": WORDS, "place": "zzz", "consent": "spoken"}
    assert "Choose from the list" in counter.send("complaint", 422, **given)


def test_it_finds_a_place_of_its_area_by_name_and_by_code_and_none_beyond(town: Town):
    own = town.commune
    for text in (own.code, own.name["en"], f"{own.name['en']} ({own.code})"):
        assert place_in(text, town.shire, {}) == [own], text
    assert place_in("", town.hall, {}) == [town.hall.place]
    beyond = town.other_commune
    assert place_in(beyond.code, town.hall, {}) == place_in(f"X ({beyond.code})", town.hall, {}) == []


def test_it_reads_help_aloud_before_anything_is_stored(counter: Counter):
    data = catalogue()
    data["version"] = "help"
    data["referrals"] += [
        {"code": "harm", "name": said("Harm"), "danger": "violence", "text": said("It is not your fault"),
         "contacts": [{"code": "line", "name": said("Women's line"), "phone": "1288"}]},
    ]  # fmt: skip
    data["categories"] += [
        {"code": "harmed", "name": said("Harmed"), "kind": "report", "group": "waste", "referral": "harm",
         "only_referral": True, "photo": "none"},
    ]  # fmt: skip
    next(one for one in data["categories"] if one["code"] == "slow")["referral"] = "harm"
    publish_catalogue(by=SYSTEM, data=data)
    assert CatalogueVersion.objects.current().version == "help"
    assert "1288" in counter.browser.get(at("counter_help")).content.decode()
    # A matter that is not taken in at all: the list, and no way on, from both forms.
    for name in ("question", "complaint"):
        page = counter.send(name, category="harmed", words=WORDS, consent="spoken")
        assert "1288" in page and "not taken in here" in page and "<textarea" not in page
    hall = f"{counter.town.hall.name['en']} ({counter.town.hall.code})"
    given = {"category": "slow", "words": WORDS, "consent": "spoken", "about": hall}
    page = counter.send("complaint", **given)
    assert "Read this aloud first" in page and WORDS in page and not Sealed.objects.exists()
    counter.send("complaint", **given, heard="yes")
    assert Report.objects.count() == 1


def test_it_takes_a_letter_with_its_days_its_sheets_and_its_scan(counter: Counter):
    today = timezone.localdate()
    hall = f"{counter.town.hall.name['en']} ({counter.town.hall.code})"
    given = {
        "category": "slow", "words": "ទឹក", "about": hall, "came_on": (today - timedelta(days=3)).isoformat(),
        "dated_on": (today - timedelta(days=9)).isoformat(), "sheets": "៤",
    }  # fmt: skip
    assert "do not fit together" in counter.send("letter", 422, **{**given, "dated_on": today.isoformat()})
    Case.objects.all().delete()
    page = counter.send("letter", **given, files=SimpleUploadedFile("s.png", picture()))
    assert "<span>" in page
    letter = Letter.objects.get()
    assert (letter.sheets, letter.case.clock_from) == (4, today - timedelta(days=3))
    assert Report.objects.get(pk=letter.case.heard.get().report_id).door == "letter"


def test_it_opens_for_those_who_take_in_and_for_nobody_else(counter: Counter):
    town = counter.town
    for name in ("counter", "counter_question", "counter_complaint", "counter_letter", "counter_help"):
        assert client_of(town.stranger).get(at(name)).status_code == 404, name
        assert Client().get(at(name)).status_code == 302, name
    # A session that ended keeps nothing of what was typed.
    stranger = Client()
    assert stranger.post(at("counter_question"), {"words": WORDS}).status_code == 302
    assert "typed" not in stranger.session
    assert "At the counter" in counter.browser.get(at("desk")).content.decode()


def test_it_prints_the_receipt_only_for_who_took_it_in(counter: Counter):
    page = counter.send("question", category="ask", words=WORDS)
    sent = {"case": field(page, "case"), "receipt": field(page, "receipt"), "language": "km"}
    answer = counter.browser.post(at("counter_receipt"), sent)
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    other = Counter(counter.town, counter.town.mayor)
    assert other.browser.post(at("counter_receipt"), sent).status_code == 404
    assert counter.browser.post(at("counter_receipt"), {**sent, "receipt": "123"}).status_code == 404


def test_it_lists_a_day_and_a_month_without_names(counter: Counter):
    counter.send("question", category="ask", words=WORDS)
    head = client_of(counter.town.mayor)
    page = head.get(at("counter_register")).content.decode()
    case = Case.objects.get()
    assert case.reference in page and "At the counter" in page and WORDS not in page
    # The clerk heard it and may not see the office's sealed cases: its line tells no more than that it came.
    clerks = counter.browser.get(at("counter_register")).content.decode()
    assert line_of(clerks, case)[2:6] == ["Question", "sealed", "At the counter", "New"]
    assert line_of(page, case)[3] == "Ask"
    assert case.reference not in head.get(at("counter_register"), {"month": "2020-01"}).content.decode()
    assert head.get(at("counter_register"), {"day": "soon"}).status_code == 422
    printed = head.get(at("counter_register"), {"print": "km", "day": timezone.localdate().isoformat()})
    assert printed.content.startswith(b"%PDF") and "register-" in printed["Content-Disposition"]


def test_it_misses_nothing_that_came_over_the_counter_and_tells_no_more_of_it(town: Town):
    by = town.by(town.clerk)
    at_counter = {"by": replace(by, via="counter"), "office": town.shire}
    moved = town.file("slow", approved="x", may_climb=True, **at_counter).case
    sealed = town.file("slow", **at_counter).case
    of_the_web = town.file("slow", about=town.sweepers).case
    Case.objects.filter(pk=of_the_web.pk).update(office=town.shire)
    transfer(by=SYSTEM, case=moved, to=town.sweepers, reason="x", opener=town.opener(town.mayor, town.shire))
    clerks = client_of(town.clerk).get(at("counter_register")).content.decode()
    assert line_of(clerks, moved)[3:] == ["sealed", "At the counter", "Handed to another office", "", ""]
    assert line_of(clerks, sealed)[3:6] == ["sealed", "At the counter", "New"]
    # What came over the web to who triages is no intake of this counter.
    assert of_the_web.reference not in clerks


def test_it_hides_an_intake_about_the_other_office_of_who_looks(town: Town):
    by = replace(town.by(town.sokha), via="counter")
    case = town.file("conduct", about=town.shire, by=by, office=town.ombudsman).case
    desk = client_of(town.sokha)
    assert case.reference in desk.get(at("counter_register")).content.decode()
    seat(by=SYSTEM, person=town.sokha, role="clerk", office=town.shire)
    for office in (town.ombudsman, town.shire):
        html = desk.get(at("counter_register"), {"office": office.pk}).content.decode()
        assert case.reference not in html


def line_of(page: str, case: Case) -> list[str]:
    """The cells of a case's line in the register."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    row = next(one for one in rows if case.reference in one)
    return re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)


def test_it_puts_sealed_words_on_paper_only_through_an_open_key(town: Town, monkeypatch):
    case = town.file("conduct", about=town.hall, approved="Money was asked", may_climb=True).case
    by = town.by(town.sokha)
    desk = client_of(town.sokha)
    assert b"No recommendation was made yet" in desk.get(at("case_paper", case.pk, "recommendation")).content
    due = timezone.localdate() + timedelta(days=20)
    recommend(by=by, case=case, to=town.shire, words="Give the money back", answer_by=due)
    drawn_papers: list[Any] = []
    draw = drawn.draw_paper
    monkeypatch.setattr(drawn, "draw_paper", lambda paper: drawn_papers.append(paper) or draw(paper))
    closed = desk.post(at("case_paper", case.pk, "recommendation"), {"language": "en"})
    assert closed.status_code == 422 and b"keys/unlock" in closed.content and not drawn_papers
    desk.post(at("keys_unlock"), {"passphrase": PASSPHRASE})
    answer = desk.post(at("case_paper", case.pk, "recommendation"), {"language": "en"})
    assert answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    assert "Give the money back" in drawn_papers[0].paragraphs
    assert case.looks.get().what == "paper"


def test_it_makes_letters_of_a_case_for_those_who_may(town: Town):
    case = town.file("conduct", about=town.hall).case
    desk = client_of(town.sokha)
    page = desk.get(at("case_papers", case.pk)).content.decode()
    sent = {
        "invitation": {"to": "office", "on": "2026-12-07", "at": "8:30", "where": "Here", "language": "km"},
        "settlement": {"parties": ["complainant", "mediator"], "on": "2026-12-07", "language": "en"},
        "reply": {"words": WORDS, "language": "km"},
    }  # fmt: skip
    for name, given in sent.items():
        address = at("case_paper", case.pk, name)
        assert address in page
        assert desk.post(address, {}).status_code == 422
        assert desk.post(address, given).content.startswith(b"%PDF"), name
        for person in (town.clerk, town.chief, town.stranger):
            assert client_of(person).get(address).status_code == 404, (name, person.name)
    assert desk.get(at("case_paper", case.pk, "nothing")).status_code == 404
