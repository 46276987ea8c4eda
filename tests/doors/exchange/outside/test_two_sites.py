"""Two sites of this house on loopback: one is spoken to, the other's office answers, and both know it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from PIL import Image

from samleng.answers.cases.verbs.following import judge
from samleng.answers.cases.verbs.moderating import review
from samleng.doors.exchange.models import HandedOver
from samleng.doors.exchange.outside import rounds
from samleng.doors.exchange.outside.calling import Far, File, post
from samleng.doors.exchange.outside.verbs.tending import Wanted, connect_system
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.rules import SYSTEM
from tests.served import ROOT, free_port, wait_for, way
from tests.sites import site_in
from tests.town import Town

# Both ends are real; what is kept of it, the other tests try on both engines.
pytestmark = pytest.mark.once


@dataclass
class Second:
    """The other site, and the keys its offices gave."""

    address: str
    sender: str
    office: str

    def says(self, number: str, update: str, status: str, words: str, *files: File) -> None:
        """Its office's own system, speaking to it."""
        far = Far(address=self.address, key=self.office, form="json")
        told = {"service_request_id": number, "update_id": update, "status": status, "description": words}
        post(far, "servicerequestupdates", told, files)

    def request(self, number: str) -> dict[str, Any]:
        with urlopen(f"{self.address}/requests/{number}.json?extensions=true", timeout=30) as answer:
            return dict(json.load(answer)[0])


@contextmanager
def second_site(folder: Path) -> Iterator[Second]:
    with site_in(folder) as env:
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        built = [sys.executable, "-m", "tests.doors.exchange.outside.second_site"]
        keys = json.loads(subprocess.run(built, cwd=ROOT, env=env, check=True, capture_output=True).stdout)
        port = free_port()
        web = [sys.executable, "-m", "granian", "--port", str(port), "--workers", "1"]
        started = [
            subprocess.Popen([*web, "--log-level", "warning", *way(4)], cwd=ROOT, env=env),
            subprocess.Popen(
                [sys.executable, "-m", "samleng.doors.console.main", "worker"], cwd=ROOT, env=env
            ),
        ]
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", started[0])
            yield Second(f"http://127.0.0.1:{port}/open311/v2", keys["sender"], keys["office"])
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait(timeout=30)


def until(holds: Callable[[], bool]) -> None:
    """The other site's worker projects what happened there: wait for it, not long."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        # Before it is projected there is no such request.
        with suppress(HTTPError):
            if holds():
                return
        time.sleep(0.2)
    pytest.fail("the other site did not come to it")


def photo() -> File:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return File(name="after.jpg", kind="image/jpeg", data=out.getvalue())


def test_it_reports_here_and_is_answered_there(
    town: Town, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTSIDE_PRIVATE = True
    monkeypatch.setattr(rounds, "NEWS_EVERY", timedelta(0))

    def go_round() -> None:
        follow_all()
        rounds.visit_outside()

    def until_here(state: str) -> None:
        def holds() -> bool:
            go_round()
            return bool(town.again(case).state == state)

        until(holds)

    with second_site(tmp_path) as there:
        wanted = Wanted(
            name="The other town", address=there.address, services={"dump": "dump"}, key=there.sender,
            takes_once=True,
        )  # fmt: skip
        connect_system(by=SYSTEM, office=town.sweepers, wanted=wanted)
        received = town.file("dump")
        case = received.case
        go_round()
        handed = HandedOver.objects.get()
        assert (handed.state, handed.said) == ("held", "") and handed.number != case.reference
        until(lambda: there.request(handed.number)["status"] == "open")

        there.says(handed.number, "1", "investigating", "")
        until_here("acknowledged")
        there.says(handed.number, "2", "fixed", "Carted away", photo())
        until_here("answered")
        answer = town.again(case).steps.get(kind="answer")
        assert "Carted away" in answer.said and answer.by.startswith("outside:")

        # Whoever reported it here still sees it: the office there has it again.
        judge(by=town.reporter(received), verdict="not")
        go_round()
        go_round()
        until(lambda: there.request(handed.number)["extended_attributes"]["state"] == "working")
        there.says(handed.number, "3", "closed", "We dug a pit and filled it")
        until_here("answered")
        assert "We dug a pit" in town.again(case).steps.filter(kind="answer").last().said

        # Words that were let go later come after; nothing is opened again by them.
        review(by=town.by(town.boss), case=town.again(case), public_words="Rubbish by the well")
        go_round()
        go_round()
        assert there.request(handed.number)["extended_attributes"]["state"] == "answered"

        # Content at last: there it is closed too, by what its reporter said here.
        judge(by=town.reporter(received), verdict="fixed")
        go_round()
        go_round()
        until(lambda: there.request(handed.number)["extended_attributes"]["state"] == "closed")
        assert HandedOver.objects.get().passed.filter(done_at=None).count() == 0
        assert not HandedOver.objects.get().learnt.exclude(trouble="").exists()
