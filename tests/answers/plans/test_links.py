"""A one-use link for an owner without an account."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from samleng.answers.actions.models import Action, Proof, Step
from samleng.answers.actions.verbs.giving import bind
from samleng.answers.plans.models import UpdateLink
from samleng.answers.plans.verbs.links import check_link, find_link, give_link, update_by_link
from samleng.answers.plans.verbs.planning import agree, reword
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import Brought
from samleng.kit.words.refusals import Refusal
from tests.answers.actions.test_following import at_once
from tests.answers.land import Land, picture, some_terms


def given(land: Land) -> tuple[Action, str]:
    action = land.promise()
    return action, give_link(by=land.sophea, action=action).token


def code_of(**how: object) -> str:
    with pytest.raises(Refusal) as refused:
        update_by_link(**how)
    return refused.value.code


def test_it_claims_with_a_photo_and_keeps_no_token(land: Land) -> None:
    action, token = given(land)
    step = update_by_link(token=token, what="claim", photos=[Brought(picture())])
    action.refresh_from_db()
    assert action.claimed_on and step.party == "office" and step.by.startswith("link:")
    assert Proof.objects.get(step=step).blob.owner == land.programme.owner_key
    kept = str(list(UpdateLink.objects.values())) + str(list(Entry.objects.values()))
    assert token not in kept


def test_it_works_once(land: Land) -> None:
    _action, token = given(land)
    update_by_link(token=token, what="progress", percent=20)
    assert code_of(token=token, what="progress", percent=30) == "link_used"
    assert Step.objects.count() == 1


def test_it_gives_the_first_answer_to_the_same_request_sent_again(land: Land) -> None:
    _action, token = given(land)
    request = uuid4()
    first = update_by_link(
        token=token, what="progress", percent=20, photos=[Brought(picture())], request=request
    )
    again = update_by_link(
        token=token, what="progress", percent=20, photos=[Brought(picture())], request=request
    )
    assert first == again
    assert code_of(token=token, what="progress", percent=21, request=request) == "conflict"


def test_it_is_not_spent_by_what_was_refused(land: Land) -> None:
    _action, token = given(land)
    assert code_of(token=token, what="claim") == "proof"
    assert code_of(token=token, what="claim", photos=[Brought(b"MZ")]) == "type"
    assert code_of(token=token, what="confirm") == "link_verb"
    assert not Blob.objects.exists()
    update_by_link(token=token, what="claim", note="Everybody can see it")


def test_it_ends_after_its_days_and_when_a_newer_one_is_given(land: Land) -> None:
    action, token = given(land)
    newer = give_link(by=land.sophea, action=action).token
    assert code_of(token=token, what="progress", percent=1) == "link_gone"
    UpdateLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert code_of(token=newer, what="progress", percent=1) == "link_old"
    with pytest.raises(Refusal):
        check_link(find_link(newer))
    assert code_of(token="guess", what="progress", percent=1) == "link_gone"


def test_it_ends_when_its_promise_is_worded_anew(land: Land) -> None:
    plan = land.plan()
    item = agree(by=land.sophea, plan=plan, terms=some_terms(), office=land.offices["clinic"])
    bind(by=SYSTEM, action=item.action, on=timezone.localdate())
    token = give_link(by=land.sophea, action=item.action).token
    reword(by=land.officer, item=item, terms=some_terms(text={"en": "Second"}), reason="Clearer")
    assert code_of(token=token, what="progress", percent=1) == "link_gone"


def test_it_lasts_two_weeks(land: Land) -> None:
    link = give_link(by=land.sophea, action=land.promise())
    assert timedelta(days=13, hours=23) < link.expires_at - timezone.now() <= timedelta(days=14)


def test_it_is_given_by_those_who_may(land: Land) -> None:
    action = land.promise()
    for by in (land.stranger, land.somebody("member", "committee")):
        with pytest.raises(Denied):
            give_link(by=by, action=action)


def test_it_lets_one_of_two_people_at_once_win(shared_land: Land) -> None:
    _action, token = given(shared_land)
    answers = at_once(
        *[lambda n=n: update_by_link(token=token, what="progress", percent=n) for n in (10, 20, 30)]
    )
    assert sum(isinstance(answer, Step) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, Refusal)} == {"link_used"}
    assert Step.objects.count() == 1
