"""What every pack keeps, whichever country it is of: a new one is held to this by lying in packs/."""

import csv
import re
import tomllib
from collections import Counter
from dataclasses import fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.settings import clock_of
from samleng.ground.frameworks import folder
from samleng.ground.frameworks.rules import Method
from samleng.ground.frameworks.verbs import load
from samleng.ground.materials.lessons import lessons_in
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.clock import calendar_from
from samleng.kit.words.khmer import normalise

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for path in (ROOT / "packs").glob("*/country.toml"))
BODIES = [(pack, body) for pack in PACKS for body in folder.bodies(pack)]
METHODS = [pytest.param(pack, body, id=f"{pack.name}-{body['code']}") for pack, body in BODIES]
every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
every_method = pytest.mark.parametrize(("pack", "body"), METHODS)


def country(pack):
    return tomllib.loads((pack / "country.toml").read_text(encoding="utf-8"))


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def texts(thing, path=""):
    """Every text in its languages in a method, with its path."""
    if is_dataclass(thing):
        for one in fields(thing):
            yield from texts(getattr(thing, one.name), f"{path}.{one.name}")
    elif isinstance(thing, tuple):
        for i, item in enumerate(thing):
            yield from texts(item, f"{path}[{i}]")
    elif isinstance(thing, dict) and thing and not path.endswith((".sounds", ".params", ".audio_aliases")):
        if all(isinstance(value, str) for value in thing.values()):
            yield path, thing
        else:
            for key, item in thing.items():
                yield from texts(item, f"{path}.{key}")


@every_pack
def test_it_describes_its_country(pack):
    land = country(pack)
    assert land["code"] == pack.name
    assert land["languages"] and set(land["languages"]) == set(land["name"])
    assert ZoneInfo(land["time_zone"]) and len(land["currency"]) == 3
    assert calendar_from(land["calendar"])
    assert set(land["calendar"]) <= {"country", "weekend", "extra_days", "moved_days"}
    assert set(land["places"]["attribution"]) == set(land["languages"])


@every_pack
def test_it_names_each_kind_of_place_in_every_language(pack):
    land = country(pack)
    kinds = land["places"]["kinds"]
    assert len({kind["code"] for kind in kinds}) == len(kinds)
    assert [kind["level"] for kind in kinds] == sorted(kind["level"] for kind in kinds)
    for kind in kinds:
        for words in (kind["name"], kind["plural"]):
            assert set(words) == set(land["languages"]) and all(words.values())
        assert all(pattern.count("{}") == 1 for pattern in kind.get("label", {}).values())


@every_pack
def test_it_names_files_that_are_there_and_kinds_that_it_has(pack):
    places = country(pack)["places"]
    kinds = {kind["code"]: kind["level"] for kind in places["kinds"]}
    home = pack
    if places.get("package"):
        found = find_spec(places["package"])
        if found is None:
            pytest.skip(f"the extra {places.get('extra')} is not installed")
        home = Path(found.submodule_search_locations[0])
    for one in places["files"]:
        assert (home / one["path"]).is_file()
        named = [one.get("kind", ""), *one.get("kind_by_parent", {}).values()]
        if "kind_table" in one:
            table = rows(pack / one["kind_table"])
            assert len({row["code"] for row in table}) == len(table)
            named += [row["kind"] for row in table]
        assert set(filter(None, named)) <= set(kinds)
        assert set(one.get("kind_by_parent", {})) <= set(kinds)


@every_pack
def test_it_names_each_kind_of_office_in_every_language(pack):
    land = country(pack)
    offices = rows(pack / land["office_kinds"])
    levels = {kind["level"] for kind in land["places"]["kinds"]}
    assert len({row["code"] for row in offices}) == len(offices)
    for row in offices:
        assert int(row["level"]) in levels
        assert all(row[f"name_{tag}"].strip() for tag in land["languages"])


@every_pack
def test_it_says_which_kind_of_office_administers_the_places_of_a_level(pack):
    land = country(pack)
    offices = {row["code"]: row for row in rows(pack / land["office_kinds"])}
    assert {row["administers"] for row in offices.values()} <= {"yes", ""}
    leading = {code for code, row in offices.items() if row["administers"]}
    levels = [offices[code]["level"] for code in leading]
    assert levels and len(set(levels)) == len(levels), "two administrations of one level"
    level_of = {kind["code"]: str(kind["level"]) for kind in land["places"]["kinds"]}
    for one in land.get("administrations", []):
        assert one["kind"] in leading
        assert {level_of[kind] for kind in one["place_kinds"]} == {offices[one["kind"]]["level"]}
    plans = {str(Method.parse(body).plan.level) for where, body in BODIES if where == pack}
    assert plans <= set(levels)


@every_method
def test_its_methods_are_sound_and_say_everything_in_every_language(pack, body):
    method = Method.parse(body)
    assert set(method.languages) == set(country(pack)["languages"])
    found = list(texts(method))
    assert len(found) > 50
    short = [path for path, words in found if not set(method.languages) <= set(words)]
    blank = [path for path, words in found for text in words.values() if not text.strip()]
    assert (short, blank) == ([], [])


