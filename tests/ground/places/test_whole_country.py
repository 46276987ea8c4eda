"""The site's own country stands in front, whichever others are loaded beside it."""

import pytest

from samleng.ground.places.models import Place
from samleng.ground.places.verbs import load_tree, name_kinds
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.places.land import DAY, KINDS, branch, plant

pytestmark = pytest.mark.django_db


def plant_another():
    name_kinds(by=SYSTEM, country="aa", kinds=KINDS)
    load_tree(by=SYSTEM, country="aa", branches=[branch("AA", "country", "", "ដីផ្សេង", "Another")], on=DAY)


def test_it_is_the_country_of_the_site_s_own_pack(settings):
    plant()
    plant_another()
    settings.COUNTRY_PACK = "xx"
    assert Place.objects.whole_country().code == "XX"


def test_it_is_what_is_there_where_the_pack_is_not_loaded(settings):
    plant()
    settings.COUNTRY_PACK = "zz"
    assert Place.objects.whole_country().code == "XX"


def test_it_is_none_before_anything_is_loaded():
    assert Place.objects.whole_country() is None
