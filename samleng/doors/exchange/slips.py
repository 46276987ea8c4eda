"""Enrolment slips on paper: a QR and a PIN for each phone, ten on a page, with pictures of what to do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

import fontpkg
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from samleng.doors.exchange.papers.draw import qr_svg
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.keys import Slip
from samleng.kit.words.khmer import word_breaks
from samleng.kit.words.text import say

LAYOUT = Path(__file__).parent / "print" / "slips.typ"
LINE = 'fill="none" stroke="#23201B" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"'
PHONE = '<rect x="14" y="4" width="20" height="40" rx="3"/><path d="M21 40h6"/>'
DOTS = "".join(
    f'<circle cx="{x}" cy="{y}" r="1.4" fill="#23201B"/>' for y in (14, 20, 26, 32) for x in (19, 24, 29)
)
# A phone that looks at a code, a phone with keys, a phone that says yes.
PICTURES = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><g {LINE}>{PHONE}{inside}</g></svg>'
    for inside in (
        '<path d="M18 12h5v5h-5zM26 12h4v4h-4zM18 22h4v4h-4zM25 21h5M25 26h5M18 31h3M24 31h6"/>',
        DOTS,
        '<path d="m18 24 4.5 4.5L31 18"/>',
    )
]


def enrol_address(code: str, language: str) -> str:
    """The address that a slip's QR holds."""
    return f"{settings.SITE_ADDRESS}/{language}/enrol/{code}/"


def words(language: str) -> dict[str, object]:
    """What a slip says, in its reader's language."""
    with translation.override(language):
        said = {
            "pin": _("PIN"),
            "steps": [
                _("Look at the QR code with your phone's camera and open the link."),
                _("Write the PIN."),
                _("From now on this phone and this PIN open your account."),
            ],
            "once": _("This slip works once. Destroy it afterwards and tell nobody your PIN."),
            "address": _("Without a camera, open %(address)s and write the code.")
            % {"address": f"{settings.SITE_ADDRESS}/{language}/enrol/"},
        }
    steps = [word_breaks(str(step)) for step in said["steps"]]
    return {**{key: word_breaks(str(text)) for key, text in said.items()}, "steps": steps}


def draw_slips(programme: Programme, slips: Iterable[tuple[Person, Slip]]) -> bytes:
    """The slips as a PDF; SAMPLE is drawn into those of a demonstration."""
    spoken: dict[str, dict[str, object]] = {}
    drawn = []
    for person, slip in slips:
        language = person.language
        spoken.setdefault(language, words(language))
        drawn.append(
            {
                "name": word_breaks(person.name),
                "about": word_breaks(say(programme.name, language)),
                "code": slip.code,
                "pin": f"{slip.pin[:3]} {slip.pin[3:]}",
                "qr": qr_svg(enrol_address(slip.code, language)),
                "words": spoken[language],
            }
        )
    with translation.override(settings.LANGUAGE_CODE):
        sample = str(_("SAMPLE")) if programme.sample else ""
    data = {"slips": drawn, "pictures": PICTURES, "sample": sample}
    with tempfile.TemporaryDirectory() as folder:
        # The PINs pass through a private folder that is gone when the pages are drawn.
        given = Path(folder) / "data.json"
        given.write_text(json.dumps(data, ensure_ascii=False))
        layout = Path(folder) / "slips.typ"
        layout.write_text(LAYOUT.read_text())
        fonts = [str(Path(fontpkg.path("Noto Sans Khmer")).parent)]
        return bytes(typst.compile(str(layout), font_paths=fonts, sys_inputs={"data": "data.json"}))


def write_slips(programme: Programme, slips: Iterable[tuple[Person, Slip]], target: Path) -> None:
    """Write the slips to a file that only its owner may read."""
    drawn = draw_slips(programme, slips)
    target.touch(mode=0o600)
    # A file that stood there before keeps its mode when it is touched.
    target.chmod(0o600)
    target.write_bytes(drawn)
