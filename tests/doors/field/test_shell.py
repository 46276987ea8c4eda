"""The app itself: one page for everybody, all its files named, its words complete, light enough."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from samleng.doors.field import build, words

SOURCES = build.APP / "src"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build()


def asked_for() -> set[str]:
    """Keys of phrases that the app's screens ask for."""
    text = "".join(path.read_text() for path in SOURCES.rglob("*.ts*") if "made" not in path.parts)
    return set(re.findall(r'\bt\("([a-z_0-9.]+)"', text))


def test_it_says_every_phrase_the_app_asks_for_and_no_other():
    composed = ("step.", "state.", "pin.", "missing.", "reflect.", "month.")
    composed += ("qr.waiting", "qr.opened", "qr.used", "qr.gone")
    later = {key for part in words.LATER.values() for key in part}
    known = words.PLAIN.keys() | words.COUNTED.keys() | later
    assert asked_for() - known == set()
    assert {key for key in known - asked_for() if not key.startswith(composed)} == set()


def test_it_fills_in_the_same_things_in_both_languages():
    def holes(phrase: object) -> list[set[str]]:
        texts = phrase.values() if isinstance(phrase, dict) else [phrase]
        return [set(re.findall(r"%\((\w+)\)s", text)) for text in texts]

    km, en = words.in_language("km"), words.in_language("en")
    assert km.keys() == en.keys()
    assert {key for key in en if holes(km[key])[-1] != holes(en[key])[-1]} == set()


def test_it_gives_one_page_that_knows_nobody(client, db):
    page = client.get("/app/")
    assert page.status_code == 200 and "no-cache" in page["Cache-Control"]
    assert not page.cookies, "the page every phone keeps must not carry a session"
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_it_names_every_file_that_a_phone_must_hold(client, db):
    worker = client.get("/app/worker.js")
    shell = json.loads(re.match(r"self\.SHELL=(\{.*?\});\n", worker.content.decode())[1])
    assert worker["Content-Type"].startswith("text/javascript")
    for address in shell["files"]:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert client.get(address).status_code == 200, address
    assert shell["version"] in worker.content.decode()


def test_it_can_be_installed(client, db):
    manifest = client.get("/app/manifest.webmanifest").json()
    assert manifest["scope"] == manifest["start_url"] == "/app/"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert any(icon["purpose"] == "maskable" for icon in manifest["icons"])


def test_it_has_no_words_in_a_language_nobody_reads_here(client, db):
    assert client.get("/app/words/xx.json").status_code == 404


def test_it_stays_within_what_a_slow_line_can_carry():
    fonts = [finders.find(f"built/khmer-{weight}.woff2") for weight in (400, 600)]
    assert all(fonts), "the styles are built first"
    carried = sum(build.build().values()) + sum(Path(str(font)).stat().st_size for font in fonts)
    assert carried < 150_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/app/", "/app/worker.js", "/app/words/km.json", "/app/manifest.webmanifest"]
)
def test_it_travels_as_small_as_the_phone_can_take_it(client, path):
    plain = client.get(path).content
    for accepted, how, opened in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
    ):
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert (answer["Content-Encoding"], opened(answer.content)) == (how, plain)
        assert "Accept-Encoding" in answer["Vary"] and len(answer.content) < len(plain)
    assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "identity"})


@pytest.mark.django_db
def test_it_sends_words_once_however_they_travelled(client):
    first = client.get("/app/words/km.json", headers={"Accept-Encoding": "br"})
    again = client.get(
        "/app/words/km.json", headers={"Accept-Encoding": "br", "If-None-Match": first["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
