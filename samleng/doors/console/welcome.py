"""Let the first people in: the site's administrator, or a programme's manager, by a link to hand over."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from samleng.doors.console.prepare import prepare, progress
from samleng.ground.offices.models import Programme
from samleng.ground.offices.verbs import open_programme
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.founding import found_manager, found_site
from samleng.ground.people.verbs.keys import Invited
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal

# Settings by which a command finds the site that is served; a new owner has to give them again.
ABOUT_THE_SITE = ("SAMLENG_HOME", "DATABASE_URL", "SAMLENG_ADDRESS", "SAMLENG_PACK", "PORT")
USUAL = {"PORT": "8000", "SAMLENG_HOME": str(settings.ROOT / "var")}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the person's name, in quotes")
    parser.add_argument("--user", default="", help="sign-in name; made from a Latin name when left out")
    parser.add_argument("--programme", default="", help="code of the programme this person manages")
    parser.add_argument("--programme-name", default="", help="open that programme under this name")


def run(given: argparse.Namespace) -> int:
    prepare(progress)
    username = given.user or username_from(given.name)
    country = Place.objects.whole_country()
    if country is None:
        raise Refusal(_("No places are loaded."), remedy=_("Import the country's places first."))
    who = {"name": given.name, "username": username, "country": country, "language": given.language}
    if given.programme:
        # A programme whose manager is refused is not opened either.
        with transaction.atomic():
            programme = asked_programme(given.programme, given.programme_name, given.language)
            invited = found_manager(by=SYSTEM, programme=programme, **who)
    else:
        invited = found_site(by=SYSTEM, **who)
    tell(invited, given)
    return 0


def username_from(name: str) -> str:
    """A sign-in name out of a Latin name: "Sok Dara" signs in as sok.dara."""
    plain = ".".join(re.findall(r"[a-z0-9]+", name.lower()))
    if len(plain) < 3 or not name.isascii():
        raise Refusal(
            _("No sign-in name can be made from this name."),
            field="--user",
            remedy=_("Give one in Latin letters: --user NAME"),
            code="username",
        )
    return plain


def asked_programme(code: str, name: str, language: str) -> Programme:
    """The programme with this code, opened when a name is given for it."""
    kept = Programme.objects.filter(code=code).first()
    if kept is None and not name:
        raise Refusal(
            _("There is no programme with this code."),
            field=f"--programme {code}",
            remedy=_("Correct the code, or open the programme with --programme-name NAME."),
            code="missing",
        )
    return kept or open_programme(by=SYSTEM, code=code, name={language: name})


def tell(invited: Invited, given: argparse.Namespace) -> None:
    """The link, once: it is nowhere else."""
    person = invited.invitation.person
    with translation.override(person.language):
        link = settings.SITE_ADDRESS + reverse("invited", args=[invited.token])
    until = invited.invitation.expires_at
    if given.json:
        print(json.dumps({"link": link, "username": person.username, "until": until.isoformat()}))
        return
    if given.programme:
        print(
            _("%(name)s manages the programme “%(code)s”.") % {"name": person.name, "code": given.programme}
        )
    else:
        print(
            _("%(name)s is this site's administrator, who keeps its registers and opens programmes.")
            % {"name": person.name}
        )
    print(_("Sign-in name: %(name)s") % {"name": person.username})
    print(
        _("Open this link while the site runs, or hand it over. It works once, until %(day)s:")
        % {"day": f"{until:%Y-%m-%d}"}
    )
    print(f"\n    {link}\n")
    print(
        _("It asks for a password and a second step. Then “My work” shows what to do first.")
        + "\n"
        + _("If the link is lost, run this command again with the same sign-in name.")
    )


def first_steps() -> str:
    """What a new owner does on a site where nobody has an account yet; "" once somebody has."""
    if Person.objects.exists():
        return ""
    given = [
        # It may hold a password, which is not for the screen.
        f"{name}=${name}" if name == "DATABASE_URL" else f"{name}={shlex.quote(os.environ[name])}"
        for name in ABOUT_THE_SITE
        if os.environ.get(name) and os.environ[name] != USUAL.get(name)
    ]
    program = Path(sys.executable).with_name("samleng")
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    command = " ".join([*given, shlex.quote(str(program)), "welcome", '"Your Name"'])
    return "\n".join(
        [
            _("Nobody has an account here yet. Make yours in a second terminal, in this folder:"),
            f"\n    {command}\n",
            _("It prints a link. Open it, choose a password, and open the first programme."),
        ]
    )
