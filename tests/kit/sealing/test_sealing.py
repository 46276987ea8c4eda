"""Sealing and opening on a real database."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from samleng.kit.sealing.models import Sealed, Wrap
from samleng.kit.sealing.rules import Opener, Reader, fresh_keypair
from samleng.kit.sealing.verbs import (
    NotReadable,
    forget,
    open_file,
    open_many,
    open_text,
    path_of,
    scrub,
    scrub_due,
    seal,
    seal_file,
    share_many,
    share_with,
    sweep,
)

SECRET = "គេ​ទារ​លុយ​ពី​ខ្ញុំ 20,000"
MADE = {name: fresh_keypair() for name in ("vault:a", "vault:b", "report:c")}


def reader(name):
    return Reader(name, MADE[name].public)


def opener(name):
    return Opener(name, MADE[name].private)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sealed(db):
    return seal(SECRET, [reader("vault:a"), reader("report:c"), reader("vault:a")])


def test_it_opens_for_every_reader_and_for_nobody_else(sealed):
    assert open_text(sealed, opener("vault:a")) == open_text(sealed, opener("report:c")) == SECRET
    assert sealed.readable_by("vault:a") and not sealed.readable_by("vault:b")
    with pytest.raises(NotReadable):
        open_text(sealed, opener("vault:b"))
    with pytest.raises(NotReadable):
        open_text(sealed, Opener("vault:a", MADE["vault:b"].private))


@pytest.mark.django_db
def test_it_seals_to_somebody_or_not_at_all():
    with pytest.raises(ValueError, match="nobody"):
        seal(SECRET, [])


def test_it_keeps_nothing_of_the_text_in_the_open(sealed):
    row = Sealed.objects.get()
    kept = bytes(row.body) + b"".join(bytes(one.wrapped) for one in Wrap.objects.all())
    assert SECRET.encode() not in kept and b"20,000" not in kept and len(Wrap.objects.all()) == 2


def test_it_shares_with_more_readers_without_touching_the_text(sealed):
    before = bytes(sealed.body)
    share_with(sealed, opener("vault:a"), [reader("vault:b")])
    share_with(sealed, opener("vault:a"), [reader("vault:b")])
    sealed.refresh_from_db()
    assert open_text(sealed, opener("vault:b")) == SECRET and bytes(sealed.body) == before
    with pytest.raises(NotReadable):
        share_with(sealed, Opener("vault:x", MADE["vault:a"].private), [reader("vault:b")])


@pytest.mark.django_db
def test_it_passes_on_many_at_once_and_only_those_it_can_open(django_assert_num_queries):
    mine = [seal(f"{n}", [reader("vault:a")]) for n in range(5)]
    other = seal("not yours", [reader("vault:b")])
    with django_assert_num_queries(2):
        assert share_many([one.pk for one in (*mine, other)], opener("vault:a"), [reader("report:c")]) == 5
    with django_assert_num_queries(1):
        opened = open_many([*mine, other], opener("report:c"))
    assert opened == {one.pk: f"{n}" for n, one in enumerate(mine)}


def test_it_wraps_once_a_reader_whatever_is_written(sealed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Wrap.objects.create(sealed=sealed, reader="vault:a", wrapped=b"x")


def test_it_forgets_the_text_and_every_key_and_keeps_the_row(sealed):
    forget(sealed)
    first = sealed.forgotten_at
    forget(sealed)
    row = Sealed.objects.get()
    assert bytes(row.body) == b"" and row.forgotten_at == first and not row.wraps.exists()
    with pytest.raises(NotReadable):
        open_text(row, opener("vault:a"))
    assert open_many([row], opener("vault:a")) == {}


@pytest.mark.django_db
def test_it_keeps_a_file_as_bytes_that_say_nothing():
    data = b"RIFFxxxxWEBP" + SECRET.encode() * 5000
    sealed = seal_file(data, "image/webp", [reader("vault:a")])
    kept = path_of(sealed.pk).read_bytes()
    assert b"WEBP" not in kept and SECRET.encode() not in kept and b"image/webp" not in kept
    assert open_file(sealed, opener("vault:a")) == (data, "image/webp")
    with pytest.raises(NotReadable):
        open_file(sealed, opener("vault:b"))
    assert path_of(sealed.pk).stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_it_forgets_a_file_once_that_is_certain(django_capture_on_commit_callbacks):
    sealed = seal_file(b"x", "image/webp", [reader("vault:a")])
    with django_capture_on_commit_callbacks() as later:
        forget(sealed)
    assert path_of(sealed.pk).exists()
    for call in later:
        call()
    assert not path_of(sealed.pk).exists()
    with pytest.raises(NotReadable):
        open_file(sealed, opener("vault:a"))


@pytest.mark.django_db
def test_it_sweeps_up_files_whose_row_never_came(monkeypatch):
    kept = seal_file(b"x", "image/webp", [reader("vault:a")])
    lost = seal_file(b"y", "image/webp", [reader("vault:a")])
    Sealed.objects.filter(pk=lost.pk).delete()
    assert sweep() == 0
    monkeypatch.setattr("samleng.kit.sealing.verbs.GRACE", -kept.made_at.resolution * 60_000_000)
    assert sweep() == 1
    assert path_of(kept.pk).exists() and not path_of(lost.pk).exists()


@pytest.mark.django_db
def test_it_scrubs_at_night_and_only_after_something_was_forgotten(monkeypatch):
    done = []
    monkeypatch.setattr("samleng.kit.sealing.verbs.scrub", lambda: done.append(1))
    night = timezone.make_aware(datetime(2026, 5, 4, 2))
    sealed = seal(SECRET, [reader("vault:a")])
    assert not scrub_due(night)
    forget(sealed)
    Sealed.objects.update(forgotten_at=night - timedelta(hours=3))
    assert not scrub_due(night + timedelta(hours=6)) and not scrub_due(night + timedelta(days=2))
    assert scrub_due(night) and done == [1]


def on_disk():
    """Every byte that the database keeps of sealed texts."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        return b"".join(Path(f"{name}{end}").read_bytes() for end in ("", "-wal"))
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        found = b""
        for table in ("sealing_sealed", "sealing_wrap"):
            cursor.execute(
                "SELECT pg_read_binary_file(pg_relation_filepath(oid)) ||"
                " coalesce(pg_read_binary_file(pg_relation_filepath(nullif(reltoastrelid, 0)), true), '')"
                " FROM pg_class WHERE relname = %s",
                [table],
            )
            found += bytes(cursor.fetchone()[0])
        return found


@pytest.mark.django_db(transaction=True)
def test_it_leaves_nothing_of_a_forgotten_text_on_the_disk():
    rows = [seal("x" * size, [reader("vault:a")]) for size in (10, 300, 5000, 40_000, 10)]
    marks = [bytes(one.body)[8:40] for one in rows[:4]]
    marks += [bytes(one.wraps.get().wrapped)[:40] for one in rows[:4]]
    kept = bytes(rows[4].body)[8:40]
    scrub()
    before = on_disk()
    assert all(mark in before for mark in (marks[0], marks[4], kept))
    for one in rows[:4]:
        forget(one)
    scrub()
    after = on_disk()
    assert [mark in after for mark in marks] == [False] * 8 and kept in after
    assert open_text(rows[4], opener("vault:a")) == "x" * 10
