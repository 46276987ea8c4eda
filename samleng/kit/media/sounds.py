"""Recordings checked by their own structure and freed of what a phone writes into them (place, name)."""

from __future__ import annotations

import struct

SOUNDS = {
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
}
BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
LOW_BITRATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
MOST_BOXES = 4096


class Silent(Exception):
    """The bytes are no recording of the kind they claim to be."""


def clean_sound(media_type: str, data: bytes) -> bytes:
    """The recording without its metadata; raises `Silent` when its structure does not hold."""
    cleaners = {
        "audio/mpeg": clean_mp3,
        "audio/mp4": clean_mp4,
        "audio/ogg": clean_ogg,
        "audio/wav": clean_wav,
        "audio/webm": clean_webm,
    }
    try:
        return cleaners[media_type](data)
    except (struct.error, IndexError, ValueError) as broken:
        raise Silent(str(broken)) from broken


def clean_wav(data: bytes) -> bytes:
    """Only the format and the samples of a WAVE file."""
    chunks, at = {}, 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name in (b"fmt ", b"data") and name not in chunks:
            chunks[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
    if len(chunks.get(b"fmt ", b"")) < 16 or not chunks.get(b"data"):
        raise Silent("a WAVE file needs a format and samples")
    body = b"WAVE"
    for name in (b"fmt ", b"data"):
        part = chunks[name]
        body += name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def clean_mp3(data: bytes) -> bytes:
    """The frames of an MPEG layer III file without the tags at its two ends."""
    start = 0
    while data[start : start + 3] == b"ID3":
        a, b, c, d = data[start + 6 : start + 10]
        start += 10 + ((a & 127) << 21 | (b & 127) << 14 | (c & 127) << 7 | (d & 127))
    end = len(data) - 128 if data[-128:-125] == b"TAG" else len(data)
    at = start
    for _ in range(3):
        at += mp3_frame(data, at)
    if at > end:
        raise Silent("fewer than three frames")
    return data[start:end]


def mp3_frame(data: bytes, at: int) -> int:
    """The length in bytes of the frame at a position."""
    head = struct.unpack_from(">I", data, at)[0]
    version, layer = head >> 19 & 3, head >> 17 & 3
    bits, rate, padding = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if head >> 21 != 0x7FF or version not in RATES or layer != 1 or bits in (0, 15) or rate == 3:
        raise Silent("no frame where one must be")
    table, factor = (BITRATES, 144) if version == 3 else (LOW_BITRATES, 72)
    return factor * table[bits] * 1000 // RATES[version][rate] + padding


def clean_mp4(data: bytes) -> bytes:
    """The file with every box of user data (place, title, device) blanked in place."""
    out = bytearray(data)
    seen: set[bytes] = set()
    blank_boxes(out, 0, len(out), seen)
    if b"moov" not in seen or b"mdat" not in seen:
        raise Silent("an MPEG-4 file needs its index and its samples")
    return bytes(out)


def blank_boxes(out: bytearray, at: int, end: int, seen: set[bytes]) -> None:
    for _ in range(MOST_BOXES):
        if at == end:
            return
        size, name = struct.unpack_from(">I", out, at)[0], bytes(out[at + 4 : at + 8])
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", out, at + 8)[0], 16
        size = size or end - at
        if size < head or at + size > end:
            raise Silent("a box reaches beyond its parent")
        seen.add(name)
        if name in (b"udta", b"meta", b"uuid"):
            # Blanked, not cut: the index holds byte positions of the samples.
            out[at + 4 : at + 8] = b"free"
            out[at + head : at + size] = bytes(size - head)
        elif name in (b"moov", b"trak"):
            blank_boxes(out, at + head, at + size, seen)
        at += size
    raise Silent("too many boxes")


def clean_webm(data: bytes) -> bytes:
    """A WebM file whose header says so; browsers write nothing private into it."""
    head = data[:64]
    if b"\x42\x82" not in head or b"webm" not in head or b"\x18\x53\x80\x67" not in data[:4096]:
        raise Silent("no WebM header")
    return data


def clean_ogg(data: bytes) -> bytes:
    """An Opus or Vorbis stream with the comments of its second page blanked and its checksum renewed."""
    first = ogg_page(data, 0)
    if not data[:first].endswith(b"\0") and b"OpusHead" not in data[:64] and b"\x01vorbis" not in data[:64]:
        raise Silent("no codec header")
    if b"OpusHead" not in data[:64] and b"\x01vorbis" not in data[:64]:
        raise Silent("neither Opus nor Vorbis")
    second = ogg_page(data, first)
    page = bytearray(data[first : first + second])
    mark = page.find(b"OpusTags")
    if mark >= 0:
        vendor = struct.unpack_from("<I", page, mark + 8)[0]
        count_at = mark + 12 + vendor
        if count_at + 4 > len(page):
            raise Silent("comments reach beyond their page")
        page[count_at:] = bytes(len(page) - count_at)
        page[22:26] = bytes(4)
        page[22:26] = struct.pack("<I", ogg_checksum(bytes(page)))
    return data[:first] + bytes(page) + data[first + second :]


def ogg_page(data: bytes, at: int) -> int:
    """The length in bytes of the page at a position, if it is whole."""
    if data[at : at + 4] != b"OggS":
        raise Silent("no page where one must be")
    segments = data[at + 26]
    length = 27 + segments + sum(data[at + 27 : at + 27 + segments])
    if at + length > len(data):
        raise Silent("a page is cut off")
    return length


def ogg_checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else value << 1
    return value & 0xFFFFFFFF
