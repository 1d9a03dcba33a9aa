"""The units of an image: the cells that its encoder's last map divides it into, and its white border."""

from collections.abc import Collection

import numpy as np

from mmdemo.encoders.cells import cell_edges
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, ImageEvidence, Part, undivided
from mmdemo.modalities.units import Units

BORDER = "white border"
"""The unit of the cells that lie wholly on the white around the image."""

Cell = tuple[int, int]


def cells_of(evidence: Evidence) -> tuple[Cell, ...]:
    """Return the cells (row, column) that lie at least partly on the image, row by row."""
    if not isinstance(evidence, ImageEvidence):
        return ()
    return tuple((int(row), int(column)) for row, column in np.argwhere(evidence.in_image()))


def cell_part(evidence: Evidence, coef: np.ndarray) -> Part:
    """Return what an image adds, (k,), divided among its cells and, where there is one, its border."""
    if not isinstance(evidence, ImageEvidence) or not evidence.additive:
        return undivided(evidence, coef)
    parts = np.asarray(evidence.cell_parts(coef), np.float64)
    inside = evidence.in_image()
    units: tuple[object, ...] = cells_of(evidence)
    values = parts[:, inside]
    if not inside.all():
        units, values = (*units, BORDER), np.column_stack([values, parts[:, ~inside].sum(axis=1)])
    return Part(values.sum(axis=1), units, values)


def cell_grid(evidence: ImageEvidence, values: np.ndarray) -> np.ndarray:
    """Return values of a part's units (u,) on the grid of cells, float64 (rows, columns), 0 outside the image."""
    inside = evidence.in_image()
    grid = np.zeros(inside.shape)
    grid[inside] = values[: inside.sum()]
    return grid


def without_cells(image: ImageEvidence, cells: Collection[Cell]) -> ImageEvidence:
    """Return the evidence of the image with these cells (row, column) painted over in its mean colour."""
    if not cells:
        return image
    x, y, width, height = image.square.box
    pixels = image.square.pixels.copy()
    # white, blurred, inpainted or in the colour of its neighbours, a cell lowers its class less often
    mean = pixels[y : y + height, x : x + width].mean(axis=(0, 1))
    rows, columns = (cell_edges(len(pixels), count).round().astype(int) for count in image.feature_map.shape[:2])
    for row, column in cells:
        pixels[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = mean
    return image.of_pixels(pixels)


def _without(encoder: Encoder, evidence: Evidence, places: Collection[int]) -> Evidence:
    if not isinstance(evidence, ImageEvidence):
        return evidence
    cells = cells_of(evidence)
    return without_cells(evidence, [cells[place] for place in places])


CELLS = Units(
    nouns="cells",
    summed_as=lambda unit: BORDER if unit == BORDER else "image",
    removable=cells_of,
    without=_without,
    tries=64,  # the network runs for each
)
