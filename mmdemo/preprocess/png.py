"""Read PNG: only the chunks that make its pixels, for Pillow would parse and inflate all of them."""

import io
import zlib
from dataclasses import dataclass

from PIL.PngImagePlugin import PngImageFile

from mmdemo.preprocess import limits
from mmdemo.preprocess.stored import Stored, loaded

_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_GREY_STEPS = {"L;2": 85, "L;4": 17}  # what one step of 2-bit and 4-bit grey is in 8 bits
_HEAD = 8  # bytes before the first chunk


def stored(data: bytes, name: str) -> Stored:
    """Return a PNG file's image; raises an ImageError if it would cost too much."""
    parts = _essential(data, name)
    image = PngImageFile(io.BytesIO(parts.plain))
    limits.check_pixels(image.size, limits.MAX_PIXELS, "PNG", name)
    if image.mode == "P" and image.palette is None:
        raise ValueError("it has no palette")
    if "transparency" in image.info:
        image.info["transparency"] = transparent_colour(image)
    return Stored(
        image.size, lambda long_side: loaded(image), parts.exif, parts.animated, _profile(parts.packed), parts.plain
    )


@dataclass(frozen=True)
class _Parts:
    """A PNG file without the chunks that do nothing for its pixels; its EXIF, packed profile, and whether it moves."""

    plain: bytes
    exif: bytes
    packed: bytes
    animated: bool


def _essential(data: bytes, name: str) -> _Parts:
    kept, start, position, exif, packed, animated = [], 0, _HEAD, b"", b"", False
    for _ in range(limits.MAX_BLOCKS):
        kind = data[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if kind not in _NEEDED and len(kind) == 4:
            kept.append(data[start:position])
            start = end
            most = limits.MAX_PROFILE if kind == b"iCCP" else limits.MAX_EXIF
            body = data[position + 8 : min(end - 4, position + 8 + most)]
            exif = exif or (body if kind == b"eXIf" else b"")
            packed = packed or (body if kind == b"iCCP" else b"")
            animated |= kind == b"acTL" and int.from_bytes(body[:4], "big") > 1
        position = end
        if kind == b"IEND" or position + _HEAD > len(data):
            return _Parts(b"".join([*kept, data[start:position]]) if kept else data, exif, packed, animated)
    raise limits.too_many(name, "chunks")


def _profile(packed: bytes) -> bytes:
    """Return the colour profile of an iCCP chunk: a name, a zero, the method, and the profile, deflated."""
    _, _, rest = packed.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(rest[1:], limits.MAX_PROFILE + 1)
    except zlib.error:
        return rest  # which is no profile


def transparent_colour(image: PngImageFile) -> object:
    """Return the `transparency` of an opened, not yet loaded PNG on the scale of the pixels that Pillow will give.

    The file states one transparent colour in its own bits (2, 4 or 16); Pillow compares it with 8-bit pixels.
    A 16-bit colour keeps its upper bytes, as the pixels do, so its nearest neighbours become transparent too.
    """
    stated = image.info.get("transparency")
    raw_mode = image.png.im_rawmode if image.png else ""
    if isinstance(stated, int):
        return stated * _GREY_STEPS.get(raw_mode, 1)
    if isinstance(stated, tuple) and raw_mode == "RGB;16B":
        return tuple(value >> 8 for value in stated)
    return stated
