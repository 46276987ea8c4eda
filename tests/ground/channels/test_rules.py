"""What a catalogue's data says, and everything that can be wrong with it; no database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from samleng.ground.channels.rules import BadCatalogue, parse
from tests.ground.channels.small import said, small

pytestmark = pytest.mark.once


def faults(data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BadCatalogue) as bad:
        parse(data)
    return {problem.path: problem.message for problem in bad.value.problems}


def test_it_reads_a_sound_catalogue():
    catalogue = parse(small())
    dump, conduct = catalogue.category("dump"), catalogue.category("conduct")
    assert dump and conduct and catalogue.category("nothing") is None
    assert (dump.public, dump.exposures, dump.sealed_always) == (True, ("public", "confidential"), False)
    assert (conduct.about_official, conduct.sealed_always) == (True, True)
    assert catalogue.profile_of(dump).resolve == 3
    assert catalogue.profile_of(catalogue.category("rate")) is None
    assert [one.code for one in catalogue.of_kind("complaint")] == ["conduct"]
    assert not catalogue.profile("long").confirmed


def test_its_questions_come_after_answers_and_may_stop_at_a_list_of_help():
    fire, size, since = parse(small()).category("dump").questions
    assert (fire.answers, size.answers, since.answers) == (("yes", "no"), ("bag", "truck"), ())
    assert fire.stopped_by("yes") == "fire"
    assert fire.stopped_by("no") == size.stopped_by("bag") == ""
    assert since.is_asked({"size": "truck"}) and since.is_asked({"size": ["bag", "truck"]})
    assert not since.is_asked({}) and not since.is_asked({"size": "bag"})
    assert fire.is_asked({})


def test_its_replies_put_the_categorys_own_words_first():
    catalogue = parse(small())

    def found(category: str) -> list[str]:
        fitting = catalogue.templates_for(category, "resolved")
        return [one.category or one.group or one.kind for one in fitting]

    assert found("dump") == ["dump", "waste", "report", ""]
    assert found("conduct") == ["waste", ""]
    assert found("unheard") == [""]


def damage(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the data at a path such as "categories.0.exposure"."""
    *way, last = path.split(".")

    def change(data: dict[str, Any]) -> None:
        at: Any = data
        for step in way:
            at = at[int(step)] if step.isdecimal() else at[step]
        at[int(last) if last.isdecimal() else last] = value

    return change


DAMAGES = [
    ("categories.1.allowed", ["anonymous", "public"], "categories[1].exposure", "never be public"),
    ("categories.1.exposure", "public", "categories[1].exposure", "never be public"),
    ("categories.0.allowed", ["confidential"], "categories[0].allowed", "not among the exposures"),
    ("categories.0.blur_metres", 0, "categories[0].blur_metres", "at least one metre"),
    ("categories.0.where", "place", "categories[0].where", "a point on the map"),
    ("categories.0.exposure", "secret", "categories[0].exposure", "none of public"),
    ("categories.0.clock", "fast", "categories[0].clock", "not among profiles"),
    ("categories.0.clock", "", "categories[0].clock", "not a code"),
    ("categories.0.group", "other", "categories[0].group", "not among groups"),
    ("categories.0.referral", "other", "categories[0].referral", "not among referrals"),
    ("categories.0.urgent", True, "categories[0].urgent", "says first whom to call"),
    ("categories.0.only_referral", True, "categories[0].only_referral", "with a list of help"),
    ("categories.0.questions.0.yes_stops", "x", "categories[0].questions[0].yes_stops", "not among"),
    ("categories.0.questions.1.yes_stops", "fire", "categories[0].questions[1].yes_stops", "yes-no"),
    ("categories.0.questions.1.options", [], "categories[0].questions[1].options", "at least two"),
    ("categories.0.questions.1.kind", "text", "categories[0].questions[1].options", "Only a question to"),
    ("categories.0.questions.1.options.0.stops", "x", "categories[0].questions[1].options[0].stops", "not a"),
    ("categories.0.questions.2.after.question", "x", "categories[0].questions[2].after.question", "before"),
    ("categories.0.questions.2.after.answers", ["x"], "categories[0].questions[2].after.answers", "answers"),
    ("categories.0.name", {"km": "គំនរ"}, "categories[0].name", "“en” is missing"),
    ("categories.0.colour", "red", "categories[0].colour", "not a setting"),
    ("categories.2.rating_form", "", "categories[2].rating_form", "needs the form"),
    ("categories.2.code", "dump", "categories[2].code", "already at number 1"),
    ("profiles.0.ladder", [], "profiles[0].ladder", "At least one"),
    ("profiles.0.resolve", 2, "profiles[0].resolve", "cannot come before"),
    ("profiles.0.acknowledge", 9, "profiles[0].admissibility", "cannot come before"),
    ("profiles.1.acknowledge", 0, "profiles[1].acknowledge", "less than 1"),
    ("rating_forms.0.points", [], "rating_forms[0].points", "two points"),
    ("rating_forms.0.points.1.value", 1, "rating_forms[0].points", "rise"),
    ("referrals.0.danger", "violence", "referrals", "“emergency”"),
    ("referrals.1.contacts.0.number", "012", "referrals[1].contacts[0].number", "not a setting"),
    ("templates.0.text", said("{name}, hello"), "templates[0].text.en", "cannot be filled in"),
    ("templates.0.text", said("{reference"), "templates[0].text.en", "curly bracket"),
    ("templates.0.category", "dump", "templates", "“received”"),
    ("templates.20.category", "other", "templates[20].category", "not among categories"),
    ("templates.21.kind", "other", "templates[21].kind", "not among kinds"),
    ("templates.22.group", "other", "templates[22].group", "not among groups"),
    ("kinds.0.code", "praise", "kinds[0].code", "none of complaint"),
    ("ombudsmen", [], "ombudsmen", "At least one"),
    ("languages", ["km", "english"], "languages[1]", "not a language tag"),
]


@pytest.mark.parametrize(("path", "value", "where", "what"), DAMAGES, ids=[one[0] for one in DAMAGES])
def test_it_names_what_is_wrong_by_its_path(path, value, where, what):
    data = small()
    damage(path, value)(data)
    found = faults(data)
    assert what in found[where]


def test_it_names_a_kind_that_is_used_and_has_no_name():
    assert "“rating”" in faults(small(kinds=small()["kinds"][:2]))["kinds"]


def test_it_is_a_table_of_settings():
    assert faults([])[""].startswith("A table")
