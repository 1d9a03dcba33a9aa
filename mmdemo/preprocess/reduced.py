"""Shrink a decoded image while it becomes RGB, strip by strip, so that no second copy of its full size exists."""

from math import ceil

import numpy as np
from PIL import Image

from mmdemo.preprocess.colour import to_rgb
from mmdemo.preprocess.square import resize
from mmdemo.preprocess.stored import Rows

_STRIP = 1_000_000  # pixels


def reduced(rows: Rows, size: tuple[int, int], long_side: int) -> np.ndarray:
    """Return uint8 (h, w, 3), RGB on white, at most `long_side` px long; the image itself if it is no longer.

    size: its (width, height) as stored, of which rows may hold less.
    Averages areas, in two steps: whole boxes of pixels first, which strips do not cut, and then the rest of the way.
    """
    width, height = rows.size
    box = max(1, max(width, height) // long_side)
    boxes = _in_boxes(rows, min(box, width), min(box, height))
    scale = min(1, long_side / max(size))
    return resize(boxes, *(max(1, round(side * scale)) for side in size))


def _in_boxes(rows: Rows, across: int, down: int) -> np.ndarray:
    """Return the means of boxes of across × down pixels; those at the right and lower edge may be smaller."""
    width, height = rows.size
    means = np.empty((ceil(height / down), ceil(width / across), 3), np.uint8)
    strip = max(1, _STRIP // width // down) * down
    for top in range(0, height, strip):
        bottom = min(top + strip, height)
        pixels = to_rgb(rows.of(top, bottom))
        if (across, down) != (1, 1):
            pixels = np.asarray(Image.fromarray(pixels).reduce((across, down)))
        means[top // down : ceil(bottom / down)] = pixels
    return means
