"""The style sheet of all pages: what Streamlit's theme cannot say."""

import streamlit as st

from mmdemo.ui import state, visitor

# Streamlit writes these in the primary colour, which has to be dark enough for white text on buttons and is then
# too dark as text on the dark theme (3.9 : 1). A metric's title would be cut off where type is large.
_RULES = """
[data-testid=stSliderThumbValue], [data-testid=stSliderThumbValue] p, [data-testid=stTab],
button[data-variant][aria-checked=true] {color: inherit !important}
[data-testid=stMetricLabel] *, [data-testid=stPageLink-NavLink] * {white-space: normal}
"""

_LARGE = "html {font-size: 125%}"


def apply() -> None:
    """Style the page, in larger type where its address asks for it."""
    larger = _LARGE if st.query_params.get(state.PRESENT) else ""
    st.html(f"<style>{_RULES}{larger}</style>{visitor.STYLE}")
