"""A fresh site leads its owner in: `serve` says how, `welcome` prints a link, the link opens the desk."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from samleng.doors.console import welcome
from samleng.doors.console.main import main
from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.verbs.founding import found_manager, found_site, invite_first_manager_again
from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal
from tests.journeys.test_nothing_is_lost import site
from tests.world import World, acting, ground, place

__all__ = ["site"]
PASSWORD = "seven rivers meet here"


@pytest.fixture
def prepared(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented land in place of a whole country's, which takes longer to load."""
    ground()
    monkeypatch.setattr(welcome, "prepare", lambda say: None)


def link_in(told: str) -> str:
    return re.search(r"(/en/invited/\S+/)", told).group(1)


def test_it_lets_the_administrator_in_who_then_opens_programmes(prepared: None, capsys) -> None:
    assert main(["welcome", "Sok Dara"]) == 0
    told = capsys.readouterr().out
    assert settings.SITE_ADDRESS in told
    client, link = Client(), link_in(told)
    assert "sok.dara" in client.get(link).content.decode()
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    person = Person.objects.get(username="sok.dara")
    assert person.check_password(PASSWORD)
    by = acting(person)
    assert by.may("offices.open_programme", owner="")
    assert by.may("offices.register_office", owner="", path=place("010101").path)
    give_totp(person)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    desk = client.get(reverse("desk")).content.decode()
    assert reverse("programme_open") in desk
    assert Entry.objects.filter(verb="people.seat", actor="system").count() == 1


def test_it_gives_a_new_link_for_the_same_name_and_the_old_one_is_dead(prepared: None, capsys) -> None:
    main(["welcome", "Sok Dara"])
    first = link_in(capsys.readouterr().out)
    assert main(["welcome", "Sok Dara"]) == 0
    second = link_in(capsys.readouterr().out)
    assert Client().get(first).status_code != 200
    assert Client().get(second).status_code == 200
    assert (Person.objects.count(), Seat.objects.count()) == (1, 1)


def test_it_seats_a_second_administrator_in_the_same_office(prepared: None, capsys) -> None:
    main(["welcome", "Sok Dara"])
    main(["welcome", "Chan Lina"])
    assert Seat.objects.values("office").distinct().count() == 1
    office = Seat.objects.first().office
    assert office.name["en"] == "Keeper of the registers"


def test_it_opens_a_programme_for_its_manager(prepared: None, capsys) -> None:
    given = ["welcome", "Chan Lina", "--user", "lina", "--programme", "wash"]
    assert main([*given, "--programme-name", "Clean water", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["username"] == "lina"
    programme = Programme.objects.get(code="wash")
    assert (programme.name, programme.publishes_since, programme.sample) == (
        {"en": "Clean water"},
        None,
        False,
    )
    seat = Seat.objects.get(programme=programme)
    assert (seat.person.username, seat.role) == ("lina", "programme_admin")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["welcome", "សុខ ដារ៉ា"], "--user"),
        (["welcome", "Chan Lina", "--programme", "none"], "--programme none"),
        (["welcome", "Chan Lina", "--user", "!"], "sign-in name"),
        (
            ["welcome", "Chan Lina", "--user", "!", "--programme", "wash", "--programme-name", "Water"],
            "sign-in name",
        ),
    ],
)
def test_it_refuses_with_two_and_changes_nothing(prepared: None, capsys, given, says) -> None:
    assert main(given) == 2
    assert says in capsys.readouterr().err
    assert not Person.objects.exists()
    assert not Programme.objects.exists()


def test_it_is_for_whoever_runs_the_machine_only(world: World) -> None:
    for person in (world.admin, world.vuthy, world.stranger):
        with pytest.raises(Denied):
            found_site(by=acting(person), name="X Y", username="xyz", country=place("S"))
        with pytest.raises(Denied):
            found_manager(
                by=acting(person), programme=world.programme, name="X", username="xyz", country=place("S")
            )


def test_it_leaves_a_managed_programme_to_its_managers(prepared: None, capsys) -> None:
    main(["welcome", "Sok Dara"])
    main(["welcome", "Chan Lina", "--user", "lina", "--programme", "wash", "--programme-name", "Water"])
    by = acting(Person.objects.get(username="sok.dara"))
    wash = Programme.objects.get(code="wash")
    with pytest.raises(Refusal) as refused:
        found_manager(by=by, programme=wash, name="Keo Vanna", username="vanna", country=place("S"))
    assert refused.value.code == "state"
    # While the first manager has never come in, a lost link can be made again; afterwards it cannot.
    assert invite_first_manager_again(by=by, programme=wash).token
    lina = Person.objects.get(username="lina")
    lina.set_password(PASSWORD)
    lina.save()
    with pytest.raises(Denied):
        invite_first_manager_again(by=by, programme=wash)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.skipif(
    not (Path(settings.PACKS) / settings.COUNTRY_PACK).is_dir(), reason="no pack of a country"
)
def test_it_says_on_a_fresh_site_how_to_come_in_and_the_command_it_names_works(site: dict[str, str]) -> None:
    env = {**site, "PORT": str(free_port()), "SAMLENG_PACK": "demo"}
    command = [sys.executable, "-m", "samleng.doors.console.main"]
    served = subprocess.Popen([*command, "serve"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        told, until = "", time.monotonic() + 120
        while "Samleng is at" not in told and time.monotonic() < until:
            told += served.stderr.readline()
        named = next(line for line in told.splitlines() if " welcome " in line)
        assert env["SAMLENG_HOME"] in named
        assert "PORT=" in named
        # As typed in a second terminal, with nothing of the first one's settings but what the line says.
        bare = {
            name: value for name, value in env.items() if name not in ("SAMLENG_HOME", "PORT", "SAMLENG_PACK")
        }
        ran = subprocess.run(
            ["sh", "-c", named.replace("Your Name", "Sok Dara")],
            env=bare,
            cwd=os.getcwd(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        assert f"http://127.0.0.1:{env['PORT']}/en/invited/" in ran.stdout
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(30)
    checked = subprocess.run([*command, "check"], env=env, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
