"""What every pack's channel keeps, whichever country it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template

from samleng.ground.channels.folder import FOLDER, gathered, has_channels
from samleng.ground.channels.rules import ABOUT, KINDS, OFFICIAL, STATES, Catalogue, parse
from samleng.ground.channels.verbs import load
from samleng.ground.frameworks import folder
from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.verbs import load as load_frameworks
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.khmer import normalise
from tests.contracts.test_every_pack import country, rows

ROOT = Path(__file__).resolve().parents[2]
PACKS = [path.parent for path in sorted((ROOT / "packs").glob("*/country.toml")) if has_channels(path.parent)]
every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
# The kinds of report that a sector of waste has, in the words of the field.
WASTE = {
    *("missed_collection", "irregular_collection", "overflowing_point", "illegal_dump", "burning", "spill"),
    *("collector_conduct", "price_dispute", "no_service", "drain_blocked", "dead_animal", "hazardous_waste"),
    *("bin_request", "waste_praise"),
}


def catalogue(pack: Path) -> Catalogue:
    return parse(gathered(pack / FOLDER).data)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in its languages in a catalogue's data, with its path."""
    if isinstance(value, dict) and value and set(value) <= {"km", "en"}:
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, f"{path}.{key}")
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from texts(one, f"{path}[{i}]")


def test_both_packs_have_a_channel():
    assert {pack.name for pack in PACKS} >= {"demo", "kh"}


@pytest.mark.once
@every_pack
def test_it_says_everything_in_every_language_and_spells_it_in_one_form(pack):
    found = list(texts(gathered(pack / FOLDER).data))
    assert len(found) > 200
    assert [path for path, said in found if set(said) != set(country(pack)["languages"])] == []
    odd = {path: said["km"] for path, said in found if normalise(said["km"]) != " ".join(said["km"].split())}
    assert odd == {}
    # Khmer is Khmer and English is not, apart from what is filled in.
    mixed = [path for path, said in found if re.search("[\u1780-\u17ff]", said["en"])]
    bare = [path for path, said in found if re.search("[a-z]{3}", re.sub(r"\{[a-z]+\}", "", said["km"]))]
    assert (mixed, bare) == ([], [])


@pytest.mark.once
@every_pack
def test_it_has_every_kind_of_message_and_all_of_waste(pack):
    found = catalogue(pack)
    assert {one.code for one in found.kinds} == set(KINDS)
    assert all(found.of_kind(kind) for kind in KINDS)
    assert {one.about for one in found.categories} == set(ABOUT)
    codes = {one.code for one in found.categories}
    assert codes >= WASTE
    assert codes >= {
        f"window_{what}" for what in ("overcharged", "delay", "refused", "no_receipt", "conduct")
    }
    assert {len(form.points) for form in found.rating_forms} == {3, 5}
    assert all(form.aspects and any(q.code == "women" for q in form.questions) for form in found.rating_forms)


@pytest.mark.once
@every_pack
def test_it_keeps_what_is_about_people_off_the_map(pack):
    for one in catalogue(pack).categories:
        if one.about == OFFICIAL:
            assert one.sealed_always and not one.blur_metres, one.code
        if one.kind != "report":
            assert one.sealed_always, one.code
        if one.public:
            assert "confidential" in one.exposures and one.blur_metres >= 30, one.code
        if one.code.endswith(("_conduct", "_overcharged")):
            assert one.exposure == "anonymous" and one.about == OFFICIAL, one.code


@pytest.mark.once
@every_pack
def test_dangers_meet_a_list_of_help_that_invents_no_number(pack):
    found = catalogue(pack)
    named = {found.referral(one.referral).danger for one in found.categories if one.only_referral}
    assert named == {"emergency", "violence", "trafficking", "children"}
    assert not [c.code for one in found.referrals for c in one.contacts if c.phone]
    stopped = {
        stop
        for one in found.categories
        for question in one.questions
        for stop in (question.yes_stops, *(option.stops for option in question.options))
        if stop
    }
    assert stopped >= {"emergency", "violence", "children"}


@pytest.mark.once
@every_pack
def test_its_clocks_climb_kinds_of_office_that_it_has(pack):
    offices = {row["code"]: int(row["level"]) for row in rows(pack / country(pack)["office_kinds"])}
    found = catalogue(pack)
    ladders = {one.code: one.ladder for one in (*found.profiles, *found.sectors)}
    for code, ladder in {**ladders, "ombudsmen": found.ombudsmen}.items():
        levels = [offices[kind] for kind in ladder]
        assert levels == sorted(levels, reverse=True), code
    for one in found.profiles:
        assert one.confirmed or ("confirm" in one.source["en"] and one.source["km"]), one.code
        assert one.extensions <= 1
    waste = found.profile_of(found.category("missed_collection"))
    assert waste.resolve < found.profile_of(found.category("window_conduct")).resolve


@pytest.mark.once
@every_pack
def test_it_agrees_with_the_packs_methods_on_sectors_and_services(pack):
    found = catalogue(pack)
    for body in folder.bodies(pack):
        method = Method.parse(body)
        for mine in found.services:
            theirs = method.service(mine.code)
            if theirs:
                told = (theirs.sector, theirs.name, theirs.stands_at, theirs.serves_many)
                assert told == (mine.sector, mine.name, mine.stands_at, mine.serves_many), mine.code
        for sector in found.sectors:
            same = [one for one in method.sectors if one.code == sector.code]
            assert all((one.name, one.ladder) == (sector.name, sector.ladder) for one in same), sector.code
    services = {one.code for one in found.services}
    assert {one.service for one in found.categories} - {""} <= services


@pytest.mark.once
@every_pack
def test_its_icons_and_faces_are_drawn(pack):
    found = catalogue(pack)
    named = {one.icon for one in (*found.kinds, *found.groups, *found.categories)}
    named |= {aspect.icon for form in found.rating_forms for aspect in form.aspects}
    for name in named - {""}:
        assert "<svg" in Template(f"{{% load drawn %}}{{% icon '{name}' %}}").render(Context()), name
    assert all(one.icon for one in found.categories)
    faces = {path.stem for path in (ROOT / "samleng/doors/web/static/faces").glob("*.svg")}
    assert {point.picture for form in found.rating_forms for point in form.points} <= faces


@pytest.mark.once
@every_pack
def test_it_has_words_for_every_state_of_every_category(pack):
    found = catalogue(pack)
    for one in found.categories:
        for state in STATES:
            assert found.templates_for(one.code, state), (one.code, state)


@pytest.mark.django_db
@every_pack
def test_it_is_published_once(pack):
    load_frameworks(by=SYSTEM, folder=pack)
    first = load(by=SYSTEM, folder=pack)
    assert first.catalogue.code == pack.name
    assert load(by=SYSTEM, folder=pack) == first
