"""What every template may say without being told."""

from __future__ import annotations

import functools

from django.conf import settings
from django.http import HttpRequest

from samleng.doors.web.signin.accounts import acting_for
from samleng.ground.offices.models import Office, Programme


def site(request: HttpRequest) -> dict[str, object]:
    """The address of this site, for links that are printed or shared, and whether the page shows samples.

    A page about one thing says itself whether that is a sample; a desk shows samples to whoever works
    for a sample programme or office, so that no picture of it can mislead.
    """
    return {
        "site_address": settings.SITE_ADDRESS,
        "sample": functools.cache(lambda: works_on_samples(request)),
    }


def works_on_samples(request: HttpRequest) -> bool:
    """Whether whoever asks holds a seat in a programme or office of a demonstration."""
    seats = acting_for(request).seats if hasattr(request, "user") else ()
    programmes = {seat.programme for seat in seats if seat.programme}
    offices = {seat.office for seat in seats if seat.office}
    return (bool(programmes) and Programme.objects.filter(pk__in=programmes, sample=True).exists()) or (
        bool(offices) and Office.objects.filter(pk__in=offices, sample=True).exists()
    )
