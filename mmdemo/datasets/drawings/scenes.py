"""Backgrounds: the same for every kind of drawing."""

import numpy as np

from mmdemo.datasets.drawings.canvas import Part, lay_over, lit, paint
from mmdemo.datasets.drawings.curves import arc, box, ellipse, smooth
from mmdemo.datasets.drawings.palette import GROUNDS, mix, pick


def scene(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw a background, RGB `uint8 (size, size, 3)`."""
    base, second = pick(rng, GROUNDS)
    pattern = pick(rng, PATTERNS)
    parts = [Part(points, second) for points in pattern(rng)]
    fading = np.linspace(base, mix(base, second, 0.5), size)[:, None]
    return lay_over(lit(fading, np.ones((1, 1)), size), paint(parts, size))


def _plain(rng: np.random.Generator) -> list[np.ndarray]:
    return []


def _disc(rng: np.random.Generator) -> list[np.ndarray]:
    x, y = rng.uniform(-0.15, 0.15, 2)
    return [ellipse(x, y, rng.uniform(0.74, 0.88), steps=72)]


def _dots(rng: np.random.Generator) -> list[np.ndarray]:
    gap, radius, start = rng.uniform(0.3, 0.42), rng.uniform(0.05, 0.09), rng.uniform(-1.3, -1, 2)
    return [
        ellipse(start[0] + gap * (i + j % 2 / 2), start[1] + gap * 0.87 * j, radius, steps=16)
        for i in range(8)
        for j in range(8)
    ]


def _stripes(rng: np.random.Generator) -> list[np.ndarray]:
    gap, slant, start = rng.uniform(0.3, 0.5), rng.uniform(-0.8, 0.8), rng.uniform(-2, -1.7)
    return [
        np.array([(x - slant, -1.1), (x - slant + gap / 2, -1.1), (x + slant + gap / 2, 1.1), (x + slant, 1.1)])
        for x in start + gap * np.arange(14)
    ]


def _hills(rng: np.random.Generator) -> list[np.ndarray]:
    heights = rng.uniform(0.3, 0.65, 5)
    ridge = smooth(np.stack([np.linspace(-1.2, 1.2, 5), heights], axis=1), closed=False)
    return [ellipse(rng.uniform(-0.6, 0.6), -0.55, 0.2), np.vstack([ridge, [(1.2, 1.2), (-1.2, 1.2)]])]


def _floor(rng: np.random.Generator) -> list[np.ndarray]:
    return [box(-1.1, rng.uniform(0.35, 0.6), 1.1, 1.1)]


def _rays(rng: np.random.Generator) -> list[np.ndarray]:
    (x, y), count, turn = rng.uniform(-0.3, 0.3, 2), int(rng.integers(8, 13)), rng.uniform(0, 360)
    width = 180 / count
    return [
        np.vstack([(x, y), arc(x, y, 3, 3, turn + 2 * width * i, turn + 2 * width * i + width, 4)])
        for i in range(count)
    ]


def _waves(rng: np.random.Generator) -> list[np.ndarray]:
    x, phase, tall = np.linspace(-1.1, 1.1, 40), rng.uniform(0, 6.3), rng.uniform(0.05, 0.1)
    top = tall * np.sin(x * rng.uniform(5, 9) + phase)
    return [
        np.vstack([np.stack([x, y + top], axis=1), np.stack([x, y + 0.16 + top], axis=1)[::-1]])
        for y in np.arange(-1.1, 1.1, 0.36)
    ]


def _confetti(rng: np.random.Generator) -> list[np.ndarray]:
    spots, radii = rng.uniform(-1, 1, (26, 2)), rng.uniform(0.03, 0.08, (26, 2))
    return [ellipse(x, y, rx, ry, steps=14) for (x, y), (rx, ry) in zip(spots, radii, strict=True)]


PATTERNS = (_plain, _disc, _dots, _stripes, _hills, _floor, _rays, _waves, _confetti)
