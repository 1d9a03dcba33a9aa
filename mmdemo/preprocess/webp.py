"""Read WebP: the first frame alone, by OpenCV, which takes a third of the memory that Pillow takes."""

import struct
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from mmdemo.preprocess import limits
from mmdemo.preprocess.stored import Rows, Stored

_MAX_LOSSLESS = 14_000_000  # pixels, also where some are transparent: libwebp and OpenCV hold 4 bytes of each twice
_HALVED, _LOSSY, _LOSSLESS = 4.0, 5.8, 9.0  # bytes of memory a pixel, measured
_HEAD = 12  # bytes before the first chunk
_FRAME = 16  # bytes before the chunks of an animation's frame
_ALPHA = 0x10  # the flag that some pixels are transparent
_IMAGES = (b"VP8 ", b"VP8L")


@dataclass(frozen=True)
class _Frame:
    """The chunk that holds a frame's pixels, that of its transparency or b"", and where it lies on the canvas."""

    kind: bytes
    pixels: bytes
    alpha: bytes = b""
    corner: tuple[int, int] = (0, 0)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        if self.kind == b"VP8L":
            (bits,) = struct.unpack_from("<L", self.pixels, 1)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        width, height = struct.unpack_from("<HH", self.pixels, 6)
        return width & 0x3FFF, height & 0x3FFF

    def file(self) -> bytes:
        """Return a WebP file of this frame alone."""
        chunks = [(self.kind, self.pixels)]
        if self.alpha:
            sides = b"".join((side - 1).to_bytes(3, "little") for side in self.size)
            chunks = [(b"VP8X", bytes([_ALPHA, 0, 0, 0]) + sides), (b"ALPH", self.alpha), *chunks]
        body = b"".join(kind + struct.pack("<L", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks)
        return b"RIFF" + struct.pack("<L", 4 + len(body)) + b"WEBP" + body


def stored(data: bytes, name: str) -> Stored:
    """Return a WebP file's first frame; raises an ImageError if it would cost too much."""
    (length,) = struct.unpack_from("<L", data, 4)
    if 8 + length > len(data):
        raise ValueError("it is cut off")
    chunks, frames = _chunks(memoryview(data)[_HEAD:], name)
    frame = _frame(frames[0], name) if frames else _still(chunks)
    size = _canvas(chunks[b"VP8X"]) if b"VP8X" in chunks else frame.size
    opaque = frame.kind == b"VP8 " and not frame.alpha
    kind, most = ("WebP", limits.MAX_PIXELS) if opaque else ("lossless or transparent WebP", _MAX_LOSSLESS)
    for one in (size, frame.size):
        limits.check_pixels(one, most, kind, name)
    exif = bytes(chunks.get(b"EXIF", b"")[: limits.MAX_EXIF])
    profile = bytes(chunks.get(b"ICCP", b"")[: limits.MAX_PROFILE + 1])
    # Libwebp keeps a table of 12 kB for each set of codes that a lossless frame says it has, up to 65,536 of them.
    cost = _HALVED if _is_halved(frame, size, limits.LONG_SIDE, opaque) else _LOSSY if opaque else _LOSSLESS
    return Stored(
        size,
        lambda long_side: _load(frame, size, long_side, opaque),
        exif,
        animated=len(frames) > 1,
        profile=profile,
        bytes_a_pixel=cost,
        bounded=opaque,
    )


def _chunks(data: memoryview, name: str) -> tuple[dict[bytes, memoryview], list[memoryview]]:
    """Return the first chunk of each kind, and the frames of an animation."""
    first: dict[bytes, memoryview] = {}
    frames: list[memoryview] = []
    position = 0
    for _ in range(limits.MAX_BLOCKS):
        if position + 8 > len(data):
            return first, frames
        kind = bytes(data[position : position + 4])
        (length,) = struct.unpack_from("<L", data, position + 4)
        body = data[position + 8 : position + 8 + length]
        first.setdefault(kind, body)
        frames += [body] if kind == b"ANMF" else []
        position += 8 + length + length % 2
    raise limits.too_many(name, "chunks")


def _still(chunks: dict[bytes, memoryview]) -> _Frame:
    kind = next(kind for kind in _IMAGES if kind in chunks)
    extended = chunks.get(b"VP8X")
    transparent = extended is not None and extended[0] & _ALPHA
    return _Frame(kind, bytes(chunks[kind]), bytes(chunks.get(b"ALPH", b"")) if transparent else b"")


def _frame(body: memoryview, name: str) -> _Frame:
    chunks, _ = _chunks(body[_FRAME:], name)
    kind = next(kind for kind in _IMAGES if kind in chunks)
    x, y = (2 * int.from_bytes(body[start : start + 3], "little") for start in (0, 3))
    return _Frame(kind, bytes(chunks[kind]), bytes(chunks.get(b"ALPH", b"")), (x, y))


def _canvas(extended: memoryview) -> tuple[int, int]:
    width, height = (int.from_bytes(extended[start : start + 3], "little") + 1 for start in (4, 7))
    return width, height


def _is_halved(frame: _Frame, size: tuple[int, int], long_side: int, opaque: bool) -> bool:
    return opaque and frame.size == size and max(size) >= 2 * long_side


def _load(frame: _Frame, size: tuple[int, int], long_side: int, opaque: bool) -> Rows:
    halved = _is_halved(frame, size, long_side, opaque)
    how = cv2.IMREAD_REDUCED_COLOR_2 if halved else cv2.IMREAD_UNCHANGED
    pixels = cv2.imdecode(np.frombuffer(frame.file(), np.uint8), how)
    if pixels is None:
        raise ValueError("OpenCV cannot decode it")
    if frame.size == size:
        height, width = pixels.shape[:2]
        return Rows((width, height), lambda top, bottom: _image(pixels[top:bottom]))
    return Rows(size, lambda top, bottom: _on_canvas(pixels, frame.corner, size[0], top, bottom))


def _image(pixels: np.ndarray) -> Image.Image:
    code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return Image.fromarray(cv2.cvtColor(pixels, code))


def _on_canvas(pixels: np.ndarray, corner: tuple[int, int], width: int, top: int, bottom: int) -> Image.Image:
    """Return rows of the transparent canvas on which a frame lies."""
    x, y = corner
    canvas = Image.new("RGBA", (width, bottom - top), (255, 255, 255, 0))
    part = pixels[max(0, top - y) : max(0, bottom - y)]
    if len(part):
        canvas.paste(_image(part), (x, max(0, y - top)))
    return canvas
