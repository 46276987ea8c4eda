"""What people say in a demo story, and what becomes of it: packs/*/demo/voices.toml, told by the same verbs.

The receipts and the crews' links that a real site would tell once are handed back, to be kept like the
demo's passwords.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, cast

from samleng.answers.cases.models import Case, Crew, Heard, Recommendation
from samleng.answers.cases.seeing import COUNTER
from samleng.answers.cases.steps import Reporter, reporter_of, vault_of
from samleng.answers.cases.verbs import answering, following, intake, mediating, moderating, working
from samleng.answers.cases.verbs.clustering import gather
from samleng.answers.cases.verbs.receiving import Received, receive
from samleng.answers.plans.models import PlanItem
from samleng.answers.plans.verbs.taking import take_up
from samleng.doors.console.drawing import sample_picture
from samleng.doors.console.setting import Setting, office_code
from samleng.ground.keys.verbs.phrases import unlock
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import Actor
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import clean
from samleng.kit.media.verbs import keep
from samleng.kit.sealing.rules import Opener
from samleng.kit.words.codes import make_receipt_digits
from samleng.voices.reports.models import ReportFile
from samleng.voices.reports.rules.filing import Brought, Filing, Identity, Point
from samleng.voices.reports.verbs.hearing import slip_for
from samleng.voices.reports.verbs.rating import Given, rate

VISITOR = Actor(key="visitor", via="web")
FILE = "voices.toml"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is told once: a receipt or a crew's link, and what it is for."""

    what: str
    secret: str


@dataclass
class Leavings:
    """What the demo keeps of its voices, to print and to try."""

    receipts: list[Kept] = field(default_factory=list)
    crews: list[Kept] = field(default_factory=list)


