"""Traits of an image that its features do not hold: how much its cells differ, and how steep its edges are."""

from collections.abc import Sequence

import cv2
import numpy as np

_SIDES = (224, 112, 56, 28)  # pixels, at which edges are looked at
_STEPS = (0.01, 0.04, 0.1, 0.25)  # between the kinds of edges; 1 is from black to white
EDGES = len(_SIDES) * (len(_STEPS) + 1) ** 2


def cell_traits(maps: np.ndarray) -> np.ndarray:
    """Return, of maps (n, h, w, c), every channel's mean over the cells and its share of their spread: (n, 2 c).

    The spread is the standard deviation over the cells, scaled to unit length.
    """
    cells = maps.reshape(len(maps), -1, maps.shape[-1])
    spread = cells.std(axis=1, dtype=np.float64)
    length = np.maximum(np.linalg.norm(spread, axis=1, keepdims=True), 1e-12)
    return np.hstack([cells.mean(axis=1, dtype=np.float64), spread / length]).astype(np.float32)


def edge_traits(batch: np.ndarray) -> np.ndarray:
    """Return how often each kind of edge is in images uint8 (n, size, size, 3), seen from four distances: (n, 100).

    A kind is how much brightness changes to the right, and how much downwards, in five steps each; the square roots of
    the shares are returned, whose distances are those of distributions (Hellinger).
    """
    return np.array([_edges(pixels) for pixels in batch], np.float32).reshape(len(batch), EDGES)


def _edges(pixels: np.ndarray) -> np.ndarray:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return np.concatenate([_kinds(cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA)) for side in _SIDES])


def _kinds(grey: np.ndarray) -> np.ndarray:
    kinds = len(_STEPS) + 1
    across, down = np.abs(np.diff(grey, axis=1)[:-1]), np.abs(np.diff(grey, axis=0)[:, :-1])
    found: Sequence[np.ndarray] = [np.searchsorted(_STEPS, change.ravel(), side="right") for change in (across, down)]
    counts = np.bincount(kinds * found[0] + found[1], minlength=kinds**2)
    return np.asarray(np.sqrt(counts / counts.sum()))
