"""A town where people may speak: a catalogue, offices with keys of their own, and those who sit in them.

It stands on the same invented ground as `tests/world.py`. `Town.file` says something as a citizen does;
`Town.opener` is the key an officer has once a passphrase was typed.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from samleng.answers.cases.models import Case
from samleng.answers.cases.steps import Reporter, reporter_of
from samleng.answers.cases.verbs.receiving import Received, receive
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.rules import plain_phrase
from samleng.ground.keys.verbs.phrases import unlock
from samleng.ground.keys.verbs.vaults import open_vault
from samleng.ground.offices.models import Office, OfficeKind
from samleng.ground.offices.verbs import give_duty, name_office_kind
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.sealing.rules import Cost, Opener, fresh_keypair, lock
from samleng.kit.words.codes import make_receipt_digits
from samleng.voices.reports.rules.filing import Filing, Identity, Point
from samleng.voices.reports.verbs.hearing import slip_for
from tests.frozen import frozen
from tests.ground.channels.small import said, small
from tests.world import acting, ground, office, place, someone, words

PASSPHRASE = "ផ្កាឈូក seven slow boats 41"
CHEAP = Cost(mib=1, passes=1)
DUMP_AT = Point(12.34567, 104.56789)


def catalogue() -> dict[str, Any]:
    """The small catalogue, with offices of the invented land on its ladders and two more matters."""
    data = copy.deepcopy(small(code="town", ombudsmen=["ombudsman", "high_ombudsman"]))
    long, short = data["profiles"]
    long["ladder"] = ["ombudsman", "high_ombudsman"]
    long["pauses"] = [{"code": "reporter", "name": said("Waits for the reporter")}]
    short["ladder"] = ["sweepers", "shire_office"]
    short["pauses"] += [{"code": "reporter", "name": said("Waits for the reporter")}]
    data["sectors"][0]["ladder"] = ["sweepers", "shire_office"]
    data["kinds"] += [{"code": "question", "name": said("Ask")}]
    data["categories"] += [
        {
            "code": "slow", "name": said("Slow"), "kind": "complaint", "group": "waste", "about": "office",
            "exposure": "confidential", "allowed": ["confidential", "anonymous"], "service": "SWEEP",
            "clock": "long",
        },
        {
            "code": "ask", "name": said("Ask"), "kind": "question", "group": "waste",
            "exposure": "confidential", "allowed": ["confidential"], "service": "SWEEP", "clock": "long",
        },
    ]  # fmt: skip
    return data


@dataclass
class Town:
    """Who is there, by what they do; every officer's passphrase is the same."""

    commune: Place
    other_commune: Place
    sweepers: Office
    shire: Office
    ombudsman: Office
    high_ombudsman: Office
    hall: Office
    boss: Person
    sweeper: Person
    other_sweeper: Person
    clerk: Person
    mayor: Person
    sokha: Person
    chan: Person
    keeper: Person
    high_keeper: Person
    chief: Person
    stranger: Person
    receipts: dict[Any, str] = field(default_factory=dict)

    def by(self, person: Person) -> Acting:
        return acting(person)

    def opener(self, person: Person, of: Office, purpose: str = "cases") -> Opener:
        """The office's key in this officer's hands."""
        vault = Vault.objects.of(of, purpose)
        assert vault is not None
        return unlock(by=self.by(person), person=person, passphrase=PASSPHRASE).opener(vault)

    def filing(self, category: str = "dump", **given: Any) -> Filing:
        exposure = {"dump": "public", "conduct": "anonymous"}.get(category, "confidential")
        if category == "dump":
            given.setdefault("point", DUMP_AT)
        facts: dict[str, Any] = {
            "category": category, "exposure": exposure, "language": "km", "receipt": make_receipt_digits(),
            "words": "គំនរសំរាមធំ",
        }  # fmt: skip
        return Filing(**{**facts, **given})

    def file(self, category: str = "dump", **given: Any) -> Received:
        """Somebody says something through the web."""
        routed = {
            name: given.pop(name) for name in ("place", "about", "joins", "office", "by") if name in given
        }
        filing = self.filing(category, **given)
        routed.setdefault("place", self.commune)
        received = receive(by=routed.pop("by", VISITOR), filing=filing, **routed)
        self.receipts[received.report.pk] = filing.receipt
        return received

    def reporter(self, received: Received) -> Reporter:
        """Whoever holds the receipt of what was filed."""
        slip = slip_for(self.receipts[received.report.pk])
        return reporter_of(received.report, slip.keys.private, "web")

    def again(self, case: Case) -> Case:
        return Case.objects.with_context().get(pk=case.pk)


