"""Every address of the site, tried by everybody who may not see a sealed case: none tells of it.

The addresses are walked, not listed. A new one is tried at once with what `filed` gives for its
parameters; one with a parameter that nobody gave a value for fails, and so does one that answers
otherwise than for a case that does not exist. What cannot know a case stands in `KNOWS_NO_CASE`.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db.models import Model
from django.forms import model_to_dict
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.regex_helper import normalize

from samleng.answers.cases.models import Case, Cluster, Crew, Evidence, Look, Message, Note, Order, Step
from samleng.answers.cases.verbs.answering import answer, assign, decide, note, write_to
from samleng.answers.cases.verbs.mediating import recommend
from samleng.doors.web.models import SavedFilter
from samleng.ground.offices.verbs import open_programme
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import keep
from tests.answers.land import picture
from tests.doors.web.desked import brought, keyed_client
from tests.doors.web.facilitated import client_of
from tests.town import Town, town
from tests.world import someone, words

__all__ = ["town"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Pages of other matters; none reads a case. (A plan shows clusters, in words the office wrote for it.)
KNOWS_NO_CASE = (
    *("allauth.", "samleng.doors.field.", "samleng.doors.exchange.openrosa."),
    *(
        f"samleng.doors.web.{page}."
        for page in (
            *("facilitator", "planning", "review", "plans", "people", "programme", "questionnaires"),
            *("sounds", "figures", "look", "vote", "signin", "keys"),
        )
    ),
    "samleng.doors.web.played",
)
TOLD, NOTED, WRITTEN = "គាត់ទារលុយប្រាំម៉ឺន", "សូមការពារសាក្សី", "យើងបានទទួល"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@dataclass
class Sealed:
    """A sealed case with all that can hang on one, and what stands for each parameter of an address."""

    case: Case
    # What gives the case away, and would be as if absent; then what is there for everybody.
    of_the_case: dict[str, list[Any]] = field(default_factory=dict)
    besides: dict[str, list[Any]] = field(default_factory=dict)

    def values(self, parameter: str, absent: bool = False) -> list[Any]:
        if parameter in self.besides:
            return self.besides[parameter]
        given = self.of_the_case.get(parameter)
        assert given is not None, f"say in `filed` what stands for <{parameter}> in an address"
        return [other_than(one) for one in given] if absent else given

    @property
    def marks(self) -> set[str]:
        heard = self.case.heard.get()
        ids = (self.case.pk, heard.report_id, *self.case.notes.values_list("pk", flat=True))
        return {self.case.reference, TOLD, NOTED, WRITTEN, *map(str, ids)}


def other_than(value: Any) -> Any:
    """The same kind of thing, of which there is none."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return 987654321 if isinstance(value, int) else "99-987654321"


