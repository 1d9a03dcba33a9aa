"""Read the head of an ISO base media file, the container of HEIC and AVIF: the properties of its primary image."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_BOXES = 10_000  # of one box; an image of 48 megapixels has about 250 tiles, and a property or two for each


@dataclass(frozen=True)
class Head:
    """The primary image: its (width, height) in pixels as it is shown, and its ICC profile, b"" if it has none."""

    size: tuple[int, int]
    profile: bytes = b""


def head(data: bytes) -> Head:
    """Return the head of a file; raises a ValueError, KeyError or struct.error where it is damaged.

    Source: ISO/IEC 14496-12, §8.11; ISO/IEC 23008-12, §6.5.
    """
    view = memoryview(data)
    meta = _children(_children(view)[b"meta"][4:])
    properties = list(_boxes(_children(meta[b"iprp"])[b"ipco"]))
    own = [properties[place - 1] for place in _places(meta) if 0 < place <= len(properties)]
    found = dict(reversed(own))  # the first of a kind stays
    size = struct.unpack_from(">LL", found[b"ispe"], 4)
    if clean := found.get(b"clap"):  # of an image whose encoder fills whole blocks
        width, width_by, height, height_by = struct.unpack_from(">LLLL", clean)
        size = width // max(1, width_by), height // max(1, height_by)
    if found.get(b"irot", b"\0")[0] & 1:
        size = size[::-1]
    if min(size) < 1:
        raise ValueError("it has no pixels")
    profiles = [bytes(body[4:]) for kind, body in own if kind == b"colr" and bytes(body[:4]) in (b"prof", b"rICC")]
    return Head(size, profiles[0] if profiles else b"")


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the kind and the body of each box."""
    position = 0
    for _ in range(_MOST_BOXES):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">L4s", data, position)
        start = position + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if length == 0 else position + length
        if end < start:
            raise ValueError("a box is too short")
        yield kind, data[start:end]
        position = end
    raise ValueError("it has too many boxes")


def _children(data: memoryview) -> dict[bytes, memoryview]:
    """Return the first box of each kind."""
    found: dict[bytes, memoryview] = {}
    for kind, body in _boxes(data):
        found.setdefault(kind, body)
    return found


def _places(meta: dict[bytes, memoryview]) -> list[int]:
    """Return which properties the primary image has, counted from 1."""
    primary = meta[b"pitm"]
    (wanted,) = struct.unpack_from(">L" if primary[0] else ">H", primary, 4)
    associations = _children(meta[b"iprp"])[b"ipma"]
    long_ids, long_places = associations[0] >= 1, associations[3] & 1
    (count,) = struct.unpack_from(">L", associations, 4)
    position = 8
    for _ in range(min(count, _MOST_BOXES)):
        item, some = struct.unpack_from(">LB" if long_ids else ">HB", associations, position)
        position += 5 if long_ids else 3
        places = struct.unpack_from(f">{some}{'H' if long_places else 'B'}", associations, position)
        position += some * (2 if long_places else 1)
        if item == wanted:
            return [place & (0x7FFF if long_places else 0x7F) for place in places]
    raise ValueError("its primary image has no properties")
