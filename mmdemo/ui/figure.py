"""Charts on a page: in the colours of the visitor's theme, and described for those who cannot see them."""

import hashlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from mmdemo.charts.grammar import Chart, LayerChart, Spec
from mmdemo.charts.reflow import reflowed
from mmdemo.ui import state
from mmdemo.ui.as_written import plain

_LARGER = 1.4
_INK = {"light": "#0d1424", "dark": "#e7ebf2"}  # textColor of .streamlit/config.toml


def draw(chart: LayerChart | Chart, alt: str, key: str | None = None) -> None:
    """Draw a chart as wide as its place; alt says in a sentence what it shows."""
    with st.container(key=key, gap="xsmall"):
        st.vega_lite_chart(spec=_placed(chart), width="stretch", alt=alt)


def choose(chart: LayerChart | Chart, alt: str, key: str, on_select: Callable[[], None]) -> None:
    """Draw a chart to choose from: a click on a mark calls on_select, with the choice in the session under the key.

    The chart's own selection is called "picked".
    """
    st.vega_lite_chart(
        spec=_placed(chart), width="stretch", alt=alt, key=key, on_select=on_select, selection_mode="picked"
    )


def picked(chart: LayerChart | Chart, alt: str, key: str) -> list[dict[str, Any]]:
    """Draw a chart in its own size, and return the marks that are chosen in its selection "picked"."""
    event = st.vega_lite_chart(
        spec=_placed(chart), width="content", alt=alt, key=key, on_select="rerun", selection_mode="picked"
    )
    return list(event["selection"].get("picked", []))


def specification(chart: LayerChart | Chart) -> Spec:
    """Return a chart as Streamlit sends it: its tables in Arrow's format, each under a name that tells its content."""
    tables: dict[str, bytes] = {}

    def name(data: pd.DataFrame) -> str:
        content = convert_anything_to_arrow_bytes(data)
        name = hashlib.blake2b(content, digest_size=16).hexdigest()
        tables[name] = content
        return name

    spec = chart.specification(name)
    if "width" not in spec and st.query_params.get(state.PRESENT):  # an image keeps its proportions
        spec["height"] = round(_LARGER * spec["height"])  # or larger type would leave its rows no room
    return {**spec, "datasets": tables, "config": _in_ink()}


def heading(spec: Spec) -> tuple[Spec, str, str]:
    """Return a specification without its title, the title and what stands below it, "" for nothing.

    A page writes them itself, in as many lines as they need; a chart would cut them off.
    """
    title: Any = spec.get("title") or ""
    named = title if isinstance(title, dict) else {"text": title}
    below = named.get("subtitle") or ""
    said = ". ".join(below) if isinstance(below, list) else below
    return {key: part for key, part in spec.items() if key != "title"}, named["text"], said


def percent(share: float) -> float:
    """Return a share (0–1) in per cent with one decimal, for a table.

    A browser would round the half up where Python's texts round it to even: two numbers for one.

    >>> percent(0.8625), f"{0.8625:.1%}"
    (86.2, '86.2%')
    """
    return round(100 * share, 1)


def _placed(chart: LayerChart | Chart) -> Spec:
    """Write a chart's title above it, in as many lines as it needs, and return the rest with room for long names."""
    spec, title, below = heading(reflowed(specification(chart)))
    if title:
        st.markdown(f"**{plain(title)}**" + (f"  \n:small[{plain(below)}]" if below else ""))
    return spec


def _in_ink() -> Spec:
    """Return the colours of a chart's texts and lines in the visitor's theme."""
    ink = _INK.get(st.context.theme.type or "light", _INK["light"])
    names = {"labelColor": ink, "titleColor": ink}
    mark = {"color": ink}
    return {"axis": names, "legend": names, "rule": mark, "text": mark, "title": {"subtitleColor": ink}}
