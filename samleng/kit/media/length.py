"""How long a recording lasts, read from its own structure: nothing that a client says is believed."""

from __future__ import annotations

import struct

from samleng.kit.media.sounds import RATES, Silent, mp3_frame

# Of a WebM file: what holds others, and what is read of them.
HOLDERS = {0x18538067, 0x1549A966, 0x1F43B675, 0xA0}
CLUSTER, SCALE, DURATION, TIME, BLOCKS = 0x1F43B675, 0x2AD7B1, 0x4489, 0xE7, (0xA3, 0xA1)
OPUS_RATE = 48_000
# Of a fragment of MPEG-4: each sample says how long it lasts.
TIMED = 0x100
# A file that claims to last longer says nothing true of itself.
LONGEST = 6 * 3600.0


def seconds(media_type: str, data: bytes) -> float | None:
    """The length of a cleaned recording; None where its file does not tell."""
    readers = {
        "audio/mpeg": of_mp3,
        "audio/mp4": of_mp4,
        "audio/ogg": of_ogg,
        "audio/wav": of_wav,
        "audio/webm": of_webm,
    }
    try:
        found = readers[media_type](data)
    except (KeyError, struct.error, IndexError, ValueError, ZeroDivisionError, Silent):
        return None
    return found if 0 < found < LONGEST else None


def of_wav(data: bytes) -> float:
    """As `clean_wav` leaves it: the format first, then the samples."""
    (size,) = struct.unpack_from("<I", data, 16)
    (rate,) = struct.unpack_from("<I", data, 28)
    (samples,) = struct.unpack_from("<I", data, 20 + size + (size & 1) + 4)
    return float(samples) / float(rate)


def of_mp3(data: bytes) -> float:
    at, length = 0, 0.0
    while at + 4 <= len(data):
        head = struct.unpack_from(">I", data, at)[0]
        try:
            at += mp3_frame(data, at)
        except Silent:
            break
        version = head >> 19 & 3
        length += (1152 if version == 3 else 576) / RATES[version][head >> 10 & 3]
    return length


def of_mp4(data: bytes) -> float:
    """What the index says; browsers write fragments while they record, and then the last one says it."""
    scale, length = duration_of(data, data.find(b"mvhd"))
    return length / scale if length else of_fragments(data)


def of_fragments(data: bytes) -> float:
    """When the last fragment begins and how long its samples last together."""
    scale, _none = duration_of(data, data.index(b"mdhd"))
    begins, run = data.rindex(b"tfdt"), data.rindex(b"trun")
    start = struct.unpack_from(">Q" if data[begins + 4] == 1 else ">I", data, begins + 8)[0]
    flags, count = struct.unpack_from(">II", data, run + 4)
    if not flags & TIMED:
        raise ValueError("its samples do not say how long they last")
    first = run + 12 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4)
    step = 4 * sum(bool(flags & one) for one in (0x100, 0x200, 0x400, 0x800))
    lasts = (struct.unpack_from(">I", data, at)[0] for at in range(first, first + step * count, step))
    return (start + sum(lasts)) / scale


def duration_of(data: bytes, at: int) -> tuple[int, int]:
    if at < 0:
        raise ValueError("no header with a time")
    if data[at + 4] == 1:
        scale, length = struct.unpack_from(">IQ", data, at + 24)
    else:
        scale, length = struct.unpack_from(">II", data, at + 16)
    return scale, length


def of_ogg(data: bytes) -> float:
    last = data.rindex(b"OggS")
    (end,) = struct.unpack_from("<q", data, last + 6)
    head = data.find(b"OpusHead", 0, 128)
    if head >= 0:
        return (end - struct.unpack_from("<H", data, head + 10)[0]) / OPUS_RATE
    vorbis = data.index(b"\x01vorbis", 0, 128)
    return float(end) / float(struct.unpack_from("<I", data, vorbis + 12)[0])


def of_webm(data: bytes) -> float:
    """The length its header gives; browsers write none while they record, so the last block's moment else."""
    at, scale, said, cluster, last = 0, 1_000_000, 0.0, 0, 0
    while at < len(data):
        name, at = number(data, at, marked=True)
        size, at = number(data, at)
        if name == CLUSTER:
            cluster = 0
        if name in HOLDERS:
            # Its parts follow; a live recording does not know how long the whole becomes.
            continue
        body = data[at : at + min(size, 16)]
        if name == SCALE:
            scale = int.from_bytes(body[:size], "big")
        elif name == DURATION:
            said = struct.unpack(">f" if size == 4 else ">d", body[:size])[0]
        elif name == TIME:
            cluster = int.from_bytes(body[:size], "big")
        elif name in BLOCKS:
            _track, after = number(body, 0)
            last = max(last, cluster + struct.unpack_from(">h", body, after)[0])
        at += size
    return (said or last) * scale / 1e9


def number(data: bytes, at: int, *, marked: bool = False) -> tuple[int, int]:
    """A number of variable width and where it ends; `marked` keeps the bit that says how wide it is."""
    width = 9 - data[at].bit_length()
    if width > 8:
        raise ValueError("no number where one must be")
    value = int.from_bytes(data[at : at + width], "big")
    return (value if marked else value & (1 << 7 * width) - 1), at + width
