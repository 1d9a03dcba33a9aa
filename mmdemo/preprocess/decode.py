"""Decode an image file: the only place where a file's bytes become pixels."""

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mmdemo.errors import ImageError
from mmdemo.preprocess import limits
from mmdemo.preprocess.colour import to_rgb
from mmdemo.preprocess.exif import orientation
from mmdemo.preprocess.formats import recognise
from mmdemo.preprocess.png import transparent_colour, without_compressed_chunks
from mmdemo.preprocess.source import read, shown_name

LONG_SIDE = 1500  # px that a JPEG's long side keeps at reduced size: plenty for any encoder

# The readers are named here, rather than found by `Image.open`: it tries more formats, warns on stderr
# above 89 megapixels, and mistakes a phone's JPEG with a depth map for an animation.
_READERS: dict[str, type[ImageFile]] = {
    "PNG": PngImageFile,
    "JPEG": JpegImageFile,
    "WebP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
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

    pixels: uint8 (height, width, 3), RGB 0–255, upright, transparency on white.
    format: "PNG", "JPEG", "WebP", "GIF" or "BMP", by content.
    size: (width, height) as stored in the file, before reduction and orientation.
    notes: sentences for a person on how it was read.

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
    source: str | os.PathLike | bytes, name: str | None = None, long_side: int = LONG_SIDE
) -> DecodedImage:
    """Decode an image from a path or from a file's bytes.

    name: its name in messages; the file's own name by default.
    long_side: px that the long side of a JPEG decoded at reduced size keeps at least.

    Raises ImageError, in one sentence for a person, if it is missing, of another format, damaged or too large.
    """
    shown = shown_name(source, name)
    data = read(source, shown)
    kind = recognise(data, shown)
    with _damage_as_image_error(shown, kind):
        image = _open(data, kind)
        limits.check_cost(image, data, kind, shown)
        size, notes = image.size, tuple(_notes(image, kind, long_side))
        image.load()
        return DecodedImage(to_rgb(_upright(image)), kind, size, notes)


def stored_size(source: str | os.PathLike | bytes, name: str | None = None) -> tuple[int, int]:
    """Return (width, height) in pixels of an image as it stands upright, from the file's head, without decoding it.

    Raises ImageError if it is missing, of another format, or its head is damaged.
    """
    shown = shown_name(source, name)
    data = read(source, shown)
    kind = recognise(data, shown)
    with _damage_as_image_error(shown, kind):
        image = _open(data, kind)
        exif = image.info.get("exif")
        width, height = image.size
        return (height, width) if isinstance(exif, bytes) and orientation(exif) >= 5 else (width, height)


@contextmanager
def _damage_as_image_error(name: str, kind: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ImageError(
            f"{name} is too large; at most {limits.MAX_PIXELS / 1e6:.0f} megapixels are read: make it smaller first."
        ) from error
    except Exception as error:  # Pillow raises a dozen unrelated errors for damaged bytes, including AssertionError
        raise ImageError(
            f"{name} cannot be read: its {kind} data is damaged, incomplete or of a rare kind; "
            "open it in an image editor and save it again."
        ) from error


def _open(data: bytes, kind: str) -> ImageFile:
    if kind == "PNG":
        data = without_compressed_chunks(data)
    # A person cannot act on warnings such as that of damaged EXIF data.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        image = _READERS[kind](io.BytesIO(data))
    if isinstance(image, PngImageFile) and "transparency" in image.info:
        image.info["transparency"] = transparent_colour(image)
    return image


def _notes(image: ImageFile, kind: str, long_side: int) -> Iterator[str]:
    if getattr(image, "is_animated", False):
        yield f"Animated {kind}: its first frame is used."
    if isinstance(image, JpegImageFile):
        stored = image.size
        _reduce(image, long_side)
        if image.size != stored:
            yield f"Read at reduced size, {_in_words(image.size)} of {_in_words(stored)} px."


def _reduce(image: JpegImageFile, long_side: int) -> None:
    """Have libjpeg decode at 1/8, 1/4 or 1/2 of the size, the least that keeps `long_side`, in a third of the time."""
    width, height = image.size
    for factor in (8, 4, 2):
        if max(width, height) // factor >= long_side and min(width, height) >= factor:
            image.draft(None, (width // factor, height // factor))
            return


def _in_words(size: tuple[int, int]) -> str:
    return f"{size[0]:,} × {size[1]:,}"


def _upright(image: ImageFile) -> Image.Image:
    exif = image.info.get("exif")
    turn = _UPRIGHT.get(orientation(exif)) if isinstance(exif, bytes) else None
    return image if turn is None else image.transpose(turn)
