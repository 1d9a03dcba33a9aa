"""Charts on a page: in the colours of the visitor's theme, and described for those who cannot see them."""

import altair
import streamlit as st

_INK = {"light": "#0d1424", "dark": "#e7ebf2"}  # textColor of .streamlit/config.toml


def draw(chart: altair.LayerChart | altair.Chart, alt: str, key: str | None = None) -> None:
    """Draw a chart as wide as its place; alt says in a sentence what it shows."""
    ink = _INK.get(st.context.theme.type or "light", _INK["light"])
    inked = chart.configure_text(color=ink).configure_axis(labelColor=ink, titleColor=ink)
    with st.container(key=key):
        st.altair_chart(inked, width="stretch", alt=alt)
