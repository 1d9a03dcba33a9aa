"""The image of an explanation as a chart whose cells can be clicked."""

import base64
from io import BytesIO

import numpy as np
import pandas as pd
from PIL import Image

from mmdemo.charts import grammar as alt
from mmdemo.encoders.cells import cell_edges
from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.explanation.heat_map import painted
from mmdemo.modalities.cells import cell_grid

WIDTH = 320  # pixels, narrow enough for a phone
MOST_CELLS = 15**2  # cells of finer maps cannot be clicked
_ROOM = 20  # pixels of the height that the page takes up


def cells_chart(evidence: ImageEvidence, values: np.ndarray, tinted: bytes | None = None) -> alt.LayerChart:
    """Return the tinted image under a grid of its cells; clicks toggle cells in the selection "picked".

    values: float (u,), what each unit of the image's part adds for one class. tinted: the image as `tinted_webp` gives
    it, where it is at hand. The selection holds `row` and `column` (0-based).
    """
    x, y, width, height = evidence.square.box
    frame = _grid(cell_grid(evidence, values), len(evidence.square.pixels), evidence.square.box)
    x_axis = alt.X("left:Q", title=None, axis=None, scale=alt.Scale(domain=[x, x + width], nice=False))
    y_axis = alt.Y("top:Q", title=None, axis=None, scale=alt.Scale(domain=[y + height, y], nice=False))
    shown = round(WIDTH * height / width)
    # The image is as large as the plot, however much room the page takes from it, so that the grid fits.
    middle = {"left": [x + width / 2], "top": [y + height / 2]}
    image = (
        alt.Chart(pd.DataFrame({"url": [_data_uri(tinted or tinted_webp(evidence, values))], **middle}))
        .mark_image(width=alt.expr("width"), height=alt.expr("height"), aspect=False)
        .encode(url="url:N", x=x_axis, y=y_axis)
    )
    picked = alt.selection_point(name="picked", fields=["row", "column"], toggle="true", empty=False)
    cells = (
        alt.Chart(frame)
        .mark_rect(stroke="white", strokeWidth=0.7, strokeOpacity=0.45, cursor="pointer")
        .encode(
            x=x_axis,
            x2="right:Q",
            y=y_axis,
            y2="bottom:Q",
            color=alt.condition(picked, alt.value("#f4f4f4"), alt.value("white")),
            fillOpacity=alt.condition(picked, alt.value(0.97), alt.value(0.0)),
            tooltip=[
                alt.Tooltip("place:N", title="Cell"),
                alt.Tooltip("part:Q", title="Adds", format="+.3f"),
            ],
        )
        .add_params(picked)
    )
    return alt.LayerChart(layer=[image, cells], width=WIDTH, height=shown + _ROOM, padding=0)


def _grid(parts: np.ndarray, side: int, box: tuple[int, int, int, int]) -> pd.DataFrame:
    x, y, width, height = box
    rows, columns = parts.shape
    row_edges, column_edges = cell_edges(side, rows), cell_edges(side, columns)
    cells = []
    for row, column in np.ndindex(rows, columns):
        left, right = max(column_edges[column], x), min(column_edges[column + 1], x + width)
        top, bottom = max(row_edges[row], y), min(row_edges[row + 1], y + height)
        if left < right and top < bottom:
            cells.append((row, column, left, right, top, bottom, float(parts[row, column])))
    frame = pd.DataFrame(cells, columns=["row", "column", "left", "right", "top", "bottom", "part"])
    frame["place"] = [cell_name(row, column) for row, column in zip(frame["row"], frame["column"], strict=True)]
    return frame


def cell_name(row: int, column: int) -> str:
    """Return a cell's name for a person, counted from 1.

    >>> cell_name(0, 2)
    'row 1, column 3'
    """
    return f"row {row + 1}, column {column + 1}"


def tinted_webp(evidence: ImageEvidence, values: np.ndarray) -> bytes:
    """Return the image as WebP, tinted by one class's values (u,) of its part's units."""
    file = BytesIO()
    Image.fromarray(painted(evidence, values)).save(file, "WEBP", quality=90)
    return file.getvalue()


def _data_uri(webp: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}"
