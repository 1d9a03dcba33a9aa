"""What became of the rows of own data: how many are used, and why the others are not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.datasets.copied_left_out import HEADER, count_of, first_left_out, left_out_csv
from mmdemo.datasets.edits import read_edits
from mmdemo.datasets.finding import counted
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import frame, own_copy, state

_STYLE = "<style>.st-key-rows_left_out td p {overflow-wrap: anywhere !important}</style>"  # all columns on a phone
_SHOWN = 100  # rows of the table; the file has all
_FEW, _HEIGHT = 8, 400  # rows that are shown without scrolling; pixels of more


def draw(record: OwnRecord) -> bool:
    """Draw how many rows are used, and the others with reason and remedy; return whether there are any to look at."""
    facts = own_copy.facts(record.id)
    rows, used, left_out = int(facts["rows"]), int(facts["used"]), count_of(facts)
    said = f"**{used:,} of {rows:,} rows are used.**" if used else f"**{frame.plain(record.name)}: {rows:,} rows.**"
    st.markdown(f"{said}{_unlabelled(int(facts['unlabelled']))}{_unused(int(facts['unused']))}")
    _edited(record)
    if facts["problem"]:
        st.warning(frame.plain(facts["problem"]), icon=":material/warning:")
    if left_out:
        named = counted(left_out, "row is left out", "rows are left out")
        with st.expander(f"{named}: see why, and what to do", icon=":material/rule:", key="left_out"):
            _table(facts, own_copy.folder(record.id))
    return used > 0


def _edited(record: OwnRecord) -> None:
    """Draw what was left out or labelled by hand since, and the way back."""
    named = st.query_params.get(state.EDITS, "")
    if not named:
        return
    edits = read_edits(own_copy.folder(record.id), named)
    found = {"left out": edits["left_out"], "labelled anew": edits["labels"], "added": edits["added"]}
    said = ", ".join(f"{len(rows):,} {what}" for what, rows in found.items() if rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/edit: With your changes: {said}.")
        st.button("Without them", icon=":material/undo:", key="without_edits", on_click=_without_edits)


def _without_edits() -> None:
    st.query_params.pop(state.EDITS, None)


def _unlabelled(count: int) -> str:
    if not count:
        return ""
    return f" {counted(count, 'row has', 'rows have')} no label: a model can answer them on the Classify page."


def _unused(count: int) -> str:
    return f" {counted(count, 'image belongs', 'images belong')} to no row." if count else ""


def _table(facts: Mapping[str, Any], place: Path) -> None:
    first = first_left_out(facts)[:_SHOWN]
    table = pd.DataFrame([(one.row, one.reason, one.remedy) for one in first], columns=HEADER)
    st.html(_STYLE)
    with st.container(key="rows_left_out"):
        st.table(  # a data frame would cut the reasons off
            table.map(frame.plain),
            height=_HEIGHT if len(table) > _FEW else "content",
            hide_index=True,
            border="horizontal",
            alt="The rows that are left out, each with its reason.",
        )
    if count_of(facts) > len(first):
        st.caption(f"The first {len(first)}; the file holds all.")
    st.download_button(
        "Rows left out (CSV)",
        lambda: left_out_csv(place, facts),
        file_name="rows-left-out.csv",
        mime="text/csv",
        icon=":material/download:",
        key="download_left_out",
        on_click="ignore",
    )
