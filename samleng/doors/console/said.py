"""What the command says, and in which language."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from samleng.kit.words.refusals import Refusal


def said(refusal: Refusal) -> str:
    """A refusal in one line: where it stands, what is wrong, what to do."""
    told = f"{refusal.message} {refusal.remedy}".strip()
    facts = {"row": refusal.row, "field": refusal.field, "told": told}
    if refusal.row is not None and refusal.field:
        return _("row %(row)s, column “%(field)s”: %(told)s") % facts
    if refusal.row is not None:
        return _("row %(row)s: %(told)s") % facts
    return f"{refusal.field}: {told}" if refusal.field else told


def language_of(environment: Mapping[str, str]) -> str:
    """SAMLENG_LANGUAGE, else the terminal's own language where the site speaks it, else English."""
    spoken = [tag for tag, _name in settings.LANGUAGES]
    for name in ("SAMLENG_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        # "km_KH.UTF-8" speaks km; "C" and "POSIX" speak nothing.
        tag = environment.get(name, "").split(".")[0].split("_")[0].split("-")[0].lower()
        if tag in spoken:
            return tag
        if tag:
            break
    return "en"
