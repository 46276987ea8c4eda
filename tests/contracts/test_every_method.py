"""Every method of the invented land walks the same way through the same code: only its data differ."""

import ast
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import timezone

from samleng.answers.actions.rules import FIXED, Terms
from samleng.answers.actions.verbs.following import claim, confirm, report_progress
from samleng.answers.actions.verbs.giving import promise
from samleng.ground.frameworks.models import Framework
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Result, Sheet, State
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.statistics import centre, milli
from samleng.voices.scorecards.rules.tally import tallies
from samleng.voices.scorecards.verbs.planning import open_round
from samleng.voices.scorecards.verbs.writing import write
from tests.world import line

pytestmark = pytest.mark.django_db
METHODS = ["demo-five", "demo-range", "demo-counted"]
SIDES = ["community", "provider"]
HOUSE = Path(__file__).resolve().parents[2] / "samleng"


@pytest.fixture
def by_method(world, request):
    """The world with its round on another method."""
    framework = Framework.objects.get(code=request.param)
    world.framework = framework
    world.round = open_round(by=SYSTEM, programme=world.programme, framework=framework, year=2026)
    return world


every_method = pytest.mark.parametrize("by_method", METHODS, indirect=True)
every_side = pytest.mark.parametrize("side", SIDES)


@every_method
@every_side
def test_it_is_held_from_plan_to_result(by_method, side):
    world, method = by_method, by_method.framework.method
    card = world.held_card(side, world.school)
    assert card.state == State.COMPLETED
    asked = [c.code for c in method.criteria_for("SC", side)][:3]
    results = list(Result.objects.filter(sheet__scorecard=card).order_by("order"))
    assert [one.criterion for one in results] == asked
    for one in results:
        assert len(one.histogram) == len(method.scale.values) and sum(one.histogram) == one.n > 0
        # No group sat apart, so the result is the aggregate of all votes.
        assert one.central_milli == milli(centre(method.aggregate, one.histogram, method.scale.values))
        low, high = Fraction(min(method.scale.values)), Fraction(max(method.scale.values))
        assert low <= Fraction(one.central_milli, 1000) <= high
    judged = {check["code"] for check in Sheet.objects.get(scorecard=card).checks}
    assert judged <= {check.code for check in method.checks}


@every_method
def test_it_takes_no_vote_that_its_scale_lacks(by_method):
    card = by_method.running_card("community", by_method.school)
    method = by_method.framework.method
    criterion = method.criteria_for("SC", "community")[0].code
    for value in (min(method.scale.values) - 1, max(method.scale.values) + 1):
        person = line("person", {"number": 1, "sex": "female", "band": "15-30", "special": []})
        lines = [
            person,
            line("priorities", {"order": [criterion]}),
            line("ballot", {"person": person["uid"], "scores": {criterion: value}}),
        ]
        with pytest.raises(Refusal):
            write(by=by_method.by(by_method.sophea), scorecard=card, lines=lines)


@every_method
def test_it_takes_only_the_criteria_of_its_side(by_method):
    method = by_method.framework.method
    card = by_method.running_card("community", by_method.school)
    alien = next(c.code for c in method.criteria if c.service != "SC")
    with pytest.raises(Refusal):
        write(
            by=by_method.by(by_method.sophea),
            scorecard=card,
            lines=[line("priorities", {"order": [alien]})],
        )


@every_method
def test_it_takes_a_criterion_of_the_rooms_own_only_where_the_method_does(by_method):
    card = by_method.running_card("community", by_method.school)
    own = line("custom", {"code": "own-1", "text": {"km": "មានម្លប់"}})
    if by_method.framework.method.raising.custom_allowed:
        write(by=by_method.by(by_method.sophea), scorecard=card, lines=[own])
    else:
        with pytest.raises(Refusal):
            write(by=by_method.by(by_method.sophea), scorecard=card, lines=[own])


@pytest.mark.parametrize("by_method", ["demo-range"], indirect=True)
def test_it_weighs_groups_alike_where_the_method_says_so(by_method):
    card = by_method.running_card("community", by_method.school)
    criterion = by_method.framework.method.criteria_for("SC", "community")[0].code
    counts = {"women": {100: 9}, "men": {0: 3}}
    values = by_method.framework.method.scale.values
    lines = [line("priorities", {"order": [criterion]})]
    for group, given in counts.items():
        body = {"criterion": criterion, "group": group, "counts": [given.get(v, 0) for v in values]}
        lines.append(line("counts", body))
    write(by=by_method.by(by_method.sophea), scorecard=card, lines=lines)
    (tally,) = tallies(folded(card), counting_of(card))
    # Nine women and three men: each group's mean counts once, so 50 and not 75.
    assert tally.centre == 50


@every_method
def test_its_promise_is_given_begun_claimed_and_confirmed(by_method):
    world, plan = by_method, by_method.framework.method.plan
    vuthy, today = world.by(world.vuthy), timezone.localdate()
    terms = Terms(
        part=plan.parts[0].code,
        text={"km": "ដាក់ធុងទឹក"},
        starts_on=today,
        due_on=today + timedelta(days=30),
        category=plan.categories[0].code,
    )
    action = promise(
        by=world.by(world.officer),
        programme=world.programme,
        framework=world.framework,
        place=world.commune,
        office=world.clinic_office,
        terms=terms,
        agreed_on=today,
    )
    assert action.status == plan.first_status.code
    begun = next(one for one in plan.statuses if one.kind == "open" and not one.start and not one.climbs)
    report_progress(by=vuthy, action=action, status=begun.code, note="យើងចាប់ផ្តើម")
    claim(by=vuthy, action=action, reason="រួចរាល់")
    action.refresh_from_db()
    assert plan.status(action.status).claims_done
    if "facilitator" not in plan.confirmed_by:
        with pytest.raises(Refusal):
            confirm(by=world.by(world.sophea), action=action, verdict=FIXED)
    confirm(by=world.by(world.sophea), action=action, verdict=FIXED, party="citizens")
    action.refresh_from_db()
    assert action.confirmed_on == today


def test_no_code_asks_which_method_or_country_it_is():
    names = {*METHODS, "isaf", "cambodia", "sangkat", "khum", "srok", "commune_administration"}
    found = [
        f"{path.relative_to(HOUSE)}:{node.lineno} {node.value}"
        for path in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).lower() in names
    ]
    assert found == []
