"""One turn of the way: the draft a page brought, what it is about, who would answer, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from samleng.answers.cases.reading import Near, near, near_in
from samleng.answers.cases.timing import calendar
from samleng.answers.cases.verbs.receiving import Route, route_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.speak.draft import Draft
from samleng.doors.web.speak.placing import office_among
from samleng.ground.channels import deadlines
from samleng.ground.channels.deadlines import Dues, Run
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.opening import Opening, channel_open
from samleng.ground.channels.rules import Catalogue, Category, Profile
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.kit.commit.asking import Things
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.reports.rules.filing import (
    CONFIDENTIAL,
    PUBLIC,
    Filing,
    Identity,
    Point,
)

VISITOR = Actor(key="visitor", via="web")
# Who writes for somebody else and is not signed in: the part they play, and nobody's name.
HELPER = Actor(key="helper", via="web")


# Asked on every page of the way.
places_named: Things[Place] = Things(lambda key: Place.objects.filter(pk=key), "kind", "parent__kind")


@dataclass
class Turn:
    """What one request of the way works with."""

    request: HttpRequest
    draft: Draft
    version: CatalogueVersion
    refusals: list[Refusal] = field(default_factory=list)
    # The place of the draft, once it was asked for.
    known: Place | None = None

    def given(self, name: str) -> str:
        """One field of what was sent, as people see it."""
        return clean(self.request.POST.get(name, ""))

    def digits(self, name: str) -> str:
        """One field of digits; Khmer ones are read too."""
        return to_latin(self.given(name))

    def wrong(self, name: str) -> Any:
        """What is wrong with a field, for the page."""
        found = next((one for one in self.refusals if one.field == name), None)
        return f"{found.message} {found.remedy}".strip() if found else ""

    @property
    def catalogue(self) -> Catalogue:
        return self.version.catalogue

    @property
    def language(self) -> str:
        return (get_language() or "km").split("-")[0]

    @cached_property
    def category(self) -> Category:
        found = self.catalogue.category(self.draft.category)
        if found is None:
            raise LookupError(self.draft.category)
        return found

    @property
    def profile(self) -> Profile | None:
        return self.catalogue.profile_of(self.category)

    @property
    def exposure(self) -> str:
        return self.draft.exposure or self.category.exposure

    @property
    def place(self) -> Place | None:
        key = self.draft.place
        if self.known is None or self.known.pk != key:
            self.known = places_named.first(key) if key else None
        return self.known

    @property
    def about(self) -> Office | None:
        place = self.place
        return office_among(self.category, place, self.draft.about) if place and self.draft.about else None

    @property
    def point(self) -> Point | None:
        """The point, only while the report is meant for everybody: else it would tell who speaks."""
        if self.draft.point is None or self.exposure != PUBLIC:
            return None
        return Point.read(*self.draft.point)

    @property
    def asks_point(self) -> bool:
        """Whether a point is asked for at all: never where a report can only be sealed."""
        return self.category.where == "point" and not self.category.sealed_always

    @property
    def asks_notice(self) -> bool:
        """Whether an address for notices is asked for: never where nobody may know who speaks."""
        return self.exposure in (PUBLIC, CONFIDENTIAL) and "email" in settings.NOTICE_KINDS

    def opening(self) -> Opening | None:
        """Whether anybody is named to answer this here; None until it is known where."""
        place = self.place
        if place is None:
            return None
        point = (self.point.latitude, self.point.longitude) if self.point else None
        # Every report's words are sealed to the office, also those that everybody may read after review.
        return channel_open(
            self.catalogue, self.category, place=place, point=point, about=self.about,
            exposure=CONFIDENTIAL, has_vault=lambda office: Vault.objects.of(office, "cases") is not None,
        )  # fmt: skip

    def filing(self, **more: Any) -> Filing:
        """The draft as it is filed; files are added where it is really sent."""
        draft = self.draft
        identity = Identity()
        if self.exposure == CONFIDENTIAL:
            identity = Identity(name=draft.name, phone=draft.phone, email=draft.email)
        return Filing(
            category=draft.category, exposure=self.exposure, receipt=draft.receipt, language=self.language,
            words=draft.words, answers=draft.answers, point=self.point, identity=identity,
            approved=draft.approved if draft.climb else "", may_climb=draft.climb, on_behalf=draft.behalf,
            helper_consent=draft.consent, notice_to=draft.notice_to if self.asks_notice else "", **more,
        )  # fmt: skip

    def route(self) -> Route | None:
        """Who will answer and who stands above; None where it is refused."""
        place = self.place
        if place is None:
            return None
        try:
            return route_of(self.catalogue, self.category, self.filing(), place, self.about)
        except Refusal:
            return None

    def above(self, route: Route | None) -> Office | None:
        """The next office, if it can open what is sealed to it."""
        ladder = route.ladder if route else ()
        return next((one for one in ladder if Vault.objects.of(one, "cases") is not None), None)

    def dues(self) -> Dues | None:
        """The days an office would have, if this were sent today."""
        today = timezone.localdate()
        if self.profile is None:
            return None
        return deadlines.dues(self.profile, Run(received=today), calendar(), today=today)

    def climbs_on(self) -> date | None:
        """The day from which the next office has it, if nothing happens."""
        today = timezone.localdate()
        if self.profile is None:
            return None
        return deadlines.escalates_on(self.profile, Run(received=today), calendar(), today=today)

    def near(self) -> list[Near]:
        """Public cases that may be about the same thing."""
        point, place = self.point, self.place
        if not self.category.near_metres or self.exposure != PUBLIC or place is None:
            return []
        if point is None:
            return near_in(self.draft.category, place)
        return near(self.draft.category, point.latitude, point.longitude, self.category.near_metres)

    @property
    def by(self) -> Actor:
        """Whoever files: nobody in particular; a helper is written down as one, by name if signed in."""
        if not self.draft.behalf:
            return VISITOR
        return acting_for(self.request) if self.request.user.is_authenticated else HELPER