class Voices:
    """The voices of one story, told once into the places and offices that the story made."""

    def __init__(self, story: Setting, passphrases: Mapping[str, str]) -> None:
        self.story = story
        self.passphrases = passphrases
        path = story.folder / FILE
        self.data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        self.told: dict[str, list[Received]] = {}
        self.receipts: dict[Any, str] = {}
        self.crews: dict[str, tuple[Crew, working.Hands]] = {}
        self.left = Leavings()

    def tell(self) -> Leavings:
        """Everything that the story's people say, in its order; what was told once is handed back."""
        for one in self.data.get("crews", []):
            self.form(one)
        for one in self.data.get("voices", []):
            self.speak(one)
        for one in self.data.get("clusters", []):
            self.cluster(one)
        for one in self.data.get("ratings", []):
            self.rated(one)
        return self.left

    def office(self, key: str) -> Office:
        return Office.objects.get(code=office_code({"key": key}))

    def by(self, key: str) -> Acting:
        return Person.objects.get(username=key).acting()

    # -- what is said ----------------------------------------------------------------------------

    def form(self, one: Mapping[str, Any]) -> None:
        crew, token = working.form_crew(
            by=self.by(one["by"]), office=self.office(one["office"]), name=one["name"]
        )
        # The link was given a line above: it opens.
        self.crews[one["key"]] = crew, cast(working.Hands, working.hands_of(token))
        self.left.crews.append(Kept(what=one["name"], secret=token))

    def speak(self, one: Mapping[str, Any]) -> None:
        """One voice, as often as the story says it, and what is done about each."""
        for _n in range(one.get("many", 1)):
            received = self.file(one)
            self.told.setdefault(one["key"], []).append(received)
            for step in one.get("steps", []):
                STEPS[step["do"]](self, self.again(received), step)
        if one.get("shown"):
            receipt = self.receipts[received.report.pk]
            self.left.receipts.append(Kept(what=one["what"], secret=receipt))

    def file(self, one: Mapping[str, Any]) -> Received:
        filing = self.filing(one)
        joined = self.told[one["joins"]][0].case if "joins" in one else None
        received = receive(
            by=at_counter(self.by(one["by"])) if "by" in one else VISITOR,
            filing=filing,
            place=self.story.place(one["place"]),
            about=self.office(one["about"]) if "about" in one else None,
            office=self.office(one["office"]) if "office" in one else None,
            joins=self.again_case(joined) if joined else None,
            sample=True,
        )
        self.receipts[received.report.pk] = filing.receipt
        return received

    def filing(self, one: Mapping[str, Any]) -> Filing:
        point = one.get("point")
        files = [drawn(one["photo"])] if "photo" in one else []
        return Filing(
            category=one["category"],
            exposure=one.get("exposure", "anonymous" if "about" in one else "public"),
            receipt=make_receipt_digits(),
            language="km",
            words=one["words"],
            answers=one.get("answers", {}),
            files=files,
            point=Point.read(*point) if point else None,
            identity=Identity(**one.get("identity", {})),
            approved=one.get("approved", ""),
            may_climb="approved" in one,
            on_behalf="consent" in one,
            helper_consent=one.get("consent", ""),
        )

    def again_case(self, case: Case) -> Case:
        return Case.objects.with_context().get(pk=case.pk)

    def again(self, received: Received) -> Case:
        """The case of what was received, as it is now."""
        return self.again_case(Heard.of(received.report).case)

    def reporter(self, key: str) -> Reporter:
        """Whoever holds the receipt of a voice."""
        report = self.told[key][0].report
        slip = slip_for(self.receipts[report.pk])
        return reporter_of(report, slip.keys.private, "web")

    def opener(self, key: str, office: Office) -> Opener:
        """An office's key in the hands of somebody of the story who knows the passphrase."""
        if key not in self.unlocked:
            person = Person.objects.get(username=key)
            self.unlocked[key] = unlock(by=self.by(key), person=person, passphrase=self.passphrases[key])
        return self.unlocked[key].opener(vault_of(office))

    @cached_property
    def unlocked(self) -> dict[str, Any]:
        return {}

    def picture(self, text: str, case: Case, by: Actor) -> Blob:
        return keep(by=by, file=sample_picture(text), kind="photo", owner=case.owner_key)

    # -- what becomes of it ----------------------------------------------------------------------

    def acknowledge(self, case: Case, step: Mapping[str, Any]) -> None:
        answering.acknowledge(by=self.by(step["by"]), case=case)

    def decide(self, case: Case, step: Mapping[str, Any]) -> None:
        answering.decide(by=self.by(step["by"]), case=case, jurisdiction=step["whose"])

    def assign(self, case: Case, step: Mapping[str, Any]) -> None:
        answering.assign(by=self.by(step["by"]), case=case, person=Person.objects.get(username=step["to"]))

    def write(self, case: Case, step: Mapping[str, Any]) -> None:
        answering.write_to(by=self.by(step["by"]), case=case, words=step["words"], waits=step["do"] == "ask")

    def note(self, case: Case, step: Mapping[str, Any]) -> None:
        answering.note(by=self.by(step["by"]), case=case, words=step["words"])

    def answer(self, case: Case, step: Mapping[str, Any]) -> None:
        by = self.by(step["by"])
        answering.answer(
            by=by,
            case=case,
            outcome=step["outcome"],
            words=step["words"],
            said=step.get("said", ""),
            evidence=[self.picture(step["after"], case, by)] if "after" in step else [],
        )

    def review(self, case: Case, step: Mapping[str, Any]) -> None:
        """Let words and photos be read by everyone, with the office's key, as a moderator does."""
        by = self.by(step["by"])
        for one in ReportFile.objects.filter(report__in=case.heard.values("report")).select_related("sealed"):
            opener = self.opener(step["by"], case.office)
            moderating.black_out(by=by, case=case, file=one.sealed, opener=opener)
        moderating.review(by=by, case=case, public_words=step["words"])

    def show(self, case: Case, step: Mapping[str, Any]) -> None:
        for one in case.evidence.filter(shown=False):
            moderating.show(by=self.by(step["by"]), evidence=one)

    def order(self, case: Case, step: Mapping[str, Any]) -> None:
        working.order(
            by=self.by(step["by"]),
            case=case,
            crew=self.crews[step["crew"]][0],
            day=self.story.today,
            task=step["task"],
        )

    def answer_at_once(self, case: Case, step: Mapping[str, Any]) -> None:
        intake.answer_at_once(by=at_counter(self.by(step["by"])), case=case, words=step["words"])

    def letter(self, case: Case, step: Mapping[str, Any]) -> None:
        """It came on paper, so many days ago: its clock runs from there."""
        intake.came_as_letter(
            by=self.by(step["by"]),
            case=case,
            came_on=self.story.day(step["days_ago"]),
            dated_on=self.story.day(step["days_ago"] + 2),
            sheets=step["sheets"],
        )

    def done(self, case: Case, step: Mapping[str, Any]) -> None:
        crew, hands = self.crews[step["crew"]]
        before = [self.picture(step["before"], case, hands)] if "before" in step else []
        given = crew.orders.filter(case=case, state=working.GIVEN).latest("at")
        working.finish(by=hands, order=given, before=before, after=[self.picture(step["after"], case, hands)])

    def reply(self, case: Case, step: Mapping[str, Any]) -> None:
        following.reply(by=self.reporter(step["from"]), words=step["words"])

    def judge(self, case: Case, step: Mapping[str, Any]) -> None:
        following.judge(
            by=self.reporter(step["from"]),
            verdict=step["verdict"],
            words=step.get("words", ""),
            stars=step.get("stars"),
        )

    def mediate(self, case: Case, step: Mapping[str, Any]) -> None:
        mediating.mediate(
            by=self.by(step["by"]),
            case=case,
            held_on=self.story.today,
            parties=step["parties"],
            outcome=step["outcome"],
            minutes=step["words"],
        )

    def recommend(self, case: Case, step: Mapping[str, Any]) -> None:
        mediating.recommend(
            by=self.by(step["by"]),
            case=case,
            to=self.office(step["to"]),
            words=step["words"],
            answer_by=self.story.today + timedelta(days=step["days"]),
        )

    def respond(self, case: Case, step: Mapping[str, Any]) -> None:
        mediating.respond(
            by=self.by(step["by"]),
            recommendation=Recommendation.objects.get(case=case, answer=""),
            answer=step["answer"],
            words=step.get("words", ""),
        )

    # -- many together ---------------------------------------------------------------------------

    def cluster(self, one: Mapping[str, Any]) -> None:
        """Put cases together and let a promise of the plan answer them."""
        made = gather(
            by=self.by(one["by"]),
            office=self.office(one["office"]),
            place=self.story.place(one["place"]),
            cases=[self.again(received) for received in self.told[one["voices"]]],
            words=one["words"],
        )
        programme = self.story.data["programme"]["code"]
        item = PlanItem.objects.get(plan__programme__code=programme, action__text__en=one["promise"])
        take_up(by=self.by(one["taken_up_by"]), item=item, cluster=made)

    def rated(self, one: Mapping[str, Any]) -> None:
        office = self.office(one["office"])
        for given in ratings(one):
            rate(
                by=VISITOR,
                given=given,
                office=office,
                service=Service.objects.get(code=one["service"]),
                sample=True,
            )


