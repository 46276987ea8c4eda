"""How long a recording lasts, read from real files of each kind and from broken ones."""

from __future__ import annotations

import struct

import pytest

from samleng.kit.media.length import seconds
from tests.recorded import spoken


def mp3(frames: int) -> bytes:
    """MPEG-1 layer III frames of 128 kbit/s at 44.1 kHz: 417 bytes and 26 ms each."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def mp4(scale: int, length: int, *, long: bool = False) -> bytes:
    if long:
        head = b"mvhd\1\0\0\0" + bytes(16) + struct.pack(">IQ", scale, length)
    else:
        head = b"mvhd\0\0\0\0" + bytes(8) + struct.pack(">II", scale, length)
    return b"\0\0\0\x18ftypM4A " + head


def fragments(start: int, *lasts: int, flags: int = 0x301) -> bytes:
    """As Chromium records MPEG-4: no length in its index, the last fragment's samples each with theirs."""
    scale = b"mdhd\1\0\0\0" + bytes(16) + struct.pack(">IQ", 48000, 0)
    begins = b"tfdt\1\0\0\0" + struct.pack(">Q", start)
    samples = b"".join(struct.pack(">II", one, 99) for one in lasts)
    run = b"trun" + struct.pack(">IIi", flags | 1 << 24, len(lasts), 116) + samples
    return mp4(1000, 0, long=True) + scale + begins + run


def ogg(rate_head: bytes, granule: int) -> bytes:
    first = b"OggS\0\2" + bytes(20) + b"\1" + bytes([len(rate_head)]) + rate_head
    return first + b"OggS\0\4" + struct.pack("<q", granule) + bytes(13)


def webm(*blocks: tuple[int, int], duration: float | None = None) -> bytes:
    """As browsers write it: of unknown size, a cluster for each (its moment, a block's after it)."""

    def part(name: bytes, body: bytes) -> bytes:
        return name + bytes([0x80 | len(body)]) + body

    info = part(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big"))
    if duration is not None:
        info += part(b"\x44\x89", struct.pack(">d", duration))
    out = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + part(b"\x15\x49\xa9\x66", info)
    for moment, after in blocks:
        out += b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff"
        out += part(b"\xe7", moment.to_bytes(2, "big")) + part(
            b"\xa3", b"\x81" + struct.pack(">h", after) + b"\0sound"
        )
    return part(b"\x1a\x45\xdf\xa3", b"\x42\x82\x84webm") + out


@pytest.mark.parametrize(
    ("media_type", "data", "length"),
    [
        ("audio/wav", spoken(seconds=1.5), 1.5),
        ("audio/mpeg", mp3(100), 2.612),
        ("audio/mp4", mp4(1000, 4200), 4.2),
        ("audio/mp4", mp4(1000, 4200, long=True), 4.2),
        ("audio/mp4", fragments(96_000, 2880, 2880, 2880), 2.18),
        ("audio/ogg", ogg(b"OpusHead\1\1" + struct.pack("<HI", 312, 48000) + b"\0\0\0", 48312), 1.0),
        ("audio/ogg", ogg(b"\1vorbis\0\0\0\0\1" + struct.pack("<I", 22050) + bytes(14), 44100), 2.0),
        ("audio/webm", webm((0, 960), (1000, 440)), 1.44),
        ("audio/webm", webm((0, 960), duration=2500.0), 2.5),
    ],
)
def test_it_reads_the_length_of_each_kind(media_type: str, data: bytes, length: float) -> None:
    assert seconds(media_type, data) == pytest.approx(length, abs=0.002)


@pytest.mark.parametrize("kind", ["audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "x/y"])
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"\xff" * 100, bytes(range(256)) * 9])
def test_it_says_nothing_of_what_it_cannot_read(kind: str, data: bytes) -> None:
    assert seconds(kind, data) is None


def test_it_does_not_guess_where_samples_say_nothing_or_too_many_are_claimed() -> None:
    assert seconds("audio/mp4", fragments(96_000, 2880, flags=0x201)) is None
    endless = bytearray(fragments(96_000, 2880))
    at = endless.rfind(b"trun") + 8
    endless[at : at + 4] = b"\xff\xff\xff\xff"
    assert seconds("audio/mp4", bytes(endless)) is None


def test_it_reads_a_hostile_file_in_the_time_of_its_bytes() -> None:
    # A name and a size of nothing, again and again: each step goes forward.
    assert seconds("audio/webm", b"\xa3\x80" * 200_000) is None
