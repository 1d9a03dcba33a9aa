"""Which cells of an image support a class, painted over it, and a choice of cells to paint over."""

import hashlib
from typing import Any

import numpy as np
import streamlit as st

from mmdemo.charts.explanation import MOST_CELLS, cell_name, cells_chart, tinted_webp
from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation
from mmdemo.modalities.cells import BORDER, cell_grid, cells_of
from mmdemo.ui import figure, frame
from mmdemo.ui.modalities import chosen_image

_PAINTED_OVER = (
    "The tint is each cell's exact part of the score. Painting a cell over is something else: the model reads a "
    "changed image, in which every other cell may count differently."
)


def name(unit: Any) -> str:
    """Return the name of a unit of an image's part."""
    return BORDER if unit == BORDER else cell_name(*unit)


def draw(explained: Explanation, modality: str, label: str) -> None:
    """Draw the image, blue where it supports the class and orange where it opposes it."""
    found, part = explained.evidence.get(modality), explained.parts.get(modality)
    if isinstance(found, ImageEvidence) and part is not None and part.units:
        st.image(
            _tinted(found, part.values[explained.classes.index(label)]),
            caption=frame.plain(asked.colours(explained, label)),
            width="stretch",
            alt=f"The image, tinted. {asked.colours(explained, label)}",
        )


def choose_cells(explained: Explanation, modality: str, label: str, key: str) -> list[int]:
    """Draw the same under a grid of cells and return the places of those that a visitor paints over."""
    found, part = explained.evidence.get(modality), explained.parts.get(modality)
    if not isinstance(found, ImageEvidence) or part is None or not part.units:
        return []
    values = part.values[explained.classes.index(label)]
    if cell_grid(found, values).size > MOST_CELLS:
        draw(explained, modality, label)
        return []
    st.markdown("**Click a cell to paint it over**")
    chart = cells_chart(found, values, _tinted(found, values))
    said = asked.colours(explained, label)
    alt = f"The image, tinted, under a grid of cells. {said}"
    clicked = {(cell["row"], cell["column"]) for cell in figure.picked(chart, alt=alt, key=key)}
    st.caption(frame.plain(f"{said} {_PAINTED_OVER} Rows and columns count from the top left."))
    cells = cells_of(found)
    with st.popover("Cells by name", icon=":material/keyboard:"):
        named = st.multiselect(
            "Paint over", [name(cell) for cell in cells], key=f"{key}_named", help="The same without a mouse."
        )
    return [place for place, cell in enumerate(cells) if cell in clicked or name(cell) in named]


def _tinted(found: ImageEvidence, values: np.ndarray) -> bytes:
    """Return the image as WebP, tinted by a class's values: another caption leaves it as it was."""
    seen = hashlib.blake2b(found.square.pixels.tobytes(), digest_size=16)
    seen.update(repr(found.square.box).encode() + values.tobytes())
    return _webp(seen.hexdigest(), found, values)


@st.cache_resource(max_entries=100, ttl=chosen_image.MINUTES * 60, show_spinner=False)  # 20 KB each
def _webp(key: str, _found: ImageEvidence, _values: np.ndarray) -> bytes:
    return tinted_webp(_found, _values)
