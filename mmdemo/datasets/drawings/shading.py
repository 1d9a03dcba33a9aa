"""Drawings with soft light: areas that fade from one colour to another, blurred or see-through."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mmdemo.datasets.drawings.canvas import Colour
from mmdemo.datasets.drawings.curves import Points

_FRACTION_BITS = 4  # cv2 takes coordinates in sixteenths of a pixel


@dataclass(frozen=True)
class Glow:
    """A colour around a point that fades to another at the distance `reach`."""

    near: Colour
    far: Colour
    centre: tuple[float, float]
    reach: float


@dataclass(frozen=True)
class Shade:
    """One soft piece of a drawing, in the units of the square from (-1, -1) to (1, 1).

    points: an area, several areas at once, or a line where `width` is given.
    blur: how far its edge is spread. opacity: 0–1. inside: an area that it is cut to.
    """

    points: Points | Sequence[Points]
    fill: Colour | Glow
    width: float = 0.0
    blur: float = 0.0
    opacity: float = 1.0
    inside: Points | None = None


def render(shades: Sequence[Shade], size: int) -> np.ndarray:
    """Return the pieces on white, later ones on top, RGB `uint8 (size, size, 3)`."""
    canvas = np.full((size, size, 3), 255, np.float32)
    for shade in shades:
        rows, columns = _reach(shade, size)
        if rows.start >= rows.stop or columns.start >= columns.stop:
            continue
        alpha = _alpha(shade, rows, columns, size)[..., None]
        part = canvas[rows, columns]
        part += alpha * (_colours(shade.fill, rows, columns, size) - part)
    return np.rint(canvas).astype(np.uint8)


def _reach(shade: Shade, size: int) -> tuple[slice, slice]:
    """Return the rows and columns that a piece can touch."""
    points = np.concatenate(_outlines(shade.points))
    margin = shade.width / 2 + 3 * shade.blur + 4 / size
    low, high = (((edge + 1) * size / 2) for edge in (points.min(axis=0) - margin, points.max(axis=0) + margin))
    (left, top), (right, bottom) = (
        np.clip(np.floor(low), 0, size).astype(int),
        np.clip(np.ceil(high), 0, size).astype(int),
    )
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def _alpha(shade: Shade, rows: slice, columns: slice, size: int) -> np.ndarray:
    """Return how much of each pixel the piece covers, `float32 (h, w)`, 0–1."""
    mask = _mask(shade.points, shade.width, rows, columns, size)
    if shade.blur:
        side = 2 * round(shade.blur * size) + 1
        mask = cv2.stackBlur(mask, (side, side))
    if shade.inside is not None:
        mask = cv2.multiply(mask, _mask(shade.inside, 0.0, rows, columns, size), scale=1 / 255)
    return mask.astype(np.float32) * (shade.opacity / 255)


def _mask(points: Points | Sequence[Points], width: float, rows: slice, columns: slice, size: int) -> np.ndarray:
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    corner = (columns.start + 0.5, rows.start + 0.5)
    fixed = [
        np.rint(((outline + 1) * (size / 2) - corner) * 2**_FRACTION_BITS).astype(np.int32)
        for outline in _outlines(points)
    ]
    if width:
        cv2.polylines(mask, fixed, False, 255, max(1, round(width * size / 2)), cv2.LINE_AA, _FRACTION_BITS)
    else:
        cv2.fillPoly(mask, fixed, 255, cv2.LINE_AA, _FRACTION_BITS)
    return mask


def _outlines(points: Points | Sequence[Points]) -> list[Points]:
    return [points] if isinstance(points, np.ndarray) else list(points)


def _colours(fill: Colour | Glow, rows: slice, columns: slice, size: int) -> np.ndarray:
    """Return the colours of the pixels, `float32`, `(3,)` or `(h, w, 3)`."""
    if not isinstance(fill, Glow):
        return np.array(fill, np.float32)
    x = (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) * (2 / size) - 1 - fill.centre[0]
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * (2 / size) - 1 - fill.centre[1]
    share = np.minimum(np.sqrt(x**2 + y[:, None] ** 2) / fill.reach, 1)[..., None]
    near, far = np.array(fill.near, np.float32), np.array(fill.far, np.float32)
    return near + share * (far - near)
