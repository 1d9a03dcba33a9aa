"""What became of the rows of own data: how many are used, and why the others are not."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.datasets.finding import counted
from mmdemo.storage.own_record import OwnRecord
from mmdemo.storage.spreadsheet import csv_bytes
from mmdemo.ui import frame, own_copy

_SHOWN = 500  # rows of the table; the file has all


def draw(record: OwnRecord) -> None:
    """Draw how many rows are used, and the others with reason and remedy."""
    facts = own_copy.facts(record.id)
    rows, used, left_out = int(facts["rows"]), int(facts["used"]), facts["left_out"]
    st.markdown(f"**{used:,} of {rows:,} rows are used.**{_unused(facts)}")
    if left_out:
        named = counted(len(left_out), "row is left out", "rows are left out")
        with st.expander(f"{named}: see why, and what to do", icon=":material/rule:", key="left_out"):
            _table(left_out, record.name)


def _unused(facts: Mapping[str, Any]) -> str:
    count = int(facts.get("unused", 0))
    if not count:
        return ""
    return f" {counted(count, 'image that is there belongs', 'images that are there belong')} to no row."


def _table(left_out: list[Mapping[str, str]], name: str) -> None:
    table = pd.DataFrame(
        [(one["row"], one["reason"], one.get("remedy", "")) for one in left_out],
        columns=["Row", "Why it is left out", "What to do"],
    )
    st.dataframe(table.head(_SHOWN), hide_index=True, alt="The rows that are left out, each with its reason.")
    if len(table) > _SHOWN:
        st.caption(f"The first {_SHOWN}; the file holds all.")
    st.download_button(
        "Rows left out (CSV)",
        lambda: csv_bytes(table),
        file_name="rows-left-out.csv",
        mime="text/csv",
        icon=":material/download:",
        key="download_left_out",
        on_click="ignore",
    )


def notes(facts: Mapping[str, Any]) -> None:
    """Draw what else a person should know, such as labels that were brought together."""
    for note in facts.get("notes", ()):
        st.caption(frame.plain(str(note)))
