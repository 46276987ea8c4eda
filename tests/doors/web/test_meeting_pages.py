"""The interface meeting in the browser: found, opened, its table, what is taken from it, its end."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan, PlanItem
from samleng.ground.offices.models import Duty, Office
from tests.doors.web.agreed import agreed, met, page, post, terms, today
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


def table(world: World) -> tuple[object, ...]:
    return (world.round.pk, world.clinic.pk, world.commune.pk)


def test_it_leads_to_the_meeting_once_both_sides_are_completed(world: World) -> None:
    client = client_of(world.sophea)
    card = world.held_card("community")
    assert "Both sides are ready" not in page(client, "desk")
    assert "The other side is not completed yet" in page(client, "card", card.pk)
    world.held_card("provider")
    hold = at("meeting_hold", *table(world))
    for name in ("desk", "meetings"):
        html = page(client, name)
        assert "Both sides are ready" in html
        assert hold in html
    assert at("meeting_from_card", card.pk) in page(client, "card", card.pk)
    assert client.get(at("meeting_from_card", card.pk))["Location"] == hold


@pytest.mark.parametrize("side", ["community", "provider"])
def test_it_goes_from_either_card_to_the_meeting_that_was_held(world: World, side: str) -> None:
    meeting = met(world)
    card = next(card for card in world.cards if card.side == side)
    client = client_of(world.officer)
    assert client.get(at("meeting_from_card", card.pk))["Location"] == at("meeting", meeting.pk)
    assert at("meeting", meeting.pk) in page(client, "card", card.pk)
    assert "Both sides are ready" not in page(client_of(world.sophea), "desk")
    assert "Finish the interface meeting" in page(client_of(world.sophea), "desk")


def test_it_opens_the_meeting_with_the_cards_the_day_and_the_heads_once(world: World) -> None:
    cards = [world.held_card("community"), world.held_card("provider")]
    client = client_of(world.sophea)
    html = page(client, "meeting_hold", *table(world))
    assert html.count(" checked") >= 2
    given = {
        "token": str(uuid.uuid4()),
        "cards": [str(card.pk) for card in cards],
        "held_on": today(),
        "heads_people": "៤៧",
        "heads_female": "29",
    }
    for _time in range(2):
        answer = client.post(at("meeting_hold", *table(world)), given)
        meeting = Meeting.objects.get()
        assert answer["Location"] == at("meeting", meeting.pk)
    assert meeting.attendance == {"people": 47, "female": 29}
    assert meeting.cards.count() == 2


def test_it_says_at_the_field_what_cannot_be_and_opens_nothing(world: World) -> None:
    card = world.held_card("community")
    world.held_card("provider")
    client = client_of(world.sophea)
    wrong = {"cards": [str(card.pk)], "held_on": today(), "heads_people": "4", "heads_female": "29"}
    answer = post(client, "meeting_hold", *table(world), **wrong)
    assert answer.status_code == 422
    assert 'href="#id_heads_female"' in answer.content.decode()
    assert not Meeting.objects.exists()
    for given in ({"cards": [], "held_on": today()}, {"cards": [str(card.pk)], "held_on": today(30)}):
        assert post(client, "meeting_hold", *table(world), **given).status_code == 422
    assert not Meeting.objects.exists()


def test_it_says_which_side_is_missing_and_offers_no_card_still_in_review(world: World) -> None:
    world.held_card("community")
    running = world.running_card("provider")
    html = page(client_of(world.sophea), "meeting_hold", *table(world))
    assert "One side is still missing" in html
    assert f'value="{running.pk}"' not in html


def test_it_corrects_cards_and_day_while_open_and_never_after(world: World) -> None:
    meeting = met(world)
    client = client_of(world.sophea)
    given = {"cards": [str(world.cards[0].pk)], "held_on": today(-0)}
    assert post(client, "meeting_hold", *table(world), **given).status_code == 302
    assert meeting.cards.count() == 1
    given["cards"] = [str(card.pk) for card in world.cards]
    assert post(client, "meeting_hold", *table(world), **given).status_code == 302
    assert post(client, "meeting_close", meeting.pk).status_code == 302
    given["cards"] = given["cards"][:1]
    assert post(client, "meeting_hold", *table(world), **given)["Location"] == at("meeting", meeting.pk)
    assert meeting.cards.count() == 2


@pytest.mark.parametrize("who", ["stranger", "unassigned", "vuthy", "chief"])
def test_it_is_as_if_absent_for_whoever_does_not_work_there(world: World, who: str) -> None:
    meeting = met(world)
    client = client_of(getattr(world, who))
    addresses = [
        ("meeting", (meeting.pk,)),
        ("meeting_hold", table(world)),
        ("meeting_heads", (meeting.pk,)),
        ("meeting_agree", (meeting.pk,)),
        ("meeting_close", (meeting.pk,)),
        ("meeting_from_card", (world.cards[0].pk,)),
    ]
    for name, args in addresses:
        # The clinic's own office reads the meeting about it; test_meeting_office.py says what it sees.
        if who == "vuthy" and name in ("meeting", "meeting_from_card"):
            continue
        assert client.get(at(name, *args)).status_code == 404, name
        if name not in ("meeting", "meeting_from_card"):
            assert post(client, name, *args, **terms(world)).status_code == 404, name
    if who != "vuthy":
        assert str(meeting.pk) not in client.get(at("meetings")).content.decode()
        assert str(world.clinic.name["en"]) not in client.get(at("meetings")).content.decode()
    meeting.refresh_from_db()
    assert not meeting.closed_at
    assert not Action.objects.exists()


def test_it_asks_a_passer_by_to_sign_in(world: World) -> None:
    meeting = met(world)
    for name, args in (("meeting", (meeting.pk,)), ("meetings", ()), ("meeting_hold", table(world))):
        assert "/account/login/" in Client().get(at(name, *args))["Location"]


def test_it_shows_both_sides_with_what_each_said(world: World) -> None:
    meeting = met(world)
    html = page(client_of(world.sophea), "meeting", meeting.pk)
    assert html.count('class="track"') >= 3
    assert html.count("ធ្វើឱ្យប្រសើរ") >= 2
    for text in ("Strength", "Weakness", "Suggested action", "Gap", "Nothing agreed yet."):
        assert text in html, text


def test_it_takes_a_ticked_suggestion_with_one_tap_into_a_filled_form(world: World) -> None:
    meeting = met(world)
    client = client_of(world.sophea)
    html = page(client, "meeting", meeting.pk)
    found = re.search(r'href="([^"]*agree/\?from=[^"]+)"', html)
    assert found
    form = client.get(found[1]).content.decode()
    assert "ធ្វើឱ្យប្រសើរ</textarea>" in form
    criterion = re.search(r'<option value="(\w+)" selected>', form)
    assert criterion
    assert f'<option value="{world.clinic_office.pk}" selected>' in form
    given = terms(world, criterion=criterion[1], text_km="ធ្វើឱ្យប្រសើរ", text_en="")
    answer = client.post(found[1], {"token": str(uuid.uuid4()), **given})
    assert answer.status_code == 302
    item = PlanItem.objects.select_related("action").get()
    assert (item.meeting, item.action.community_result.criterion) == (meeting, criterion[1])
    assert "stands in the plan" in page(client, "meeting", meeting.pk)


def test_it_offers_an_office_of_elsewhere_only_while_it_has_the_duty(world: World) -> None:
    meeting, client = met(world), client_of(world.sophea)
    office = Office.objects.create(
        code="far", name={"en": "Far"}, kind=world.hall_office.kind, place=world.other_commune
    )
    duty = Duty.objects.create(
        office=office, service=world.clinic.service, area=world.commune, since=timezone.localdate()
    )
    option = f'<option value="{office.pk}"'
    assert option in page(client, "meeting_agree", meeting.pk)
    duty.until = timezone.localdate()
    duty.save()
    assert option not in page(client, "meeting_agree", meeting.pk)


@pytest.mark.parametrize("end", ["-²", "-" + "9" * 5000, "-99", "", "-"])
def test_it_opens_an_empty_form_for_a_suggestion_that_is_not_there(world: World, end: str) -> None:
    meeting = met(world)
    html = page(client_of(world.sophea), "meeting", meeting.pk)
    found = re.search(r"agree/\?from=(\d+)-", html)
    assert found
    address = at("meeting_agree", meeting.pk) + f"?from={found[1]}{end}"
    answer = client_of(world.sophea).get(address)
    assert answer.status_code == 200
    assert "ធ្វើឱ្យប្រសើរ</textarea>" not in answer.content.decode()


def test_it_refuses_heads_that_are_no_count_at_their_field(world: World) -> None:
    meeting = met(world)
    answer = post(client_of(world.sophea), "meeting_heads", meeting.pk, heads_people="9" * 5000)
    assert answer.status_code == 422
    assert 'href="#id_heads_people"' in answer.content.decode()


def test_it_takes_every_column_of_the_form(world: World) -> None:
    more = {
        "beneficiaries": "១២០០",
        "beneficiaries_women": "700",
        "cost": "2 500 000",
        "funding_source": "Commune fund",
        "funding_secured": "on",
        "quantity": "2",
        "unit": "រូម",
        "goal": "Clean water",
        "proposer": "Citizens",
        "location": "Behind the ward",
        "partners": "Commune",
    }
    action = agreed(world, part="A", **more)
    assert (action.beneficiaries, action.beneficiaries_women, action.cost) == (1200, 700, 2_500_000)
    assert (action.part, action.funding_secured, action.goal) == ("A", True, {"en": "Clean water"})
    assert (action.proposer, action.location, action.partners) == ("Citizens", "Behind the ward", "Commune")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text_km": "", "text_en": ""}, "text_km"),
        ({"due_on": "2001-01-01"}, "due_on"),
        ({"cost": "many"}, "cost"),
        ({"beneficiaries": "3", "beneficiaries_women": "9"}, "beneficiaries_women"),
        ({"role": ""}, "role"),
        ({"office": str(uuid.uuid4())}, "office"),
    ],
)
def test_it_says_what_is_wrong_at_the_top_and_at_its_field(
    world: World, wrong: dict[str, str], field: str
) -> None:
    meeting = met(world)
    answer = post(client_of(world.sophea), "meeting_agree", meeting.pk, **terms(world, **wrong))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}_error"' in html
    assert not Action.objects.exists()


def test_it_takes_a_promise_in_once_when_sent_twice(world: World) -> None:
    meeting = met(world)
    client = client_of(world.sophea)
    given = {"token": str(uuid.uuid4()), **terms(world)}
    for _time in range(2):
        assert client.post(at("meeting_agree", meeting.pk), given).status_code == 302
    assert Action.objects.count() == 1
    given["role"] = "another"
    assert client.post(at("meeting_agree", meeting.pk), given).status_code == 422
    assert Plan.objects.count() == 1


def test_it_closes_with_the_facility_s_answer_and_its_stated_position(world: World) -> None:
    meeting = met(world)
    client = client_of(world.sophea)
    html = page(client, "meeting_close", meeting.pk)
    assert "What a good meeting has" in html
    given = {"token": str(uuid.uuid4()), "reply_km": "យើងទទួលយក", "show_provider": "on"}
    for _time in range(2):
        assert client.post(at("meeting_close", meeting.pk), given)["Location"] == at("meeting", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.provider_reply == {"km": "យើងទទួលយក"}
    assert meeting.show_provider
    html = page(client, "meeting", meeting.pk)
    assert "យើងទទួលយក" in html
    assert "stated position" in html
    assert "Take it into the plan" not in html


def test_it_does_not_close_over_an_empty_table(world: World) -> None:
    meeting = met(world)
    meeting.cards.all().delete()
    answer = post(client_of(world.sophea), "meeting_close", meeting.pk)
    assert answer.status_code == 422
    assert "No scorecard is part of this meeting" in answer.content.decode()
    meeting.refresh_from_db()
    assert not meeting.closed_at


def test_it_counts_heads_and_keeps_notes(world: World) -> None:
    meeting = met(world)
    client = client_of(world.sophea)
    assert "Count who came" in page(client, "meeting", meeting.pk)
    given = {"heads_people": "៤៧", "heads_female": "29", "minutes": "The chief spoke first."}
    assert post(client, "meeting_heads", meeting.pk, **given).status_code == 302
    html = page(client, "meeting", meeting.pk)
    assert ">47<" in html.replace(" ", "").replace("\n", "")
    assert "The chief spoke first." in html
    wrong = post(client, "meeting_heads", meeting.pk, heads_people="many")
    assert wrong.status_code == 422
    assert 'href="#id_heads_people"' in wrong.content.decode()


def test_it_asks_no_more_of_the_database_for_many_actions(
    world: World, django_assert_max_num_queries
) -> None:
    meeting = met(world)
    for number in range(8):
        agreed(world, meeting, text_en=f"Action {number}", text_km="")
    client = client_of(world.sophea)
    client.get(at("meeting", meeting.pk))
    with django_assert_max_num_queries(32):
        page(client, "meeting", meeting.pk)
    with django_assert_max_num_queries(24):
        page(client, "meetings")
