"""Small copies of images, to show many at once or one without its full size."""

import os

import cv2
import numpy as np

from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.square import resize, to_square

SIDE = 160  # pixels, both ways
_QUALITY = 88  # of JPEG, 0–100


def thumbnail(source: str | os.PathLike | bytes | np.ndarray, side: int = SIDE) -> bytes:
    """Return a JPEG of side × side px that shows all of the image, padded with white.

    source: a path, a file's bytes, or uint8 (h, w, 3).
    Raises ImageError where it cannot be read.

    >>> thumbnail(np.zeros((40, 80, 3), np.uint8))[:2].hex()
    'ffd8'
    """
    pixels = source if isinstance(source, np.ndarray) else decode(source).pixels
    return jpeg(to_square(pixels, side, "letterbox").pixels)


def shrunk(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Return a copy of uint8 (h, w, 3) with both sides multiplied by the scale, unless that is 1 or more.

    >>> shrunk(np.zeros((40, 80, 3), np.uint8), 0.5).shape
    (20, 40, 3)
    """
    height, width = (max(1, round(side * min(1.0, scale))) for side in pixels.shape[:2])
    return resize(pixels, width, height).copy()


def png(pixels: np.ndarray) -> bytes:
    """Return uint8 (h, w, 3), or (h, w, 4) where it is transparent in places, as a PNG."""
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, order))
    return encoded.tobytes()


def jpeg(pixels: np.ndarray) -> bytes:
    """Return uint8 (h, w, 3) as a JPEG."""
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes()
