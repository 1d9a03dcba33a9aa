"""Small copies of images in files of our own making: to keep, to show and to train on at little cost."""

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from mmdemo.preprocess.colour_profile import is_srgb
from mmdemo.preprocess.decode import sandbox
from mmdemo.preprocess.exif import orientation
from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.preprocess.opened_image import DecodedImage, OpenedImage, opened
from mmdemo.preprocess.source import read, shown_name
from mmdemo.preprocess.thumbnail import SIDE as THUMBNAIL
from mmdemo.preprocess.thumbnail import jpeg, shrunk

LONG_SIDE = 640  # px of a copy's longer side
_ENDINGS = {"PNG": ".png", "JPEG": ".jpg"}
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 92, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
_PACKING = [cv2.IMWRITE_PNG_COMPRESSION, 6]
_MUCH = 40.0  # megabytes that decoding an image takes
_ANYTIME = nullcontext()
_HEAD, _A_PIXEL = 20_000, 4  # bytes that a file may have to be kept as it is: these, and so many a pixel


@dataclass(frozen=True)
class ImageCopy:
    """A copy of an image, at most 640 px long, upright, in sRGB, without whatever else its file holds.

    data: its file. ending: ".jpg" or ".png". changed: whether data are not the very bytes of the source.
    thumbnail: a JPEG, at most 160 px long. size: (width, height) as stored in the source.
    notes: sentences for a person on what of the source is not in the copy, such as further frames.
    colours: as `OpenedImage.other_colours`.
    """

    data: bytes
    ending: str
    changed: bool
    thumbnail: bytes
    size: tuple[int, int]
    notes: tuple[str, ...] = ()
    colours: str | None = None


def copy_of(
    image: str | os.PathLike | bytes, name: str | None = None, alone: AbstractContextManager[Any] = _ANYTIME
) -> ImageCopy:
    """Return a copy of an image file; its pixels are those that `decode` returns, where it is not shrunk or lossy.

    A JPEG or PNG that is small, upright and in sRGB is kept byte for byte, or loses what is not its pixels (where it
    was taken, comments). Others become JPEG of quality 92, or PNG where the source is no JPEG and PNG is smaller.
    name: its name in messages. alone: held while an image that takes much memory is decoded, such as a lock.
    Raises an ImageError as `decode` does.

    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.new("L", (4, 3), 128).save(file, "PNG")
    >>> copy = copy_of(file.getvalue())
    >>> copy.ending, copy.changed, copy.size, copy.thumbnail[:2].hex()
    ('.png', False, (4, 3), 'ffd8')
    """
    shown = shown_name(image, name)
    data = read(image, shown)
    found = opened(data, shown)
    with alone if found.stored.megabytes > _MUCH else _ANYTIME:
        return _copied(found, data, shown)


def _copied(found: OpenedImage, data: bytes, name: str) -> ImageCopy:
    decoded = _decoded(found, data, name)
    kept = _kept(found)
    small, ending = (kept, _ENDINGS[found.kind]) if kept else _encoded(decoded)
    notes = decoded.notes[:1] if found.stored.animated else ()  # that it is smaller and in sRGB is what a copy is for
    thumbnail = jpeg(shrunk(decoded.pixels, THUMBNAIL / max(decoded.pixels.shape[:2])))
    return ImageCopy(small, ending, small != data, thumbnail, decoded.size, notes, found.other_colours)


def _decoded(image: OpenedImage, data: bytes, name: str) -> DecodedImage:
    if image.bounded:
        return image.decode(LONG_SIDE)
    return decode_foreign(sandbox(), data, name, long_side=LONG_SIDE)


def _kept(image: OpenedImage) -> bytes:
    """Return the bytes of a file that is small, upright, in sRGB and cheap to decode; b"" of any other."""
    stored = image.stored
    width, height = stored.size
    converted = stored.profile and not is_srgb(stored.profile)
    small = max(width, height) <= LONG_SIDE and len(stored.plain) <= _HEAD + _A_PIXEL * width * height
    return stored.plain if small and not stored.animated and orientation(stored.exif) == 1 and not converted else b""


def _encoded(image: DecodedImage) -> tuple[bytes, str]:
    """Return a new file of an image, and its ending."""
    pixels = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2BGR)
    lossy = _file(pixels, ".jpg", _QUALITY)
    if image.format == "JPEG":
        return lossy, ".jpg"
    return min((_file(pixels, ".png", _PACKING), ".png"), (lossy, ".jpg"), key=lambda one: len(one[0]))


def _file(pixels: np.ndarray, ending: str, options: list[int]) -> bytes:
    return cv2.imencode(ending, pixels, options)[1].tobytes()
