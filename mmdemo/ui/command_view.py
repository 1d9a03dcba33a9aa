"""The command that repeats a run in a terminal, with the file that it needs for own data."""

import json

import streamlit as st

from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.mapping_file import mapping_file_of
from mmdemo.errors import DatasetError
from mmdemo.ui import frame, own_copy, own_data, own_origin


def draw(run: str, command: str) -> None:
    """Draw a run's command; for own data with the file beside it that says which column is what."""
    st.markdown("The same run in a terminal:")
    st.code(command, language=None, wrap_lines=True)
    if own_origin.edits_of(run):
        st.caption(
            "It starts from your table as it is: what you left out, relabelled or added here is not repeated there."
        )
    found = own_origin.data_id(run)
    if found and own_data.may_use(found):
        try:
            _columns(found)
        except DatasetError:  # deleted, or the columns are being chosen anew
            return


def _columns(data_id: str) -> None:
    facts = own_copy.facts(data_id)
    name, mapping = str(facts["name"]), ColumnMapping.from_json(facts["mapping"])
    file = mapping_file_of(name)
    st.download_button(
        file,
        json.dumps(mapping.to_json(name), ensure_ascii=False, indent=1),
        file_name=file,
        mime="application/json",
        icon=":material/download:",
        key=f"columns_{data_id}",
        on_click="ignore",
        help=f"Which column is what, as you chose it. Put it beside {frame.plain(name)} and type the command there.",
    )
