"""Answering a mark of the reviewer: the value that stands, and that it is right as it is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.facilitator.corrections import Naming
from samleng.doors.web.facilitator.lines import line
from samleng.doors.web.facilitator.room import Room, show
from samleng.doors.web.facilitator.steps import put
from samleng.doors.web.visit import token_of
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean


def answer(request: HttpRequest, room: Room, mark_id: UUID) -> HttpResponse:
    """One mark: what the reviewer asks, what stands there, and the answer that it is right as it is."""
    asked = next((one for one in room.todo if one.id == mark_id), None)
    if asked is None:
        raise Denied
    refusals: list[Refusal] = []
    words = clean(request.POST.get("words", ""))
    if request.method == "POST":
        if words:
            refusals = put(room, [line("answer", token_of(request), {"mark": str(mark_id), "words": words})])
        else:
            refusals = [
                Refusal(
                    _("Some words are needed."),
                    field="words",
                    remedy=_("Say how it was, so that the reviewer understands."),
                )
            ]
        if not refusals:
            left = Room(request, room.by, room.card, room.device).todo
            following = [one for one in left if one.open]
            return redirect(room.url("mark", following[0].id) if following else room.url("finish"))
    value = Naming(room.card, room.written).value(asked.field, room.written)
    context = {"asked": asked, "value": value, "words": words or asked.words}
    given = {**context, "refusals": refusals, "template": "facilitator/mark.html"}
    return show(request, room, asked.page, **given)
