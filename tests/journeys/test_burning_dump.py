"""A dump is reported by photo, its words pass a review, a crew clears it, and two neighbours hear of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from PIL import Image

from samleng.answers.cases.models import Case
from samleng.doors.web.look import build
from samleng.insight.disclosure.verbs.following import follow_all
from tests import browser as browsing
from tests.doors.web.facilitated import at
from tests.journeys.spoken import Officer, Speaker, Visitor
from tests.journeys.test_overcharged import WALKS
from tests.town import Town, build_town

pytestmark = [pytest.mark.browser, pytest.mark.shared_out, pytest.mark.django_db(transaction=True)]
PUBLIC = "គំនរសំរាមកំពុងឆេះ ក្បែរផ្លូវ"


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


@pytest.fixture
def town(transactional_db: None, settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path / "media"
    return build_town()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "dump.jpg"
    Image.new("RGB", (640, 480), "sienna").save(path)
    return path


def reports(who: Speaker, town: Town, photos: list[Path], words: str = "") -> None:
    """A dump in the commune, as far as the page that asks who may know."""
    who.begin("report", "dump")
    who.place(town.commune.name[who.language])
    who.choose("answer", "no")
    who.on()
    who.tell(words, photos)
    who.choose("exposure", "public")


def joins(neighbour: Speaker, town: Town, photo: Path) -> None:
    """Somebody else sees the same, is shown that it is known, and says “me too”."""
    reports(neighbour, town, [photo])
    assert neighbour.step() == "near"
    neighbour.press("main button[name=joins]")
    neighbour.send()


def is_reviewed(boss: Officer, case: Case) -> None:
    boss.open(case)
    boss.press(f"main a[href$='{at('case_review', case.pk, language=boss.language)}']")
    boss.page.fill("#public_words", PUBLIC)
    boss.press("main form.form button")
    assert Case.objects.get().public_words == PUBLIC


def crew_of(boss: Officer) -> str:
    """A crew is formed; its link, shown once."""
    boss.go("crews")
    boss.page.locator("main form.form input[name=name]").fill("ក្រុមទី១")
    boss.press("main form.form button")
    return boss.page.locator("#address").input_value().strip()


def is_cleared(boss: Officer, crew: Visitor, case: Case, link: str, photo: Path) -> None:
    """The office sends its crew; the crew opens its day by the link and shows that it is done."""
    boss.open(case)
    boss.press("main a[href*='/crews/give/']")
    boss.page.locator("main form.form [name=day]").fill(timezone.localdate().isoformat())
    boss.press("main form.form button")
    crew.page.goto(crew.address + urlsplit(link).path)
    crew.look()
    crew.press("main .jobs a")
    crew.page.locator("details.do summary").first.click()
    crew.page.set_input_files("#after-file", str(photo))
    crew.press("details.do form button")
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("answered", "fixed")
    assert case.evidence.filter(moment="after").count() == 1


def hears(who: Speaker, verdict: str = "") -> None:
    """Whoever reported it comes back with the receipt, reads that it is done, and may judge it."""
    who.follow()
    assert who.page.locator(".timeline li").count() >= 3
    if verdict:
        who.act("follow_verdict")
        who.page.locator(f"main label:has(input[name=verdict][value={verdict}])").click()
        who.say()


@pytest.mark.parametrize(("language", "size", "javascript"), WALKS)
def test_it_goes_from_a_photo_to_a_verified_fix_of_which_two_neighbours_hear(
    town: Town, live_server, browser, language: str, size: str, javascript: bool, photo: Path
):
    with ExitStack() as stack:

        def page():
            return stack.enter_context(
                browsing.visit(browser, size=size, language=language, javascript=javascript)
            )

        def speaker() -> Speaker:
            return Speaker(page(), *where)

        where = (live_server.url, language, javascript)
        first, near, far = speaker(), speaker(), speaker()
        reports(first, town, [photo])
        first.send()
        case = Case.objects.get()
        for neighbour in (near, far):
            joins(neighbour, town, photo)
        case = Case.objects.get()
        assert (case.reports, case.exposure, case.office) == (3, "public", town.sweepers)
        follow_all()
        anybody = Visitor(page(), *where)
        anybody.go("map_report", case.reference)
        assert PUBLIC not in anybody.page.content(), "words are public only after a review"
        boss = Officer(page(), *where, town.boss)
        is_reviewed(boss, case)
        link = crew_of(boss)
        is_cleared(boss, Visitor(page(), *where), case, link, photo)
        hears(near)
        hears(first, "fixed")
        hears(far)
        case = Case.objects.get()
        assert (case.state, case.verdict) == ("closed", "fixed")
        follow_all()
        later = Visitor(page(), *where)
        later.go("map_report", case.reference)
        later.sees(PUBLIC)
