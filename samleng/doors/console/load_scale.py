"""A nation's worth of made-up data, to measure with: the size of method and facts, not their truth.

About 20,000 scorecards, 1.5 million ratings and 26,000 actions a year, at the pack's real places.
Each step is a transaction: stopped anywhere, the same command goes on where it stopped. Figures are
projected and released by the same code as ever.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan
from samleng.doors.console.nation import CODE, District, Writer, districts_of, raise_ground
from samleng.doors.console.prepare import count_rows, prepare, progress
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.offices.verbs import open_programme
from samleng.ground.places.models import Place
from samleng.insight.disclosure.models import Release
from samleng.insight.disclosure.verbs.releasing import release_sums
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.insight.disclosure.verbs.together import release_many
from samleng.insight.evidence.verbs import project
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Result, Scorecard
from samleng.voices.scorecards.verbs.planning import open_round

# How many districts are written in one transaction, meetings released in one.
TOGETHER, MEETINGS = 6, 400


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="share of the nation, for a quick try")
    parser.add_argument("--seed", type=int, default=1)


def run(given: argparse.Namespace) -> int:
    began = time.monotonic()
    if not 1 <= given.years <= 20 or not 0 < given.share <= 1:
        raise Refusal("--years is 1 to 20, --share more than 0 and at most 1.", field="years, share")
    prepare(progress)
    Nation(given.seed, given.share, given.years).load()
    made = {
        "scorecards": Scorecard.objects.count(),
        "ratings": sum(Result.objects.values_list("n", flat=True).iterator()),
        "actions": Action.objects.count(),
        "releases": Release.objects.count(),
        "ledger": Entry.objects.count(),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(made) if given.json else ", ".join(f"{name} {count}" for name, count in made.items()))
    return 0


class Bar:
    """How far a step is: one line that fills at a terminal, a line each tenth elsewhere."""

    def __init__(self, name: str, whole: int) -> None:
        self.name, self.whole, self.done, self.said = name, max(whole, 1), 0, 0
        self.began = time.monotonic()

    def on(self, more: int = 1) -> None:
        self.done = min(self.whole, self.done + more)
        tenth = 10 * self.done // self.whole
        line = f"{self.name:24} {self.done}/{self.whole}  {time.monotonic() - self.began:.0f} s"
        if sys.stderr.isatty():
            filled = "#" * (3 * tenth)
            print(f"\r[{filled:.<30}] {line}", end="", file=sys.stderr, flush=True)
            if self.done == self.whole:
                print(file=sys.stderr)
        elif tenth > self.said:
            self.said = tenth
            progress(line)


class Nation:
    """The made-up programme of a whole country, found again by what already stands of it."""

    def __init__(self, seed: int, share: float, years: int) -> None:
        self.seed = seed
        this = timezone.localdate().year
        self.years = range(this - years + 1, this + 1)
        framework = Framework.objects.order_by("published_at").first()
        if framework is None:
            raise Refusal("No framework is published.", field="framework", remedy="Start the site once.")
        self.framework = framework
        level = framework.method.plan.level
        communes = Place.objects.current().filter(level=level).select_related("parent").order_by("code")
        self.communes = list(communes)[: max(1, round(communes.count() * share))]

    def load(self) -> None:
        self.ground()
        districts = districts_of(self.communes)
        bar = Bar("scorecards and plans", len(districts) * len(self.years))
        for year in self.years:
            self.year(year, districts, bar.on)
        self.project("figures")
        self.release()
        self.sums()
        self.project("what was released")
        count_rows()

    def chance(self, *of: object) -> random.Random:
        """The same throws for the same part, wherever a former run stopped."""
        return random.Random("/".join(map(str, (self.seed, *of))))  # noqa: S311  made-up data, no secret

    def ground(self) -> None:
        found = Programme.objects.filter(code=CODE).first()
        if found is not None:
            if Office.objects.filter(code__startswith=f"{CODE}-").count() != len(self.communes):
                raise Refusal(
                    "This site holds a made-up nation of another size.",
                    field="share",
                    remedy="Use a new SAMLENG_HOME, or the same --share as before.",
                )
            self.programme = found
            return
        with transaction.atomic():
            name = {"en": "Made-up nation", "km": "Made-up nation"}
            self.programme = open_programme(by=SYSTEM, code=CODE, name=name, sample=True)
            switch_publication(by=SYSTEM, programme=self.programme, on=True)
            raise_ground(districts_of(self.communes), self.framework.method, self.chance("ground"))

    def year(self, year: int, districts: list[District], on: Callable[[int], None]) -> None:
        round = open_round(by=SYSTEM, programme=self.programme, framework=self.framework, year=year)
        last = year == self.years[-1]
        writer = Writer(self.programme, self.framework, round, last=last)
        written = set(
            Plan.objects.filter(programme=self.programme, year=year).values_list("place_id", flat=True)
        )
        for start in range(0, len(districts), TOGETHER):
            part = districts[start : start + TOGETHER]
            if part[0].communes[0].pk not in written:
                with transaction.atomic():
                    writer.write(part, self.chance(year, part[0].code))
            on(len(part))

    def project(self, name: str) -> None:
        bar = Bar(name, Due.objects.filter(reader="projector").count())
        while count := project(limit=2000):
            bar.on(count)

    def release(self) -> None:
        known = set(Release.objects.filter(kind="meeting").values_list("meeting_id", flat=True))
        closed = Meeting.objects.filter(programme=self.programme, closed_at__isnull=False)
        ids = closed.order_by("held_on", "pk").values_list("pk", flat=True)
        waiting = [pk for pk in ids if pk not in known]
        bar = Bar("meetings made public", len(waiting))
        for start in range(0, len(waiting), MEETINGS):
            part = waiting[start : start + MEETINGS]
            with transaction.atomic():
                release_many(by=SYSTEM, meetings=part)
                self.tell_nobody()
            bar.on(len(part))

    def sums(self) -> None:
        bar = Bar("years of sums made public", len(self.years))
        for year in self.years:
            release_sums(by=SYSTEM, programme=self.programme, year=year)
            self.tell_nobody()
            bar.on()

    def tell_nobody(self) -> None:
        """Made-up things leave the postman's queue."""
        Due.objects.filter(reader="postman", entry__owner=self.programme.owner_key).delete()
