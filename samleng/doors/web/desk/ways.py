"""Where somebody may go from the desk, by what their seats allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.rules import Acting, seats_for


@dataclass(frozen=True)
class Way:
    """A door from the desk: the page's name, its picture, what it is called, and the verbs that open it."""

    page: str
    picture: str
    label: Any
    verbs: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.page)


HOLD = ("scorecards.start", "scorecards.assess_self")
OVERSEE = ("scorecards.plan", "scorecards.review", "disclosure.see_exact")
# Staff of a programme, and whoever opens programmes.
PROGRAMME = ("scorecards.plan", "scorecards.review", "disclosure.see_exact", "offices.open_programme")
# In the order of the year: plan, hold, meet, promise; then the house itself. No verbs: everybody's.
WAYS = (
    Way("my_scorecards", "clipboard-document-list", _("My scorecards"), HOLD),
    Way("join", "hashtag", _("Join with a code"), HOLD),
    Way("field", "device-phone-mobile", _("The app for meetings without a signal"), HOLD),
    Way("scorecards", "table-cells", _("Scorecards"), OVERSEE),
    Way("meetings", "users", _("Interface meetings"), ("plans.hold_meeting", "scorecards.assess_self")),
    Way("cases", "inbox-stack", _("Cases"), ("cases.see",)),
    Way("ratings", "star", _("How people rate us"), ("cases.see",)),
    Way("news", "speaker-wave", _("News for the area"), ("cases.work", "cases.moderate")),
    Way("counter", "chat-bubble-left-ellipsis", _("At the counter"), ("cases.intake",)),
    Way("recommendations", "megaphone", _("Recommendations put to us"), ("cases.respond",)),
    Way("identities", "identification", _("Identities"), ("cases.identity",)),
    # Only offices claim; a matter may be put to any of them.
    Way("put_to_us", "arrow-up", _("Put to us"), ("actions.claim",)),
    Way("plans", "document-check", _("Plans and promises"), ("plans.see",)),
    Way("crews", "truck", _("Crews"), ("cases.assign", "cases.work")),
    Way("programmes", "building-library", _("Programme"), PROGRAMME),
    Way("figures_choose", "chart-bar", _("Exact figures"), ("disclosure.see_exact",)),
    Way("offices", "building-office-2", _("Offices"), (*PROGRAMME, "offices.register_office")),
    Way("help_numbers", "phone", _("Numbers of help"), ("channels.publish",)),
    # Who keeps the country's registers records for every programme; a programme's own stand on its page.
    Way("sounds", "microphone", _("Sounds for every programme"), ("offices.register_office",)),
    Way("people", "users", _("People"), ("people.see",)),
    Way("other_systems", "building-office-2", _("Other systems"), ("exchange.give_key",)),
    Way("keys", "key", _("Keys of what is sealed"), ("keys.hold", "keys.hold_identity", "keys.hand_over")),
    Way("me", "user-circle", _("My account")),
)


def ways(acting: Acting) -> list[Way]:
    """The doors that this person's seats open."""
    return [way for way in WAYS if not way.verbs or any(seats_for(acting, verb) for verb in way.verbs)]
