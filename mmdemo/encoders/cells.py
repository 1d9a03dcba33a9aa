"""The cells into which a network's last map divides a square image: one geometry for every use."""

import numpy as np


def cell_edges(size: int, cells: int) -> np.ndarray:
    """Return the edges of the cells along a side of `size` pixels, float64 (cells + 1,), including both ends.

    >>> cell_edges(224, 7).tolist()
    [0.0, 32.0, 64.0, 96.0, 128.0, 160.0, 192.0, 224.0]
    """
    return np.linspace(0, size, cells + 1)
