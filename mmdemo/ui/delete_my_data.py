"""“Delete my data”: everything that a visitor has brought or trained, gone at once and for good."""

import time

import streamlit as st

from mmdemo.ui import ending, forgetting, own_data, state, visitor
from mmdemo.ui.once import Once
from mmdemo.ui.pace import Pace

_DONE = "deleted_my_data"
_PATIENCE = 20.0  # seconds


@Once
def _pace() -> Pace:
    return Pace(rate=0.1, burst=3)


def button() -> None:
    """Draw the button, which asks once, and after it what was deleted."""
    if st.session_state.pop(_DONE, False):
        forgetting.this_tab()
        st.toast("Your data, models and reports are deleted.", icon=":material/delete_forever:")
    if st.button("Delete my data", icon=":material/delete_forever:", key="delete_my_data"):
        _ask()


@st.dialog("Delete my data?", icon=":material/delete_forever:")
def _ask() -> None:
    if st.session_state.get(_DONE):
        st.rerun()  # closes the dialog
    st.markdown(
        "This deletes from the server everything that this browser has brought or made: the data with its images and "
        "captions, all models that were trained here, their reports and studies, and what waits or runs. Links to them "
        "stop working, even those that you have shared. **There is no way back.**"
    )
    st.button(
        "Delete everything for good",
        type="primary",
        icon=":material/delete_forever:",
        key="delete_all",
        on_click=delete_everything,
    )


def delete_everything() -> None:
    """Remove all that is this visitor's from the disk, from the process and from their tabs; a button's `on_click`.

    What runs is ended first, so that nothing is written any more; the caches are emptied last, when nothing can fill
    them again.
    """
    name = visitor.name()
    for queue in ending.queues():
        queue.delete_all(name)
    own_data.delete_runs_of(name)
    own_data.folders().delete_all(name)
    forgetting.media(name)
    forgetting.tabs(name)
    for key in list(st.session_state):
        if key != state.VISITOR:
            del st.session_state[key]
    st.query_params.clear()
    st.session_state[_DONE] = True
    # The caches of all are emptied: whoever asks for that again and again waits, and not the others.
    time.sleep(min(_PATIENCE, _pace().delay(visitor.address(), patience=_PATIENCE)))
    forgetting.caches()
