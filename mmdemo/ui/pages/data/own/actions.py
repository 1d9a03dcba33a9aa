"""What whoever brought data can do with it: change the columns, rename it, share it, remove it."""

from functools import partial

import streamlit as st

from mmdemo.datasets.working_copy import Outcome
from mmdemo.storage.own_record import LONGEST_NAME, OwnRecord
from mmdemo.ui import frame, next_step, own_copy, own_data, sharing, state, visitor
from mmdemo.ui.pages.data.own import changing
from mmdemo.ui.rename import rename


def draw(record: OwnRecord, found: Outcome) -> None:
    """Draw what the visitor can do with this data; found: what became of its rows."""
    if not own_copy.is_mine(record):
        _next(found)
        st.caption("Somebody has shared this data with you: you can use it, but not change it.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _next(found)
        st.button(
            "Change columns", icon=":material/view_column:", key="change_columns",
            on_click=changing.begin, args=(record.id,),
        )  # fmt: skip
        rename(f"data_name_{record.id}", record.name, LONGEST_NAME, partial(_renamed, record.id))
        _share(record)
        delete(record, "Remove")


def _next(found: Outcome) -> None:
    """Draw the link to what can be done with it next: train a model, or have a model answer rows without a label."""
    if not found.problem:
        frame.link("Train", "**Train on it**")
    elif found.unlabelled:
        frame.link("Classify", "**Classify its rows**", **state.ASK_TABLE)
        next_step.lead("Classify", **state.ASK_TABLE)
    else:
        next_step.end()


def delete(record: OwnRecord, title: str) -> None:
    """Draw the button that removes this data; it asks once."""
    with st.popover(title, icon=":material/delete:"):
        st.markdown(f"Remove **{frame.plain(record.name)}** with all its images for good? Models trained on it stay.")
        st.button("Remove for good", icon=":material/delete:", key="remove_data", on_click=_delete, args=(record.id,))


def _share(record: OwnRecord) -> None:
    if record.shared:
        st.badge("shared with everybody who has its link", icon=":material/link:", color="orange")
        return
    with st.popover("Share", icon=":material/share:"):
        st.markdown(sharing.DATA)
        st.button("Share it", icon=":material/share:", key="share_data", on_click=_shared, args=(record.id,))


def _shared(data_id: str) -> None:
    with frame.guarded():
        sharing.share_data(data_id)


def _renamed(data_id: str, name: str) -> None:
    own_data.folders().rename(data_id, visitor.name(), name)


def _delete(data_id: str) -> None:
    with frame.guarded():
        own_data.folders().delete(data_id, visitor.name())
        changing.forget(data_id)
        st.query_params.pop(state.EDITS, None)
        st.query_params[state.DATASET] = state.NEW_DATA