@every_method
def test_its_words_are_spelt_in_one_form(pack, body):
    # Two encodings of one look would be two words to a search and to a translator.
    odd = {
        path: words["km"]
        for path, words in texts(Method.parse(body))
        if "km" in words and normalise(words["km"]) != " ".join(words["km"].split())
    }
    assert odd == {}


@every_method
def test_its_ladders_climb_kinds_of_office_that_it_has(pack, body):
    offices = {row["code"]: int(row["level"]) for row in rows(pack / country(pack)["office_kinds"])}
    for sector in Method.parse(body).sectors:
        assert set(sector.ladder) <= set(offices), sector.code
        levels = [offices[kind] for kind in sector.ladder]
        assert levels == sorted(levels, reverse=True), sector.code


@every_method
def test_its_services_and_variants_stand_where_places_are(pack, body):
    kinds = {kind["code"]: kind["level"] for kind in country(pack)["places"]["kinds"]}
    method = Method.parse(body)
    for service in method.services:
        assert service.stands_at in kinds.values()
        assert set(service.place_kinds) <= set(kinds)
        for variant in service.variants:
            assert set(variant.place_kinds) <= set(kinds)
    for criterion in method.criteria:
        named = {*criterion.place_kinds, *(kind for w in criterion.wordings for kind in w.place_kinds)}
        assert named <= set(kinds), criterion.code


@every_method
def test_its_pictures_are_drawn(pack, body):
    drawn = {path.stem for path in (ROOT / "samleng/doors/web/static/faces").glob("*.svg")}
    scale = Method.parse(body).scale
    named = {one.picture for one in (*scale.points, *scale.classes)} - {""}
    assert named <= drawn


@every_pack
def test_its_methods_agree_on_what_they_share(pack):
    # A service has one row; two methods that describe it otherwise would overwrite each other.
    described = {}
    for one, body in BODIES:
        if one == pack:
            for service in Method.parse(body).services:
                told = (service.sector, service.name, service.stands_at, service.serves_many)
                assert described.setdefault(service.code, told) == told
            for sector in Method.parse(body).sectors:
                assert described.setdefault(f"sector {sector.code}", sector.ladder) == sector.ladder


def test_no_two_packs_publish_the_same_code():
    assert [code for code, n in Counter(body["code"] for _pack, body in BODIES).items() if n > 1] == []


@pytest.mark.django_db
@every_pack
def test_it_loads(pack):
    loaded = load(by=SYSTEM, folder=pack)
    assert {one.code for one in loaded} == {body["code"] for one, body in BODIES if one == pack}
    assert load(by=SYSTEM, folder=pack) == loaded


def test_some_pack_has_methods_that_differ_on_every_axis():
    axes = ("aggregate", "combine", "cycle_months", "retention_days", "auto_complete_days")
    methods = [Method.parse(body) for pack, body in BODIES if pack.name == "demo"]
    for axis in axes:
        assert len({getattr(one, axis) for one in methods}) > 1, axis
    assert len({one.scale.kind for one in methods}) == 3
    assert len({len(one.groups) for one in methods}) > 1
    assert len({one.side("provider").own_criteria for one in methods}) == 2
    assert len({one.raising.custom_allowed for one in methods}) == 2
    assert len({tuple(status.code for status in one.plan.statuses) for one in methods}) > 1
    assert any(one.criteria[0].standard for one in methods)


def test_every_status_has_a_shape_beside_its_colour():
    for _pack, body in BODIES:
        statuses = Method.parse(body).plan.statuses
        shapes = [status.shape for status in statuses if status.shape]
        assert len(set(shapes)) == len(shapes)


@every_pack
def test_it_teaches_in_all_its_languages(pack):
    codes = [lesson.code for lesson in lessons_in(pack)]
    assert codes and len(codes) == len(set(codes))
    for lesson in lessons_in(pack):
        for card in lesson.cards:
            # No law is quoted that may change, and nobody is told to hide something or to lie.
            assert not re.search(r"\b(law|police|hide|lie)\b", card.text["en"], re.IGNORECASE)


@every_pack
def test_it_tells_the_site_whose_days_it_counts(pack):
    assert clock_of(pack) == country(pack)["time_zone"]
    if pack.name == settings.COUNTRY_PACK:
        assert country(pack)["time_zone"] == settings.TIME_ZONE


@pytest.mark.parametrize("said", ['"Phnom Penh"', '""', "7", '"../etc/localtime"'])
def test_it_is_refused_with_a_zone_that_nobody_knows(tmp_path, said):
    (tmp_path / "country.toml").write_text(f"time_zone = {said}\n")
    with pytest.raises(ImproperlyConfigured, match=r"time_zone = .*country\.toml.*IANA"):
        clock_of(tmp_path)


def test_a_site_without_a_pack_counts_days_in_utc(tmp_path):
    assert clock_of(tmp_path) == "UTC"
