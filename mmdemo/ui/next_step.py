"""Where the link at the foot of a page leads: to the page after it, unless what the page shows calls for another."""

from collections.abc import Mapping

import streamlit as st

_KEY = "next_step"  # session: title of a page and what to put into the URL; "" for a page without a next step

Step = tuple[str, Mapping[str, str]]


def begin() -> None:
    """Forget what the last run said."""
    st.session_state.pop(_KEY, None)


def lead(title: str, **parameters: str) -> None:
    """Have the link lead to the page with this title, with these parameters; the first to say so is heard."""
    st.session_state.setdefault(_KEY, (title, parameters))


def end() -> None:
    """Have no link: the page itself says what to do."""
    lead("")


def after(usual: str) -> Step:
    """Return where the link leads; usual: title of the page that follows where nothing else was said."""
    found: Step = st.session_state.get(_KEY, (usual, {}))
    return found
