"""What other systems send: a report (POST requests), through the same door as everybody's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.answers.cases.models import Case
from samleng.answers.cases.verbs.receiving import Received, receive
from samleng.doors.exchange.models import ApiKey
from samleng.doors.exchange.open311 import offered, said, trail
from samleng.doors.exchange.open311.asking import LONGEST, Reading, moment_of
from samleng.doors.exchange.open311.faults import IN_A_RING, NO_KEY, NOT_FOUND, Fault, together, wrong
from samleng.doors.exchange.open311.limits import counted
from samleng.doors.exchange.open311.pages import token_for
from samleng.doors.exchange.open311.places import place_of
from samleng.doors.exchange.open311.verbs import reference_of, taken_in
from samleng.doors.exchange.open311.visit import Document, Visit, keyed
from samleng.ground.channels.rules import Category
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.media.rules import LIMITS
from samleng.kit.media.verbs import cleaned, read_whole
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.reports.rules.filing import MOST_FILES, PUBLIC, Brought, Filing, Identity, Point
from samleng.voices.reports.verbs.hearing import slip_of_nobody

VIA = "open311"
# `attribute[code]`, `attribute[code][]`, and as some write it `attribute["code"]` and `attribute[code][0]`.
ATTRIBUTE = re.compile(r"attribute\[[\"']?([^\[\]\"']{1,60})[\"']?\](\[\d{0,3}\])?")
# Under which of these FixMyStreet and its adapters send their own number, and words beside the description.
THEIRS = ("external_id", "fixmystreet_id")
TITLE, MORE_WORDS, THEIR_PAGE = "title", "description", "report_url"


def post_request(request: HttpRequest, visit: Visit) -> Document:
    """Take a report in: the number of its case, or a token for it where the client prefers not to wait."""
    key = counted(keyed(visit))
    if not key.sends:
        raise wrong(_("This api_key sends no reports. Ask for one that does."), NO_KEY)
    by = Actor(key=f"api:{key.pk}", owner=key.owner_key, via=VIA)
    reference = taken(request, visit, key, by)
    token = token_for(reference) if "respond-async" in request.headers.get("Prefer", "") else ""
    content = said.handed_in(reference, notice=_("It can be followed by its number."), token=token)
    return Document(root="service_requests", content=content)


def taken(request: HttpRequest, visit: Visit, key: ApiKey, by: Actor) -> str:
    """The number of the report's case; sent again under the other system's own number it is the same."""
    answers = attributes(request)
    theirs = next((str(answers.pop(name, "")) for name in THEIRS if answers.get(name)), "")[:80]
    if known := reference_of(key, theirs):
        return known
    came = trail.read(request.headers)
    ours = trail.number_at(came, settings.JURISDICTION)
    # Two sites may be called alike by mistake; a number that is not known here was the other's.
    if ours and Case.objects.filter(reference=ours, exposure=PUBLIC).exists():
        # It went out from here and comes back: it is no second one.
        words = _("This report came from here, where it has the number %(number)s.") % {"number": ours}
        raise wrong(words, IN_A_RING)
    category = category_of(visit)
    point = point_of(visit)
    place = place_of(visit.given, point)
    filing = filing_of(request, visit, category, answers, point)

    def beside(received: Received) -> None:
        taken_in(key=key, theirs=theirs, trail=came, received=received)

    try:
        return received_of(by, filing, place, beside).case.reference
    except IntegrityError:
        # The same came by another line in the same moment, and was first.
        if known := reference_of(key, theirs):
            return known
        raise


def received_of(by: Actor, filing: Filing, place: Place, beside: Callable[[Received], None]) -> Received:
    """The report heard. An office without custodians keeps no names: the report comes without one then."""
    given: dict[str, Any] = {"by": by, "place": place, "slip": slip_of_nobody(), "beside": beside}
    try:
        return receive(filing=filing, **given)
    except Refusal as refusal:
        if refusal.code != "no_vault" or refusal.field != "exposure":
            raise
        return receive(filing=replace(filing, identity=Identity()), **given)


def category_of(visit: Visit) -> Category:
    """The public category that service_code names."""
    code = visit.given.get("service_code", "")
    if not code:
        raise wrong(_("service_code: Say what it is about, as the list of services has it."))
    known = offered.catalogue()
    category = known.category(code) if known else None
    if known is None or category is None or not offered.open_to_all(known, category):
        raise wrong(_("There is no service with this service_code."), NOT_FOUND)
    return category


def point_of(visit: Visit) -> Point | None:
    look = Reading(visit.given)
    latitude, longitude = look.number("lat", -90, 90), look.number("long", -180, 180)
    if ("lat" in look.given) != ("long" in look.given):
        look.wrong("lat" if "long" in look.given else "long", _("Give lat and long together."))
    together(look.faults)
    return Point.read(latitude, longitude) if latitude is not None and longitude is not None else None


def filing_of(
    request: HttpRequest, visit: Visit, category: Category, answers: Mapping[str, Any], point: Point | None
) -> Filing:
    """The report as every door hands it on. What it was not asked for is left out."""
    given = visit.given
    if len(clean(given.get("description", ""))) > LONGEST:
        raise wrong(_("description: It is longer than 4,000 letters."))
    asked = {question.code: question.kind for question in category.questions}
    others = {code: value for code, value in answers.items() if code not in asked}
    return Filing(
        category=category.code,
        exposure=PUBLIC,
        # The other system has its number and its key; a receipt would reach nobody.
        receipt="",
        language=visit.language,
        words=words_of(given, others, links_of(request)),
        answers={code: answer_of(asked[code], value) for code, value in answers.items() if code in asked},
        files=pictures(request),
        point=point,
        happened_on=happened_on(given),
        identity=Identity(
            name=" ".join(clean(given.get(part, "")) for part in ("first_name", "last_name")).strip()[:120],
            phone=clean(given.get("phone", ""))[:40],
            email=clean(given.get("email", ""))[:120],
        ),
    )


def words_of(given: Mapping[str, str], others: Mapping[str, Any], links: Iterable[str]) -> str:
    """The description, with the title before it, and what only people can use: an address, links to photos.

    Nothing is fetched from the links: a site that fetches what strangers name can be sent anywhere.
    """
    told = clean(given.get("description", "")) or str(others.get(MORE_WORDS, ""))
    title = str(others.get(TITLE, ""))
    lines = [title if title not in told else "", told, clean(given.get("address_string", "")), *links]
    lines.append(str(others.get(THEIR_PAGE, "")))
    return "\n\n".join(dict.fromkeys(line for line in lines if line))[:LONGEST]


def links_of(request: HttpRequest) -> list[str]:
    """Every `media_url`: several photos come as several of them."""
    named = [one for form in (request.GET, request.POST) for one in form.getlist("media_url")]
    named += [one for form in (request.GET, request.POST) for one in form.getlist("media_url[]")]
    return [clean(one) for one in named if clean(one)][:MOST_FILES]


def happened_on(given: Mapping[str, str]) -> date | None:
    at = moment_of(given.get("requested_datetime", ""))
    return min(timezone.localdate(at), timezone.localdate()) if at else None


def answer_of(kind: str, value: Any) -> Any:
    """An answer as its kind of question has it: one alone is no list, a day comes out of a time.

    Whatever cannot be made of it is left for the question to refuse.
    """
    value = value[0] if kind != "choices" and isinstance(value, list) and len(value) == 1 else value
    at = moment_of(str(value)) if kind == "date" else None
    return timezone.localdate(at).isoformat() if at else value


def attributes(request: HttpRequest) -> dict[str, Any]:
    """`attribute[code]=v`, and `attribute[code][]=v` for several; empty ones are absent."""
    found: dict[str, list[str]] = {}
    listed: set[str] = set()
    for name in request.POST:
        match = ATTRIBUTE.fullmatch(name)
        values = [clean(value) for value in request.POST.getlist(name) if clean(value)]
        if match and values:
            found.setdefault(match[1], []).extend(values)
            listed |= {match[1]} if match[2] else set()
    return {
        code: values if code in listed or len(values) > 1 else values[0] for code, values in found.items()
    }


def pictures(request: HttpRequest) -> tuple[Brought, ...]:
    """The photos that came with it, drawn anew without what cameras write into them."""
    files = [one for _name, some in request.FILES.lists() for one in some]
    if len(files) > MOST_FILES:
        together([Fault(code=400, description=_("media: Send six photos at most."))])
    made = [cleaned("photo", read_whole(one, LIMITS["photo"]), "media") for one in files]
    return tuple(Brought("photo", one.data, one.media_type) for one in made)
