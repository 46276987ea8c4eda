"""What every template may say without being told."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The address of this site, for links that are printed or shared."""
    return {"site_address": settings.SITE_ADDRESS}
