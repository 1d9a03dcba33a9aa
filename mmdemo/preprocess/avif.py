"""Read AVIF: the first image, by Pillow."""

import io

from PIL import ImageOps
from PIL.AvifImagePlugin import AvifImageFile

from mmdemo.preprocess import iso_media, limits
from mmdemo.preprocess.stored import Rows, Stored, loaded

_MOST = 13_000_000  # pixels
_COST = 11.1  # bytes of memory a pixel, measured


def stored(data: bytes, name: str) -> Stored:
    """Return an AVIF file's first image; raises an ImageError if it would cost too much."""
    head = iso_media.head(data)
    limits.check_pixels(head.size, _MOST, "AVIF", name)
    animated = b"avis" in data[8 : int.from_bytes(data[:4], "big")]
    return Stored(
        head.size,
        lambda long_side: _load(data),
        animated=animated,
        profile=head.profile,
        bytes_a_pixel=_COST,
        bounded=False,
    )


def _load(data: bytes) -> Rows:
    image = AvifImageFile(io.BytesIO(data))
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return loaded(image)