def filed(town: Town, case: Case, head: Person) -> Sealed:
    """Work on the case until there is something for every address."""
    by = town.by(head)
    kept = note(by=by, case=case, words=NOTED)
    decide(by=by, case=case, jurisdiction="ours")
    write_to(by=by, case=case, words=WRITTEN)
    answer(by=by, case=case, outcome="answer", words=WRITTEN, photos=[brought()])
    # No verb hangs a picture on a sealed case; were there such a one, nobody else would see it.
    blob = keep(by=by, file=picture(), kind="photo", owner=case.owner_key)
    Evidence.objects.create(case=case, blob=blob, step=case.steps.latest("at"), moment="after")
    heard = case.heard.select_related("report").get()
    advice = recommend(
        by=SYSTEM, case=case, to=town.high_ombudsman, words="x", answer_by=case.resolve_by.replace(year=2036)
    )
    cluster = Cluster.objects.create(office=case.office, place=case.place, words="x", people=6, by="x")
    cluster.cases.add(case)
    # No verb sends a crew to a sealed case; were there such an order, nobody else would see it.
    crew = Crew.objects.create(office=case.office, name="x", token_hash="x")
    order = Order.objects.create(case=case, office=case.office, crew=crew, day=case.opened_on, by="x")
    saved = SavedFilter.objects.create(person=head, name="x", query="state=all")
    return Sealed(
        case,
        {
            "case_id": [case.pk], "reference": [case.reference], "heard_id": [heard.pk],
            "sealed_id": [heard.report.files.get().sealed_id], "evidence_id": [case.evidence.get().pk],
            "key": [kept.pk], "recommendation_id": [advice.pk], "cluster_id": [cluster.pk],
            "saved_id": [saved.pk], "token": [case.reference], "report_id": [heard.report_id],
            "message_id": [case.messages.all()[0].pk], "crew_id": [crew.pk], "order_id": [order.pk],
        },
        {
            "what": ["note", "said", "answer", "transfer"], "code": [case.place.code, case.office.code],
            "office_id": [case.office_id], "form": ["json"], "kind": [case.kind], "rest": ["v2/requests"],
            "proof_id": [1], "facility_id": [uuid.uuid4()], "notice_id": [uuid.uuid4()], "page": [1],
            "place_id": [case.place_id], "category": [case.category], "name": ["recommendation"],
            # No sealed case is ever handed to another system.
            "handed_id": [uuid.uuid4()], "passed_id": [uuid.uuid4()], "api_key_id": [uuid.uuid4()],
            "programme_id": [uuid.uuid4()],
        },
    )  # fmt: skip


def addresses(
    here: URLResolver | None = None, before: str = "", asked: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str], str]]:
    """(address with gaps, its parameters, module) for every pattern of the site, as its own rules have it."""
    for one in (here or get_resolver()).url_patterns:
        for text, given in normalize(one.pattern.regex.pattern):
            if isinstance(one, URLResolver):
                yield from addresses(one, before + text, (*asked, *given))
            elif isinstance(one, URLPattern):
                yield f"/{before}{text}", [*asked, *given], module_of(one)


