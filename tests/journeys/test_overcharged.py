"""A woman was overcharged: she says so without a name, is asked, disputes, and it is settled higher up."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.doors.web.look import build
from tests import browser as browsing
from tests.doors.web.facilitated import at
from tests.journeys.spoken import Officer, Speaker
from tests.town import Town, build_town

pytestmark = [pytest.mark.browser, pytest.mark.shared_out, pytest.mark.django_db(transaction=True)]
WALKS = [
    ("km", "phone", True),
    ("en", "desk", False),
    ("km", "phone", False),
    ("en", "desk", True),
]
WHAT = "អ្នកស្រីនៅបញ្ជរទារលុយប្រាំម៉ឺនរៀល ដោយគ្មានបង្កាន់ដៃ"
ASKED, ANSWERED = "តើនៅថ្ងៃណា?", "ថ្ងៃអង្គារ ពេលព្រឹក"
HIGHER = "មន្ត្រីទារលុយលើសតម្លៃដែលបិទផ្សាយ"


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


def speaks(woman: Speaker, town: Town) -> Case:
    """The complaint, from the first page to the receipt."""
    woman.begin("complaint", "conduct")
    woman.place(town.commune.name[woman.language])
    woman.choose("office", str(town.hall.pk))
    woman.tell(WHAT)
    woman.choose("exposure", "anonymous")
    assert woman.step() == "climb"
    woman.page.locator("main label:has(input[name=climb][value=yes])").click()
    woman.page.fill("main textarea[name=approved]", HIGHER)
    woman.on()
    woman.sees(town.ombudsman.name[woman.language])
    woman.send()
    case = Case.objects.get()
    assert (case.office, case.exposure, case.about) == (town.ombudsman, "anonymous", town.hall)
    return case


def is_asked(woman: Speaker, sokha: Officer, case: Case) -> None:
    """The ombudsman takes it up and asks; she answers with her receipt, and the clock runs on."""
    sokha.open(case)
    sokha.sees(WHAT)
    sokha.press("main form[action$='/do/acknowledge/'] button")
    sokha.do("decide", kind="complaint", jurisdiction="ours")
    sokha.do("ask", words=ASKED)
    assert Case.objects.get().state == "waiting"
    woman.follow()
    woman.sees(ASKED)
    woman.act("follow_reply")
    woman.page.fill("main textarea[name=words]", ANSWERED)
    woman.say()
    woman.sees(ANSWERED)
    sokha.open(case)
    sokha.sees(ANSWERED)


def is_mediated(woman: Speaker, sokha: Officer) -> None:
    """They sit together; what the ombudsman calls settled is not so for her."""
    sokha.do(
        "mediate", held_on=timezone.localdate().isoformat(), parties="office", outcome="not_agreed",
        minutes="សម្របសម្រួលមិនបានសម្រេច",
    )  # fmt: skip
    sokha.do("answer", outcome="settled", words="ការិយាល័យសុំទោស")
    woman.follow()
    woman.sees("ការិយាល័យសុំទោស")
    woman.act("follow_verdict")
    woman.page.locator("main label:has(input[name=verdict][value=not])").click()
    woman.say()
    case = Case.objects.get()
    assert (case.state, case.reopened) == ("working", 1)


def goes_up(woman: Speaker, chan: Officer, town: Town) -> None:
    """She asks the next office, which reads only the words she let go, and settles it."""
    woman.act("follow_higher")
    woman.say()
    case = Case.objects.get()
    assert (case.office, case.rung) == (town.high_ombudsman, 1)
    chan.open(case)
    chan.sees(HIGHER)
    shown = chan.page.locator("main").inner_text()
    assert WHAT not in shown and ANSWERED not in shown
    chan.press("main form[action$='/do/acknowledge/'] button")
    chan.do("decide", kind="complaint", jurisdiction="ours")
    chan.do("answer", outcome="settled", words="លុយត្រូវសងវិញ")
    woman.follow()
    woman.sees("លុយត្រូវសងវិញ")
    woman.act("follow_verdict")
    woman.page.locator("main label:has(input[name=verdict][value=fixed])").click()
    woman.say()
    case = Case.objects.get()
    assert (case.state, case.verdict, case.outcome) == ("closed", "fixed", "settled")


def stays_hidden(chief: Officer, anybody: Speaker, case: Case) -> None:
    """The office complained of and the public learn nothing, not even that there is a case."""
    chief.go("cases")
    assert case.reference not in chief.page.content()
    assert chief.page.goto(chief.address + at("case", case.pk, language=chief.language)).status == 404
    for name in ("map", "answering"):
        anybody.go(name)
        assert case.reference not in anybody.page.content()


@pytest.mark.parametrize(("language", "size", "javascript"), WALKS)
def test_it_is_heard_without_a_name_disputed_and_settled_higher_up(
    town: Town, live_server, browser, language: str, size: str, javascript: bool, tmp_path: Path
):
    with ExitStack() as stack:

        def page():
            return stack.enter_context(
                browsing.visit(browser, size=size, language=language, javascript=javascript)
            )

        where = (live_server.url, language, javascript)
        woman = Speaker(page(), *where)
        case = speaks(woman, town)
        sokha = Officer(page(), *where, town.sokha)
        is_asked(woman, sokha, case)
        is_mediated(woman, sokha)
        goes_up(woman, Officer(page(), *where, town.chan), town)
        chief = Officer(page(), *where, town.chief, keyed=False)
        stays_hidden(chief, Speaker(page(), *where), case)