VISITOR = Actor(key="visitor", via="web")


def kind(code: str, level: int, name: str) -> OfficeKind:
    return name_office_kind(by=SYSTEM, code=code, name=said(name), level=level)


def keyed(where: Office, people: list[Person], *purposes: str) -> None:
    """Vaults of an office, held by these people.

    Their keys are put in place by hand: choosing a passphrase holds it against the one of the sign-in, and
    that is slow on purpose.
    """
    for person in people:
        if PersonKey.objects.of(person) is None:
            pair = fresh_keypair()
            locked = lock(pair.private, plain_phrase(PASSPHRASE), CHEAP)
            PersonKey.objects.create(person=person, public=pair.public, locked=locked)
    for purpose in purposes or ("cases",):
        open_vault(by=SYSTEM, office=where, purpose=purpose, holders=people)


@frozen
def build_town() -> Town:
    ground()
    commune, other, shire_place, region = (place(code) for code in ("010101", "010102", "0101", "01"))
    kind("sweepers", 2, "Sweepers")
    kind("ombudsman", 2, "Ombudsman")
    kind("high_ombudsman", 1, "High ombudsman")
    # The catalogue's own kinds of office, so that it may be published.
    publish_catalogue(by=SYSTEM, data=catalogue())
    sweepers = office("sweep-1", "sweepers", shire_place, words("អ្នកបោស", "Sweepers"))
    shire = office("shire-1", "shire_office", shire_place, words("រដ្ឋបាលស្រុក", "Shire office"))
    ombudsman = office("omb-1", "ombudsman", shire_place, words("ការិយាល័យប្រជាពលរដ្ឋ", "Ombudsman"))
    high = office("omb-0", "high_ombudsman", region, words("ការិយាល័យប្រជាពលរដ្ឋតំបន់", "High ombudsman"))
    hall = office("hall-1", "parish_office", commune, words("រដ្ឋបាលឃុំ", "Parish office"))
    give_duty(
        by=SYSTEM, office=sweepers, service=Service.objects.get(code="SWEEP"), area=shire_place,
        since=date(2026, 1, 1),
    )  # fmt: skip
    town = Town(
        commune=commune, other_commune=other, sweepers=sweepers, shire=shire, ombudsman=ombudsman,
        high_ombudsman=high, hall=hall,
        boss=someone("ចាងហ្វាង", "office_head", office=sweepers),
        sweeper=someone("អ្នកបោសទីមួយ", "clerk", office=sweepers),
        other_sweeper=someone("អ្នកបោសទីពីរ", "clerk", office=sweepers),
        clerk=someone("ស្មៀន", "clerk", office=shire),
        mayor=someone("អភិបាល", "office_head", office=shire),
        sokha=someone("សុខា", "ombudsman", office=ombudsman),
        chan=someone("ចាន់", "ombudsman", office=high),
        keeper=someone("អ្នករក្សាសោ", "custodian", office=ombudsman),
        high_keeper=someone("អ្នករក្សាសោតំបន់", "custodian", office=high),
        chief=someone("មេឃុំ", "office_head", office=hall),
        stranger=someone("អ្នកក្រៅ", ""),
    )  # fmt: skip
    keyed(sweepers, [town.boss, town.sweeper, town.other_sweeper])
    keyed(shire, [town.mayor])
    keyed(ombudsman, [town.sokha], "cases")
    keyed(high, [town.chan], "cases")
    keyed(ombudsman, [town.keeper], "identity")
    keyed(high, [town.high_keeper], "identity")
    return town


@pytest.fixture
def town(db: None) -> Town:
    """The town, built through the same verbs that doors call."""
    return build_town()


ANYBODY = Identity(name="ដារា", phone="012345678")
