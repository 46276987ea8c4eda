"""What waits for somebody about keys: a passphrase to choose, an office without one, a key to take up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.desk.task import MOST, Waiting
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.rules import CASES
from samleng.ground.keys.verbs.handing import waiting_for as handed_to
from samleng.ground.keys.verbs.phrases import may_have_key
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting, seats_for
from samleng.ground.places.models import Place


def keyed(acting: Acting) -> Iterator[Waiting]:
    """Nothing before the site hears anybody: until a catalogue is published, nothing can be sealed."""
    if not may_have_key(acting) or CatalogueVersion.objects.current() is None:
        return
    key, today = PersonKey.objects.of(acting.person), timezone.localdate()
    if key is None:
        yield Waiting(
            what=_("Choose a passphrase for what is sealed"),
            about={},
            place=Place.objects.whole_country(),
            since=today,
            url=reverse("keys_choose"),
        )
        return
    for vault in handed_to(key):
        yield Waiting(
            what=_("Take up the key of your office"),
            about=vault.office.name,
            place=vault.office.place,
            since=today,
            url=reverse("keys_vault", args=[vault.pk]),
        )
    mine = {seat.office for seat in seats_for(acting, "keys.open_vault")}
    opened = Vault.objects.live().filter(purpose=CASES).values("office")
    lacking = Office.objects.filter(pk__in=mine).exclude(pk__in=opened).select_related("place__kind")
    for office in lacking.order_by("code")[:MOST]:
        yield Waiting(
            what=_("Make the key of your office"),
            about=office.name,
            place=office.place,
            since=today,
            url=reverse("keys_open", args=[office.pk, CASES]),
        )
