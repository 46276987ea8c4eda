"""A demo story told through the same verbs that people use: what packs/*/demo/story.toml says happens.

Every day in the story is counted from today, so that the demo is never out of date.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.actions.verbs import climbing, following, giving
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.verbs import meeting as meetings
from samleng.answers.plans.verbs import planning, watching
from samleng.doors.console.drawing import sample_picture
from samleng.doors.console.setting import Setting
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import keep
from samleng.voices.scorecards.models import Round, Scorecard
from samleng.voices.scorecards.verbs import planning as cards
from samleng.voices.scorecards.verbs import review, writing


class Story(Setting):
    """One story of a pack, told once into an empty site."""

    def tell(self) -> None:
        """Everything the story says, in the order in which it happens."""
        self.organise()
        for card in self.data["cards"]:
            self.hold(card)
        for meeting in self.data["meetings"]:
            self.meet(meeting)
        agreed = [(plan, *self.plan(plan)) for plan in self.data["plans"]]
        # What was agreed belongs to the meeting until it closes.
        for meeting in self.data["meetings"]:
            self.close(meeting)
        for plan, made, actions in agreed:
            self.follow(plan, made, actions)

    def round(self, ago: int) -> Round:
        return cards.open_round(
            by=SYSTEM, programme=self.made["programme"], framework=self.framework, year=self.day(ago).year
        )

    # -- the voices ------------------------------------------------------------------------------

    def hold(self, one: Mapping[str, Any]) -> None:
        """Plan a card; unless it is only planned, hold it, send it in and complete it."""
        ago = int(one["held_days_ago"])
        card = cards.plan(
            by=self.by(one["officer"]),
            round=self.round(ago),
            facility=self.made[one["facility"]],
            place=self.place(one["place"]),
            side=one["side"],
            planned_from=self.day(ago + 3),
            planned_to=self.day(ago - 3),
            implementer=self.made.get(one.get("implementer", "")),
            lead=self.made[one["facilitator"]],
        )
        self.made.setdefault("cards", {})[one["key"]] = card
        if one.get("only_planned"):
            return
        writer = self.by(one["facilitator"])
        writing.start(by=writer, scorecard=card, holder="demo")
        writing.write(by=writer, scorecard=card, lines=list(self.lines(card, one)))
        writing.add_photo(by=writer, scorecard=card, blob=self.picture(one["key"], card.owner_key))
        if one.get("still_running"):
            return
        review.submit(by=writer, scorecard=card)
        if not one.get("in_review"):
            review.complete(by=self.by(one["officer"]), scorecard=card)

    def lines(self, card: Scorecard, one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The lines of the meeting: people, what they raised, chose, voted and said."""
        held = self.day(int(one["held_days_ago"]))
        at = datetime(held.year, held.month, held.day, 9, 0, tzinfo=timezone.get_current_timezone())
        votes: Mapping[str, list[int]] = one["votes"]
        people = [str(uuid.uuid4()) for _n in range(max(sum(counts) for counts in votes.values()))]
        values = card.round.framework.method.scale.values
        yield line("setup", {"held_on": held.isoformat(), "language": "km", "method": "by_criterion"}, at)
        for number, uid in enumerate(people, start=1):
            sex, band, special = self.data["room"][(number - 1) % len(self.data["room"])]
            asked = special in {one.code for one in card.round.framework.method.specials_for(card.side)}
            body = {"number": number, "sex": sex, "band": band, "special": [special] if asked else []}
            yield line("person", body, at, uid)
        for place, criterion in enumerate(votes):
            for uid in people[: 3 + (len(votes) - place) * 2]:
                yield line("raise", {"criterion": criterion, "person": uid}, at)
        yield line("priorities", {"order": list(votes)}, at)
        spread = {
            c: [v for v, n in zip(values, counts, strict=True) for _i in range(n)]
            for c, counts in votes.items()
        }
        for number, uid in enumerate(people):
            scores = {
                criterion: given[(number * 7 + turn * 5) % len(given)]
                for turn, (criterion, given) in enumerate(spread.items())
            }
            yield line("ballot", {"person": uid, "scores": scores}, at + timedelta(seconds=45 * (number + 1)))
        for criterion, said in one.get("said", {}).items():
            body = {
                "criterion": criterion,
                "strengths": said.get("strengths", []),
                "weaknesses": said.get("weaknesses", []),
                "suggestions": [{"text": text, "chosen": True} for text in said["suggestions"]],
            }
            yield line("reflect", body, at + timedelta(hours=1))

    def picture(self, text: str, owner: str, kind: str = "photo") -> Any:
        return keep(by=SYSTEM, file=sample_picture(text), kind=kind, owner=owner)

    # -- the answers -----------------------------------------------------------------------------

    def meet(self, one: Mapping[str, Any]) -> None:
        by = self.by(one["facilitator"])
        ago = int(one["held_days_ago"])
        laid = [Scorecard.objects.get(pk=self.made["cards"][key].pk) for key in one["cards"]]
        meeting = meetings.hold_meeting(
            by=by,
            round=laid[0].round,
            facility=self.made[one["facility"]],
            place=self.place(one["place"]),
            held_on=self.day(ago),
            cards=laid,
        )
        meetings.record_attendance(by=by, meeting=meeting, attendance=one["attendance"])
        self.made.setdefault("meetings", {})[one["key"]] = meeting

    def close(self, one: Mapping[str, Any]) -> None:
        """End the meeting with the provider's reply, unless the story leaves it open."""
        if not one.get("still_open"):
            meetings.close_meeting(
                by=self.by(one["facilitator"]),
                meeting=self.made["meetings"][one["key"]],
                provider_reply=one.get("reply", {}),
                show_provider=one.get("show_provider", False),
            )

    def plan(self, one: Mapping[str, Any]) -> tuple[Plan, list[tuple[Mapping[str, Any], Action]]]:
        """The commune's plan, opened, and its promises, agreed: each as it is told, with its action."""
        by = self.by(one["officer"])
        plan = planning.open_plan(
            by=by,
            programme=self.made["programme"],
            framework=self.framework,
            place=self.place(one["place"]),
            office=self.made[one["office"]],
            year=self.day(int(one["agreed_days_ago"])).year,
            number=one.get("number", ""),
        )
        self.made.setdefault("plans", []).append(plan)
        return plan, [(given, self.agree(plan, one, given)) for given in one["promises"]]

    def follow(
        self, one: Mapping[str, Any], plan: Plan, actions: list[tuple[Mapping[str, Any], Action]]
    ) -> None:
        """Adopt the plan, and follow what became of its promises."""
        by = self.by(one["officer"])
        if "adopted_days_ago" in one:
            scan = self.picture(f"signed {plan.number}", plan.owner_key, "scan")
            planning.adopt(by=by, plan=plan, scan=scan, adopted_on=self.day(int(one["adopted_days_ago"])))
        for role, keys in one.get("watched_by", {}).items():
            for key in keys:
                watching.appoint(by=by, plan=plan, person=self.made[key], role=role, since=self.day(90))
        for given, action in actions:
            for step in given.get("steps", []):
                self.step(action, step)

    def agree(self, plan: Plan, one: Mapping[str, Any], given: Mapping[str, Any]) -> Action:
        meeting: Meeting | None = self.made["meetings"].get(given.get("meeting", ""))
        terms = Terms(
            part=given["part"],
            text=given["text"],
            starts_on=self.day(int(given["starts_days_ago"])),
            due_on=self.day(int(given["due_days_ago"])),
            category=given.get("category", ""),
            goal=given.get("goal", {}),
            role=given.get("role", {}),
            quantity=given.get("quantity"),
            unit=given.get("unit", ""),
            beneficiaries=given.get("beneficiaries"),
            beneficiaries_women=given.get("beneficiaries_women"),
            cost=given.get("cost"),
            funding_source=given.get("funding_source", ""),
            funding_secured=given.get("funding_secured", False),
        )
        item = planning.agree(
            by=self.by(one["officer"]),
            plan=plan,
            terms=terms,
            office=self.made[given["office"]],
            agreed_on=self.day(int(one["agreed_days_ago"])),
            meeting=meeting,
            facility=self.made.get(given.get("facility", "")),
            criterion=given.get("criterion", ""),
        )
        return item.action

    def step(self, action: Action, step: Mapping[str, Any]) -> None:
        by, on = self.by(step["by"]), self.day(int(step["days_ago"]))
        match step["do"]:
            case "report":
                following.report_progress(
                    by=by,
                    action=action,
                    status=step.get("status", ""),
                    percent=step.get("percent"),
                    note=step.get("note", ""),
                    on=on,
                )
            case "claim":
                proof = self.picture(step.get("picture", "done"), action.owner_key)
                following.claim(by=by, action=action, proofs=[proof], reason=step.get("note", ""), on=on)
            case "confirm":
                following.confirm(
                    by=by,
                    action=action,
                    verdict=step.get("verdict", "fixed"),
                    reason=step.get("note", ""),
                    on=on,
                )
            case "watch":
                watching.confirm(
                    by=by,
                    action=action,
                    verdict=step.get("verdict", "fixed"),
                    reason=step.get("note", ""),
                    on=on,
                )
            case "escalate":
                climbing.escalate(by=by, action=action, reason=step["note"], on=on)
            case "drop":
                following.drop(by=by, action=action, reason=step["note"], on=on)
            case "fund":
                giving.secure_funding(by=by, action=action, source=step["source"], amount=step.get("amount"))

    # -- what it leaves --------------------------------------------------------------------------

    def programme(self) -> Programme:
        return Programme.objects.get(code=self.data["programme"]["code"])

    def role_of(self, person: Person) -> str:
        return next(one["what"] for one in self.data["people"] if one["key"] == person.username)

    def years(self) -> list[int]:
        return sorted({round.year for round in Round.objects.filter(programme=self.programme())})

    def stops(self) -> Iterator[tuple[str, str, list[Any]]]:
        """The loop's stops: what happens there, the page's name and its arguments."""
        programme = self.programme()
        mine = Scorecard.objects.filter(programme=programme).order_by("planned_at")
        community, provider = mine.filter(side="community")[0], mine.filter(side="provider")[0]
        meeting = Meeting.objects.filter(programme=programme).order_by("held_on")[0]
        plan = Plan.objects.filter(programme=programme).order_by("opened_at")[0]
        kept = Action.objects.filter(programme=programme, confirmed_on__isnull=False).order_by(
            "confirmed_on"
        )[0]
        yield "The village's scorecard, planned, held and completed", "review", [community.pk]
        yield "The provider scores itself", "review", [provider.pk]
        yield "The interface meeting: both sides beside each other", "meeting", [meeting.pk]
        yield "The joint action plan of the commune", "plan", [plan.pk]
        yield "A promise, what was done, and what people say of it", "action", [kept.pk]
        yield "The facility's public page", "facility", [meeting.facility_id]
        yield "The commune's public page", "place", [plan.place.code]
        yield "The country's public page", "home", []


def line(kind: str, body: Mapping[str, Any], at: datetime, uid: str = "") -> dict[str, Any]:
    return {"uid": uid or str(uuid.uuid4()), "kind": kind, "body": dict(body), "written_at": at.isoformat()}
