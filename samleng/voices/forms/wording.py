"""What people are told when a form or a record is not taken: the reason and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.forms.rules.reading import Unreadable

WHY: Mapping[str, tuple[Any, Any]] = {
    "empty": (_("Nothing came in."), _("Send it once more.")),
    "too_big": (
        _("The text is larger than %(most)d MB."),
        _("Split it: a record holds the answers of one visit, and pictures are sent beside it."),
    ),
    "too_many": (
        _("It holds more than %(most)d answers."),
        _("Send it in several records."),
    ),
    "too_deep": (
        _("Its parts stand more than %(most)d levels inside each other."),
        _("No form needs that. Make the form simpler."),
    ),
    "long_tag": (
        _("Line %(row)d holds a single mark that is longer than any form or record needs."),
        _("Send it once more. If it stays so, make the file again."),
    ),
    "doctype": (
        _("It brings instructions along (a DOCTYPE) that no form needs and that are not read here."),
        _("Take them out, or make the file again with a form program."),
    ),
    "broken": (
        _("It is not whole: reading stopped in line %(row)d."),
        _("Send it once more. If it stays so, make the file again."),
    ),
    "no_form": (
        _("This is no form that Collect or Kobo can show."),
        _("Upload an XLSForm workbook, or an XForm that a form program has made."),
    ),
    "no_id": (
        _("It does not say which form it is (its id is missing or too long)."),
        _("Write a form_id on the sheet “settings”: a short word in Latin letters."),
    ),
    "encrypted": (
        _("Sealed forms cannot be used here: nobody could count their answers."),
        _("Take the public_key out of the sheet “settings”. What is sent is protected on the way."),
    ),
    "elsewhere": (
        _("This form would send its answers to another address: %(address)s."),
        _("Take the submission_url out of the sheet “settings”."),
    ),
    "no_instance": (
        _("The record has no number of its own (instanceID), so it could be counted twice."),
        _("Make the form again as an XLSForm; it then gives every record a number."),
    ),
    "long_id": (
        _("The number of the record or form is longer than %(most)d letters."),
        _("Use the numbers the form program gives."),
    ),
    "type": (
        _("“%(name)s” is of a kind that is not taken here."),
        _("Pictures, sounds, films, PDF, CSV and office papers are taken."),
    ),
    "too_many_files": (
        _("It names more than %(most)d files."),
        _("Send it in several records."),
    ),
    "bad_name": (
        _("“%(name)s” is no name of a file."),
        _("A file's name has no folder and no slash in it. Rename the file."),
    ),
}


OWN_WARNINGS = {
    "submission": _(
        "The form would have sealed its records or sent them to another address. That was taken out: they "
        "come here, protected on the way, and are counted here."
    ),
}


# What often goes wrong in a workbook (rules/pitfalls.py): what is so, and what to do.
PITFALLS: Mapping[str, tuple[Any, Any]] = {
    "no_code": (
        _("The language “%(value)s” has no code, so programs do not know which it is."),
        _("Write the code behind it, for example “label::English (en)”."),
    ),
    "unnamed_label": (
        _("Labels without a language stand beside labels with one; phones take them for another language."),
        _("Name the language of every column of labels, for example “label::English (en)”."),
    ),
    "no_label": (
        _("There is nothing here in the language “%(value)s”: whoever chose it sees an empty question."),
        _("Write it in every language of the form."),
    ),
    "no_default": (
        _("The form has several languages and does not say which comes first."),
        _("Write one of these under default_language: %(value)s."),
    ),
    "no_version": (
        _("The form has no version, so nobody can tell an older one from a newer one."),
        _("Write one, for example the day and a number, 2026112501, and another with every change."),
    ),
    "version_used": (
        _("This form was published before under the version “%(value)s”, with another content."),
        _("Write a new version on the sheet “settings”, or give it one when you open the form."),
    ),
    "hidden": (
        _("Signs that are not seen stand here, shown as ␣: “%(value)s”."),
        _("Delete the cell and type it anew, without copying."),
    ),
    "letters": (
        _("The name “%(value)s” has letters that records cannot be read with."),
        _("Write names in Latin letters; what people read stands under label."),
    ),
    "spaced_name": (
        _("The name “%(value)s” has a space in it, or a sign that looks like one."),
        _("Write names as one word, for example with _ in the middle."),
    ),
    "spaced": (
        _("The value “%(value)s” has a space in it, where several may be chosen: it would count as two."),
        _("Write it as one word, for example with _ in the middle; what people read stands under label."),
    ),
    "open_bracket": (
        _("A bracket is not closed here, or closed twice: %(value)s"),
        _("Count the brackets that open and those that close."),
    ),
    "open_quote": (
        _("A quotation mark is not closed here: %(value)s"),
        _("Put the same mark before and behind the text."),
    ),
    "digits": (
        _("Formulas know only the digits 0 to 9: %(value)s"),
        _("Write the number with Latin digits."),
    ),
    "outside": (
        _("“%(value)s” stands in a repeat and is asked for outside of it: only the first turn would answer."),
        _("Ask for all of them, for example sum(${%(value)s}) or join(', ', ${%(value)s})."),
    ),
    "unused": (
        _("No question uses the list “%(value)s”; it is left out of the form."),
        _("Correct its name, or delete it."),
    ),
    "nought": (
        _("The code “%(value)s” is shorter than the others: a spreadsheet program may have eaten a 0."),
        _("Make the column text (Format cells → Text) and write the code whole."),
    ),
}


def pitfall(found: Mapping[str, Any]) -> Refusal:
    """One of them, with its place."""
    code = str(found.get("code") or found["own"])
    message, remedy = PITFALLS[code]
    value = found.get("value", "")
    return Refusal(
        filled(
            _("Sheet “%(sheet)s”, column “%(column)s”: %(what)s"),
            sheet=found["sheet"],
            column=found["column"],
            what=filled(message, value=value),
        ),
        field=found["sheet"],
        row=found["row"],
        remedy=filled(remedy, value=value),
        code=code,
    )


def not_taken(unreadable: Unreadable, *, field: str | None = None) -> Refusal:
    """The refusal that says why a document was not taken."""
    message, remedy = WHY[unreadable.code]
    params = unreadable.params
    row = params.get("row")
    return Refusal(
        filled(message, **params),
        field=field,
        row=row if isinstance(row, int) else None,
        remedy=remedy,
        code=unreadable.code,
    )


def missing_form(form_id: str) -> Refusal:
    return Refusal(
        filled(_("There is no form “%(form)s” here."), form=form_id[:80]),
        field="form",
        remedy=_("Get the list of forms again, and check that the phone is set to the right programme."),
        code="missing",
    )


def missing_file(name: str) -> Refusal:
    return Refusal(
        filled(_("There is no file “%(name)s” here."), name=name[:80]),
        field="file",
        remedy=_("Look at the list of files once more."),
        code="missing",
    )


def missing_version(version: str) -> Refusal:
    return Refusal(
        filled(_("Version “%(version)s” of this form is not known here."), version=version[:80]),
        field="version",
        remedy=_(
            "Get the newest form from the list. If the record is from an older one, tell the programme."
        ),
        code="missing",
    )


def no_places() -> Refusal:
    return Refusal(
        _("This site knows no places yet, so a record cannot lie anywhere."),
        remedy=_("Whoever runs the site must load the country's places first."),
        code="state",
    )


def missing_record() -> Refusal:
    return Refusal(
        _("There is no record with this number."),
        field="instanceID",
        remedy=_("Use the number that the first version of the record had."),
        code="missing",
    )


def closed_form() -> Refusal:
    return Refusal(
        _("This form is closed: no more records are taken."),
        remedy=_("Ask the programme to open it again. Keep the record on the phone until then."),
        code="closed",
    )
