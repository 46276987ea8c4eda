"""Answers as small as the phone can take them: a kilobyte of the app has its price where a megabyte has."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page

View = Callable[..., HttpResponse]


def squeezed(view: View) -> View:
    """Send the view's answer by brotli, or by gzip to whoever knows only that.

    For what is the same for everybody: nothing secret may stand in it beside what a stranger chose.
    """
    by_gzip = gzip_page(view)

    @functools.wraps(view)
    def answering(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if not takes_brotli(request.headers.get("Accept-Encoding", "")):
            return by_gzip(request, *args, **given)
        answer = view(request, *args, **given)
        patch_vary_headers(answer, ("Accept-Encoding",))
        if answer.content:
            answer.content = pressed(answer.content)
            answer["Content-Encoding"] = "br"
        # The same content in other bytes.
        if answer.get("ETag", "").startswith('"'):
            answer["ETag"] = "W/" + answer["ETag"]
        return answer

    return answering


def takes_brotli(accepted: str) -> bool:
    named = [one.replace(" ", "").lower() for one in accepted.split(",")]
    return any(one.partition(";")[0] == "br" and not one.endswith((";q=0", ";q=0.0")) for one in named)


@functools.lru_cache(maxsize=64)
def pressed(body: bytes) -> bytes:
    """It takes a tenth of a second and changes only with a new version of the app."""
    return brotli.compress(body, quality=11)
