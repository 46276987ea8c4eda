"""Headers that keep a page apart from other sites' pages, and from what a browser could do for it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Where one is, what one says and shows, and a passkey: this site's own pages may ask, nobody else.
OWN = ("camera", "microphone", "geolocation", "publickey-credentials-get", "publickey-credentials-create")
NOBODY = (
    *("accelerometer", "display-capture", "encrypted-media", "gyroscope", "hid"),
    *("idle-detection", "local-fonts", "magnetometer", "midi", "payment", "picture-in-picture"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
POLICY = ", ".join([*(f"{one}=(self)" for one in OWN), *(f"{one}=()" for one in NOBODY)])
# What other sites' pages and programs may read: open data, recordings of the method, feeds.
OPEN = ("/open311/", "/feeds/", "/api/", "/sounds/", "/odata/", "/catalog.")


class Apart:
    """Say on every answer who may take it in and what its page may use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        resource = "cross-origin" if request.path.startswith(OPEN) else "same-origin"
        answer.setdefault("Cross-Origin-Resource-Policy", resource)
        if str(answer.get("Content-Type", "")).startswith("text/html"):
            answer.setdefault("Permissions-Policy", POLICY)
        return answer
