"""Turn, move, recolour and cover images at random, so that a network trained on few of them sees more variety."""

from dataclasses import dataclass

import cv2
import numpy as np

_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed; amounts are drawn uniformly for each image.

    turn: degrees, either way. move: fraction of the side, along each axis. zoom: fraction, larger or smaller.
    mirror: whether half of the images are mirrored left to right.
    cover: side of a white square laid over it, as a fraction of the image's side.
    fade, tint: fractions by which its distance from white changes, in all channels alike and in each by itself.

    Source: Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied to visual
    document analysis"; DeVries and Taylor (2017), "Improved regularization of convolutional neural networks with
    cutout".

    >>> Augmentation().augment(np.zeros((2, 32, 32, 3), np.uint8), np.random.default_rng(0)).shape
    (2, 32, 32, 3)
    """

    turn: float = 20.0
    move: float = 0.1
    zoom: float = 0.2
    mirror: bool = True
    cover: float = 0.3
    fade: float = 0.3
    tint: float = 0.15

    def augment(self, batch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the images, uint8 (n, size, size, 3), changed by amounts drawn from `rng`: float32, 0–255.

        New pixels at the edges are white.
        """
        placed = np.stack([self._cover(self._place(pixels, rng), rng) for pixels in batch])
        ink = 255 - placed.astype(np.float32)
        fade = rng.uniform(1 - self.fade, 1 + self.fade, (len(batch), 1, 1, 1))
        tint = rng.uniform(1 - self.tint, 1 + self.tint, (len(batch), 1, 1, 3))
        return 255 - np.clip(ink * (fade * tint).astype(np.float32), 0, 255)

    def _place(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        size = pixels.shape[0]
        middle = ((size - 1) / 2, (size - 1) / 2)
        zoom = float(np.exp(rng.uniform(-self.zoom, self.zoom)))
        matrix = cv2.getRotationMatrix2D(middle, rng.uniform(-self.turn, self.turn), zoom)
        matrix[:, 2] += rng.uniform(-self.move, self.move, 2) * size
        if self.mirror and rng.random() < 0.5:
            matrix = matrix @ np.array([[-1, 0, size - 1], [0, 1, 0], [0, 0, 1]], dtype=float)
        return np.asarray(cv2.warpAffine(pixels, matrix, (size, size), borderValue=_WHITE))

    def _cover(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        size, half = pixels.shape[0], round(self.cover * pixels.shape[0] / 2)
        y, x = rng.integers(0, size, 2)
        pixels[max(0, y - half) : y + half, max(0, x - half) : x + half] = 255
        return pixels
