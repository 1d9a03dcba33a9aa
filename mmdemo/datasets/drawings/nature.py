"""Shaded living things: a goldfish and a fir."""

import numpy as np

from mmdemo.datasets.drawings.curves import Points, arc, bow, box, ellipse, ribbon, smooth
from mmdemo.datasets.drawings.palette import INK, WHITE
from mmdemo.datasets.drawings.shading import Glow, Shade


def goldfish() -> list[Shade]:
    """Draw a goldfish among water plants."""
    body = smooth([(0.7, -0.02), (0.58, -0.22), (0.3, -0.4), (-0.02, -0.38), (-0.3, -0.14), (-0.44, 0.0), (-0.3, 0.16),
                   (-0.02, 0.36), (0.3, 0.36), (0.56, 0.2)])  # fmt: skip
    side = smooth([(0.18, 0.06), (-0.06, 0.12), (-0.16, 0.3), (0.02, 0.28), (0.16, 0.18)])
    return [
        *_water(),
        *_fins(),
        Shade(body, Glow((255, 190, 70), (214, 70, 8), (0.16, -0.16), 0.72)),
        Shade(_scales(), (196, 64, 6), width=0.012, opacity=0.5, inside=body),
        Shade(ellipse(0.1, 0.3, 0.5, 0.12), (255, 232, 170), blur=0.06, opacity=0.6, inside=body),
        Shade(ellipse(0.12, -0.26, 0.3, 0.06, -4), WHITE, blur=0.04, opacity=0.6, inside=body),
        Shade(arc(0.3, -0.02, 0.12, 0.26, -70, 75), (190, 62, 8), width=0.022, opacity=0.8),
        Shade(side, Glow((255, 196, 96), (236, 98, 20), (-0.9, 0.0), 0.8), opacity=0.95),
        Shade(bow((0.69, 0.04), (0.58, 0.07), (0.62, 0.1), 0.8), (150, 44, 6), width=0.02),
        Shade(ellipse(0.5, -0.1, 0.085), (255, 246, 220)),
        Shade(ellipse(0.515, -0.1, 0.056), INK),
        Shade(ellipse(0.535, -0.125, 0.018), WHITE),
    ]


def _fins() -> list[Shade]:
    """Return the tail, the back fin and the belly fin."""
    tail = smooth([(-0.34, 0.0), (-0.6, -0.36), (-0.92, -0.46), (-0.84, -0.16), (-0.7, 0.02), (-0.86, 0.24),
                   (-0.88, 0.52), (-0.58, 0.36)])  # fmt: skip
    back = smooth([(0.38, -0.32), (0.2, -0.66), (-0.06, -0.68), (-0.28, -0.52), (-0.2, -0.2)])
    belly = smooth([(0.06, 0.3), (-0.14, 0.62), (-0.24, 0.58), (-0.14, 0.26)])
    tail_rays = _rays((-0.36, 0.0), (-0.86, -0.38), (-0.82, 0.44), 9)
    back_rays = _rays((0.06, -0.2), (0.24, -0.66), (-0.26, -0.5), 7)
    return [
        Shade(tail, Glow((255, 196, 96), (236, 98, 20), (-0.9, 0.0), 0.8), opacity=0.92),
        Shade(tail_rays, (226, 84, 12), width=0.01, opacity=0.6, inside=tail),
        Shade(back, Glow((255, 196, 96), (232, 92, 16), (0.0, -0.7), 0.5), opacity=0.92),
        Shade(back_rays, (226, 84, 12), width=0.01, opacity=0.6, inside=back),
        Shade(belly, (240, 120, 30), opacity=0.92),
    ]


