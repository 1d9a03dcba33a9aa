"""A field for another name: what is typed stays there until it is saved, whichever page one looks at meanwhile."""

from collections.abc import Callable

import streamlit as st

from mmdemo.ui import frame


def rename(key: str, name: str, longest: int, save: Callable[[str], None]) -> None:
    """Draw the button that opens the field. key: of the field, one for each thing that has a name.

    name: that it has now. longest: characters. save: called with the new name once that is asked for.
    """
    # No form: it would send what is typed only when it is saved.
    with st.popover("Rename", icon=":material/edit:"):
        st.text_input("New name", value=name, max_chars=longest, key=key, persist_state="session")
        st.button("Save", type="primary", key=f"save_{key}", on_click=_save, args=(key, save))


def _save(key: str, save: Callable[[str], None]) -> None:
    with frame.guarded():
        save(str(st.session_state.pop(key, "")))
