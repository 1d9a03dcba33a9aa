"""Which parts of an image support a class or count against it, painted over it."""

import cv2
import numpy as np

from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.explanation.palette import AGAINST, FOR, rgb
from mmdemo.modalities.cells import cell_grid

_MOST_OPAQUE = 0.72


def heat_map(
    square: np.ndarray, box: tuple[int, int, int, int], parts: np.ndarray, scale: float | None = None
) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), tinted blue where cells support the class, orange where they oppose it.

    square: uint8 (size, size, 3), which the cells divide. box: x, y, width, height of the image in it, in pixels.
    parts: float (rows, columns), one class's cells, or the difference of two. scale: the part that gets the full
    tint; by default the largest one here.
    """
    x, y, width, height = box
    pixels = square[y : y + height, x : x + width].astype(np.float32)
    full = scale or float(np.abs(parts).max()) or 1.0
    side = len(square)
    smooth = cv2.resize(parts.astype(np.float32) / full, (side, side), interpolation=cv2.INTER_CUBIC)
    smooth = np.clip(smooth[y : y + height, x : x + width, np.newaxis], -1, 1)
    tint = np.where(smooth >= 0, np.array(rgb(FOR), np.float32), np.array(rgb(AGAINST), np.float32))
    opacity = _MOST_OPAQUE * np.abs(smooth)
    # Tints stand out better on a paler image.
    pale = 255 - (255 - pixels) * 0.8
    return np.asarray(np.rint(pale * (1 - opacity) + tint * opacity), np.uint8)


def painted(evidence: ImageEvidence, values: np.ndarray) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), tinted by one class's values (u,) of its part's units."""
    return heat_map(evidence.square.pixels, evidence.square.box, cell_grid(evidence, values))
