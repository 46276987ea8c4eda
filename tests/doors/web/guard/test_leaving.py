"""Leaving at once, by a plain link: nothing stays open, and nothing says where somebody was."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from samleng.doors.web.speak.frame import FOLLOWED
from tests.doors.web.speak.test_way import dumped
from tests.doors.web.speak.walker import Walker, at
from tests.town import Town

TITLE = re.compile(r"<title>(.*?)</title>")


@pytest.mark.django_db
def test_it_leads_away_ends_the_following_and_clears_what_was_kept_for_speed_only(town: Town) -> None:
    receipt = town.receipts[town.file("slow").report.pk]
    client = Client()
    client.post(at("follow"), {"receipt": receipt})
    assert client.cookies[FOLLOWED].value
    answer = client.get(at("speak_leave"))
    assert answer.status_code == 302 and answer["Location"] == settings.EXIT_ADDRESS
    assert client.cookies[FOLLOWED].value == "" and answer["Clear-Site-Data"] == '"cache"'
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert client.get(at("follow_case")).status_code == 302


@pytest.mark.django_db
def test_it_has_the_way_out_and_says_nothing_in_its_title_on_every_page(town: Town) -> None:
    receipt = town.receipts[town.file("slow").report.pk]
    reader, way = Walker(), dumped(town)
    reader.client.post(at("follow"), {"receipt": receipt})
    pages: list[Any] = [way.answer, way.client.get(at("speak")), way.client.get(at("follow"))]
    pages += [way.client.get(at("speak_kind", "report")), way.client.get(at("rate", town.sweepers.code))]
    pages += [
        reader.client.get(at(name))
        for name in ("follow_case", "follow_reply", "follow_verdict", "follow_wording", "follow_take_back")
    ]
    way.post("send")
    for answer in [*pages, way.answer]:
        page = answer.content.decode()
        assert answer.status_code == 200 and TITLE.findall(page) == ["Samleng"], answer.request["PATH_INFO"]
        assert f'href="{at("speak_leave")}" data-leave' in page
        assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
        assert 'name="description" content=""' in page


@pytest.mark.django_db
def test_it_keeps_pages_apart_and_takes_what_they_do_not_need() -> None:
    for path in ("/en/", "/en/speak/", "/en/account/login/", "/app/"):
        answer = Client().get(path)
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", path
        allowed = answer["Permissions-Policy"]
        assert "microphone=(self)" in allowed and "usb=()" in allowed and "payment=()" in allowed
    for path in ("/open311/v2/services.json", "/api/v1/openapi.json"):
        assert Client().get(path)["Cross-Origin-Resource-Policy"] == "cross-origin", path


ASKED = """
import os
os.environ["SAMLENG_EXIT_ADDRESS"] = {address!r}
try:
    from config import settings
    print(settings.EXIT_ADDRESS)
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://example.org/weather", "https://example.org/weather"),
        ("", "https://www.timeanddate.com/weather/cambodia/phnom-penh"),
        ("http://example.org/", "ImproperlyConfigured"),
        ("javascript:alert(1)", "ImproperlyConfigured"),
    ],
)
def test_it_takes_the_address_from_the_site_or_its_land_and_nothing_else(
    address: str, found: str, tmp_path: Any
) -> None:
    env = {"PATH": "/usr/bin", "SAMLENG_HOME": str(tmp_path), "SAMLENG_PACK": "kh"}
    command = [sys.executable, "-c", ASKED.format(address=address)]
    told = subprocess.run(command, env=env, cwd=settings.ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == found
