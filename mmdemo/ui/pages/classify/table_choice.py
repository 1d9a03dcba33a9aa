"""Which table is classified: data that the visitor brought, and all of its rows or those without a label."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.datasets.finding import counted
from mmdemo.errors import MMDemoError
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import data_choice, frame, own_copy, own_data, state
from mmdemo.ui.following import has_changed
from mmdemo.ui.pages.classify.table_job import AskedTable
from mmdemo.ui.told_apart import told_apart

_DATA, _ROWS = "table_of", "rows_of_table"


def asked_table() -> AskedTable | None:
    """Draw the choice of a table and return it; where there is none, what to do."""
    records = {record.id: record for record in _usable()}
    if not records:
        st.info(
            "Bring a table of pairs on the Data page, with images or without, and say which column is what. "
            "It needs no labels.",
            icon=":material/table_view:",
        )
        frame.link("Data", "Bring a table", **{state.DATASET: state.NEW_DATA})
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        record = records[_chosen(records)]
        frame.link("Data", "Bring another table", **{state.DATASET: state.NEW_DATA})
    return _rows(record, own_copy.facts(record.id))


def _chosen(records: Mapping[str, OwnRecord]) -> str:
    ids, current = list(records), data_choice.current_source()
    if current in ids and has_changed(_DATA, current):
        st.session_state[_DATA] = current
    elif st.session_state.get(_DATA) not in ids:  # it was deleted, or none was chosen yet
        st.session_state[_DATA] = ids[0]
    names = told_apart((data_id, records[data_id].name) for data_id in reversed(ids))  # the oldest keeps its name
    return st.selectbox(
        "Table",
        ids,
        format_func=names.__getitem__,
        key=_DATA,
        persist_state="session",
        width=420,
    )


def _usable() -> list[OwnRecord]:
    """Return the data whose columns have been chosen: the visitor's, the operator's, and that of the link."""
    found = [*own_data.mine(), *_operators()]
    current = data_choice.current_source()
    if own_copy.is_id(current) and current not in {record.id for record in found}:
        with frame.guarded():
            found.append(own_copy.usable(current))
    return [record for record in found if own_copy.is_prepared(record.id)]


def _operators() -> tuple[OwnRecord, ...]:
    try:
        return own_data.operators()
    except MMDemoError:  # the Data page says so in the log
        return ()


def _rows(record: OwnRecord, facts: Mapping[str, Any]) -> AskedTable:
    rows, edits = int(facts["rows"]), _edits(record)
    without = own_copy.outcome(record.id, edits).unlabelled
    if not facts["mapping"]["label"] or not without:
        return AskedTable(record, False, rows)
    labels = {True: f"{counted(without, 'row')} without a label", False: f"All {counted(rows, 'row')}"}
    only = st.radio(
        "Rows", list(labels), format_func=labels.__getitem__, key=_ROWS, persist_state="session", horizontal=True
    )
    return AskedTable(record, True, without, edits) if only else AskedTable(record, False, rows)


def _edits(record: OwnRecord) -> str:
    """Return the name of what was changed in the data, as far as the address says."""
    return st.query_params.get(state.EDITS, "") if data_choice.current_source() == record.id else ""
