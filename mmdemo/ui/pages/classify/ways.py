"""The two ways to ask a model: one pair, or a whole table of them."""

import streamlit as st

from mmdemo.ui import kept, state

PAIR, TABLE = state.ONE_PAIR, state.TABLE_OF_PAIRS
_KEY = state.ASK
_WRITTEN = {"table": TABLE}  # what stands in a link


def table_chosen() -> bool:
    """Draw the choice, and return whether a table is to be classified; a link to a pair leads to that pair."""
    if state.PAIR in st.query_params and _KEY not in st.query_params and _KEY not in st.session_state:
        st.session_state.get(state.KEPT_AS_WRITTEN, {}).pop(_KEY, None)
    kept.restore(_KEY, PAIR, lambda written: written if written in (PAIR, TABLE) else _WRITTEN.get(written))
    chosen = st.segmented_control(
        "Classify",
        (PAIR, TABLE),
        required=True,
        key=_KEY,
        label_visibility="collapsed",
        on_change=kept.keep,
        args=({_KEY: PAIR},),
    )
    return chosen == TABLE
