"""Small copies of pictures, to show many at once."""

import os

import cv2
import numpy as np

from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.square import to_square

SIDE = 160  # pixels, both ways
_QUALITY = 88  # of JPEG, 0–100


def thumbnail(source: str | os.PathLike | bytes | np.ndarray, side: int = SIDE) -> bytes:
    """Return a JPEG of side × side px that shows all of the picture, padded with white.

    source: a path, a file's bytes, or uint8 (h, w, 3).
    Raises ImageError where it cannot be read.

    >>> thumbnail(np.zeros((40, 80, 3), np.uint8))[:2].hex()
    'ffd8'
    """
    pixels = source if isinstance(source, np.ndarray) else decode(source).pixels
    square = to_square(pixels, side, "letterbox").pixels
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(square, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()
