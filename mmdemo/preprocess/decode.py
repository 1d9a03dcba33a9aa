"""Decode an image file: the only way from a file's bytes to pixels."""

import math
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess import bmp, gif, jpeg, png, webp
from mmdemo.preprocess.exif import orientation
from mmdemo.preprocess.formats import recognise
from mmdemo.preprocess.limits import LONG_SIDE
from mmdemo.preprocess.reduced import reduced
from mmdemo.preprocess.source import read, shown_name
from mmdemo.preprocess.stored import Stored

# The readers are named here, rather than found by `Image.open`: it tries more formats, warns on stderr
# above 89 megapixels, and mistakes a phone's JPEG with a depth map for an animation.
_READERS: dict[str, Callable[[bytes, str], Stored]] = {
    "PNG": png.stored,
    "JPEG": jpeg.stored,
    "WebP": webp.stored,
    "GIF": gif.stored,
    "BMP": bmp.stored,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class DecodedImage:
    """A decoded image.

    pixels: uint8 (height, width, 3), RGB 0–255, upright, transparency on white, at most `long_side` px long.
    format: "PNG", "JPEG", "WebP", "GIF" or "BMP", by content.
    size: (width, height) as stored in the file, before reduction and orientation.
    notes: sentences for a person on how it was read.

    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("L", (4, 3), 128).save(file, "PNG")
    >>> image = decode(file.getvalue(), name="grey.png")
    >>> image.format, image.size, image.pixels.shape, image.notes
    ('PNG', (4, 3), (3, 4, 3), ())
    """

    pixels: np.ndarray
    format: str
    size: tuple[int, int]
    notes: tuple[str, ...] = ()


def decode(
    source: str | os.PathLike | bytes,
    name: str | None = None,
    long_side: int = LONG_SIDE,
    megabytes: float = math.inf,
) -> DecodedImage:
    """Decode an image from a path or from a file's bytes.

    name: its name in messages; the file's own name by default.
    long_side: px of the longer side to which a larger image is shrunk.
    megabytes: of memory that there is for decoding; the limits on images let none take more than 150.

    Raises ImageError, in one sentence for a person, if it is missing, of another format, damaged or too large.
    Raises MemoryError, before anything is decoded, if it may take more than `megabytes`.
    """
    shown = shown_name(source, name)
    data = read(source, shown)
    kind = recognise(data, shown)
    with _damage_as_image_error(shown, kind):
        stored = _stored(data, kind, shown)
        del data  # the reader keeps what it needs
    if stored.megabytes > megabytes:
        raise MemoryError
    with _damage_as_image_error(shown, kind):
        pixels = reduced(stored.load(long_side), stored.size, long_side)
        return DecodedImage(_upright(pixels, stored.exif), kind, stored.size, tuple(_notes(stored, kind, pixels)))


def stored_size(source: str | os.PathLike | bytes, name: str | None = None) -> tuple[int, int]:
    """Return (width, height) in pixels of an image as it stands upright, from the file's head, without decoding it.

    Raises ImageError if it is missing, of another format, too large, or its head is damaged.
    """
    shown = shown_name(source, name)
    data = read(source, shown)
    kind = recognise(data, shown)
    with _damage_as_image_error(shown, kind):
        stored = _stored(data, kind, shown)
        width, height = stored.size
        return (height, width) if orientation(stored.exif) >= 5 else (width, height)


@contextmanager
def _damage_as_image_error(name: str, kind: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ImageError(f"{name} takes too much memory to read: make it smaller first.") from error
    except Exception as error:  # Pillow raises a dozen unrelated errors for damaged bytes, including AssertionError
        raise ImageError(
            f"{name} cannot be read: its {kind} data is damaged, incomplete or of a rare kind; "
            "open it in an image editor and save it again."
        ) from error


def _stored(data: bytes, kind: str, name: str) -> Stored:
    # A person cannot act on warnings such as that of a GIF's claimed size.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        return _READERS[kind](data, name)


def _notes(stored: Stored, kind: str, pixels: np.ndarray) -> Iterator[str]:
    if stored.animated:
        yield f"Animated {kind}: its first frame is used."
    if pixels.shape[1::-1] != stored.size:
        yield f"Read at reduced size, {_in_words(pixels.shape[1::-1])} of {_in_words(stored.size)} px."


def _in_words(size: tuple[int, ...]) -> str:
    return f"{size[0]:,} × {size[1]:,}"


def _upright(pixels: np.ndarray, exif: bytes) -> np.ndarray:
    turn = _UPRIGHT.get(orientation(exif))
    return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn))
