"""A folder with a country's channel comes in whole, once, and a dry run leaves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from samleng.doors.console.main import main
from samleng.doors.exchange.channels import import_channels
from samleng.doors.exchange.models import ImportBatch
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.frameworks.verbs import load as load_frameworks
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals

DEMO = Path(settings.PACKS) / "demo"


@pytest.fixture
def head(tmp_path: Path, db: None) -> Path:
    load_frameworks(by=SYSTEM, folder=DEMO)
    return Path(shutil.copytree(DEMO / "channels", tmp_path / "mine")) / "catalogue.toml"


def test_it_publishes_once_and_tells_what_came_in(head: Path):
    seen: list[tuple[int, int]] = []
    told = import_channels(by=SYSTEM, path=head, progress=lambda done, of: seen.append((done, of)))
    assert (told.loaded, told.unchanged, seen) == (1, 0, [(1, 1)])
    assert told.counts["categories"] > 40 and told.counts["lists_of_help"] == 4
    again = import_channels(by=SYSTEM, path=head)
    assert (again.loaded, again.unchanged) == (0, 1)
    assert CatalogueVersion.objects.count() == 1
    assert ImportBatch.objects.get().kind == "channels"


def test_a_dry_run_leaves_nothing(head: Path):
    assert import_channels(by=SYSTEM, path=head, dry_run=True).loaded == 1
    assert not CatalogueVersion.objects.exists() and not ImportBatch.objects.exists()


def test_it_is_taken_whole_or_not_at_all(head: Path):
    waste = head.with_name("waste.toml")
    waste.write_text(waste.read_text(encoding="utf-8").replace('service = "RW"', 'service = "ZZ"', 1))
    with pytest.raises(Refusals) as refused:
        import_channels(by=SYSTEM, path=head, only_good=True)
    assert [(one.field, one.row) for one in refused.value] == [("waste.toml: categories[0].service", 3)]
    assert not CatalogueVersion.objects.exists()


def test_it_needs_the_file_with_which_a_channel_begins(head: Path):
    with pytest.raises(Refusal) as refused:
        import_channels(by=SYSTEM, path=head.with_name("waste.toml"))
    assert (refused.value.field, refused.value.code) == ("file", "other_kind")
    assert "catalogue.toml" in str(refused.value.message)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x = " + b"[" * 100_000, "bad_pack"),
        (b"x = " + b"9" * 5000, "bad_pack"),
        (b"x = 1.5", "bad_pack"),
        (b"[[categories]]\ncode = 1979-05-27", "catalogue"),
        (b"\xff\xfe\x00", "encoding"),
        (b"#" * (3 * 1024 * 1024), "too_large"),
    ],
)
def test_it_refuses_what_means_harm_beside_it(head: Path, content: bytes, code: str):
    head.with_name("zz.toml").write_bytes(content)
    with pytest.raises(Refusal) as refused:
        import_channels(by=SYSTEM, path=head)
    assert refused.value.code == code
    assert not CatalogueVersion.objects.exists()


def test_the_command_takes_the_packs_own_channel(head: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["import", "channels", str(head), "--json"]) == 0
    assert '"loaded": 1' in capsys.readouterr().out
