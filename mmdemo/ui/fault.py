"""What the server's log holds of a fault: where it is, and nothing of what visitors brought."""

import traceback

import streamlit as st

from mmdemo.storage.own_record import ID
from mmdemo.ui import own_data, state


def told(error: Exception) -> str:
    """Return an exception as a text for the log.

    Where the visitor has own data, or looks at somebody's, that is without the messages of it and of its causes: they
    may hold a caption or a label.
    """
    found = traceback.TracebackException.from_exception(error)
    if own_data.mine() or ID.fullmatch(st.query_params.get(state.DATASET, "")):
        _silence(found)
    return "".join(found.format()).rstrip()


def _silence(found: traceback.TracebackException | None) -> None:
    while found is not None:
        found._str = "(its message is left out: it may hold what the visitor brought)"  # type: ignore[attr-defined]
        _silence(found.__cause__)
        found = found.__context__
