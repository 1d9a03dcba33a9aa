"""Read BMP."""

import io

from PIL.BmpImagePlugin import BmpImageFile

from mmdemo.preprocess import limits
from mmdemo.preprocess.stored import Stored, loaded

_RUN_LENGTHS = (BmpImageFile.COMPRESSIONS["RLE8"], BmpImageFile.COMPRESSIONS["RLE4"])
_MOST = 4_000_000  # pixels and bytes of a run-length BMP: Pillow decodes these in Python, pixel by pixel


def stored(data: bytes, name: str) -> Stored:
    """Return a BMP file's image; raises an ImageError if it would cost too much."""
    image = BmpImageFile(io.BytesIO(data))
    limits.check_pixels(image.size, limits.MAX_PIXELS, "BMP", name)
    if image.info.get("compression") in _RUN_LENGTHS:
        limits.check_pixels(image.size, _MOST, "run-length BMP", name)
        limits.check_bytes(data, _MOST, "run-length BMP", name)
    return Stored(image.size, lambda long_side: loaded(image))
