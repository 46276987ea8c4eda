"""Many recordings come in one ZIP; a ZIP that means harm is refused whole, a wrong file by its name."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import Any

import pytest

from samleng.ground.sounds import verbs
from samleng.ground.sounds.models import Take
from samleng.ground.sounds.packed import LARGEST_ZIP, MOST_FILES
from samleng.ground.sounds.verbs import Many, keep_many
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal, each
from tests.recorded import packed, slots, spoken
from tests.world import World

pytestmark = pytest.mark.django_db


def brought(world: World, archive: Any, **given: Any) -> Many:
    given = {"by": world.by(world.admin), "language": "km"} | given
    every = tuple(slots(world.framework).values())
    return keep_many(owner=world.programme.owner_key, slots=every, archive=archive, **given)


def refused(world: World, archive: Any, **given: Any) -> list[Refusal]:
    with pytest.raises(Refusal) as found:
        brought(world, archive, **given)
    assert not Take.objects.exists()
    return each(found.value)


def test_it_keeps_each_file_for_the_text_it_is_called_after(world: World) -> None:
    files = {"consent.wav": spoken(1), "Point-1.WAV": spoken(2), "my folder/criterion-CL01.wav": spoken(3)}
    files["cl02.wav"] = spoken(4)
    bystanders = {"__MACOSX/my folder/._criterion-CL01.wav": b"x", ".DS_Store": b"x", "my folder/": b""}
    made = brought(world, packed(files | bystanders))
    assert {one.slot for one in made.takes} == {"consent", "point-1", "criterion-CL01", "criterion-CL02"}
    assert made.left_out == []


def test_it_may_be_sent_twice(world: World) -> None:
    for _ in range(2):
        brought(world, packed({"consent.wav": spoken(1)}))
    assert Take.objects.count() == 1


def test_it_names_every_wrong_file_and_keeps_nothing(world: World) -> None:
    files = {
        "consent.wav": spoken(1),
        "consent.mp3": spoken(2),
        "CL01.wav": spoken(5),
        "criterion-CL01.wav": spoken(6),
        "nothing-so-called.wav": spoken(3),
        "point-1.wav": b"no sound at all",
        "point-2.wav": spoken(4, seconds=0.1),
    }
    wrong = {one.field: one.code for one in refused(world, packed(files))}
    assert wrong == {
        "consent.mp3": "twice",
        "criterion-CL01.wav": "twice",
        "nothing-so-called.wav": "no_slot",
        "point-1.wav": "type",
        "point-2.wav": "too_short",
    }


def test_it_keeps_only_the_good_ones_when_asked(world: World) -> None:
    made = brought(world, packed({"consent.wav": spoken(1), "other.wav": spoken(2)}), only_good=True)
    assert [one.slot for one in made.takes] == ["consent"]
    assert [one.field for one in made.left_out] == ["other.wav"]


def test_it_says_so_when_no_file_is_good(world: World) -> None:
    assert [one.code for one in refused(world, packed({"x.wav": spoken()}), only_good=True)] == ["no_slot"]
    assert [one.code for one in refused(world, packed({}))] == ["empty"]


@pytest.mark.parametrize(
    "name",
    ["../../consent.wav", "/etc/consent.wav", "a/../consent.wav", "..\\consent.wav", "C:/consent.wav"],
)
def test_it_refuses_names_that_lead_out(world: World, name: str) -> None:
    (one,) = refused(world, packed({name: spoken(), "point-1.wav": spoken(2)}), only_good=True)
    assert (one.code, one.field) == ("path", "file")


def test_it_refuses_a_link(world: World) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        link = zipfile.ZipInfo("consent.wav")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        book.writestr(link, "/etc/passwd")
    assert [one.code for one in refused(world, out)] == ["path"]


def test_it_refuses_a_bomb_before_it_unpacks_it(world: World) -> None:
    bomb = packed({"consent.wav": bytes(30 * 1024 * 1024)})
    assert [one.code for one in refused(world, bomb)] == ["bomb"]


def test_it_reads_no_further_than_a_recording_may_be_long_whatever_the_zip_says(world: World) -> None:
    data = bytearray(packed({"consent.wav": bytes(6 * 1024 * 1024)}).getvalue())
    # The directory claims a kilobyte.
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1024)
    wrong = refused(world, io.BytesIO(bytes(data)))
    assert wrong[0].code in ("too_big", "damaged", "type")


def test_it_refuses_too_many_files_and_too_large_a_zip(world: World) -> None:
    many = packed({f"{number}.wav": b"x" for number in range(MOST_FILES + 1)})
    assert [one.code for one in refused(world, many)] == ["bomb"]

    class Long(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return LARGEST_ZIP + 1 if whence == 2 else super().seek(offset, whence)

    assert [one.code for one in refused(world, Long(b"PK"))] == ["bomb"]


def test_it_refuses_a_list_of_names_that_would_fill_the_memory(world: World) -> None:
    data = bytearray(packed({"consent.wav": spoken()}).getvalue())
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 40 * 1024 * 1024)
    assert [one.code for one in refused(world, io.BytesIO(bytes(data)))] == ["bomb"]
    whole = packed({"consent.wav": spoken()}).getvalue()
    end = whole.rfind(b"PK\x05\x06")
    long = whole[:end] + b"PK\x06\x07" + bytes(16) + whole[end:]
    assert [one.code for one in refused(world, io.BytesIO(long))] == ["bomb"]


def test_it_refuses_a_password_and_what_is_no_zip(world: World) -> None:
    data = bytearray(packed({"consent.wav": spoken()}).getvalue())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert [one.code for one in refused(world, io.BytesIO(bytes(data)))] == ["password"]
    assert [one.code for one in refused(world, io.BytesIO(spoken()))] == ["damaged"]
    assert [one.code for one in refused(world, io.BytesIO(b""))] == ["damaged"]
    cut = packed({"consent.wav": spoken()}).getvalue()[:-40]
    assert [one.code for one in refused(world, io.BytesIO(cut))] == ["damaged"]


def test_it_tells_a_file_that_is_damaged_inside_by_its_name(world: World) -> None:
    data = bytearray(packed({"consent.wav": spoken(), "point-1.wav": spoken(2)}).getvalue())
    data[60:90] = bytes(30)
    (one,) = refused(world, io.BytesIO(bytes(data)))
    assert (one.code, one.field) == ("damaged", "consent.wav")


def test_it_is_not_for_others(world: World) -> None:
    with pytest.raises(Denied):
        brought(world, packed({"consent.wav": spoken()}), by=world.by(world.stranger))


def test_it_goes_on_where_it_stopped_when_it_is_sent_again(world: World, monkeypatch: Any) -> None:
    files = {"consent.wav": spoken(1), "point-1.wav": spoken(2), "point-2.wav": spoken(3)}
    kept = verbs.keep

    def breaks(**given: Any) -> Any:
        if given["file"] == files["point-1.wav"]:
            raise RuntimeError("the power is gone")
        return kept(**given)

    monkeypatch.setattr(verbs, "keep", breaks)
    with pytest.raises(RuntimeError):
        brought(world, packed(files))
    assert [one.slot for one in Take.objects.all()] == ["consent"]
    monkeypatch.setattr(verbs, "keep", kept)
    assert len(brought(world, packed(files)).takes) == 3
    assert Take.objects.count() == 3
