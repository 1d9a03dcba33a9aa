"""Read TIFF: its first page, by Pillow."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from PIL.TiffImagePlugin import TiffImageFile

from mmdemo.errors import ImageError
from mmdemo.preprocess import limits
from mmdemo.preprocess.stored import Stored, loaded

_MOST_BYTES = 140_000_000  # of memory
_PIXEL = 4.1  # bytes of memory that a pixel takes, measured; twice so many where the page lies on its side
_KIND, _WIDTH, _HEIGHT, _BITS, _ORIENTATION, _SAMPLES, _STRIP = 254, 256, 257, 258, 274, 277, 278
_MOST_SAMPLES, _MOST_BITS = 8, 32
_PROFILE, _RAW = 34675, 0xC612
_SHORT, _LONG = 3, 4
_ENTRY = 12  # bytes


@dataclass(frozen=True)
class _Directory:
    """What is said of a page: tag → type, number of values, where they are or are named; whether more pages follow."""

    order: str
    data: bytes
    entries: Mapping[int, tuple[int, int, int]]
    more: bool

    def number(self, tag: int, default: int = 0) -> int:
        """Return a tag's first value."""
        kind, count, position = self.entries.get(tag, (0, 0, 0))
        if kind not in (_SHORT, _LONG):
            return default
        if count * (2 if kind == _SHORT else 4) > 4:
            (position,) = struct.unpack_from(f"{self.order}L", self.data, position)
        (value,) = struct.unpack_from(f"{self.order}{'H' if kind == _SHORT else 'L'}", self.data, position)
        return int(value)

    def block(self, tag: int, most: int) -> bytes:
        """Return a tag's bytes, at most so many."""
        _, length, position = self.entries.get(tag, (0, 0, 0))
        if not length:
            return b""
        (start,) = struct.unpack_from(f"{self.order}L", self.data, position)
        return self.data[start : start + min(length, most)]


def stored(data: bytes, name: str) -> Stored:
    """Return a TIFF file's first page; raises an ImageError if it would cost too much."""
    page = _first_page(data)
    if _RAW in page.entries or page.number(_KIND) & 1 or data[8:10] == b"CR":
        raise ImageError(f"{name} is a camera's raw file, or begins with a preview; export it as JPEG first.")
    size = page.number(_WIDTH), page.number(_HEIGHT)
    if min(size) < 1:
        raise ValueError("it has no pixels")
    cost = _bytes_a_pixel(page)
    limits.check_pixels(size, min(limits.MAX_PIXELS, _MOST_BYTES / cost), "TIFF", name)
    return Stored(
        size[::-1] if _lies(page) else size,  # as Pillow will return it
        lambda long_side: loaded(TiffImageFile(io.BytesIO(data))),
        animated=page.more,
        profile=page.block(_PROFILE, limits.MAX_PROFILE + 1),
        bytes_a_pixel=cost,
        bounded=False,
    )


def _lies(page: _Directory) -> bool:
    """Return whether a page lies on its side."""
    return page.number(_ORIENTATION, 1) >= 5


def _bytes_a_pixel(page: _Directory) -> float:
    """Return the memory that decoding takes: that of the pixels, and of the largest strip, which may be all."""
    height = page.number(_HEIGHT)
    strip = min(height, page.number(_STRIP, height)) / height
    samples, bits = page.number(_SAMPLES, 1), page.number(_BITS, 1)
    if samples > _MOST_SAMPLES or bits > _MOST_BITS:
        raise ValueError("it is no image")
    return _PIXEL * (1 + _lies(page)) + strip * samples * bits / 8


def _first_page(data: bytes) -> _Directory:
    """Return the directory of the first page. Source: TIFF 6.0, §2."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}L", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    entries: dict[int, tuple[int, int, int]] = {}
    for position in range(start + 2, start + 2 + _ENTRY * count, _ENTRY):
        tag, kind, length = struct.unpack_from(f"{order}HHL", data, position)
        entries.setdefault(tag, (kind, length, position + 8))
    after = data[start + 2 + _ENTRY * count :][:4]
    return _Directory(order, data, entries, any(after))
