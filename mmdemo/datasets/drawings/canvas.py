"""Coloured outlines turned into pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mmdemo.datasets.drawings.curves import Points

Colour = tuple[int, int, int]  # red, green, blue, 0-255

_OVERSAMPLING = 2
_FRACTION_BITS = 4  # cv2 takes coordinates in sixteenths of a pixel


@dataclass(frozen=True)
class Part:
    """One coloured piece of a drawing: an area, or a line where `width` is given (in the square's units)."""

    points: Points
    colour: Colour
    width: float = 0.0


@dataclass(frozen=True)
class Pose:
    """Where a drawing stands in its square: `points @ matrix.T + shift`."""

    matrix: np.ndarray
    shift: np.ndarray

    def apply(self, points: Points) -> Points:
        """Return the points in this pose."""
        return points @ self.matrix.T + self.shift

    @property
    def scale(self) -> float:
        """Return by how much lengths grow."""
        (a, b), (c, d) = self.matrix
        return float(abs(a * d - b * c) ** 0.5)


UPRIGHT = Pose(np.eye(2), np.zeros(2))


def paint(parts: Sequence[Part], size: int, pose: Pose = UPRIGHT) -> np.ndarray:
    """Return the parts, later ones on top, as premultiplied RGBA, `uint8 (size, size, 4)`."""
    side = size * _OVERSAMPLING
    layer = np.zeros((side, side, 4), np.uint8)
    scale = pose.scale * side / 2
    for part, outline in zip(parts, _to_pixels(parts, side, pose), strict=True):
        colour = (*part.colour, 255)
        if part.width:
            thickness = max(1, round(part.width * scale))
            cv2.polylines(layer, [outline], False, colour, thickness, cv2.LINE_AA, _FRACTION_BITS)
        else:
            cv2.fillPoly(layer, [outline], colour, cv2.LINE_AA, _FRACTION_BITS)
    return cv2.resize(layer, (size, size), interpolation=cv2.INTER_AREA)


def _to_pixels(parts: Sequence[Part], side: int, pose: Pose) -> list[np.ndarray]:
    """Return each part's points in sixteenths of a pixel, `int32 (k, 2)`."""
    if not parts:
        return []
    points = pose.apply(np.concatenate([part.points for part in parts]))
    fixed = np.rint(((points + 1) * (side / 2) - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    return np.split(fixed, np.cumsum([len(part.points) for part in parts[:-1]]))


def lit(colour: Colour | np.ndarray, light: np.ndarray, size: int) -> np.ndarray:
    """Return a colour, or an image, times a light (1 leaves it as it is), RGB `uint8 (size, size, 3)`.

    light: `(h, w)`, each 1 or `size`.
    """
    pixels = np.rint((np.asarray(colour) * light[..., None]).clip(0, 255)).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels, (size, size, 3)))


def lay_over(ground: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Return a premultiplied RGBA layer laid over an RGB ground of the same size, `uint8 (h, w, 3)`."""
    seen_through = cv2.cvtColor(255 - layer[:, :, 3], cv2.COLOR_GRAY2RGB)
    return cv2.add(cv2.multiply(ground, seen_through, scale=1 / 255), cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB))
