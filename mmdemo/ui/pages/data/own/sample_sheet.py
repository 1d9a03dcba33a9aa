"""A sheet to fill in, for those who have no table yet."""

from collections.abc import Iterator
from io import BytesIO

import streamlit as st

from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.spreadsheet import write_xlsx

_CLASSES = "ABC"


def download() -> None:
    """Draw the button that saves the sheet."""
    st.download_button(
        "Download a sample sheet",
        xlsx,
        file_name="sample.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/table:",
        key="sample_sheet",
        on_click="ignore",
        help="Three rows to overwrite with your own: a column for each thing that a pair can have, and its label.",
    )


def xlsx() -> bytes:
    """Return the sheet as a workbook."""
    file = BytesIO()
    write_xlsx(rows(), file)
    return file.getvalue()


def rows() -> Iterator[list[str]]:
    """Yield the header, a column a modality and the label, and rows of examples."""
    yield [*MODALITIES, "label"]
    for name in _CLASSES:
        yield [*(one.example for one in MODALITIES.values()), f"class {name}"]
