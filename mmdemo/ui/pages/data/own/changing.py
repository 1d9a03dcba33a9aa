"""Whether a visitor is choosing the columns of their data anew."""

import streamlit as st

_CHANGING = "changing_columns"  # id of the data


def is_on(data_id: str) -> bool:
    """Return whether the columns of this data are being chosen anew."""
    return bool(st.session_state.get(_CHANGING) == data_id)


def begin(data_id: str) -> None:
    """Have the columns of this data chosen anew, "" for none; a button's `on_click`."""
    st.session_state[_CHANGING] = data_id
