"""Where both sides meet: which are ready to, the meeting's table, its heads and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.plans.models import Meeting
from samleng.answers.plans.reading import (
    Ready,
    actions_seen_by,
    by_place,
    meetings_seen_by,
    ready_to_meet,
)
from samleng.answers.plans.verbs.meeting import close_meeting, hold_meeting, judged, record_attendance
from samleng.doors.web.facilitator.room import points_of
from samleng.doors.web.plans.forms import CloseForm, HeadsForm, HoldForm
from samleng.doors.web.plans.seen import at_fields, language, seen_meeting, status_of
from samleng.doors.web.plans.table import Agreed, rows_of, suggestions_open
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import LongList, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.permission import Denied, require
from samleng.voices.scorecards.models import Round, Scorecard, Side, State


@signed_in
def meetings(request: HttpRequest) -> HttpResponse:
    """Which sides are ready to meet, which meetings are open, and those that were held."""
    by = acting_for(request)
    # Open meetings come first: they wait for somebody.
    rows = meetings_seen_by(by).order_by(F("closed_at").desc(nulls_first=True), "-held_on", "pk")
    page = LongList(
        rows, 25, whole=lambda some: some.select_related("programme", "facility", "place__kind")
    ).get_page(request.GET.get("page"))
    ready = ready_to_meet(by)
    sample = any(one.programme.sample for one in page)
    given = {"page": page, "ready": ready[:25], "more": max(len(ready) - 25, 0), "sample": sample}
    return render(request, "plans/meetings.html", given)


@signed_in
def from_card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """From a completed scorecard to its meeting, held or still to be held."""
    by = acting_for(request)
    card = Scorecard.objects.with_context().filter(pk=card_id, state=State.COMPLETED).first()
    if card is None:
        raise Denied
    laid = meetings_seen_by(by).filter(cards__scorecard=card)
    if meeting := laid.order_by("-held_on").first():
        return redirect("meeting", meeting.pk)
    heard = [card]
    if card.side != Side.COMMUNITY:
        # A provider's card is laid beside the community's: the meeting is where that was held.
        same = Scorecard.objects.filter(round=card.round_id, facility=card.facility_id, side=Side.COMMUNITY)
        heard = list(same.exclude(state=State.CANCELLED).with_context()[:1]) or heard
    place = by_place(heard)[0][0]
    require(by, "plans.hold_meeting", owner=card.owner_key, path=place.path)
    return redirect("meeting_hold", card.round_id, card.facility_id, place.pk)


def table_cards(round: Round, facility: Facility, place: Place) -> list[Scorecard]:
    """The scorecards of both sides that could lie on this table, whatever their state."""
    cards = Scorecard.objects.filter(round=round, facility=facility).exclude(state=State.CANCELLED)
    near = [
        card
        for card in cards.select_related("place__kind", "round__framework").order_by(
            "side", "held_on", "code"
        )
        if card.side == Side.PROVIDER
        or card.place.path.startswith(place.path)
        or place.path.startswith(card.place.path)
    ]
    return near


@signed_in
def hold(request: HttpRequest, round_id: UUID, facility_id: UUID, place_id: int) -> HttpResponse:
    """Choose the cards of both sides, the day and who came; again, while it is open, corrects it."""
    by = acting_for(request)
    ready = asked_for(by, round_id, facility_id, place_id)
    kept = Meeting.objects.filter(round=ready.round, facility=ready.facility, place=ready.place).first()
    if kept is not None and kept.closed_at is not None:
        return redirect("meeting", kept.pk)
    done = [card for card in ready.cards if card.state == State.COMPLETED]
    method = ready.round.framework.method
    chosen = {str(pk) for pk in kept.cards.values_list("scorecard_id", flat=True)} if kept else None
    form = HoldForm(
        request.POST or None,
        cards=done,
        method=method,
        language=language(),
        initial={
            "held_on": kept.held_on if kept else timezone.localdate(),
            "cards": sorted(chosen or {str(card.pk) for card in done}),
            **{f"heads_{group}": number for group, number in (kept.attendance if kept else {}).items()},
        },
    )
    if request.method == "POST" and form.is_valid():
        held: list[Meeting] = []
        refusals = tried(lambda: held.append(sit_down(by, ready, form, done, token_of(request))))
        if not refusals:
            return redirect("meeting", held[0].pk)
        at_fields(form, refusals)
    given = {
        "form": form,
        "ready": ready,
        "meeting": kept,
        "lacking": lacking(ready, done),
        "waiting": [card for card in ready.cards if card.state != State.COMPLETED],
        "sample": ready.round.programme.sample,
        "trail": [(_("Interface meetings"), reverse("meetings")), (ready.facility.name, "")],
    }
    return render(request, "plans/hold.html", given, status=status_of(form))


def asked_for(by: Acting, round_id: UUID, facility_id: UUID, place_id: int) -> Ready:
    """The table that an address names, if this person may hold a meeting there; Denied if not."""
    round = Round.objects.select_related("programme", "framework").filter(pk=round_id).first()
    facility = Facility.objects.select_related("service").filter(pk=facility_id).first()
    place = Place.objects.select_related("kind").filter(pk=place_id).first()
    if round is None or facility is None or place is None:
        raise Denied
    require(by, "plans.hold_meeting", owner=round.programme.owner_key, path=place.path)
    cards = table_cards(round, facility, place)
    if not cards:
        raise Denied
    return Ready(round=round, facility=facility, place=place, cards=tuple(cards), since=timezone.now())


def lacking(ready: Ready, done: list[Scorecard]) -> list[Any]:
    """The sides of which no completed scorecard can be laid on the table yet."""
    here = {card.side for card in done}
    return [side for side in ready.round.framework.method.sides if side.code not in here]


def sit_down(by: Acting, ready: Ready, form: HoldForm, done: list[Scorecard], token: UUID) -> Meeting:
    chosen = set(form.cleaned_data["cards"])
    held: Meeting = hold_meeting(
        by=by,
        round=ready.round,
        facility=ready.facility,
        place=ready.place,
        held_on=form.cleaned_data["held_on"],
        cards=[card for card in done if str(card.pk) in chosen],
        attendance=form.heads(),
        request=token,
    )
    return held


@signed_in
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Both scores beside each other, what was said, and the actions taken from it."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    agreed = Agreed.at(one)
    rows = rows_of(one, agreed)
    if not by.may("plans.see_meeting", owner=one.owner_key, path=one.place.path):
        return as_office(request, by, one, rows, agreed)
    open_now = one.closed_at is None
    may_close = open_now and by.may("plans.close_meeting", owner=one.owner_key, path=one.place.path)
    given: dict[str, Any] = {
        "meeting": one,
        "rows": rows,
        "others": agreed.elsewhere({row["criterion"] for row in rows}),
        "agreed": agreed,
        "open_priorities": [row for row in rows if row["ours"] and not row["agreed"]],
        "open_suggestions": suggestions_open(rows),
        "points": points_of(one.round.framework.method),
        "cards": [laid.scorecard for laid in one.cards.select_related("scorecard__round__framework")],
        "heads": heads_said(one),
        "checks": checks_said(one, one.checks or judged(one)),
        "may_agree": open_now and by.may("plans.agree", owner=one.owner_key, path=one.place.path),
        "may_hold": open_now and by.may("plans.hold_meeting", owner=one.owner_key, path=one.place.path),
        "may_close": may_close,
        "sample": one.programme.sample,
        "trail": [(_("Interface meetings"), reverse("meetings")), (one.facility.name, "")],
    }
    given["now"] = 4 if not open_now else 3 if agreed.items else 2 if one.attendance else 1
    return render(request, "plans/meeting.html", given)


def as_office(
    request: HttpRequest, by: Acting, one: Meeting, rows: list[dict[str, Any]], agreed: Agreed
) -> HttpResponse:
    """What the facility's own office reads: the middle scores, what was agreed and its answer.

    Nothing of who came, who said what, or how single votes fell.
    """
    keys = [item.action_id for item in agreed.items]
    own = set(actions_seen_by(by).filter(pk__in=keys).values_list("pk", flat=True))
    given = {
        "meeting": one,
        "rows": rows,
        "range": one.round.framework.method.scale.values,
        "agreed": [(item.action, item.action_id in own) for item in agreed.items],
        "sample": one.programme.sample,
        "trail": [(_("Interface meetings"), reverse("meetings")), (one.facility.name, "")],
    }
    return render(request, "plans/meeting_office.html", given)


def heads_said(one: Meeting) -> list[dict[str, Any]]:
    """Who came, as the counts component shows it."""
    fields = HeadsForm(method=one.round.framework.method, language=language()).fields
    return [
        {"value": one.attendance[code], "label": fields[f"heads_{code}"].label}
        for code in (name.removeprefix("heads_") for name in fields)
        if code in one.attendance
    ]


def checks_said(one: Meeting, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The framework's checks with their names."""
    names = {check.code: check.name for check in one.round.framework.method.checks}
    return [{"name": names.get(check["code"], check["code"]), "passed": check["passed"]} for check in checks]


