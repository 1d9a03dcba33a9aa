"""A sheet to fill in, for those who have no table yet."""

import pandas as pd
import streamlit as st

from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.spreadsheet import csv_bytes

_ROWS = 3


def download() -> None:
    """Draw the button that saves the sheet."""
    st.download_button(
        "Download a sample sheet",
        csv_bytes(sheet()),
        file_name="sample.csv",
        mime="text/csv",
        icon=":material/table:",
        key="sample_sheet",
        on_click="ignore",
        help="Three rows to overwrite with your own: a column for each thing that a pair can have, and its label.",
    )


def sheet() -> pd.DataFrame:
    """Return the sheet: a column a modality, and the label."""
    columns = {name: [f"{one.example}"] * _ROWS for name, one in MODALITIES.items()}
    return pd.DataFrame({**columns, "label": [f"class {'ABC'[row]}" for row in range(_ROWS)]})
