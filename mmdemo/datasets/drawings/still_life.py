"""Shaded things on a table: an apple, an orange and a shirt."""

import numpy as np

from mmdemo.datasets.drawings.canvas import Colour
from mmdemo.datasets.drawings.curves import Points, bow, box, ellipse, mirrored, ribbon, smooth
from mmdemo.datasets.drawings.palette import WHITE
from mmdemo.datasets.drawings.shading import Glow, Shade


def _table(wall: Colour, wall_edge: Colour, top: Colour, top_edge: Colour) -> list[Shade]:
    """Return a wall, and a table from its edge down."""
    return [
        Shade(box(-1.1, -1.1, 1.1, 1.1), Glow(wall, wall_edge, (-0.4, -0.6), 2.0)),
        Shade(box(-1.1, 0.42, 1.1, 1.1), Glow(top, top_edge, (-0.2, 0.5), 1.6)),
        Shade(box(-1.1, 0.41, 1.1, 0.45), top_edge, blur=0.02, opacity=0.5),
    ]


def _shadow(y: float, wide: float) -> list[Shade]:
    """Return the shadow of something that stands on the table, lit from the upper left."""
    return [
        Shade(ellipse(0.14, y, wide, 0.14), (60, 40, 40), blur=0.07, opacity=0.45),
        Shade(ellipse(0.04, y, wide * 0.7, 0.08), (40, 24, 28), blur=0.04, opacity=0.5),
    ]


def _scattered(gap: float) -> Points:
    """Return points about `gap` apart in no strict order, the same each time."""
    grid = np.stack(np.meshgrid(np.arange(-0.7, 0.8, gap), np.arange(-0.7, 0.8, gap)), axis=-1).reshape(-1, 2)
    return grid + np.random.default_rng(0).uniform(-0.4, 0.4, grid.shape) * gap


def apple() -> list[Shade]:
    """Draw a red apple with its leaf."""
    right = [(0.18, -0.5), (0.44, -0.52), (0.68, -0.26), (0.68, 0.12), (0.52, 0.5), (0.28, 0.72), (0.12, 0.72)]
    skin = smooth([(0, -0.4), *right, (0, 0.67), *mirrored(right)[::-1]])
    streaks = [ribbon([(0.06 * k, -0.36), (0.17 * k, -0.05), (0.13 * k, 0.3)], [0.005, 0.03, 0.0]) for k in _OFFSETS]
    freckles = [ellipse(x, y, 0.007, steps=8) for x, y in _scattered(0.13)]
    return [
        *_table((250, 243, 226), (222, 206, 178), (206, 160, 116), (150, 104, 70)),
        *_shadow(0.7, 0.62),
        Shade(skin, Glow((240, 66, 48), (112, 8, 22), (-0.2, -0.14), 1.05)),
        Shade(streaks, (250, 176, 84), blur=0.025, opacity=0.42, inside=skin),
        Shade(freckles, (255, 206, 140), opacity=0.45, inside=skin),
        Shade(ellipse(0.5, 0.58, 0.5, 0.16, -40), (255, 130, 90), blur=0.07, opacity=0.3, inside=skin),
        Shade(ellipse(0, -0.42, 0.24, 0.09), (84, 26, 16), blur=0.035, opacity=0.75, inside=skin),
        *_stem_and_leaf(),
        Shade(ellipse(-0.34, -0.2, 0.09, 0.2, 24), WHITE, blur=0.045, opacity=0.75),
        Shade(ellipse(-0.38, -0.24, 0.035, 0.09, 24), WHITE, blur=0.012, opacity=0.9),
    ]


_OFFSETS = (-3.2, -2.3, -1.5, -0.7, 0.4, 1.2, 2.0, 2.9)


def _stem_and_leaf() -> list[Shade]:
    leaf = np.vstack(
        [bow((0.04, -0.6), (0.58, -0.86), (0.2, -1.02), 0.9), bow((0.58, -0.86), (0.04, -0.6), (0.42, -0.5), 0.9)]
    )
    return [
        Shade(
            ribbon([(0.0, -0.4), (0.0, -0.58), (0.06, -0.78)], [0.05, 0.04, 0.065]),
            Glow((142, 96, 54), (64, 38, 20), (-0.02, -0.66), 0.2),
        ),
        Shade(leaf, Glow((152, 206, 84), (38, 108, 44), (0.24, -0.86), 0.36)),
        Shade(bow((0.06, -0.61), (0.54, -0.84), (0.3, -0.8), 0.5), (206, 232, 150), width=0.012, opacity=0.8),
    ]


