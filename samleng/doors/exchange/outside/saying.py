"""What is sent of a case: what everyone may know of it, and nothing else. All of it is read from its pin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from samleng.doors.exchange.models import HandedOver, OutsideSystem, Posting
from samleng.doors.exchange.open311 import trail
from samleng.doors.exchange.outside.calling import File
from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import category_of
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.reports import photo_of
from samleng.insight.disclosure.rules.blurring import E5
from samleng.kit.words.text import say

LONGEST = 4000
# Whatever of their attributes is called so takes our number too.
OUR_NUMBER = ("external_id", "fixmystreet_id", "client_reference", "reference", "external_reference")
# And these of the questions that mySociety's adapters put, which their own FixMyStreet answers so.
TITLE, WORDS, OUR_PAGE = "title", "description", "report_url"


def fields_of(system: OutsideSystem, pin: Pin, theirs: Iterable[str] = ()) -> dict[str, str]:
    """The form of POST requests. `theirs`: the attributes their own definition of the service asks for."""
    with translation.override(settings.LANGUAGE_CODE):
        language = settings.LANGUAGE_CODE
        place = address(pin, language)
        fields = {
            "service_code": system.services[pin.category],
            "description": "\n\n".join(part for part in description(pin, place, language) if part)[:LONGEST],
            "requested_datetime": timezone.localtime(pin.requested_at).isoformat(timespec="seconds"),
        }
        if pin.lat_e5 is not None and pin.lon_e5 is not None:
            fields |= {"lat": f"{pin.lat_e5 / E5:.5f}", "long": f"{pin.lon_e5 / E5:.5f}"}
        else:
            fields |= {"address_string": place, "address_id": pin.place.code}
        asked = set(theirs)
        known = dict.fromkeys((system.number_field, *(asked & set(OUR_NUMBER))), pin.reference)
        said = {TITLE: title(pin, language), WORDS: say(pin.words, language), OUR_PAGE: page(pin, language)}
        known |= {code: words or fields["description"] for code, words in said.items() if code in asked}
        known |= system.fixed
        fields |= {f"attribute[{code}]": str(value) for code, value in known.items()}
        if system.photos == OutsideSystem.Photos.LINK and shows_photo(pin):
            fields["media_url"] = photo_link(pin)
        return fields


def description(pin: Pin, place: str, language: str) -> Iterable[str]:
    """What it is, where, and under which number it is known here; the words once somebody let them go."""
    yield title(pin, language)
    yield say(pin.words, language)
    yield place
    yield _("Reported on %(day)s. Number here: %(number)s") % {
        "day": timezone.localtime(pin.requested_at).date().isoformat(),
        "number": pin.reference,
    }
    yield page(pin, language)


def title(pin: Pin, language: str) -> str:
    """What it is, in the words of its category."""
    category = category_of(pin.category)
    return say(category.name, language) if category else pin.category


def page(pin: Pin, language: str) -> str:
    """Where everyone may read of it here."""
    return f"{settings.SITE_ADDRESS}/{language}/map/reports/{pin.reference}/"


def address(pin: Pin, language: str) -> str:
    """The place and what it lies in, the smallest first."""
    ids = [one for one in (pin.place_id, pin.third_area, pin.second_area, pin.first_area) if one]
    places = Place.objects.select_related("kind").in_bulk(ids)
    return ", ".join(places[one].label(language) for one in dict.fromkeys(ids) if one in places)


def shows_photo(pin: Pin) -> bool:
    return pin.photo_id is not None and pin.reviewed_at is not None


def photo_link(pin: Pin) -> str:
    return f"{settings.SITE_ADDRESS}/open311/v2/requests/{pin.reference}/photo.webp"


def files_of(system: OutsideSystem, pin: Pin) -> list[File]:
    """The photo, once it may be seen, where their system takes files."""
    if system.photos != OutsideSystem.Photos.FILE or not shows_photo(pin):
        return []
    data = photo_of(pin)
    return [File(name=f"{pin.reference}.webp", kind="image/webp", data=data)] if data else []


def known_words(pin: Pin) -> str:
    """A mark of the words and the photo that were let go; "" where none were."""
    if not pin.words and not shows_photo(pin):
        return ""
    told = f"{sorted((pin.words or {}).items())} {pin.photo_id if shows_photo(pin) else ''}"
    return hashlib.sha256(told.encode()).hexdigest()


def came_by(pin: Pin) -> str:
    """The sites through which it came here, and this one."""
    before = Posting.objects.filter(reference=pin.reference).order_by("at").first()
    return trail.written(before.trail if before else (), settings.JURISDICTION, pin.reference)


def update_of(
    handed: HandedOver, key: Any, status: str, words: str, at: Any, code: str = ""
) -> dict[str, str]:
    """The form of POST servicerequestupdates, with the names that both of its dialects know.

    `code` says to a site of this house which of its reporters' steps it was.
    """
    return {
        **({"external_status_code": code} if code else {}),
        "update_id": str(key),
        "update_id_ext": str(key),
        "service_request_id": handed.number,
        "service_request_id_ext": handed.case.reference,
        "updated_datetime": timezone.localtime(at).isoformat(timespec="seconds"),
        "status": status,
        "description": words[:LONGEST],
    }


def in_path(text: str) -> str:
    """A code or token as a part of an address: it leads nowhere else."""
    return quote(text, safe="").replace(".", "%2E")