def _water() -> list[Shade]:
    roots = [(-0.86, 0.08, -0.2), (-0.66, -0.07, 0.16), (0.84, 0.07, -0.04), (0.66, -0.06, 0.3)]
    weeds = [
        ribbon([(x, 1.1), (x + sway, 0.6), (x - sway, 0.2), (x + sway, top)], [0.09, 0.08, 0.06, 0.01])
        for x, sway, top in roots
    ]
    bubbles = [(0.8, -0.24, 0.05), (0.86, -0.44, 0.07), (0.76, -0.66, 0.045)]
    return [
        Shade(box(-1.1, -1.1, 1.1, 1.1), Glow((196, 238, 248), (34, 122, 176), (0.1, -1.1), 2.2)),
        Shade(box(-1.1, 0.86, 1.1, 1.1), (226, 206, 160), blur=0.04),
        Shade(weeds, Glow((96, 180, 110), (24, 96, 84), (0, 0.2), 1.3), opacity=0.9),
        *(Shade(ellipse(*spot), WHITE, opacity=0.35) for spot in bubbles),
        *(Shade(arc(x, y, r, r, 0, 360, 30), WHITE, width=0.012, opacity=0.8) for x, y, r in bubbles),
    ]


def _rays(root: tuple[float, float], first: tuple[float, float], last: tuple[float, float], count: int) -> list[Points]:
    return [np.array([root, tip]) for tip in np.linspace(first, last, count)]


def _scales() -> list[Points]:
    return [arc(x + 0.05 * (row % 2), y, 0.055, 0.06, -80, 80, 8)
            for row, y in enumerate(np.arange(-0.32, 0.34, 0.085)) for x in np.arange(-0.34, 0.3, 0.1)]  # fmt: skip


def fir() -> list[Shade]:
    """Draw a fir on a hill: bare, as before Christmas."""
    tiers = [(0.72, 0.62), (0.42, 0.54), (0.13, 0.45), (-0.15, 0.35), (-0.41, 0.25)]
    boughs = [shade for y, wide in tiers for shade in _bough(y, wide)]
    hill = np.vstack([bow((-1.1, 0.8), (1.1, 0.72), (0, 0.56), 1.0), [(1.1, 1.1), (-1.1, 1.1)]])
    far = [np.array([(x - 0.12, 0.72), (x, 0.72 - tall), (x + 0.12, 0.72)]) for x, tall in _FAR_TREES]
    return [
        Shade(box(-1.1, -1.1, 1.1, 1.1), Glow((255, 240, 214), (126, 186, 226), (0.6, 0.4), 1.9)),
        Shade(far, (120, 168, 160), opacity=0.8),
        Shade(hill, Glow((158, 206, 108), (84, 146, 74), (-0.2, 0.66), 1.2)),
        Shade(ellipse(0.12, 0.86, 0.56, 0.07), (30, 60, 34), blur=0.05, opacity=0.5),
        Shade(box(-0.08, 0.6, 0.08, 0.88), Glow((150, 104, 66), (72, 44, 26), (-0.06, 0.74), 0.18)),
        *boughs,
    ]


_FAR_TREES = ((-0.92, 0.34), (-0.72, 0.46), (-0.55, 0.3), (0.58, 0.36), (0.76, 0.5), (0.94, 0.38))


def _bough(y: float, wide: float) -> list[Shade]:
    """Return one tier of branches whose lowest tips are at `y`."""
    tips = np.linspace(-wide, wide, 9)
    droop = 0.1 * np.cos(tips / wide * np.pi / 2)
    fringe = np.stack([tips, y - 0.1 + droop], axis=1)
    notches = (fringe[1:] + fringe[:-1]) / 2 - (0, 0.08)
    edge = np.empty((17, 2))
    edge[0::2], edge[1::2] = fringe, notches
    skirt = np.vstack([[(0, y - 0.52)], bow((0, y - 0.52), edge[-1], (0.1 * wide, y - 0.1), 0.5), edge[::-1],
                       bow(edge[0], (0, y - 0.52), (-0.1 * wide, y - 0.1), 0.5)])  # fmt: skip
    needles = [np.array([(0.3 * x, y - 0.36), (x, low - 0.02)]) for x, low in edge[::2]]
    return [
        Shade(skirt + (0, 0.05), (8, 40, 30), blur=0.03, opacity=0.55),
        Shade(skirt, Glow((86, 166, 84), (14, 78, 52), (-0.5 * wide, y - 0.34), wide * 1.5)),
        Shade(needles, (150, 206, 120), width=0.012, opacity=0.35, inside=skirt),
    ]