def at_counter(by: Acting) -> Acting:
    """Somebody of an office who writes down what is told or handed in there."""
    return replace(by, via=COUNTER)


def ratings(one: Mapping[str, Any]) -> Iterator[Given]:
    for place, value in enumerate(one["values"]):
        yield Given(
            uid=uuid.uuid4(),
            form=one["form"],
            value=value,
            parts=dict.fromkeys(one.get("parts", []), value),
            answers=one.get("answers", {}),
            sex=("female", "male")[place % 2],
        )


def drawn(text: str) -> Brought:
    """A drawn picture as a phone would send it, cleaned as every door cleans it."""
    found = clean("photo", sample_picture(text))
    return Brought("photo", found.data, found.media_type)


STEPS: dict[str, Callable[[Voices, Case, Mapping[str, Any]], None]] = {
    "acknowledge": Voices.acknowledge,
    "decide": Voices.decide,
    "assign": Voices.assign,
    "ask": Voices.write,
    "write": Voices.write,
    "note": Voices.note,
    "answer": Voices.answer,
    "review": Voices.review,
    "show": Voices.show,
    "answer_at_once": Voices.answer_at_once,
    "letter": Voices.letter,
    "order": Voices.order,
    "done": Voices.done,
    "reply": Voices.reply,
    "judge": Voices.judge,
    "mediate": Voices.mediate,
    "recommend": Voices.recommend,
    "respond": Voices.respond,
}
