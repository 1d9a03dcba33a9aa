"""Pictures turned, moved and mirrored at random, so that a network trained on few of them sees more."""

from dataclasses import dataclass

import cv2
import numpy as np

_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Augmentation:
    """How far pictures are changed; each picture draws its own amounts, evenly spread.

    turn: degrees, either way. move: fraction of the side, along each axis. zoom: fraction, larger or smaller.
    mirror: whether every other picture has left and right exchanged.

    Source: Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied to visual
    document analysis".

    >>> Augmentation().augment(np.zeros((2, 32, 32, 3), np.uint8), np.random.default_rng(0)).shape
    (2, 32, 32, 3)
    """

    turn: float = 10.0
    move: float = 0.06
    zoom: float = 0.1
    mirror: bool = True

    def augment(self, batch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the pictures, uint8 (n, size, size, 3), changed by amounts drawn from `rng`; corners become white."""
        return np.stack([self._augment_one(pixels, rng) for pixels in batch])

    def _augment_one(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        size = pixels.shape[0]
        middle = ((size - 1) / 2, (size - 1) / 2)
        zoom = float(np.exp(rng.uniform(-self.zoom, self.zoom)))
        matrix = cv2.getRotationMatrix2D(middle, rng.uniform(-self.turn, self.turn), zoom)
        matrix[:, 2] += rng.uniform(-self.move, self.move, 2) * size
        if self.mirror and rng.random() < 0.5:
            matrix = matrix @ np.array([[-1, 0, size - 1], [0, 1, 0], [0, 0, 1]], dtype=float)
        return np.asarray(cv2.warpAffine(pixels, matrix, (size, size), borderValue=_WHITE))
