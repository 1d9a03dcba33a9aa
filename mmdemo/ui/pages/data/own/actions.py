"""What whoever brought data can do with it: change the columns, rename it, share it, remove it."""

import streamlit as st

from mmdemo.datasets.working_copy import Outcome
from mmdemo.storage.own_record import LONGEST_NAME, OwnRecord
from mmdemo.ui import frame, next_step, own_copy, own_data, sharing, state, visitor
from mmdemo.ui.pages.data.own import changing


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
        _rename(record)
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


def _rename(record: OwnRecord) -> None:
    with st.popover("Rename", icon=":material/edit:"), st.form("rename_data", border=False):
        name = st.text_input("New name", value=record.name, max_chars=LONGEST_NAME, key=f"data_name_{record.id}")
        if st.form_submit_button("Save", type="primary"):
            with frame.guarded():
                own_data.folders().rename(record.id, visitor.name(), name)
                st.rerun()


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


def _delete(data_id: str) -> None:
    with frame.guarded():
        own_data.folders().delete(data_id, visitor.name())
        changing.forget(data_id)
        st.query_params.pop(state.EDITS, None)
        st.query_params[state.DATASET] = state.NEW_DATA
