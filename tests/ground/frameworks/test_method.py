from samleng.ground.frameworks import folder
from samleng.ground.frameworks.rules import Method
from tests.ground.frameworks.bodies import PACKS, demo


def isaf():
    return next(Method.parse(body) for body in folder.bodies(PACKS / "kh") if body["code"] == "isaf")


def test_it_gives_a_side_its_own_criteria_and_those_of_both():
    method = Method.parse(demo())
    assert [c.code for c in method.criteria_for("SC", "community")] == ["SC01", "SC02", "SC03", "SC04"]
    assert [c.code for c in method.criteria_for("SC", "provider")] == ["SC01", "SC02", "SC03", "SC05"]
    assert method.criteria_for("ZZ", "community") == ()


def test_it_knows_every_value_of_a_range():
    assert Method.parse(demo("demo-range")).scale.values == tuple(range(0, 101, 10))


def test_it_knows_the_points_of_a_counted_standard():
    method = Method.parse(demo("demo-counted"))
    assert method.scale.values == (0, 1)
    toilets, waiting = (method.criterion(code).standard for code in ("SD01", "SD02"))
    assert [toilets.met(n) for n in (1, 2, 3)] == [False, True, True]
    assert [waiting.met(n) for n in (1, 2, 3)] == [True, True, False]


def test_it_names_a_sangkat_a_sangkat():
    service = isaf().service("CA")
    assert service.at("khum").name["en"] == "Commune administration"
    assert service.at("sangkat").name["en"] == "Sangkat administration"
    assert service.at("").name == service.name


def test_it_keeps_a_criterions_code_when_a_sangkat_words_it_otherwise():
    method = isaf()
    rural, urban = (
        {c.code: c for c in method.criteria_for("CA", "community", kind)} for kind in ("khum", "sangkat")
    )
    assert "ឃុំ" in rural["CA05"].text["km"] and "សង្កាត់" in urban["CA05"].text["km"]
    assert set(urban) - set(rural) == {"CA16", "CA17", "CA18"}
    assert set(rural) <= set(urban)


def test_it_says_what_this_framework_calls_a_thing():
    method = Method.parse(demo("demo-range"))
    assert method.term("plan")["en"] == "Improvement agreement"
    assert method.term("nothing") == {}


def test_it_asks_for_as_many_suggestions_as_the_framework_says():
    found = {
        code: Method.parse(demo(code)).raising.suggestions_required
        for code in ("demo-five", "demo-range", "demo-counted")
    }
    assert found == {"demo-five": 1, "demo-range": 0, "demo-counted": 0}
