"""Deliberate damage to an image."""

import cv2
import numpy as np

from mmdemo.modalities.corruption import Corruption

_GREY = 127
_LONGEST = 448  # pixels; twice what the largest network reads, so that shrinking first changes almost nothing


def shrink(pixels: np.ndarray) -> np.ndarray:
    """Return an image, uint8 (h, w, 3), whose longer side has at most 448 px, so that damaging it is fast."""
    factor = _LONGEST / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    size = [max(1, round(side * factor)) for side in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def blur(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), under a Gaussian blur; level: its deviation in % of the longer side.

    >>> blur(np.eye(3, dtype=np.uint8)[..., None].repeat(3, 2) * 255, 0, np.random.default_rng(0))[0, 0].tolist()
    [255, 255, 255]
    """
    if level == 0:
        return pixels
    sigma = level / 100 * max(pixels.shape[:2])
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def noise(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), with Gaussian noise; level: its deviation in % of the full range."""
    spread = 255 * level / 100
    noisy = pixels + spread * rng.standard_normal(pixels.shape, dtype=np.float32)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def occlude(pixels: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Return the image, uint8 (h, w, 3), with a grey rectangle of its shape somewhere; level: % of its area."""
    height, width = pixels.shape[:2]
    tall, wide = (round(side * (level / 100) ** 0.5) for side in (height, width))
    top, left = (int(rng.random() * (side - cover + 1)) for side, cover in ((height, tall), (width, wide)))
    covered = pixels.copy()
    covered[top : top + tall, left : left + wide] = _GREY
    return covered


CORRUPTIONS = {
    "blur": Corruption("Blurred images", "Blur (% of the longer side)", (0, 1, 2, 4, 8), blur),
    "noise": Corruption("Noisy images", "Noise (% of the full range)", (0, 5, 10, 20, 40), noise),
    "occlusion": Corruption("Covered images", "Covered (% of the area)", (0, 10, 25, 50, 75), occlude),
}
"""Name → damage to one image; a new kind is a function and a line here."""
