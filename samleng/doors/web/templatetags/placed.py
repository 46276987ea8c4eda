"""Places as a page names them: with their own kind, and with the place that holds them."""

from __future__ import annotations

from uuid import uuid4

from django import template
from django.template.context import Context
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.voices.scorecards.wording import FLAGS

register = template.Library()


@register.filter
def place_name(place: Place | None) -> str:
    """The place with its own kind in the reader's language: "Sangkat X"."""
    return place.label((translation.get_language() or "en").split("-")[0]) if place else ""


@register.filter
def item(things: dict[str, object] | None, name: str) -> object:
    """A value of a mapping by a key that a template holds in a variable; None if absent."""
    return things.get(name) if things else None


@register.filter
def of_sex(counted: object, sex: str) -> int:
    """How many people of a sex take part, of a `tally.Participation`."""
    return counted.women(sex)  # type: ignore[attr-defined, no-any-return]


@register.filter
def profile_words(person: object, method: object) -> str:
    """A person's sex and age band in words, with a mark when they are not counted."""
    from samleng.doors.web.templatetags.said import say

    names = {one.code: say(one.name) for one in (*method.profile.sexes, *method.profile.age_bands)}  # type: ignore[attr-defined]
    words = [names.get(person.sex, person.sex), names.get(person.band, person.band)]  # type: ignore[attr-defined]
    return ", ".join(words) if person.counted else f"({', '.join(words)})"  # type: ignore[attr-defined]


@register.filter
def number_in(person: object, room: object) -> str:
    """A person's running number, with their table where two tables gave the same number."""
    number, table = room.numbers[person.uid]  # type: ignore[attr-defined]
    return f"{number} · {table}" if table else str(number)


@register.filter
def side_words(card: object) -> str:
    """What the card's framework calls the side that scores."""
    from samleng.doors.web.templatetags.said import say

    side = card.round.framework.method.side(card.side)  # type: ignore[attr-defined]
    return say(side.card or side.name)


@register.filter
def state_words(code: str) -> str:
    """A card's state in words."""
    from samleng.doors.web.templatetags.parts import STATUSES

    return str(STATUSES[code][2]) if code in STATUSES else code


@register.filter
def flag_words(flag: object) -> str:
    """What review should look at, in words; takes a `checks.Flag` or a sheet's {"code", "found"}."""
    code, found = (flag["code"], flag["found"]) if isinstance(flag, dict) else (flag.code, flag.found)  # type: ignore[attr-defined]
    return str(FLAGS[code]) % {"found": found} if code in FLAGS else code


FIELD_WORDS = {
    "place": _("Place"),
    "facility": _("Facility"),
    "planned_from": _("First planned day"),
    "planned_to": _("Last planned day"),
    "side": _("Who scores"),
}


@register.filter
def field_words(name: str) -> str:
    """What a planner calls a field of the plan."""
    return str(FIELD_WORDS.get(name, name))


@register.filter
def changed_words(value: object, name: str) -> str:
    """The value a request asks for, a place by its name."""
    if name == "place":
        return place_name(Place.objects.select_related("kind").filter(pk=value).first())
    return str(value)


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString:
    """The form's own UUID, hidden: sent twice it counts once; a form shown again with errors keeps it."""
    request = context.get("request")
    kept = request.POST.get("token", "") if request is not None and request.method == "POST" else ""
    return format_html('<input type="hidden" name="token" value="{}">', kept or uuid4())
