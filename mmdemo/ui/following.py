"""Choices of a page that follow what is current, until a visitor chooses otherwise."""

import streamlit as st


def has_changed(key: str, now: str) -> bool:
    """Return whether what the widget with this key follows is another than at the last look in this tab."""
    before = st.session_state.get(f"{key}_followed")
    st.session_state[f"{key}_followed"] = now
    return bool(before != now)
