"""The choice of own data's columns: whether it is made anew, and the widgets that keep it until it is confirmed."""

import streamlit as st

_CHANGING = "changing_columns"  # id of the data


def is_on(data_id: str) -> bool:
    """Return whether the columns of this data are being chosen anew."""
    return bool(st.session_state.get(_CHANGING) == data_id)


def begin(data_id: str) -> None:
    """Have the columns of this data chosen anew, "" for none; a button's `on_click`."""
    st.session_state[_CHANGING] = data_id
    if data_id:
        forget(data_id)


def key_of(role: str, data_id: str) -> str:
    """Return the key of the widget in which the column of a role is chosen."""
    return f"column_{role}_{data_id}"


def forget(data_id: str) -> None:
    """Forget what was chosen for this data and not confirmed."""
    for key in [str(key) for key in st.session_state]:
        if key.startswith("column_") and key.endswith(f"_{data_id}"):
            del st.session_state[key]
