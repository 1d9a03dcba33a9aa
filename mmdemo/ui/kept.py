"""Widgets whose value stands in the URL and is kept for the visit, whichever way one comes back to the page.

Not `bind="query-params"`: a link to another page first takes such parameters out of the address (Streamlit 1.67), so
that the browser's Back button would bring the page back without them.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from mmdemo.ui import state

_MOST_DIGITS = 9


def restore(key: str, default: Any, read: Callable[[str], Any]) -> None:
    """Give the widget with this key, which is drawn next, its value: the URL's, else the default.

    When one comes back to it from elsewhere and the URL is silent, the value that it had then.
    read: turns what is written in a URL into a value, or None where it cannot be one here.
    """
    kept = st.session_state.setdefault(state.KEPT_AS_WRITTEN, {})
    if key in st.query_params:
        kept[key] = st.query_params[key]
    elif key in st.session_state:  # drawn in the run before, so that the URL was set back on this very page
        kept.pop(key, None)
    value = read(kept[key]) if key in kept else default
    st.session_state[key] = default if value is None else value


def whole_number(written: str) -> int | None:
    """Return a number from 1 that a URL holds, None for anything else.

    >>> whole_number("12"), whole_number("0"), whole_number("-1"), whole_number("9" * 5000)
    (12, None, None, None)
    """
    short = len(written) <= _MOST_DIGITS  # Python refuses to read thousands of digits
    return int(written) or None if short and written.isdecimal() else None


def keep(defaults: Mapping[str, Any]) -> None:
    """Write what the widgets with these keys hold into the URL, unless it is their default; for callbacks."""
    kept = st.session_state.setdefault(state.KEPT_AS_WRITTEN, {})
    parameters = st.query_params.to_dict()
    for key, default in defaults.items():
        value = st.session_state.get(key, default)
        for written in (kept, parameters):
            written.pop(key, None)
            if value != default:
                written[key] = str(value)
    st.query_params.from_dict(parameters)  # in one step, so that Back undoes it in one
