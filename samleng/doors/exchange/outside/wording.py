"""What stood in the way, in a sentence for whoever looks after a system."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

TROUBLES: dict[str, Any] = {
    "address": _("The address is none."),
    "not_secret": _("The address does not keep secrets: it must begin with https."),
    "inside": _("The address lies inside this house; nothing there is called from here."),
    "no_such_host": _("There is nothing of this name."),
    "unreachable": _("Nobody listens there."),
    "certificate": _("They cannot prove that they are who they say they are (certificate)."),
    "redirect": _("They send on to another address. Enter that one if it is theirs."),
    "not_there": _("There is no Open311 at this address, or not this part of it."),
    "key": _("They do not take the key."),
    "their_fault": _("Something is wrong on their side."),
    "refused": _("They do not take it as it is."),
    "slow": _("They did not answer in time."),
    "broken": _("The line broke off."),
    "too_large": _("They sent more than can be read."),
    "unreadable": _("They sent something that cannot be read."),
    "no_news": _("They take reports and say nothing of them."),
    "ended": _("The line broke off here."),
    "not_sure": _("Nobody knows whether it arrived. Look there."),
    "number_taken": _("They gave a number that another report has."),
    "no_number": _("They never said under which number they took it."),
    "not_ours": _("The office does not have the case any more."),
    "evidence": _("No photo shows that it is done."),
    "jurisdiction": _("Nobody decided yet whose matter it is."),
}


def trouble_words(code: str) -> Any:
    """The trouble in a sentence; one that has none as it is."""
    return TROUBLES.get(code, code)
