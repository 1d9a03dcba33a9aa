"""Which cells of an image support a class, painted over it, and a choice of cells to paint over."""

from typing import Any

import streamlit as st

from mmdemo.charts.explanation import MOST_CELLS, cell_name, cells_chart
from mmdemo.encoders.evidence import ImageEvidence
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.heat_map import painted
from mmdemo.modalities.cells import BORDER, cell_grid, cells_of
from mmdemo.ui import figure, frame


def name(unit: Any) -> str:
    """Return the name of a unit of an image's part."""
    return BORDER if unit == BORDER else cell_name(*unit)


def draw(explained: Explanation, modality: str, label: str) -> None:
    """Draw the image, blue where it supports the class and orange where it opposes it."""
    found, part = explained.evidence.get(modality), explained.parts.get(modality)
    if isinstance(found, ImageEvidence) and part is not None and part.units:
        st.image(
            painted(found, part.values[explained.classes.index(label)]),
            caption=f"Blue speaks for “{frame.plain(label)}”, orange against it.",
            width="stretch",
            alt=f"The image, tinted by what speaks for {label} (blue) and against it (orange).",
        )


def choose_cells(explained: Explanation, modality: str, label: str, key: str) -> list[int]:
    """Draw the same under a grid of cells and return the places of those that a visitor paints over."""
    found, part = explained.evidence.get(modality), explained.parts.get(modality)
    if not isinstance(found, ImageEvidence) or part is None or not part.units:
        return []
    values = part.values[explained.classes.index(label)]
    if cell_grid(found, values).size > MOST_CELLS:
        st.image(painted(found, values), width="stretch", alt=f"The image, tinted by what speaks for {label}.")
        return []
    st.markdown("**Click a cell to paint it over**")
    chart = cells_chart(found, values)
    alt = f"The image, tinted by what speaks for {label} (blue) and against it (orange), under a grid of cells."
    clicked = {(cell["row"], cell["column"]) for cell in figure.picked(chart, alt=alt, key=key)}
    st.caption(f"Blue speaks for “{frame.plain(label)}”, orange against it. Rows and columns count from the top left.")
    cells = cells_of(found)
    with st.popover("Cells by name", icon=":material/keyboard:"):
        named = st.multiselect(
            "Paint over", [name(cell) for cell in cells], key=f"{key}_named", help="The same without a mouse."
        )
    return [place for place, cell in enumerate(cells) if cell in clicked or name(cell) in named]
