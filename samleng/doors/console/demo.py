"""Walk the loop once with the pack's demo story, print each stop with its link, then serve."""

from __future__ import annotations

import argparse
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from samleng.doors.console.prepare import pack_folder, prepare, progress
from samleng.doors.console.serve import ask_for, serve
from samleng.doors.console.story import Story
from samleng.doors.console.vaults import open_vaults
from samleng.doors.console.voices import Voices
from samleng.doors.web.signin.accounts import give_totp, totp_now
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.keys import accept_invitation, enrol, invite
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.insight.disclosure.verbs.releasing import release_sums
from samleng.insight.disclosure.verbs.rhythm import release_due
from samleng.insight.evidence.verbs import project
from samleng.kit.ledger.rules import SYSTEM

VOICE_STOPS = (
    ("Say something", "speak"),
    ("The map of reports, and the list beside it", "map"),
    ("How offices answer", "answering"),
    ("Rate an office", "rate_find"),
    ("The desk of cases (sign in as an office's people; sealed words open with the passphrase)", "cases"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-serve", action="store_true", help="seed and stop")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))


def run(given: argparse.Namespace) -> int:
    if not given.no_serve:
        ask_for("127.0.0.1", given.port)
    prepare(progress)
    folder = pack_folder() / "demo"
    story = Story(folder)
    address = f"http://127.0.0.1:{given.port}"
    if not Programme.objects.filter(code=story.data["programme"]["code"]).exists():
        story.tell()
        kept = accounts(story)
        left = Voices(story, {name: one["passphrase"] for name, one in kept["staff"].items()}).tell()
        keep(kept | {name: [asdict(one) for one in some] for name, some in vars(left).items()})
        publish(story)
    show(story, address)
    if given.no_serve:
        return 0
    return serve("127.0.0.1", given.port)


def publish(story: Story) -> None:
    """Project what happened and release the figures, as the worker does on a running site."""
    while project():
        pass
    follow_all()
    release_due(by=SYSTEM)
    for year in story.years():
        release_sums(by=SYSTEM, programme=story.programme(), year=year)


def accounts(story: Story) -> dict[str, Any]:
    """Passwords, second steps, passphrases and slips of the demo accounts."""
    kept: dict[str, Any] = {"staff": {}, "phones": {}}
    passphrases = open_vaults(story)
    for person in story.people():
        if person.acting().staff:
            password = secrets.token_urlsafe(9)
            accept_invitation(token=invite(by=SYSTEM, person=person).token, password=password)
            kept["staff"][person.username] = {
                "name": person.name,
                "role": story.role_of(person),
                "password": password,
                "secret": give_totp(person),
                "passphrase": passphrases.get(person.username, ""),
            }
        else:
            slips = [enrol(by=SYSTEM, person=person, keep_earlier=True) for _n in range(3)]
            kept["phones"][person.username] = {
                "name": person.name,
                "role": story.role_of(person),
                "slips": [{"code": slip.code, "pin": slip.pin} for slip in slips],
            }
    return kept


def keep(kept: dict[str, Any]) -> None:
    """Keep in SAMLENG_HOME/demo.json what a real site tells once."""
    path = keys_file()
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1))
    path.chmod(0o600)


def keys_file() -> Path:
    return Path(settings.HOME) / "demo.json"


def show(story: Story, address: str) -> None:
    """The loop's stops with their links, and who may sign in."""
    with translation.override("en"):
        print("\nSAMPLE programme: real places, invented facilities and results.\n")
        for number, (what, name, given) in enumerate(story.stops(), start=1):
            print(f"{number:2}. {what}\n    {address}{reverse(name, args=given)}")
        kept = json.loads(keys_file().read_text()) if keys_file().is_file() else {"staff": {}, "phones": {}}
        show_voices(kept, address)
        print(f"\nSign in with a password and a second step at {address}{reverse('account_login')}")
        for username, one in kept["staff"].items():
            print(f"  {username:19} {one['password']:14} code now {totp_now(one['secret'])}   {one['role']}")
        print("  (the code changes every 30 seconds: `samleng code NAME` shows the present one)")
        print("\nWhat is sealed opens with a passphrase besides:")
        for username, one in kept["staff"].items():
            if one.get("passphrase"):
                print(f"  {username:19} {one['passphrase']}")
        print("\nPhones of facilitators and watchers: open a slip's address, type its PIN (each works once)")
        for one in kept["phones"].values():
            for slip in one["slips"]:
                link = reverse("enrol_code", args=[slip["code"]])
                print(f"  {address}{link}  PIN {slip['pin']}   {one['role']}")
        print(f"\nThe app for meetings without a signal, once a facilitator's slip is opened: {address}/app/")
        print(f"\nThe public site: {address}/\n", flush=True)


def show_voices(kept: dict[str, Any], address: str) -> None:
    """Where people speak and offices answer, with what one needs to try it."""
    if not kept.get("receipts"):
        return
    print("\nAny voice, safely, on one case file:")
    for what, name in VOICE_STOPS:
        print(f"  {what}\n    {address}{reverse(name)}")
    print(f"  Follow by receipt at {address}{reverse('follow')}")
    for one in kept["receipts"]:
        print(f"    {one['secret']}   {one['what']}")
    for one in kept["crews"]:
        print(f"  A crew's day, opened by its link on any phone: {one['what']}")
        print(f"    {address}{reverse('crew_day', args=[one['secret']])}")


def secret_of(username: str) -> str | None:
    """The demo account's authenticator secret, for `samleng code`."""
    if not keys_file().is_file() or not Person.objects.filter(username=username).exists():
        return None
    kept = json.loads(keys_file().read_text())
    return kept["staff"].get(username, {}).get("secret")
