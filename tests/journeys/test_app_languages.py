"""The field app speaks the site's languages, as many as there are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from samleng.doors.field import build
from tests.browser import visit

# Words come from no database.
pytestmark = pytest.mark.once


def test_it_goes_through_all_languages_of_the_site_and_offers_none_where_there_is_one(
    live_server, browser, settings
):
    build.build()
    settings.LANGUAGES = [("km", "Khmer"), ("en", "English"), ("fr", "French")]
    with visit(browser) as page:
        page.goto(f"{live_server.url}/app/")
        button = page.locator("button.lang")
        for name, tag in (("English", "en"), ("français", "fr"), ("ខ្មែរ", "km")):
            expect(button).to_contain_text(name, ignore_case=True)
            button.click()
            expect(page.locator(f"html[lang={tag}]")).to_be_attached()
        button.click()
        expect(page.locator("html[lang=en]")).to_be_attached()
        # What was chosen on this phone is no language of the site any more.
        settings.LANGUAGES = [("km", "Khmer")]
        page.reload()
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator("html[lang=km]")).to_be_attached()
        expect(button).to_have_count(0)
