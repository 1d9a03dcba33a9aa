"""What became of the rows of own data: how many are used, and why the others are not."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from mmdemo.datasets import working_copy
from mmdemo.datasets.copied_left_out import HEADER
from mmdemo.datasets.finding import counted
from mmdemo.datasets.left_out import LeftOut, kinds_sentence
from mmdemo.datasets.outcome import Outcome
from mmdemo.errors import DatasetError
from mmdemo.storage.own_record import OwnRecord
from mmdemo.storage.spreadsheet import csv_bytes
from mmdemo.ui import frame, own_copy, state

_STYLE = "<style>.st-key-rows_left_out td p {overflow-wrap: anywhere !important}</style>"  # all columns on a phone
_SHOWN = 100  # rows of the table; the file has all
_OTHER_LABELS = "If this is not the column of the labels, choose it with “Change columns”."
_LABELS = "If a column holds the labels, choose it with “Change columns”."
_FEW, _HEIGHT = 8, 400  # rows that are shown without scrolling; pixels of more


def draw(record: OwnRecord) -> Outcome:
    """Draw how many rows are used, and the others with reason and remedy; return what became of the rows."""
    found = _found(record)
    labelled = found.used + found.added > 0
    said = f"**{frame.plain(record.name)}: {found.rows:,} rows.**" if found.problem else _used(found)
    st.markdown(f"{said}{_unlabelled(found.unlabelled)}{_unused(int(own_copy.facts(record.id)['unused']))}")
    if any(found.changes.values()):
        _changed(found)
    if found.problem and labelled:
        said = f"**No model can be trained on this data.** {frame.plain(found.problem)} {_OTHER_LABELS}"
        st.warning(said, icon=":material/warning:")
    elif not labelled:
        st.info(f"{frame.plain(found.problem)} {_LABELS}", icon=":material/info:")
    if found.left_out:
        named = counted(found.rows_left_out, "row is left out", "rows are left out")
        with st.expander(f"{named}: see why, and what to do", icon=":material/rule:", key="left_out"):
            st.markdown(frame.plain(kinds_sentence(found.kinds)))
            _table(found, own_copy.folder(record.id), st.query_params.get(state.EDITS, ""))
    return found


def _found(record: OwnRecord) -> Outcome:
    edits = st.query_params.get(state.EDITS, "")
    try:
        return own_copy.outcome(record.id, edits)
    except DatasetError:
        if edits:
            _way_back()
        raise


def _used(found: Outcome) -> str:
    also = [f"{found.labelled:,} of them labelled here"] if found.labelled else []
    also += [f"and {counted(found.added, 'pair')} of other data"] if found.added else []
    said = ", ".join([f"{found.used:,} of {found.rows:,} rows are used", *also])
    return f"**{said}.**"


def _changed(found: Outcome) -> None:
    """Draw what was left out or labelled by hand since, and the way back."""
    said = ", ".join(f"{count:,} {what}" for what, count in found.changes.items() if count)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/edit: With your changes: {said}.")
        _way_back()


def _way_back() -> None:
    st.button("Without them", icon=":material/undo:", key="without_edits", on_click=_without_edits)


def _without_edits() -> None:
    st.query_params.pop(state.EDITS, None)


def _unlabelled(count: int) -> str:
    if not count:
        return ""
    return f" {counted(count, 'row has', 'rows have')} no label: a model can answer them on the Classify page."


def _unused(count: int) -> str:
    return f" {counted(count, 'image belongs', 'images belong')} to no row." if count else ""


def _table(found: Outcome, place: Path, edits: str) -> None:
    table = _in_columns(found.left_out[:_SHOWN])
    st.html(_STYLE)
    with st.container(key="rows_left_out"):
        st.table(  # a data frame would cut the reasons off
            table.map(frame.plain),
            height=_HEIGHT if len(table) > _FEW else "content",
            hide_index=True,
            border="horizontal",
            alt="The rows that are left out, each with its reason.",
        )
    if found.rows_left_out > len(table):
        st.caption(f"The first {len(table)}; the file holds all.")
    st.download_button(
        "Rows left out (CSV)",
        lambda: csv_bytes(_in_columns(working_copy.outcome(place, edits).left_out)),
        file_name="rows-left-out.csv",
        mime="text/csv",
        icon=":material/download:",
        key="download_left_out",
        on_click="ignore",
    )


def _in_columns(left_out: Sequence[LeftOut]) -> pd.DataFrame:
    return pd.DataFrame([(one.row, one.reason, one.remedy) for one in left_out], columns=HEADER)
