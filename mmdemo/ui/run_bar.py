"""The bar of a run that goes on: what it does, and about how long that still takes."""

import streamlit as st

from mmdemo.jobs.snapshot import Snapshot

_NEARLY = 1.5  # seconds


def draw(now: Snapshot, doing: str) -> None:
    """Draw how far a run is; doing: what goes on, in words."""
    st.progress(now.whole or 0.0, text=f"{doing}{_left(now)}")


def about(seconds: float) -> str:
    """Return a duration, roughly.

    >>> about(4.6), about(43), about(200), about(0.2)
    ('about 5 s', 'about 45 s', 'about 3 min', 'about 1 s')
    """
    if seconds < 20:
        return f"about {max(1, round(seconds))} s"
    return f"about {5 * round(seconds / 5)} s" if seconds < 120 else f"about {seconds / 60:.0f} min"


def _left(now: Snapshot) -> str:
    if now.remaining is None:
        return ""
    return f", {about(now.remaining)} left" if now.remaining >= _NEARLY else ", almost done"
