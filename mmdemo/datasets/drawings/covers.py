"""Covers that hide a whole image. They do not know what is behind them, so they cannot reveal it."""

import numpy as np

from mmdemo.datasets.drawings.fabrics import blind, cloth, curtain
from mmdemo.datasets.drawings.packages import crate, envelope, gift
from mmdemo.datasets.drawings.palette import PALETTES, pick

COVERS = (curtain, cloth, blind, gift, crate, envelope)


def cover(rng: np.random.Generator, size: int = 128) -> np.ndarray:
    """Draw a cover from edge to edge, RGB `uint8 (size, size, 3)`."""
    return pick(rng, COVERS)(rng, pick(rng, PALETTES), size)
