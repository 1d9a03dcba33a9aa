"""Channel maps and filters as small images in a grid."""

from collections.abc import Sequence

import cv2
import numpy as np

TILE = 80  # pixels, both ways
_GAP = 4


def strongest(maps: np.ndarray, most: int) -> np.ndarray:
    """Return the channels, int (≤ most,), of maps (h, w, c) that respond most to this image: whose cells differ most.

    A map of large but equal numbers does not show what is where.
    """
    return np.argsort(-maps.std(axis=(0, 1)), kind="stable")[:most]


def map_grid(maps: np.ndarray, channels: Sequence[int] | np.ndarray, columns: int = 8) -> np.ndarray:
    """Return these channels of maps (h, w, c) side by side, uint8 (height, width, 4), transparent between them.

    Each map has its own scale, from its lowest number (violet) to its highest (yellow): viridis, whose lightness grows
    evenly and which colour-blind readers see alike.
    """
    return _grid([_coloured(maps[..., channel]) for channel in channels], columns)


def filter_grid(weights: np.ndarray, columns: int = 8, tile: int = 36) -> np.ndarray:
    """Return filters (h, w, 3, n) as coloured squares side by side, uint8 (height, width, 4), transparent between."""
    return _grid([filter_tile(weights[..., n], tile) for n in range(weights.shape[3])], columns)


def filter_tile(weights: np.ndarray, tile: int = TILE) -> np.ndarray:
    """Return one filter (h, w, 3) as a square, uint8 (tile, tile, 3): grey is 0, full or no light the strongest."""
    full = float(np.abs(weights).max()) or 1.0
    return enlarge(np.clip(127.5 + 127.5 * weights / full, 0, 255).astype(np.uint8), tile)


def enlarge(pixels: np.ndarray, tile: int = TILE) -> np.ndarray:
    """Return a small image (h, w, …) as tile × tile px, every cell still a sharp square."""
    return np.asarray(cv2.resize(pixels, (tile, tile), interpolation=cv2.INTER_NEAREST))


def _coloured(channel: np.ndarray) -> np.ndarray:
    low, high = float(channel.min()), float(channel.max())
    level = np.asarray((channel - low) / ((high - low) or 1.0) * 255, np.uint8)
    size = cv2.resize(level, (TILE, TILE), interpolation=cv2.INTER_AREA) if len(level) > TILE else enlarge(level)
    return cv2.cvtColor(cv2.applyColorMap(size, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB)


def _grid(tiles: Sequence[np.ndarray], columns: int) -> np.ndarray:
    side = len(tiles[0])
    rows = -(-len(tiles) // columns)
    grid = np.zeros((rows * (side + _GAP) - _GAP, columns * (side + _GAP) - _GAP, 4), np.uint8)
    for place, tile in enumerate(tiles):
        y, x = (side + _GAP) * np.array(divmod(place, columns))
        grid[y : y + side, x : x + side] = np.dstack([tile, np.full(tile.shape[:2], 255, np.uint8)])
    return grid
