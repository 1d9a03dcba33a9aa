"""Read JPEG: only the segments that make its pixels, for Pillow would parse the others in Python."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from PIL.JpegImagePlugin import JpegImageFile

from mmdemo.errors import ImageError
from mmdemo.preprocess import jpeg_cost, limits
from mmdemo.preprocess.stored import Rows, Stored, loaded

_SCAN, _JFIF, _EXIF, _PROFILE, _ADOBE = 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_TABLES = (0xC4, 0xDB, 0xDD)  # Huffman codes, quantisation, restarts
_FRAMES = tuple(marker for marker in range(0xC0, 0xD0) if marker not in (0xC4, 0xC8, 0xCC))
_PROGRESSIVE = 0xC2
_READ = (0xC0, 0xC1, _PROGRESSIVE)  # what cameras write; arithmetic coding takes many times as long
_ALONE = (0x00, 0x01, *range(0xD0, 0xDA))  # markers without a length
_FILL = re.compile(rb"\xff+")
_ICC = b"ICC_PROFILE\0"  # before a part of a colour profile, its number and how many there are
_MOST_PARTS = 70  # of 65 kB
_MAX_HEAD = 1_000_000  # bytes of tables: a kilobyte is usual


class _Segment(NamedTuple):
    marker: int
    start: int
    body: bytes


@dataclass(frozen=True)
class _Head:
    """What stands before the pixels. scans: the position of the first scan."""

    kept: tuple[bytes, ...]
    marker: int
    frame: bytes
    exif: bytes
    profile: bytes
    scans: int


def stored(data: bytes, name: str) -> Stored:
    """Return a JPEG file's image; raises an ImageError if it would cost too much."""
    head = _head(data, name)
    if head.marker not in _READ:
        raise ImageError(f"{name} is a JPEG of a rare kind; open it in an image editor and save it again.")
    plain = b"".join([data[:2], *head.kept, memoryview(data)[head.scans :]])
    image = JpegImageFile(io.BytesIO(plain))
    cost = jpeg_cost.check(jpeg_cost.Frame(head.frame, head.marker == _PROGRESSIVE), data, head.scans, name)
    return Stored(
        image.size,
        lambda long_side: _load(image, long_side),
        head.exif,
        profile=head.profile,
        plain=plain,
        bytes_a_pixel=cost,
    )


def _head(data: bytes, name: str) -> _Head:
    kept, exif, profile, frame, marker, scans = [], b"", [b""], b"", 0, len(data)
    for segment in _segments(data, name):
        if segment.marker == _SCAN:
            scans = segment.start
        elif segment.marker == _EXIF:
            exif = exif or (segment.body if segment.body.startswith(b"Exif\0\0") else b"")
        elif segment.marker == _PROFILE and segment.body.startswith(_ICC) and len(profile) < _MOST_PARTS:
            profile.append(segment.body[len(_ICC) + 2 :])
        elif segment.marker in (*_FRAMES, *_TABLES) or _names_colours(segment):
            kept.append(bytes([0xFF, segment.marker]) + (len(segment.body) + 2).to_bytes(2, "big") + segment.body)
        if segment.marker in _FRAMES:
            frame, marker = segment.body, segment.marker
    if sum(map(len, kept)) > _MAX_HEAD:
        raise limits.too_many(name, "tables")
    return _Head(tuple(kept), marker, frame, exif, b"".join(profile), scans)


def _names_colours(segment: _Segment) -> bool:
    """Return whether a segment says how colours are stored; libjpeg asks for no other."""
    return (segment.marker, segment.body[:5]) in ((_JFIF, b"JFIF\0"), (_ADOBE, b"Adobe"))


def _segments(data: bytes, name: str) -> Iterator[_Segment]:
    """Yield the segments up to the first scan; what lies between two is skipped, as libjpeg does."""
    position = 2
    for _ in range(limits.MAX_BLOCKS):
        fill = _FILL.search(data, position)
        if fill is None or fill.end() >= len(data):
            return
        position = fill.end() + 1
        marker = data[position - 1]
        if marker in _ALONE:
            continue
        length = max(2, int.from_bytes(data[position : position + 2], "big"))
        yield _Segment(marker, position - 2, data[position + 2 : position + length])
        position += length
        if marker == _SCAN:
            return
    raise limits.too_many(name, "segments")


def _load(image: JpegImageFile, long_side: int) -> Rows:
    factor = jpeg_cost.reduction(image.size, long_side)
    if factor > 1:
        image.draft(None, (image.width // factor, image.height // factor))
    return loaded(image)
