"""Covers to unpack: a gift, a crate and an envelope."""

import numpy as np

from mmdemo.datasets.drawings.canvas import Colour, Part, lay_over, lit, paint
from mmdemo.datasets.drawings.curves import box, ellipse, smooth, turned
from mmdemo.datasets.drawings.palette import INK, WHITE, Palette, mix


def gift(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw wrapping paper with a ribbon and a bow."""
    x, y = rng.uniform(-0.25, 0.25, 2)
    gap, band, edge = rng.uniform(0.32, 0.44), colours.accent, mix(colours.accent, INK, 0.25)
    parts = [
        Part(ellipse(-1 + gap * (i + j % 2 / 2), -1 + gap * j * 0.87, gap * 0.16, steps=16), colours.light)
        for i in range(8)
        for j in range(8)
    ]
    parts += [Part(box(-1.1, y - 0.15, 1.1, y + 0.15), band), Part(box(x - 0.15, -1.1, x + 0.15, 1.1), band)]
    for offset in (-0.12, 0.12):
        parts.append(Part(np.array([(-1.1, y + offset), (1.1, y + offset)]), edge, 0.02))
        parts.append(Part(np.array([(x + offset, -1.1), (x + offset, 1.1)]), edge, 0.02))
    paper = lit(colours.main, np.linspace(1.06, 0.9, size)[:, None], size)
    return lay_over(paper, paint(parts + _bow(x, y, rng.uniform(-15, 15), band, edge), size))


def _bow(x: float, y: float, tilt: float, band: Colour, edge: Colour) -> list[Part]:
    tail = np.array([(0, 0), (0.2, 0.56), (0.32, 0.46), (0.46, 0.46), (0.1, -0.06)])
    loop = smooth([(0, 0), (0.2, -0.26), (0.52, -0.3), (0.56, -0.02), (0.3, 0.1)])
    hole = smooth([(0.12, -0.06), (0.26, -0.19), (0.46, -0.2), (0.46, -0.06), (0.28, 0.02)])
    parts = []
    for side in (-1, 1):
        parts += [Part(tail * (side, 1), mix(band, edge, 0.5)), Part(loop * (side, 1), band)]
        parts += [Part(hole * (side, 1), edge)]
    parts.append(Part(box(-0.13, -0.13, 0.13, 0.11, 0.07), mix(band, WHITE, 0.25)))
    return [Part(turned(part.points, tilt) + (x, y), part.colour) for part in parts]


def crate(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw the planks of a crate in their nailed frame."""
    wood, frame = mix(colours.main, (206, 160, 104), 0.55), mix(colours.dark, (140, 96, 56), 0.55)
    parts = _planks(rng, wood, frame) + _frame(rng.choice([-1, 1]), frame, mix(frame, wood, 0.4))
    return lay_over(lit(frame, np.full((1, 1), 0.6), size), paint(parts, size))


def _planks(rng: np.random.Generator, wood: Colour, dark: Colour) -> list[Part]:
    edges = np.linspace(-1, 1, int(rng.integers(5, 8)))
    parts = []
    for top, bottom in zip(edges[:-1] + 0.015, edges[1:] - 0.015, strict=True):
        tone = mix(wood, WHITE, rng.uniform(0, 0.16))
        parts.append(Part(box(-1.1, top, 1.1, bottom), tone))
        for level in rng.uniform(0.2, 0.8, 3):
            y = top + (bottom - top) * level + rng.uniform(-0.03, 0.03, 4)
            grain = smooth(np.stack([(-1.1, -0.4, 0.4, 1.1), y], axis=1), closed=False)
            parts.append(Part(grain, mix(tone, dark, 0.3), 0.018))
    return parts


def _frame(slant: int, edge: Colour, wood: Colour) -> list[Part]:
    brace = np.array([(-0.95 * slant, -1.0), (0.95 * slant, 1.0)])
    parts = [Part(brace, edge, 0.3), Part(brace, wood, 0.24)]
    beams = [(-1.1, -1.1, -0.74, 1.1), (0.74, -1.1, 1.1, 1.1), (-1.1, -1.1, 1.1, -0.76), (-1.1, 0.76, 1.1, 1.1)]
    for left, top, right, bottom in beams:
        parts.append(Part(box(left, top, right, bottom), edge))
        parts.append(Part(box(left + 0.03, top + 0.03, right - 0.03, bottom - 0.03), wood))
    return parts + [Part(ellipse(x, y, 0.04), INK) for x in (-0.87, 0.87) for y in (-0.87, -0.3, 0.3, 0.87)]


def envelope(rng: np.random.Generator, colours: Palette, size: int) -> np.ndarray:
    """Draw a sealed envelope."""
    x, y = rng.uniform(-0.12, 0.12), rng.uniform(0.0, 0.3)
    paper, fold = mix(colours.light, WHITE, 0.35), mix(colours.light, colours.dark, 0.3)
    pocket, flap = np.array([(-1.1, 1.1), (x, y - 0.24), (1.1, 1.1)]), np.array([(-1.1, -1.1), (x, y), (1.1, -1.1)])
    turns, reach = np.arange(14) * np.pi / 7, rng.uniform(0.24, 0.28, 14)
    wax = np.stack([x + reach * np.cos(turns), y + reach * np.sin(turns)], axis=1)
    parts = [
        Part(pocket, mix(paper, fold, 0.25)),
        Part(pocket, fold, 0.03),
        Part(flap + (0, 0.03), mix(fold, paper, 0.4)),
        Part(flap, mix(paper, WHITE, 0.3)),
        Part(smooth(wax), colours.main),
        Part(ellipse(x, y, 0.17), colours.dark),
        Part(ellipse(x, y + 0.012, 0.155), colours.main),
    ]
    return lay_over(lit(paper, np.ones((1, 1)), size), paint(parts, size))