def orange() -> list[Shade]:
    """Draw an orange."""
    skin = ellipse(0, 0.08, 0.62, 0.61, steps=72)
    spots = _scattered(0.085)
    pores = [ellipse(x, y, 0.013, steps=8) for x, y in spots]
    glints = [ellipse(x - 0.007, y - 0.009, 0.007, steps=8) for x, y in spots]
    return [
        *_table((230, 240, 246), (186, 206, 222), (176, 196, 206), (118, 140, 158)),
        *_shadow(0.68, 0.6),
        Shade(skin, Glow((255, 186, 62), (204, 84, 6), (-0.2, -0.16), 1.0)),
        Shade(pores, (190, 84, 8), opacity=0.4, blur=0.004, inside=skin),
        Shade(glints, (255, 220, 140), opacity=0.45, inside=skin),
        Shade(ellipse(0.36, 0.5, 0.4, 0.12, -42), (255, 190, 110), blur=0.06, opacity=0.35, inside=skin),
        Shade(ellipse(-0.26, -0.2, 0.13, 0.09, -40), WHITE, blur=0.05, opacity=0.75),
    ]


def shirt() -> list[Shade]:
    """Draw a striped T-shirt that hangs on a wall."""
    right = [(0.2, -0.72), (0.46, -0.62), (0.9, -0.2), (0.68, 0.02), (0.44, -0.2), (0.46, 0.3), (0.48, 0.82)]
    collar = bow((-0.2, -0.72), (0.2, -0.72), (0, -0.44), 1.0)
    cloth = np.vstack([collar, right[1:], [(0, 0.85)], mirrored(right)[:0:-1]])
    stripes = [box(-1, y, 1, y + 0.1) for y in np.arange(-0.48, 0.8, 0.22)]
    return [
        Shade(box(-1.1, -1.1, 1.1, 1.1), Glow((246, 226, 206), (214, 178, 150), (-0.4, -0.5), 2.0)),
        Shade(cloth + (0.05, 0.06), (92, 56, 40), blur=0.05, opacity=0.4),
        Shade(bow((-0.21, -0.73), (0.21, -0.73), (0, -0.86), 1.0), (190, 198, 214), width=0.06),
        Shade(cloth, Glow(WHITE, (206, 214, 230), (-0.2, -0.3), 1.3)),
        Shade(stripes, Glow((44, 84, 160), (22, 44, 104), (-0.2, -0.3), 1.2), inside=cloth),
        *_folds(cloth),
        Shade(collar, (30, 58, 124), width=0.075),
        *(Shade(side, (30, 58, 124), width=0.035) for side in _cuffs()),
    ]


def _cuffs() -> list[Points]:
    cuff = np.array([(0.88, -0.2), (0.67, 0.005)])
    return [cuff, mirrored(cuff)]


def _folds(cloth: Points) -> list[Shade]:
    dark = [
        [(0.4, -0.24), (0.3, 0.0), (0.34, 0.4)],
        [(-0.4, -0.24), (-0.32, 0.1), (-0.36, 0.5)],
        [(0.1, 0.2), (0.16, 0.5), (0.12, 0.86)],
        [(-0.14, 0.4), (-0.18, 0.62), (-0.12, 0.86)],
        [(0.42, -0.22), (0.56, -0.3), (0.62, -0.4)],
        [(-0.42, -0.22), (-0.56, -0.3), (-0.62, -0.4)],
    ]
    light = [[(-0.24, -0.4), (-0.2, 0.1), (-0.26, 0.8)], [(0.24, 0.1), (0.26, 0.5), (0.24, 0.84)]]
    return [
        Shade([ribbon(path, [0.02, 0.08, 0.05]) for path in dark], (14, 24, 60), blur=0.03, opacity=0.4, inside=cloth),
        Shade([ribbon(path, [0.02, 0.09, 0.05]) for path in light], WHITE, blur=0.04, opacity=0.3, inside=cloth),
    ]
