"""A small invented land for the tests of places: two districts, four communes, eight villages."""

from datetime import date

from samleng.ground.places.models import Place
from samleng.ground.places.rules import Branch, Kind
from samleng.ground.places.verbs import load_tree, name_kinds
from samleng.kit.ledger.rules import SYSTEM

DAY = date(2025, 1, 1)
KINDS = [
    Kind(code="country", level=0, name={"km": "ប្រទេស", "en": "Country"}, label={"km": "{}", "en": "{}"}),
    Kind(code="province", level=1, name={"km": "ខេត្ត", "en": "Province"}, label={"en": "{} Province"}),
    Kind(code="srok", level=2, name={"km": "ស្រុក", "en": "Srok"}),
    Kind(code="krong", level=2, name={"km": "ក្រុង", "en": "Krong"}),
    Kind(code="khum", level=3, name={"km": "ឃុំ", "en": "Khum"}),
    Kind(code="sangkat", level=3, name={"km": "សង្កាត់", "en": "Sangkat"}),
    Kind(code="phum", level=4, name={"km": "ភូមិ", "en": "Phum"}),
]


def branch(code, kind, parent, km, en, **more):
    return Branch(code=code, kind=kind, parent=parent, name={"km": km, "en": en}, **more)


TREE = [
    branch("XX", "country", "", "ដែនដី", "Land"),
    branch("01", "province", "XX", "ក្រចេះ", "Kratie", aliases=("Kracheh",)),
    branch("0101", "srok", "01", "ស្រុកថ្មី", "Srok Thmey"),
    branch("0102", "krong", "01", "ក្រុងចាស់", "Chas"),
    branch("010101", "khum", "0101", "បន្ទាយនាង", "Banteay Neang"),
    branch("010102", "khum", "0101", "បត់ត្រង់", "Bat Trang"),
    branch("010201", "sangkat", "0102", "ទួលតាឯក", "Tuol Ta Aek"),
    branch("01010101", "phum", "010101", "អូរ\u200bសែន\u200bជ័យ", "Ou Saen Chey"),
    branch("01010102", "phum", "010101", "ភូមិថ្មី", "Phum Thmei"),
    branch("01010201", "phum", "010102", "ស្វាយ", "Svay"),
    branch("01020101", "phum", "010201", "ស្វាយចេក", "Svay Chek"),
]


def plant(branches=TREE, **more):
    name_kinds(by=SYSTEM, country="xx", kinds=KINDS)
    return load_tree(by=SYSTEM, country="xx", branches=branches, on=DAY, **more)


def at(code):
    return Place.objects.current().select_related("kind", "parent").get(country="xx", code=code)
