"""A pack's channel is loaded whole; what is wrong is told with its file, its entry there and its line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.verbs import load
from samleng.ground.frameworks.verbs import load as load_frameworks
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals

DEMO = Path(settings.PACKS) / "demo"


@pytest.fixture
def pack(tmp_path: Path, db: None) -> Path:
    load_frameworks(by=SYSTEM, folder=DEMO)
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


@pytest.fixture
def change(pack: Path) -> Callable[[str, str, str], None]:
    def do(name: str, old: str, new: str) -> None:
        path = pack / "channels" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


def test_it_joins_the_lists_of_all_files(pack: Path):
    row = load(by=SYSTEM, folder=pack)
    assert row.catalogue.category("burning") and row.catalogue.category("window_overcharged")


def test_a_pack_without_channels_has_none(pack: Path):
    shutil.rmtree(pack / "channels")
    assert load(by=SYSTEM, folder=pack) is None
    assert CatalogueVersion.objects.current() is None


def test_it_names_file_entry_and_line(pack: Path, change):
    change("waste.toml", 'clock = "waste_urgent"', 'clock = "at_once"')
    with pytest.raises(Refusals) as refused:
        load(by=SYSTEM, folder=pack)
    [told] = refused.value
    lines = (pack / "channels/waste.toml").read_text(encoding="utf-8").splitlines()
    assert told.field == "waste.toml: categories[4].clock"
    assert lines[told.row - 1 : told.row + 1] == ["[[categories]]", 'code = "burning"']
    assert str(told.remedy)
    assert not CatalogueVersion.objects.exists()


def test_it_names_what_stands_in_no_list(pack: Path, change):
    change("catalogue.toml", '"shire_ombudsman", ', '"shire_oracle", ')
    with pytest.raises(Refusals) as refused:
        load(by=SYSTEM, folder=pack)
    assert [(one.field, one.row) for one in refused.value] == [("catalogue.toml: ombudsmen", None)]


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("waste.toml", "[[categories]]", 'version = "9"\n[[categories]]', "waste.toml: version"),
        ("help.toml", "[[referrals]]", "[[referrals]", "help.toml"),
    ],
)
def test_it_refuses_a_file_that_cannot_be_joined(pack: Path, change, name, old, new, field):
    change(name, old, new)
    with pytest.raises(Refusal) as refused:
        load(by=SYSTEM, folder=pack)
    assert refused.value.field == field
