"""Read GIF: its first frame, cut out without comments, for Pillow would read block by block to the second."""

import io
from collections.abc import Iterator

from PIL.GifImagePlugin import GifImageFile

from mmdemo.preprocess import limits
from mmdemo.preprocess.stored import Stored, loaded

_HEAD = 13  # bytes of the signature and the screen's description
_FRAME = 10  # bytes of a frame's description, its first included
_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL = 0xF9  # the extension that says which colour is transparent


def stored(data: bytes, name: str) -> Stored:
    """Return a GIF file's first frame; raises an ImageError if it would cost too much."""
    frame, animated = _first_frame(data, name)
    image = GifImageFile(io.BytesIO(frame))
    limits.check_pixels(image.size, limits.MAX_PIXELS, "GIF", name)
    return Stored(image.size, lambda long_side: loaded(image), animated=animated)


def _first_frame(data: bytes, name: str) -> tuple[bytes, bool]:
    """Return a GIF that holds only the first frame, and whether another one follows."""
    position = _HEAD + _palette_bytes(data[10])
    kept, steps = [data[:position]], iter(range(limits.MAX_BLOCKS))
    while kind := _next(data, position):
        start, position = position, _end(data, position, steps)
        if next(steps, None) is None:
            raise limits.too_many(name, "blocks")
        if kind == _IMAGE:
            return b"".join([*kept, data[start:position], bytes([_END])]), _another(data, position, steps)
        if data[start + 1] == _CONTROL:
            kept.append(data[start:position])
    return b"".join(kept), False


def _another(data: bytes, position: int, steps: Iterator[int]) -> bool:
    """Return whether a frame begins at or after the position, as far as the steps left show."""
    while (kind := _next(data, position)) == _EXTENSION and next(steps, None) is not None:
        position = _end(data, position, steps)
    return kind == _IMAGE


def _next(data: bytes, position: int) -> int:
    """Return what begins at the position: an extension, a frame, or 0 at the end."""
    kind = data[position] if position + 1 < len(data) else 0
    return kind if kind in (_EXTENSION, _IMAGE) else 0


def _end(data: bytes, position: int, steps: Iterator[int]) -> int:
    """Return where what begins at the position ends; each of its blocks takes a step."""
    framed = data[position] == _IMAGE
    position += _FRAME + _palette_bytes(data[position + 9]) + 1 if framed else 2
    while position < len(data) and data[position] and next(steps, None) is not None:
        position += 1 + data[position]
    return position + 1


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
