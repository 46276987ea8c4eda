import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.vocabulary import BadFramework
from tests.ground.frameworks.bodies import at, cut, demo, problems, put

DAMAGES = [
    # Shapes.
    ("scale.points[2].value", "three", "scale.points[2].value"),
    ("scale.points[2].value", True, "scale.points[2].value"),
    ("scale.kind", "stars", "scale.kind"),
    ("aggregate", "mode", "aggregate"),
    ("combine", "loudest", "combine"),
    ("cycle_months", 0, "cycle_months"),
    ("services", "CL", "services"),
    ("services[0]", "CL", "services[0]"),
    ("profile", [], "profile"),
    ("raising.custom_allowed", "yes", "raising.custom_allowed"),
    ("criteria[0].sides", ["passers-by"], "criteria[0].sides[0]"),
    ("criteria[0].code", "has space", "criteria[0].code"),
    ("criteria[0].code", "a/b", "criteria[0].code"),
    ("publication.small_count", -1, "publication.small_count"),
    ("languages", ["km", "english"], "languages[1]"),
    ("colour", "red", "colour"),
    ("plan.columns[1].code", "smell", "plan.columns[1].code"),
    ("steps[0].code", "dance", "steps[0].code"),
    # Words.
    ("name", {"en": "Only English"}, "name"),
    ("criteria[3].text", {"km": "ក", "en": " "}, "criteria[3].text.en"),
    ("criteria[3].text", {"km": "ក"}, "criteria[3].text"),
    ("criteria[3].hint", {"en": "Why?"}, "criteria[3].hint"),
    ("audio_aliases", {"kk": "xx"}, "audio_aliases"),
    ("scale.points[0].name", {"km": "ក"}, "scale.points[0].name"),
    ("terms.plan", {"en": "Plan"}, "terms.plan"),
    # What holds between parts.
    ("criteria[0].service", "ZZ", "criteria[0].service"),
    ("criteria[0].theme", "weather", "criteria[0].theme"),
    ("services[1].sector", "space", "services[1].sector"),
    ("criteria[1].code", "CL01", "criteria[1].code"),
    ("scale.points[1].value", 1, "scale.points"),
    ("scale.classes[1].high", 4, "scale.classes"),
    ("aggregate", "share_yes", "aggregate"),
    ("profile.women", "nobody", "profile.women"),
    ("profile.age_bands[1].end", 29, "profile.age_bands[1].end"),
    ("profile.age_bands[3].end", 99, "profile.age_bands[3].end"),
    ("raising.priorities_min", 7, "raising.priorities_min"),
    ("raising.methods", [], "raising.methods"),
    ("steps[0].gate", ["vote"], "steps[0].gate[0]"),
    ("checks[0].params", {}, "checks[0].params.people"),
    ("checks[0].params", {"people": "ten"}, "checks[0].params.people"),
    ("checks[0].params", {"people": 10, "mood": 1}, "checks[0].params.mood"),
    ("plan.statuses[0].start", False, "plan.statuses"),
    ("plan.statuses[5].start", True, "plan.statuses"),
    ("plan.statuses[0].claims_done", True, "plan.statuses[0].claims_done"),
    ("plan.statuses[6].kind", "open", "plan.statuses"),
    ("plan.cost_bands", [10, 5], "plan.cost_bands"),
    ("criteria", [], "criteria"),
]


@pytest.mark.parametrize(("where", "value", "told"), DAMAGES, ids=lambda part: str(part)[:40])
def test_it_reports_a_damage_by_its_path(where, value, told):
    assert problems(demo()) == []
    assert told in problems(put(demo(), where, value))


@pytest.mark.parametrize(
    "where", ["code", "version", "name", "scale", "plan.statuses", "criteria[2].text", "services[0].name"]
)
def test_it_reports_what_is_missing(where):
    assert where in problems(cut(demo(), where))


def test_it_reports_all_damages_at_once():
    body = put(put(put(demo(), "aggregate", "mode"), "criteria[2].code", ""), "scale.points[0].value", None)
    assert {"aggregate", "criteria[2].code", "scale.points[0].value"} <= set(problems(body))


def test_it_reports_all_that_does_not_hold_together_at_once():
    body = put(put(demo(), "criteria[0].theme", "x"), "criteria[1].service", "y")
    assert set(problems(body)) >= {"criteria[0].theme", "criteria[1].service"}


def test_it_says_what_is_wrong_in_a_sentence():
    with pytest.raises(BadFramework) as bad:
        Method.parse(put(demo(), "aggregate", "mode"))
    assert str(bad.value.problems[0]) == (
        "aggregate: “mode” is none of median, mean, share_yes, met_standard."
    )


def test_it_lets_a_criterion_wait_for_its_translation_when_the_data_says_so():
    body = put(demo(), "criteria[3].text", {"km": "ក"})
    body["criteria"][3].pop("hint")
    body["criteria"][3]["untranslated"] = True
    assert problems(body) == []
    assert "criteria[3].text" in problems(put(body, "criteria[3].text", {}))


def test_it_asks_every_counted_criterion_for_its_standard():
    body = demo("demo-counted")
    assert "criteria[4].standard" in problems(cut(body, "criteria[4].standard"))


def test_it_keeps_providers_own_criteria_apart():
    body = demo("demo-range")
    assert "criteria[0].sides" in problems(put(body, "criteria[0].sides", ["community", "provider"]))


def test_it_wants_criteria_for_both_sides_of_every_service():
    body = demo()
    for criterion in body["criteria"]:
        if criterion["service"] == "SC":
            criterion["sides"] = ["community"]
    assert problems(body) == ["services[1]"]


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}[{i}]")
    elif "." in path:
        yield path


PATHS = sorted(leaves({k: v for k, v in demo().items() if k != "terms"}))


@given(st.sampled_from(PATHS), st.one_of(st.none(), st.just([]), st.just({"x": 1}), st.just(3.5)))
def test_it_never_takes_a_value_of_another_type_and_never_falls_over(path, value):
    body = demo()
    holder, key = at(body, path)
    if value is None and isinstance(holder, dict) and key == "end":
        return
    holder[key] = value
    found = problems(body)
    assert found and any(one.startswith(path.split("[")[0].split(".")[0]) for one in found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda of: st.lists(of) | st.dictionaries(st.text(), of),
        max_leaves=8,
    )
)
def test_it_refuses_any_other_data_with_problems(thing):
    try:
        Method.parse(thing)
    except BadFramework as bad:
        assert bad.problems
    else:
        raise AssertionError("parsed")
