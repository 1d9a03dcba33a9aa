"""Charts on a page: in the colours of the visitor's theme, and described for those who cannot see them."""

from collections.abc import Callable
from typing import Any

import altair
import streamlit as st

_INK = {"light": "#0d1424", "dark": "#e7ebf2"}  # textColor of .streamlit/config.toml


def draw(chart: altair.LayerChart | altair.Chart, alt: str, key: str | None = None) -> None:
    """Draw a chart as wide as its place; alt says in a sentence what it shows."""
    with st.container(key=key):
        st.altair_chart(_inked(chart), width="stretch", alt=alt)


def choose(chart: altair.LayerChart | altair.Chart, alt: str, key: str, on_select: Callable[[], None]) -> None:
    """Draw a chart to choose from: a click on a mark calls on_select, with the choice in the session under the key.

    The chart's own selection is called "picked".
    """
    st.altair_chart(_inked(chart), width="stretch", alt=alt, key=key, on_select=on_select, selection_mode="picked")


def picked(chart: altair.LayerChart | altair.Chart, alt: str, key: str) -> list[dict[str, Any]]:
    """Draw a chart in its own size, and return the marks that are chosen in its selection "picked"."""
    event = st.altair_chart(
        _inked(chart), width="content", alt=alt, key=key, on_select="rerun", selection_mode="picked"
    )
    return list(event["selection"].get("picked", []))


def percent(share: float) -> float:
    """Return a share (0–1) in per cent with one decimal, for a table.

    A browser would round the half up where Python's texts round it to even: two numbers for one.

    >>> percent(0.8625), f"{0.8625:.1%}"
    (86.2, '86.2%')
    """
    return round(100 * share, 1)


def _inked(chart: altair.LayerChart | altair.Chart) -> altair.LayerChart | altair.Chart:
    ink = _INK.get(st.context.theme.type or "light", _INK["light"])
    inked = chart.configure_text(color=ink).configure_rule(color=ink).configure_axis(labelColor=ink, titleColor=ink)
    return inked.configure_legend(labelColor=ink, titleColor=ink).configure_title(subtitleColor=ink)
