"""What can be done to the pixels of an image, uint8 (h, w, 3) RGB; each function returns a new array."""

import math

import cv2
import numpy as np

from mmdemo.preprocess.square import resize

LONGEST = 2048  # px of the long side after a rotation by an angle other than a quarter turn

_QUARTER_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


def rotate(pixels: np.ndarray, degrees: float) -> np.ndarray:
    """Rotate anticlockwise about the centre, on a canvas that holds the whole image, its corners white.

    Quarter turns are exact. Any other angle interpolates, and first reduces a large image so that the
    canvas is no larger than LONGEST, give or take a pixel: that of a long thin image would otherwise take gigabytes.
    """
    if degrees % 90 == 0:
        return _quarter_turned(pixels, int(degrees // 90) % 4)
    height, width = pixels.shape[:2]
    shrink = min(1.0, LONGEST / max(_canvas(width, height, degrees)))
    width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
    return _turned(resize(pixels, width, height), degrees)


def flip_horizontal(pixels: np.ndarray) -> np.ndarray:
    """Exchange left and right."""
    return np.asarray(cv2.flip(pixels, 1))


def flip_vertical(pixels: np.ndarray) -> np.ndarray:
    """Exchange top and bottom."""
    return np.asarray(cv2.flip(pixels, 0))


def grey(pixels: np.ndarray) -> np.ndarray:
    """Replace each colour by its luma, 0.299 R + 0.587 G + 0.114 B, in all three channels.

    Source: ITU-R BT.601.
    """
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def tone(pixels: np.ndarray, brightness: float, contrast: float) -> np.ndarray:
    """Change each value v to (v − 127.5) · contrast + 127.5 + 255 · brightness, rounded and clipped to 0–255."""
    values = (np.arange(256) - 127.5) * contrast + 127.5 + 255 * brightness
    return np.asarray(cv2.LUT(pixels, np.clip(np.rint(values), 0, 255).astype(np.uint8)))


def _quarter_turned(pixels: np.ndarray, turns: int) -> np.ndarray:
    return np.asarray(cv2.rotate(pixels, _QUARTER_TURNS[turns])) if turns else pixels.copy()


def _canvas(width: int, height: int, degrees: float) -> tuple[int, int]:
    """Return (width, height) of the smallest upright canvas that holds a rotated image."""
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    return math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos)


def _turned(pixels: np.ndarray, degrees: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    canvas = _canvas(width, height, degrees)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    matrix[:, 2] += (canvas[0] - width) / 2, (canvas[1] - height) / 2
    return np.asarray(cv2.warpAffine(pixels, matrix, canvas, borderValue=(255, 255, 255)))
