"""The commune's plan in the browser: its form, order, wording, adoption, watchers and next year."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.verbs.following import claim
from samleng.answers.plans.models import Member, Plan, PlanItem
from samleng.answers.plans.verbs.planning import agree, open_plan
from samleng.ground.people.models import Person
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from tests.answers.land import some_terms
from tests.doors.web.agreed import (
    agreed,
    met,
    page,
    paper,
    photo,
    plan_of,
    post,
    somebody,
    terms,
    today,
    watcher,
)
from tests.doors.web.facilitated import at, client_of
from tests.world import World, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def adopted(world: World, plan: Plan) -> None:
    answer = post(client_of(world.chief), "plan_adopt", plan.pk, adopted_on=today(), scan=photo("white"))
    assert answer.status_code == 302, answer.content.decode()[:3000]


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_has_the_columns_of_the_form_on_a_desk_and_on_a_phone(world: World, language: str) -> None:
    plan = plan_of(agreed(world, beneficiaries="1200", beneficiaries_women="700", cost="2500000"))
    answer = client_of(world.chief).get(at("plan", plan.pk, language=language))
    html = answer.content.decode()
    for column in plan.framework.method.plan.columns:
        if column.code != "number":
            assert column.name[language] in html or column.code == "text", column.code
    # Each cell carries its heading, which a phone shows beside it.
    assert re.search(r'data-label="[^"]+">2,500,000<', html)
    assert re.search(r'data-label="[^"]+">1,200<', html)


def test_it_is_one_plan_of_the_commune_over_both_parts(world: World) -> None:
    meeting = met(world)
    agreed(world, meeting, part="A", text_en="From outside")
    agreed(world, meeting, part="B", text_en="Inside")
    plan = Plan.objects.get()
    html = page(client_of(world.officer), "plan", plan.pk)
    assert html.index("From outside") < html.index("Inside")
    assert at("plan", plan.pk) in page(client_of(world.officer), "plans")


@pytest.mark.parametrize("who", ["stranger", "unassigned", "vuthy"])
def test_it_is_as_if_absent_for_whoever_has_no_part_in_it(world: World, who: str) -> None:
    plan = plan_of(agreed(world))
    item = plan.items.get()
    client = client_of(getattr(world, who))
    for name, args in (
        ("plan", (plan.pk,)),
        ("plan_pdf", (plan.pk,)),
        ("plan_scan", (plan.pk,)),
        ("plan_agree", (plan.pk,)),
        ("plan_join", (plan.pk,)),
        ("plan_watchers", (plan.pk,)),
        ("plan_reword", (plan.pk, item.pk)),
    ):
        assert client.get(at(name, *args)).status_code == 404, name
    for name, args in (
        ("plan_number", (plan.pk,)),
        ("plan_carry", (plan.pk,)),
        ("plan_adopt", (plan.pk,)),
        ("plan_place", (plan.pk, item.pk)),
        ("plan_reword", (plan.pk, item.pk)),
        ("plan_agree", (plan.pk,)),
        ("plan_watchers", (plan.pk,)),
    ):
        assert post(client, name, *args, **terms(world), to="1").status_code == 404, name
    assert str(plan.pk) not in page(client, "plans")
    assert "/account/login/" in Client().get(at("plan", plan.pk))["Location"]


def test_it_moves_a_row_up_and_down_within_its_part(world: World) -> None:
    meeting = met(world)
    for text in ("First", "Second", "Third"):
        agreed(world, meeting, text_en=text, text_km="")
    plan, client = Plan.objects.get(), client_of(world.sophea)

    def order() -> list[str]:
        html = page(client, "plan", plan.pk)
        return sorted(("First", "Second", "Third"), key=lambda text: html.index(f">{text}<"))

    assert order() == ["First", "Second", "Third"]
    last = PlanItem.objects.get(action__text__en="Third")
    html = page(client, "plan", plan.pk)
    row = re.search(rf'<tr id="item-{last.pk}">.*?</tr>', html, re.S)
    assert row
    up = re.search(r'name="to" value="(\d+)"', row[0])
    assert up
    answer = post(client, "plan_place", plan.pk, last.pk, to=up[1])
    assert answer["Location"].endswith(f"#item-{last.pk}")
    assert order() == ["First", "Third", "Second"]
    # Pressed twice by mistake it stays where it was put.
    post(client, "plan_place", plan.pk, last.pk, to=up[1])
    assert order() == ["First", "Third", "Second"]


def test_it_corrects_the_wording_before_adoption(world: World) -> None:
    action = agreed(world)
    plan = plan_of(action)
    client = client_of(world.sophea)
    html = page(client, "plan_reword", plan.pk, plan.items.get().pk)
    assert "Post the list of medicine</textarea>" in html
    assert "Why is it worded anew?" not in html
    given = terms(world, text_en="Post the list every morning", cost="9000")
    assert post(client, "plan_reword", plan.pk, plan.items.get().pk, **given).status_code == 302
    action.refresh_from_db()
    assert (action.text["en"], action.cost) == ("Post the list every morning", 9000)
    assert action.role == {"en": "ប្រធាន"}
    assert action.criterion == "CL02"


def test_it_keeps_words_in_a_language_that_the_form_did_not_show(world: World) -> None:
    action = agreed(world, goal="Clean water")
    Action.objects.filter(pk=action.pk).update(
        role={"km": "ប្រធាន", "en": "Head"}, goal={"km": "ទឹក", "en": "Clean water"}
    )
    plan = plan_of(action)
    given = terms(world, role="Chief", goal="Clean water")
    post(client_of(world.sophea), "plan_reword", plan.pk, plan.items.get().pk, **given)
    action.refresh_from_db()
    assert action.role == {"km": "ប្រធាន", "en": "Chief"}
    assert action.goal == {"km": "ទឹក", "en": "Clean water"}


def test_it_words_an_adopted_promise_anew_only_with_a_reason(world: World) -> None:
    action = agreed(world)
    plan = plan_of(action)
    adopted(world, plan)
    client, item = client_of(world.sophea), plan.items.get()
    assert "Why is it worded anew?" in page(client, "plan_reword", plan.pk, item.pk)
    given = terms(world, text_en="Post it weekly")
    refused = post(client, "plan_reword", plan.pk, item.pk, **given)
    assert refused.status_code == 422
    assert 'href="#id_reason"' in refused.content.decode()
    assert (
        post(client, "plan_reword", plan.pk, item.pk, **given, reason="daily is too often").status_code == 302
    )
    item.refresh_from_db()
    assert item.action.supersedes == action
    assert "This promise was worded anew" in page(client, "action", action.pk)
    html = page(client, "action", item.action_id)
    assert "daily is too often" in html
    assert html.count("Post it weekly") >= 1


def test_it_takes_in_an_action_agreed_elsewhere_so_that_it_exists_once(world: World) -> None:
    action = agreed(world)
    there = open_plan(
        by=SYSTEM,
        programme=world.programme,
        framework=world.framework,
        place=place("010102"),
        office=world.shire_office,
        year=timezone.localdate().year,
    )
    client = client_of(world.officer)
    html = page(client, "plan_join", there.pk)
    assert "Post the list of medicine" in html
    given = {"token": str(uuid.uuid4()), "action": str(action.pk)}
    for _time in range(2):
        assert client.post(at("plan_join", there.pk), given)["Location"] == at("plan", there.pk)
    assert PlanItem.objects.filter(action=action).count() == 2
    assert Action.objects.count() == 1
    assert "Post the list of medicine" not in page(client, "plan_join", there.pk)
    html = page(client, "action", action.pk)
    assert at("plan", there.pk) in html
    # Who sees only the other commune finds nothing of this one to take in.
    assert (
        post(client_of(world.unassigned), "plan_join", plan_of_first(action), action=action.pk).status_code
        == 404
    )
    assert post(client, "plan_join", there.pk, action=str(uuid.uuid4())).status_code == 404


def plan_of_first(action: Action) -> object:
    return PlanItem.objects.filter(action=action).order_by("pk")[0].plan_id


def test_it_takes_in_a_new_action_of_the_commune_itself(world: World) -> None:
    plan = plan_of(agreed(world))
    client = client_of(world.officer)
    given = terms(world, part="A", text_en="Mend the road", text_km="", office=str(world.hall_office.pk))
    assert post(client, "plan_agree", plan.pk, **given).status_code == 302
    action = Action.objects.get(text__en="Mend the road")
    assert (action.facility, action.office, action.place) == (None, world.hall_office, world.commune)


def test_it_writes_the_office_s_number(world: World) -> None:
    plan = plan_of(agreed(world))
    assert post(client_of(world.chief), "plan_number", plan.pk, number="០១២/២៦").status_code == 302
    assert "០១២/២៦" in page(client_of(world.chief), "plan", plan.pk)


def test_it_is_adopted_by_the_stamped_paper_and_binds_its_promises(world: World) -> None:
    action = agreed(world)
    plan, client = plan_of(action), client_of(world.chief)
    assert "Have the plan signed" in page(client, "desk")
    assert "Upload the paper" in page(client, "plan", plan.pk)
    # A facilitator may not adopt, and is told who does.
    assert "the office or the officer uploads" in page(client_of(world.sophea), "plan", plan.pk)
    given = {"adopted_on": today(), "scan": photo("white")}
    assert post(client_of(world.sophea), "plan_adopt", plan.pk, **given).status_code == 404
    for wrong, field in (({"adopted_on": ""}, "adopted_on"), ({"scan": photo("white")}, "adopted_on")):
        answer = post(client, "plan_adopt", plan.pk, **({"adopted_on": today(40)} | wrong))
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in answer.content.decode()
    token = str(uuid.uuid4())
    for _time in range(2):
        given = {"adopted_on": today(), "scan": paper(), "token": token}
        assert post(client, "plan_adopt", plan.pk, **given).status_code == 302
    plan.refresh_from_db()
    action.refresh_from_db()
    assert plan.adopted_on == action.adopted_on == timezone.localdate()
    assert Entry.objects.filter(verb="plans.adopt").count() == 1
    scan = client.get(at("plan_scan", plan.pk))
    assert scan["Content-Type"] == "application/pdf"
    assert "attachment" in scan["Content-Disposition"]
    assert "Have the plan signed" not in page(client, "desk")


def test_it_asks_for_a_paper_again_for_what_was_agreed_since(world: World) -> None:
    meeting = met(world)
    plan = plan_of(agreed(world, meeting))
    adopted(world, plan)
    client = client_of(world.chief)
    assert "Adopt what was agreed since" not in page(client, "plan", plan.pk)
    later = agreed(world, meeting, text_en="Later")
    assert "Adopt what was agreed since" in page(client, "plan", plan.pk)
    post(client, "plan_adopt", plan.pk, adopted_on=today(), scan=photo("red"))
    later.refresh_from_db()
    assert later.adopted_on


def test_it_carries_what_is_unfinished_into_next_year(world: World) -> None:
    plan = plan_of(agreed(world))
    client = client_of(world.officer)
    assert at("plan_carry", plan.pk) not in page(client, "plan", plan.pk)
    adopted(world, plan)
    assert at("plan_carry", plan.pk) in page(client, "plan", plan.pk)
    token = str(uuid.uuid4())
    for _time in range(2):
        answer = post(client, "plan_carry", plan.pk, token=token)
    following = Plan.objects.get(year=plan.year + 1)
    assert answer["Location"] == at("plan", following.pk)
    assert following.items.count() == 1
    assert f"carried over from {plan.year}" in page(client, "plan", following.pk)


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_it_leaves_as_a_file(world: World, form: str) -> None:
    plan = plan_of(agreed(world))
    answer = client_of(world.chief).get(at(f"plan_{form}", plan.pk))
    assert answer.status_code == 200
    assert answer.content[:2] in (b"%P", b"PK")
    assert f'.{form}"' in answer["Content-Disposition"]


def test_it_says_what_the_rates_mean_and_counts_them(world: World) -> None:
    plan = plan_of(agreed(world))
    old = timezone.localdate() - timedelta(days=400)
    Action.objects.update(
        agreed_on=old, claimed_on=old + timedelta(days=90), confirmed_on=timezone.localdate()
    )
    html = page(client_of(world.officer), "plan", plan.pk)
    assert "old enough to be judged" in html
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</th>(.*?)</tr>", html, re.S)
    said = {name.strip(): re.findall(r">\s*([\d–%]+)\s*<", cells) for name, cells in rows}
    assert said["6 months"] == ["1", "1", "1", "100%"]
    assert said["the same day"] == ["1", "0", "0", "0%"]


def test_it_appoints_a_known_watcher_and_dismisses(world: World) -> None:
    plan, sok = plan_of(agreed(world)), somebody(world, "committee", name="សុខ")
    client = client_of(world.officer)
    given = {"token": str(uuid.uuid4()), "role": "committee", "person": str(sok.pk)}
    for _time in range(2):
        assert client.post(at("plan_watchers", plan.pk), given).status_code == 302
    member = Member.objects.get()
    assert (member.person, member.role) == (sok, "committee")
    assert "សុខ" in page(client, "plan", plan.pk)
    assert post(client, "plan_watcher_leave", plan.pk, member.pk).status_code == 302
    member.refresh_from_db()
    assert member.until == timezone.localdate()
    assert client_of(sok).get(at("plan", plan.pk)).status_code == 404


def test_it_gives_somebody_new_an_account_only_where_that_is_allowed(world: World) -> None:
    plan = plan_of(agreed(world))
    before = Person.objects.count()
    given = {"role": "ambassador", "name": "តារា", "token": str(uuid.uuid4())}
    for _time in range(2):
        assert post(client_of(world.officer), "plan_watchers", plan.pk, **given).status_code == 302
    assert Person.objects.count() == before + 1
    dara = Member.objects.get().person
    assert [fact.role for fact in dara.seat_facts()] == ["ambassador"]
    # The chief appoints people who have an account, and opens none.
    chief = client_of(world.chief)
    assert 'name="name"' not in page(chief, "plan_watchers", plan.pk)
    refused = post(chief, "plan_watchers", plan.pk, role="ambassador", name="នរណា")
    assert refused.status_code == 422
    assert Person.objects.count() == before + 1
    assert post(client_of(world.sophea), "plan_watchers", plan.pk, **given).status_code == 404


def test_it_shows_a_watcher_just_that_plan_and_what_waits_in_it(world: World) -> None:
    action = agreed(world)
    plan = plan_of(action)
    other = open_plan(
        by=SYSTEM,
        programme=world.programme,
        framework=world.framework,
        place=world.other_commune,
        office=world.shire_office,
        year=timezone.localdate().year,
    )
    far = agree(by=SYSTEM, plan=other, office=world.clinic_office, terms=some_terms()).action
    dara = client_of(watcher(world, plan))
    claim(by=world.by(world.vuthy), action=action, reason="done")
    desk = page(dara, "desk")
    assert "Plans you watch over" in desk
    assert at("action", action.pk) in desk
    assert at("scorecards") not in desk
    html = page(dara, "plan", plan.pk)
    assert "Look whether these were kept" in html
    for name in ("plan_agree", "plan_join", "plan_watchers", "plan_adopt", "plan_carry", "plan_number"):
        assert at(name, plan.pk) not in html, name
    assert page(dara, "plans").count("<article") == 1
    assert dara.get(at("plan", other.pk)).status_code == 404
    assert dara.get(at("action", far.pk)).status_code == 404
    # The same kind of seat in the same place, but named on no plan.
    idle = client_of(somebody(world, "committee", name="idle"))
    assert idle.get(at("plan", plan.pk)).status_code == 404
    assert idle.get(at("action", action.pk)).status_code == 404
    assert str(action.pk) not in page(idle, "desk")


def test_it_asks_no_more_of_the_database_for_many_rows(world: World, django_assert_max_num_queries) -> None:
    meeting = met(world)
    for number in range(8):
        agreed(world, meeting, text_en=f"Action {number}", part="AB"[number % 2])
    plan, client = Plan.objects.get(), client_of(world.officer)
    client.get(at("plan", plan.pk))
    with django_assert_max_num_queries(20):
        page(client, "plan", plan.pk)
    with django_assert_max_num_queries(12):
        page(client, "plans")
