"""Read HEIC, what iPhones write: its primary image, by pi-heif, which is not everywhere."""

from importlib.util import find_spec
from typing import Any

from PIL import Image

from mmdemo.preprocess import iso_media, limits
from mmdemo.preprocess.stored import Rows, Stored

_MOST = 25_000_000  # pixels
_COST = 5.3  # bytes of memory a pixel, measured


def installed() -> bool:
    """Return whether the package is there that reads HEIC."""
    return find_spec("pi_heif") is not None


def stored(data: bytes, name: str) -> Stored:
    """Return a HEIC file's primary image; raises an ImageError if it would cost too much."""
    head = iso_media.head(data)
    limits.check_pixels(head.size, _MOST, "HEIC", name)
    return Stored(head.size, lambda long_side: _load(data), profile=head.profile, bytes_a_pixel=_COST, bounded=False)


def _load(data: bytes) -> Rows:
    """Decode it, upright: the decoder turns what the file says is turned."""
    import pi_heif

    pi_heif.options.DECODE_THREADS = 1
    image = pi_heif.open_heif(data)
    width, height = image.size
    return Rows((width, height), lambda top, bottom: _rows(image, width, top, bottom))


def _rows(image: Any, width: int, top: int, bottom: int) -> Image.Image:
    """Return some rows as an image of Pillow, so that there is no second copy of all of them."""
    part = bytes(memoryview(image.data)[top * image.stride : bottom * image.stride])
    return Image.frombuffer(image.mode, (width, bottom - top), part, "raw", image.mode, image.stride, 1)