def module_of(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return f"{view.__module__}."


def to_try(sealed: Sealed, absent: bool = False) -> Iterator[tuple[str, bool]]:
    """Every address that might know of the case, filled in, and whether it names the case."""
    for text, given, module in addresses():
        if module.startswith(KNOWS_NO_CASE):
            continue
        naming = any(parameter in sealed.of_the_case for parameter in given)
        for values in itertools.product(*(sealed.values(one, absent) for one in given)):
            yield text % dict(zip(given, values, strict=True)), naming


def body(answer: HttpResponseBase) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode(errors="replace")


def queries(sealed: Sealed) -> list[dict[str, Any]]:
    """Nothing, and whatever a page may be asked by."""
    case = sealed.case
    asked = dict.fromkeys(("q", "reference", "service_request_id", "case", "number"), case.reference)
    return [{}, asked | {"state": "all", "category": case.category, "office": case.office_id}]


def sent(sealed: Sealed) -> dict[str, Any]:
    """A form that fits as many pages as can be."""
    case = sealed.case
    return {
        "token": str(uuid.uuid4()), "case": [str(case.pk)], "stays": str(case.pk), "do": "assign",
        "words": "x", "reason": "x", "outcome": "answer", "to": str(case.office_id), "shown": "yes",
        "public_words": "x", "sure": "yes", "service_request_id": case.reference, "answer": "accepted",
        "reference": case.reference, "status": "closed", "description": "x", "person": "",
    }  # fmt: skip


def story(case: Case) -> tuple[Any, ...]:
    """Everything that could have changed."""
    tables: tuple[type[Model], ...] = (Step, Message, Note, Look)
    row = model_to_dict(Case.objects.get(pk=case.pk))
    return row, *(table._default_manager.filter(case=case).count() for table in tables)


def walk(client: Client, sealed: Sealed) -> list[str]:
    """What was told to somebody who may know nothing; empty is right."""
    found, marks, tried = [], sealed.marks, 0
    # A page that fails is found too, instead of ending the walk.
    client.raise_request_exception = False
    absent = [address for address, _naming in to_try(sealed, absent=True)]
    for (address, naming), nowhere in zip(list(to_try(sealed)), absent, strict=True):
        asked_for = queries(sealed)[: 1 if naming else 2]
        for method, asked in (*(("get", one) for one in asked_for), ("post", sent(sealed))):
            answer = getattr(client, method)(address, asked)
            told, tried = body(answer), tried + 1
            # What was asked may stand in the answer; everything else of the case may not.
            typed = f"{address} {asked}"
            leaked = {mark for mark in marks if mark in told and mark not in typed}
            if answer.status_code >= 500:
                found.append(f"{method} {address} {asked}: {answer.status_code}")
            if leaked:
                found.append(f"{method} {address} {asked}: tells {leaked}")
            if (
                naming
                and answer.status_code != (other := getattr(client, method)(nowhere, asked)).status_code
            ):
                found.append(
                    f"{method} {address}: {answer.status_code}, not {other.status_code} as if absent"
                )
    assert tried > 100
    return found


def outsiders(town: Town) -> dict[str, Client]:
    """Everybody who must not know, each with every key they have opened."""
    programme = open_programme(by=SYSTEM, code="other", name=words("កម្មវិធី", "Programme"))
    return {
        "the same office, not assigned": keyed_client(town.other_sweeper),
        "the office complained of": keyed_client(town.mayor),
        "another office": client_of(town.chief),
        "another office with a right to cases": keyed_client(town.sokha),
        "a programme": client_of(someone("កម្មវិធី", "programme_admin", programme=programme, area=town.commune)),
        "everybody": Client(),
    }


@pytest.mark.parametrize("part", [0, 1, 2])
def test_it_tells_nobody_of_a_confidential_case(town: Town, part: int) -> None:
    case = town.file(
        "slow", words=TOLD, about=town.shire, files=[brought()], approved="យឺត", may_climb=True
    ).case
    assign(by=town.by(town.boss), case=case, person=town.sweeper)
    sealed = filed(town, case, town.boss)
    before = story(case)
    with translation.override("en"):
        for who, client in list(outsiders(town).items())[part * 2 : part * 2 + 2]:
            assert walk(client, sealed) == [], who
    assert story(case) == before


def test_it_tells_the_office_complained_of_nothing_of_an_anonymous_case(town: Town) -> None:
    case = town.file(
        "conduct", words=TOLD, about=town.sweepers, files=[brought()], approved="ទារលុយ", may_climb=True
    ).case
    sealed = filed(town, case, town.sokha)
    before = story(case)
    beside = someone("ស្មៀនការិយាល័យ", "clerk", office=case.office)
    with translation.override("en"):
        assert walk(keyed_client(town.boss), sealed) == []
        assert walk(client_of(beside), sealed) == []
    assert story(case) == before


def test_it_tells_nobody_by_one_seat_what_is_said_about_their_other_office(town: Town) -> None:
    case = town.file("conduct", words=TOLD, about=town.shire).case
    client = keyed_client(town.sokha)
    assert case.reference in body(client.get("/en/desk/cases/"))
    seat(by=SYSTEM, person=town.sokha, role="clerk", office=town.shire)
    assert case.reference not in body(client.get("/en/desk/cases/"))
    assert client.get(f"/en/desk/cases/{case.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["boss", "sweeper"])
def test_it_tells_those_who_may_know(town: Town, who: str) -> None:
    # Else the walk above could find nothing because there is nothing.
    case = town.file("slow", words=TOLD, about=town.shire).case
    assign(by=town.by(town.boss), case=case, person=town.sweeper)
    note(by=town.by(town.boss), case=case, words=NOTED)
    client = keyed_client(getattr(town, who))
    assert case.reference in body(client.get("/en/desk/cases/"))
    told = body(client.get(f"/en/desk/cases/{case.pk}/"))
    assert TOLD in told
    assert NOTED in told
    assert case.reference in body(keyed_client(town.boss).get("/en/desk/cases/table.csv"))
