"""Outlines as arrays of points, in a square from (-1, -1) top left to (1, 1) bottom right."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

Points = np.ndarray  # float64 (k, 2)


def smooth(points: ArrayLike, closed: bool = True, steps: int = 8) -> Points:
    """Return a curve through the points, `steps` times as many (a Catmull-Rom spline)."""
    knots = np.asarray(points, dtype=float)
    ring = np.vstack([knots[-1:], knots, knots[:2]]) if closed else np.vstack([knots[:1], knots, knots[-1:]])
    before, start, end, after = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    cubic = (3 * (start - end) + after - before)[:, None] * t**3
    square = (2 * before - 5 * start + 4 * end - after)[:, None] * t**2
    linear = (end - before)[:, None] * t
    curve = (start[:, None] + (linear + square + cubic) / 2).reshape(-1, 2)
    return curve if closed else np.vstack([curve, knots[-1:]])


def ellipse(x: float, y: float, rx: float, ry: float | None = None, tilt: float = 0.0, steps: int = 36) -> Points:
    """Return an ellipse around (x, y), tilted by `tilt` degrees; a circle without `ry`."""
    flat = arc(x, y, rx, ry or rx, 0, 360, steps)
    return turned(flat, tilt, (x, y)) if tilt else flat


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 16) -> Points:
    """Return the arc of an ellipse from `start` to `end` degrees, clockwise from the right."""
    return _unit_arc(start, end, steps) * (rx, ry) + (x, y)


@lru_cache(maxsize=256)
def _unit_arc(start: float, end: float, steps: int) -> Points:
    angle = np.radians(np.linspace(start, end, steps))
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points.flags.writeable = False
    return points


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> Points:
    """Return a rectangle with rounded corners."""
    corners = [(right, bottom, 0), (left, bottom, 90), (left, top, 180), (right, top, 270)]
    signs = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    rounded = [
        arc(x + sx * radius, y + sy * radius, radius, radius, angle, angle + 90, 6 if radius else 1)
        for (x, y, angle), (sx, sy) in zip(corners, signs, strict=True)
    ]
    return np.vstack(rounded)


def ribbon(points: ArrayLike, widths: Sequence[float], steps: int = 8) -> Points:
    """Return the outline of a smooth path whose width runs through `widths`."""
    path = smooth(points, closed=False, steps=steps)
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    width = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    return np.vstack([path + normal * width, (path - normal * width)[::-1]])


def bow(start: ArrayLike, end: ArrayLike, towards: ArrayLike, pull: float = 0.5, steps: int = 10) -> Points:
    """Return a curve from `start` to `end`, pulled towards a point (a quadratic Bézier curve)."""
    first, last, target = (np.asarray(point, dtype=float) for point in (start, end, towards))
    middle = (first + last) / 2 * (1 - pull) + target * pull
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * last


def turned(points: ArrayLike, degrees: float, about: tuple[float, float] = (0.0, 0.0)) -> Points:
    """Return the points turned clockwise about a point."""
    angle, centre = np.radians(degrees), np.asarray(about)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (np.asarray(points, dtype=float) - centre) @ matrix.T + centre


def mirrored(points: ArrayLike) -> Points:
    """Return the points with left and right exchanged."""
    return np.asarray(points, dtype=float) * (-1, 1)
