"""The app itself: its one page, its manifest, its service worker and its words. None of it knows a person."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET

from samleng.doors.field.squeezed import squeezed
from samleng.doors.field.words import PARTS, in_language

BUILT = Path(__file__).resolve().parent / "static" / "app"
FONTS = ("built/khmer-400.woff2", "built/khmer-600.woff2")
ICONS = (("app/icon-192.png", "192x192", "any"), ("app/icon-512.png", "512x512", "any"),
         ("app/maskable-512.png", "512x512", "maskable"))  # fmt: skip
# Photographs and recordings live in the app as blobs until they are sent.
BLOBS = {"img-src": ["blob:"], "media-src": ["'self'", "blob:"], "worker-src": ["'self'"]}


@require_GET
@squeezed
@csp_update(BLOBS)
def shell(request: HttpRequest) -> HttpResponse:
    """The one page everything happens in; the same for everybody, so that the phone may keep it."""
    built = (BUILT / "app.js").exists()
    answer = render(
        request,
        "field/shell.html" if built else "field/unbuilt.html",
        {
            "languages": json.dumps(languages(), ensure_ascii=False, separators=(",", ":")),
            "start": settings.LANGUAGE_CODE,
            "parts": parts(),
        },
        status=200 if built else 503,
    )
    patch_cache_control(answer, no_cache=True)
    return answer


def languages() -> dict[str, str]:
    """The site's languages by their tags, each as it calls itself."""
    return {tag: own_name(tag, name) for tag, name in settings.LANGUAGES}


def own_name(tag: str, name: str) -> str:
    with translation.override(tag):
        return _(name)


@require_GET
@squeezed
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone shows when the app is installed."""
    with translation.override(settings.LANGUAGE_CODE):
        body = {
            "id": reverse("field"),
            "name": _("Samleng field"),
            "short_name": _("Samleng field"),
            "description": _("A whole meeting with no signal."),
            "start_url": reverse("field"),
            "scope": reverse("field"),
            "display": "standalone",
            "orientation": "any",
            "lang": settings.LANGUAGE_CODE,
            "background_color": "#FBF7EE",
            "theme_color": "#0D4B46",
            "icons": [
                {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in ICONS
            ],
        }
    answer = JsonResponse(body, content_type="application/manifest+json")
    patch_cache_control(answer, no_cache=True)
    return answer


@require_GET
@squeezed
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files make up this version of the app."""
    code = BUILT / "worker.js"
    if not code.exists():
        raise Http404
    shell_files = json.dumps({"version": version(), "files": files()})
    answer = HttpResponse(
        f"self.SHELL={shell_files};\n{code.read_text()}", content_type="text/javascript; charset=utf-8"
    )
    patch_cache_control(answer, no_cache=True)
    return answer


def version_of_words(request: HttpRequest, language: str, part: str = "") -> str | None:
    known = language in dict(settings.LANGUAGES) and part in PARTS
    return f'"{digest_of_words(language, part)}"' if known else None


# The page reads the words and the worker keeps them: the second time they do not travel again.
@require_GET
@squeezed
@condition(etag_func=version_of_words)
def words(request: HttpRequest, language: str, part: str = "") -> JsonResponse:
    """Every word of the app in one language; or those of a part that is fetched only with a signal."""
    if language not in dict(settings.LANGUAGES) or part not in PARTS:
        raise Http404
    answer = JsonResponse(in_language(language, part), json_dumps_params={"ensure_ascii": False})
    patch_cache_control(answer, no_cache=True)
    return answer


def parts() -> list[str]:
    """Addresses of the code that app.js asks for, by the names that it was built with.

    A screen that is of use only with a signal has its own name, comes when it is asked for, and costs no
    first visit.
    """
    return [f"{settings.STATIC_URL}app/{path.name}" for path in sorted(BUILT.glob("chunk-*.js"))]


def files() -> list[str]:
    """Addresses of everything that must be on the phone before it can do without a signal."""
    return [
        reverse("field"),
        *(reverse("field_words", args=[tag]) for tag, _name in settings.LANGUAGES),
        static("app/app.js"),
        *parts(),
        static("built/samleng.css"),
        static("pages/room.css"),
        static("app/field.css"),
        *(static(name) for name in FONTS),
        static("app/icon-192.png"),
    ]


@cache
def version() -> str:
    """A short name of what the phone keeps; another one makes it fetch everything anew."""
    seen = hashlib.sha256(json.dumps(files()).encode())
    for path in sorted(BUILT.iterdir()):
        if path.is_file():
            seen.update(path.read_bytes())
    for language, _name in settings.LANGUAGES:
        seen.update(digest_of_words(language).encode())
    return seen.hexdigest()[:16]


@cache
def digest_of_words(language: str, part: str = "") -> str:
    return hashlib.sha256(json.dumps(in_language(language, part), sort_keys=True).encode()).hexdigest()[:16]