@signed_in
def heads(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Count who came, by group, without a name."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    require(by, "plans.hold_meeting", owner=one.owner_key, path=one.place.path)
    form = HeadsForm(
        request.POST or None,
        method=one.round.framework.method,
        language=language(),
        initial={f"heads_{group}": number for group, number in one.attendance.items()}
        | {"minutes": one.minutes},
    )
    if request.method == "POST" and form.is_valid():
        refusals = tried(
            lambda: record_attendance(
                by=by,
                meeting=one,
                attendance=form.heads(),
                minutes=form.cleaned_data["minutes"],
                request=token_of(request),
            )
        )
        if not refusals:
            return redirect("meeting", one.pk)
        at_fields(form, refusals)
    given = {"meeting": one, "form": form, "sample": one.programme.sample, "trail": trail(one, _("Who came"))}
    return render(request, "plans/heads.html", given, status=status_of(form))


def trail(one: Meeting, here: Any) -> list[tuple[Any, str]]:
    return [
        (_("Interface meetings"), reverse("meetings")),
        (one.facility.name, reverse("meeting", args=[one.pk])),
        (here, ""),
    ]


@signed_in
def close(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The facility answers, the meeting agrees what is shown of the staff's scores, and it closes."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    require(by, "plans.close_meeting", owner=one.owner_key, path=one.place.path)
    if one.closed_at is not None:
        return redirect("meeting", one.pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusals = tried(
            lambda: close_meeting(
                by=by,
                meeting=one,
                provider_reply=form.reply(),
                show_provider=form.cleaned_data["show_provider"],
                request=token_of(request),
            )
        )
        if not refusals:
            return redirect("meeting", one.pk)
        at_fields(form, refusals)
    given = {
        "meeting": one,
        "form": form,
        "checks": checks_said(one, judged(one)),
        "sample": one.programme.sample,
        "trail": trail(one, _("Close the meeting")),
    }
    return render(request, "plans/close.html", given, status=status_of(form))
