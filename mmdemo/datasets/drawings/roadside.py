"""A shaded car on a road."""

import numpy as np

from mmdemo.datasets.drawings.curves import Points, arc, box, ellipse, ribbon, smooth
from mmdemo.datasets.drawings.palette import WHITE
from mmdemo.datasets.drawings.shading import Glow, Shade


def car() -> list[Shade]:
    """Draw a sports car from the side."""
    return [*_road(), *_coachwork(), *_windows(), *_fittings(), *_wheel(-0.57, 0.32), *_wheel(0.57, 0.32)]


def _road() -> list[Shade]:
    return [
        Shade(box(-1.1, -1.1, 1.1, 1.1), Glow((255, 244, 220), (140, 196, 232), (0.5, 0.1), 1.7)),
        Shade(_ridge(), Glow((150, 186, 150), (98, 146, 120), (0, -0.2), 1.2)),
        Shade(box(-1.1, 0.3, 1.1, 1.1), Glow((128, 130, 138), (84, 86, 96), (0, 0.3), 1.2)),
        Shade([box(x, 0.7, x + 0.36, 0.75) for x in (-0.95, -0.2, 0.55)], (240, 240, 232), opacity=0.9),
        Shade(ellipse(0, 0.5, 0.98, 0.07), (20, 20, 28), blur=0.03, opacity=0.7),
    ]


def _ridge() -> Points:
    heights = [(-1.1, 0.1), (-0.7, -0.06), (-0.3, 0.06), (0.1, -0.1), (0.5, 0.04), (0.8, -0.04), (1.1, 0.08)]
    return np.vstack([smooth(heights, closed=False), [(1.1, 0.4), (-1.1, 0.4)]])


def _coachwork() -> list[Shade]:
    shell = smooth([(-0.92, 0.12), (-0.9, -0.06), (-0.74, -0.11), (-0.56, -0.14), (-0.32, -0.31), (-0.04, -0.37),
                    (0.18, -0.3), (0.4, -0.13), (0.76, -0.06), (0.92, 0.08), (0.93, 0.26), (0.82, 0.32),
                    (-0.84, 0.32), (-0.93, 0.26)])  # fmt: skip
    gleam = ribbon([(-0.86, -0.04), (-0.2, -0.09), (0.5, -0.08), (0.88, 0.03)], [0.0, 0.05, 0.05, 0.0])
    return [
        Shade(shell, Glow((232, 52, 46), (122, 10, 20), (-0.1, -0.3), 1.0)),
        Shade(gleam, WHITE, blur=0.018, opacity=0.55),
        Shade(box(-0.8, 0.24, 0.8, 0.4), (40, 8, 12), blur=0.03, opacity=0.6, inside=shell),
    ]


def _windows() -> list[Shade]:
    glass = smooth([(-0.46, -0.13), (-0.28, -0.275), (-0.04, -0.32), (0.14, -0.26), (0.3, -0.12), (-0.06, -0.1)])
    gleam = np.array([(-0.16, -0.4), (-0.07, -0.4), (-0.19, -0.1), (-0.28, -0.1)])
    return [
        Shade(glass, Glow((206, 232, 244), (44, 66, 92), (-0.16, -0.36), 0.55)),
        Shade(gleam, WHITE, opacity=0.35, inside=glass),
        Shade(np.array([(-0.04, -0.345), (-0.07, -0.1)]), (96, 8, 16), width=0.035),
    ]


def _fittings() -> list[Shade]:
    """Return the door with its handle, and the lamps."""
    door = np.array([(0.29, -0.1), (0.3, 0.22), (-0.24, 0.22), (-0.34, -0.1)])
    return [
        Shade(door, (88, 6, 14), width=0.012, opacity=0.7),
        Shade(box(-0.24, -0.01, -0.12, 0.02, 0.012), (250, 220, 216), opacity=0.8),
        Shade(ellipse(0.83, 0.04, 0.075, 0.035, 24), Glow((255, 255, 236), (250, 206, 110), (0.83, 0.03), 0.09)),
        Shade(box(-0.92, -0.02, -0.85, 0.05, 0.02), (255, 120, 90)),
    ]


def _wheel(x: float, y: float) -> list[Shade]:
    turns = np.radians(np.arange(5) * 72 - 90)
    spokes = [np.array([(x, y), (x + 0.115 * np.cos(a), y + 0.115 * np.sin(a))]) for a in turns]
    return [
        Shade(ellipse(x, y - 0.015, 0.235), (30, 6, 10)),
        Shade(ellipse(x, y, 0.205), Glow((70, 72, 80), (18, 18, 24), (x - 0.05, y - 0.08), 0.26)),
        Shade(ellipse(x, y, 0.135), (36, 38, 46)),
        Shade(spokes, (214, 220, 228), width=0.036),
        Shade(
            arc(x, y, 0.126, 0.126, 0, 360, 40), Glow(WHITE, (130, 138, 150), (x - 0.08, y - 0.1), 0.24), width=0.024
        ),
        Shade(ellipse(x, y, 0.035), (236, 238, 242)),
    ]
