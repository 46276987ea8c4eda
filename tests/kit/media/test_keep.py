"""A file is taken in whole or not at all, kept once, and forgotten on its day."""

from __future__ import annotations

import errno
import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import erase, erase_due, keep, open_blob, path_of
from samleng.kit.words.refusals import Refusal

pytestmark = pytest.mark.django_db
OWNER = "programme:1"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def kept(**how: Any) -> Blob:
    return keep(**({"by": SYSTEM, "file": picture(), "kind": "photo", "owner": OWNER} | how))


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_it_keeps_a_photo_at_the_address_of_its_content(root: Path) -> None:
    blob = kept()
    assert files(root) == [root / blob.sha256[:2] / blob.sha256[2:4] / blob.sha256]
    with open_blob(blob) as file, Image.open(file) as image:
        assert image.format == "WEBP"
    assert (blob.media_type, blob.width, blob.height) == ("image/webp", 64, 48)
    assert Entry.objects.get().facts["sha256"] == blob.sha256


def test_it_knows_a_photo_sent_twice(root: Path) -> None:
    assert kept() == kept()
    assert len(files(root)) == 1 and Entry.objects.count() == 1


def test_it_stores_the_same_bytes_of_two_owners_once(root: Path) -> None:
    one, two = kept(), kept(owner="programme:2")
    assert one.pk != two.pk and len(files(root)) == 1
    erase(by=SYSTEM, blob=one)
    assert len(files(root)) == 1
    erase(by=SYSTEM, blob=two)
    assert files(root) == []


def test_it_reads_files_as_doors_give_them() -> None:
    assert kept(file=io.BytesIO(picture())).size > 0


def test_it_leaves_nothing_of_a_refused_file(root: Path) -> None:
    with pytest.raises(Refusal) as refused:
        kept(file=b"MZ", field="proof")
    assert (refused.value.field, refused.value.code) == ("proof", "type")
    assert not Blob.objects.exists() and not root.exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_it_leaves_nothing_half_done_when_the_disk_is_full(root: Path, monkeypatch: Any, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(Refusal) as refused:
        kept()
    assert refused.value.code == "storage"
    assert not Blob.objects.exists() and not Entry.objects.exists() and files(root) == []


def test_it_forgets_a_file_on_its_day_and_says_so(root: Path) -> None:
    now = timezone.now()
    blob, staying = kept(expires_at=now + timedelta(days=1)), kept(file=picture("red"))
    assert erase_due(now=now + timedelta(hours=3)) == 0
    assert erase_due(now=now + timedelta(days=2)) == 1
    assert erase_due(now=now + timedelta(days=2)) == 0
    with pytest.raises(Refusal) as refused:
        open_blob(Blob.objects.get(pk=blob.pk))
    assert refused.value.code == "missing"
    assert files(root) == [path_of(staying)]


def test_it_leaves_a_file_just_written_to_the_next_sweep(root: Path) -> None:
    kept(expires_at=timezone.now() - timedelta(minutes=1))
    assert erase_due() == 0
    assert erase_due(now=timezone.now() + timedelta(hours=2)) == 1


def test_it_takes_a_forgotten_photo_in_again(root: Path) -> None:
    blob = erase(by=SYSTEM, blob=kept())
    again = kept()
    assert again.pk == blob.pk and again.erased_at is None
    with open_blob(again) as file:
        assert file.read(4) == b"RIFF"


def test_it_brings_back_bytes_lost_from_the_disk(root: Path) -> None:
    blob = kept()
    path_of(blob).unlink()
    with pytest.raises(Refusal):
        open_blob(blob)
    assert path_of(kept()).exists()
