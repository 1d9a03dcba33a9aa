"""Covers of cloth: a curtain, a chequered cloth and a blind."""

import numpy as np

from mmdemo.datasets.drawings.canvas import Part, lay_over, lit, paint
from mmdemo.datasets.drawings.curves import ellipse
from mmdemo.datasets.drawings.palette import CREAM, WHITE, Palette, mix


def curtain(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw a stage curtain with folds and a fringed valance."""
    x, y = np.meshgrid(np.linspace(0, 1, size), np.linspace(0, 1, size))
    wave = np.sin(2 * np.pi * rng.uniform(5, 9) * x + rng.uniform(0, 6.3) + 0.5 * np.sin(5 * y))
    drape = lit(colours.main, 0.95 + 0.2 * wave - 0.16 * y, size)
    depth, swags = rng.uniform(0.45, 0.6), int(rng.integers(3, 6))
    width, fold = 2 / swags, mix(colours.dark, colours.main, 0.45)
    parts = []
    for middle in -1 + width * (np.arange(swags) + 0.5):
        parts += [
            Part(ellipse(middle, -1.0, width * 0.56, depth + 0.1), colours.accent),
            Part(ellipse(middle, -1.0, width * 0.54, depth), colours.dark),
            Part(ellipse(middle, -1.06, width * 0.36, depth - 0.14), fold),
        ]
    return lay_over(drape, paint(parts, size))


def cloth(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw a chequered cloth with soft folds."""
    x, y = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size))
    angle, bend, checks = rng.uniform(0, np.pi / 2), rng.uniform(0, 6.3), rng.uniform(4, 7)
    along = x * np.cos(angle) + y * np.sin(angle) + 0.06 * np.sin(4 * y + bend)
    across = y * np.cos(angle) - x * np.sin(angle) + 0.06 * np.sin(4 * x + bend)
    edge = size / (4 * checks)  # so that the edges of the checks are about a pixel wide
    warp, weft = (np.clip(np.sin(np.pi * checks * line) * edge, -1, 1) / 2 + 0.5 for line in (along, across))
    share = ((warp + weft) / 2)[..., None]
    light = 0.98 + 0.1 * np.sin(3.4 * along + 2.2 * across + bend) + 0.05 * np.sin(7 * across)
    return lit(np.array(colours.main) * share + np.array(CREAM) * (1 - share), light, size)


def blind(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw a closed blind with its cords."""
    slats, start, cord = rng.uniform(7, 12), rng.uniform(0, 1), rng.uniform(-0.3, 0.3)
    slat = ((np.linspace(0, slats, size) + start) % 1)[:, None]
    parts = [Part(np.array([(x, -1.1), (x, 1.1)]), colours.dark, 0.035) for x in (-0.6, 0.6)]
    parts += [
        Part(np.array([(cord, -1.1), (cord, 0.3)]), WHITE, 0.03),
        Part(ellipse(cord, 0.36, 0.06, 0.1), colours.accent),
    ]
    return lay_over(lit(colours.light, 1.16 - 0.34 * slat - 0.3 * (slat > 0.9), size), paint(parts, size))
