"""Somebody who speaks without JavaScript: each page's own form is filled in and sent."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from tests.doors.web.speak.unheard import unheard

DRAFT = re.compile(r'name="draft" value="([^"]+)"')
STEP = re.compile(r'name="step" value="([^"]*)"')
GROUPS = re.compile(r'<p class="groups"[^>]*>(.*?)</p>', re.S)


def at(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def photo(colour: str = "green", name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    """A photo with where it was taken written into it, as phones do."""
    picture = Image.new("RGB", (64, 48), colour)
    exif = picture.getexif()
    exif[0x010F] = "SecretPhone"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


class Walker:
    """One visitor's browser on the way, at whichever step its last page stands."""

    def __init__(self, language: str = "en", client: Client | None = None) -> None:
        self.client, self.language, self.page, self.status = client or Client(), language, "", 0

    def get(self, name: str, *args: Any, **query: str) -> str:
        return self.saw(self.client.get(at(name, *args, language=self.language), query))

    def saw(self, answer: Any) -> str:
        self.answer, self.status = answer, answer.status_code
        self.page = html.unescape(answer.content.decode()) if not answer.streaming else ""
        # Whatever page of speaking, following or rating is met: each question and choice can be heard.
        assert (silent := unheard(answer.content.decode() if self.page else "")) == [], silent
        return self.page

    def begin(self, category: str, **fields: str) -> str:
        given = {"do": "begin", "category": category, **fields}
        return self.saw(self.client.post(at("speak_step", language=self.language), given))

    @property
    def draft(self) -> str:
        found = DRAFT.findall(self.page)
        return found[-1] if found else ""

    @property
    def step(self) -> str:
        found = STEP.findall(self.page)
        return found[-1] if found else ""

    def post(self, do: str = "next", **fields: Any) -> str:
        given = {"draft": self.draft, "step": self.step, "do": do, **fields}
        given = {name: value for name, value in given.items() if value is not None}
        return self.saw(self.client.post(at("speak_step", language=self.language), given))

    def through(self, *answers: dict[str, Any]) -> str:
        """Answer step after step; each must be taken."""
        for one in answers:
            self.post(**one)
            assert self.status == 200, (one, self.page)
        return self.page

    @property
    def receipt(self) -> str:
        groups = GROUPS.search(self.page)
        assert groups, self.page
        return " ".join(re.findall(r"\d{3}", groups[1]))
