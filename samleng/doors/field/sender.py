"""Who sends: somebody signed in, or an enrolled phone whose app is locked and that may only send."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samleng.doors.door import DEVICE_COOKIE, acting_in
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.keys import device_of
from samleng.kit.words.refusals import Refusal

VIA = "app"


def sender_of(request: HttpRequest) -> Acting:
    """Whoever is signed in, else the person whose phone this is, with the seats a phone may hold.

    A phone alone sends: it never gets to read what others wrote. Raises Refusal "gone".
    """
    acting = acting_in(request)
    if acting.person:
        return acting
    device = device_of(request.COOKIES.get(DEVICE_COOKIE, ""))
    if device is None:
        raise Refusal(
            _("This phone is not enrolled, or it was locked out."),
            remedy=_("Sign in, or ask the person who manages your programme for a new slip."),
            code="gone",
        )
    return device.person.acting(via=VIA).on_device()
